"""A server as a process of its own, and how tests talk to it."""

import http.client
import json
import os
import pathlib
import re
import select
import signal
import ssl
import subprocess
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.config

from support import oracle

BINARY = os.environ.get("AWSCONFIG_MOCK", str(oracle.ROOT / "build/awsconfig-mock"))

# Whether the program was built with sanitizers, which do without what else protects it.
SANITIZED = any(name in pathlib.Path(BINARY).read_bytes() for name in (b"__asan_init", b"__tsan_init", b"__ubsan_handle"))

DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGION = "us-east-1"
STATUS = "DescribeConformancePackStatus"

MEDIA_TYPE = "application/x-amz-json-1.1"
TIMEOUT_S = 15

# On standard error: log lines of these levels, in either format, and what sanitizers and assertions write.
ALARMING = re.compile(
    r'^\S+ (error|warn) |"level":"(error|warn)"|Sanitizer|runtime error|[Aa]ssertion|==\d+==|^awsconfig-mock: ',
    re.MULTILINE,
)


def environment(extra=None):
    """The environment of a server: nothing of it is set unless the test says so."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWSCONFIG_MOCK_")}
    return {**kept, **(extra or {})}


def run(*arguments, env=None, timeout=TIMEOUT_S):
    """Runs a command of the program to its end."""
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        env=environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@dataclass(frozen=True)
class Reply:
    """`status, headers, json = reply` works too."""

    status: int
    headers: list  # of pairs
    body: bytes

    @property
    def json(self) -> Any:
        """None where the body is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def error(self):
        """The name of AWS's error; None where there is none."""
        return self.json.get("__type") if isinstance(self.json, dict) else None

    @property
    def message(self):
        return self.json.get("message", self.json.get("Message"))

    @property
    def names(self):
        """The packs on a page of DescribeConformancePackStatus."""
        assert self.status == 200, self
        return [pack["ConformancePackName"] for pack in self.json["ConformancePackStatusDetails"]]

    @property
    def token(self):
        return self.json.get("NextToken")

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def __iter__(self):
        return iter((self.status, self.headers, self.json))


def authorization(account=DEFAULT_ACCOUNT, region=DEFAULT_REGION):
    """Headers of a request that claims to be signed; the signature is none."""
    return {
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/config/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    }


def target(operation):
    return f"{oracle.MODEL['targetPrefix']}.{operation}"


class Server:
    """Started and ready. `url`, `port` and `process` are there to be read."""

    def __init__(self, arguments, env, directory):
        self.log = pathlib.Path(directory) / "stderr"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [BINARY, *map(str, arguments)],
                env=environment(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self._connection = None
        self._quiet = re.compile(r"(?!)")
        self._tolerated = set()
        self._killed = False
        self._rest = None
        try:
            self.url = self._await_ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        self.port = urllib.parse.urlsplit(self.url).port

    def _await_ready(self):
        line, until = b"", time.monotonic() + TIMEOUT_S
        while not line.endswith(b"\n"):
            readable, _, _ = select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 1) if readable else b""
            assert piece, f"no ready line but {line!r}, exit status {self.process.poll()}:\n{self.stderr()}"
            line += piece
        ready = re.fullmatch(r"ready (https?://\S+:\d+)\n", line.decode())
        assert ready, line
        return ready[1]

    # ---- the AWS endpoint ----

    def connect(self):
        """A new connection, for who wants more than one or to break it."""
        if self.url.startswith("https:"):
            unverified = ssl._create_unverified_context()  # pylint: disable=protected-access
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=TIMEOUT_S, context=unverified)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)

    def http(self, method, path, body=b"", headers=None):
        """Any request, over the one connection that is kept; nothing is checked, and no header is added but Host and
        Content-Length."""
        if self._connection is None:
            self._connection = self.connect()
        connection = self._connection
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body or method != "GET":
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            response = connection.getresponse()
            return Reply(response.status, response.getheaders(), response.read())
        except BaseException:
            connection.close()
            self._connection = None
            raise

    def post(self, operation, body=None, *, account=None, region=None, headers=None, path="/"):
        """Calls an operation. `body` is JSON, or bytes that go out as they are; unsigned unless account or region is
        given. A header of None is left out. The oracle checks the answer."""
        sent = {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(operation)}
        if account is not None or region is not None:
            sent.update(authorization(account or DEFAULT_ACCOUNT, region or DEFAULT_REGION))
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        text = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
        reply = self.http("POST", path, text, sent)
        self._check(operation, reply.status, reply.headers, reply.body)
        return reply

    def _check(self, operation, status, headers, body):
        oracle.check_reply(operation, status, headers, body, frozenset(self._tolerated))

    def tolerate(self, *errors):
        """Errors that this test makes the server answer by a fault: the oracle lets them pass."""
        self._tolerated.update(errors)

    def status(self, *names, **options):
        """DescribeConformancePackStatus of these packs (all, if none): the details on the first page. `account` and
        `region` as in post; other options go into the input."""
        scope = {key: options.pop(key) for key in ("account", "region") if key in options}
        reply = self.post(STATUS, {**({"ConformancePackNames": names} if names else {}), **options}, **scope)
        assert reply.status == 200, reply
        return reply.json["ConformancePackStatusDetails"]

    def states(self, *names, **options):
        """The same, as {name: state}."""
        return {pack["ConformancePackName"]: pack["ConformancePackState"] for pack in self.status(*names, **options)}

    def boto3(self, account=DEFAULT_ACCOUNT, region=DEFAULT_REGION, session_token=None, verify=None, **config):
        """A client that looks nothing up, and retries nothing unless `config` says so. The oracle checks its
        answers."""
        settings = {"retries": {"max_attempts": 0}, "connect_timeout": TIMEOUT_S, "read_timeout": TIMEOUT_S, **config}
        client = _session().client(
            "config",
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="secret",
            aws_session_token=session_token,
            verify=verify,
            config=botocore.config.Config(**settings),
        )
        client.meta.events.register("response-received.config-service", self._check_boto3_reply)
        return client

    def _check_boto3_reply(self, response_dict, event_name, **_):
        if response_dict is not None:
            headers = list(response_dict["headers"].items())
            self._check(event_name.rsplit(".", 1)[-1], response_dict["status_code"], headers, response_dict["body"])

    # ---- the control API ----

    def control(self, method, path, body=None, headers=None):
        """`path` is what follows /_mock. `body` is JSON, or bytes that go out as they are."""
        text = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        reply = self.http(method, "/_mock" + path, text, {"Content-Type": "application/json", **(headers or {})})
        check_control_reply(reply)
        return reply

    def advance(self, seconds):
        reply = self.control("POST", "/clock/advance", {"seconds": seconds})
        assert reply.status == 200, reply

    def set_clock(self, now):
        """Freezes the clock there: an ISO 8601 instant or epoch seconds."""
        reply = self.control("PUT", "/clock", {"now": now, "mode": "frozen"})
        assert reply.status == 200, reply

    def move(self, name, state, scope="", **members):
        """Moves a pack by hand; `scope` is a query like ?account=…."""
        return self.control("POST", f"/packs/{name}/transition{scope}", {"ConformancePackState": state, **members})

    def add(self, **fixture):
        reply = self.control("POST", "/state", fixture)
        assert reply.status == 200, reply

    # ---- the process ----

    def stderr(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def allow_stderr(self, pattern):
        """Lines that match are not alarming in this test."""
        self._quiet = re.compile(pattern)

    def close_connection(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _end(self, number):
        self.close_connection()
        if self._rest is None:
            self.process.send_signal(number)
            self._rest, _ = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode

    def stop(self, number=signal.SIGTERM):
        """The exit status."""
        return self._end(number)

    def kill(self):
        """As a power failure would."""
        self._killed = True
        return self._end(signal.SIGKILL)

    def check_end(self):
        """Stops it where that was not done, and says what was not as it must be."""
        status = self.stop()
        assert self._killed or status == 0, f"exit status {status}:\n{self.stderr()}"
        assert self._rest == b"", f"more than one line on standard output: {self._rest!r}"
        alarming = [
            line for line in self.stderr().splitlines() if ALARMING.search(line) and not self._quiet.search(line)
        ]
        assert not alarming, "on standard error:\n" + "\n".join(alarming)


class Client(Server):
    """Somebody else who talks to a server, on a connection of its own; who started it ends it."""

    def __init__(self, url):  # pylint: disable=super-init-not-called
        self.url = url
        self.port = urllib.parse.urlsplit(url).port
        self._connection = None
        self._tolerated = set()


def check_control_reply(reply):
    """What says it is JSON is JSON; errors always are, and have one form."""
    is_json = reply.header("Content-Type") == "application/json"
    assert is_json or reply.status < 400, reply
    assert not is_json or reply.json is not None, reply
    if reply.status >= 400:
        assert list(reply.json) == ["error"], reply
        error = reply.json["error"]
        assert set(error) - {"path"} == {"code", "message"} and all(
            isinstance(text, str) for text in error.values()
        ), reply


_SESSIONS = []


def _session():
    """One for all clients of this process, as it reads its models from files."""
    if not _SESSIONS:
        _SESSIONS.append(boto3.session.Session())
    return _SESSIONS[0]
