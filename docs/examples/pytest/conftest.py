"""awsconfig-mock for pytest: a server for each process of the test run, an account for each test.

The program is `awsconfig-mock` on PATH, or what AWSCONFIG_MOCK names. Where CONFIG_ENDPOINT is set, as beside a service
container, no server is started: that one is used.
"""

import json
import os
import subprocess
import urllib.request
import zlib

import boto3
import pytest


class Mock:
    """The server, as one account sees it."""

    def __init__(self, url, account):
        self.url, self.account = url, account

    def client(self):
        return boto3.client(
            "config",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=self.account,  # 12 digits are the account
            aws_secret_access_key="any",
        )

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_mock{path}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def add(self, **fixture):
        """Packs, scripts, responses: what names no account is this one's."""
        self.control("POST", f"/state?account={self.account}", fixture)

    def fault(self, operation, **fault):
        self.control("POST", "/faults", {"operation": operation, "account": self.account, **fault})

    def sleep(self, seconds):
        """For code that waits: its minutes pass at once."""
        self.control("POST", "/clock/advance", {"seconds": seconds})

    def requests(self, operation):
        """What this account asked, as the server saw it."""
        return self.control("GET", f"/requests?account={self.account}&operation={operation}")["requests"]


@pytest.fixture(scope="session")
def endpoint():
    if "CONFIG_ENDPOINT" in os.environ:
        yield os.environ["CONFIG_ENDPOINT"]
        return
    program = os.environ.get("AWSCONFIG_MOCK", "awsconfig-mock")
    command = [program, "--port", "0", "--clock", "2026-01-01T00:00:00Z"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        yield server.stdout.readline().split()[1]  # ready http://127.0.0.1:PORT
        server.terminate()


@pytest.fixture
def mock(endpoint, request):
    one = Mock(endpoint, f"{zlib.crc32(request.node.nodeid.encode()):012}")
    one.control("POST", f"/reset?to=empty&account={one.account}")  # what an earlier run left in a container
    one.control("DELETE", f"/requests?account={one.account}")
    return one
