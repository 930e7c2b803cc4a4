"""The log, on standard error."""

import json
import re

import pytest

from support.server import STATUS
from support.worlds import world

LEVELS = ["error", "warn", "info", "debug"]


def requests(server):
    server.post(STATUS, {"Limit": 21})
    server.post(STATUS, path='/with "quotes" and \\'.replace(" ", "%20"))
    server.http("GET", "/x%0Ay", headers={"X": "y"})
    server.control("GET", "/nothing")


@pytest.mark.parametrize("level", LEVELS)
def test_json_lines(start_server, level):
    server = start_server("--log-format", "json", "--log-level", level)
    requests(server)
    server.stop()
    lines = [json.loads(line) for line in server.stderr().splitlines()]
    for line in lines:
        assert list(line)[:2] == ["time", "level"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert line["level"] in LEVELS[: LEVELS.index(level) + 1]
    assert bool(lines) == (level in ("info", "debug"))


@pytest.mark.parametrize("level", LEVELS)
def test_text_lines(start_server, level):
    server = start_server("--log-level", level)
    requests(server)
    server.stop()
    for line in server.stderr().splitlines():
        match = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\w+) [^\x00-\x1f]+", line)
        assert match and match[1] in LEVELS[: LEVELS.index(level) + 1]


def test_debug_tells_of_each_request(start_server):
    server = start_server("--log-level", "debug")
    server.post(STATUS, {"Limit": 21})
    server.stop()
    [line] = [line for line in server.stderr().splitlines() if STATUS in line]
    assert "400" in line and "InvalidLimitException" in line


def test_secrets_are_not_logged(start_server):
    credentials = [{"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "very-secret", "account": "111111111111"}]
    server = start_server(
        "--log-level", "debug", "--control-token", "control-secret", fixture=world(credentials=credentials)
    )
    server.boto3(account="AKIAIOSFODNN7EXAMPLE", session_token="session-secret").describe_conformance_pack_status()
    server.control("GET", "/health", headers={"Authorization": "Bearer control-secret"})
    server.control("GET", "/health", headers={"Authorization": "Bearer other-secret"})
    server.stop()
    assert "secret" not in server.stderr()
