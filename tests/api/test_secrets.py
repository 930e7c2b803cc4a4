"""Nothing that the server says holds a secret that it was given: not its answers, not its log, not what other processes
see of it. Two are by design: GET /_mock/state writes a fixture, credentials and all, and the journal keeps bodies, which
is what AWS's callers sent. Headers, where an AWS request has its secrets, are kept nowhere."""

import json
import pathlib

import pytest

from support import control_document
from support.worlds import world

KEY = "AKIAIOSFODNN7EXAMPLE"
MARK = "planted"  # in each secret
SECRET, SESSION, CONTROL, SIGNATURE = (f"{MARK}-{kind}" for kind in ("secret", "session", "control", "signature"))
CREDENTIAL = {"AccessKeyId": KEY, "SecretAccessKey": SECRET, "SessionToken": SESSION, "account": "111122223333"}
BEARER = {"Authorization": f"Bearer {CONTROL}"}

# Fixtures with something wrong at, before or behind a secret.
WRONG = [
    {"credentials": [{**CREDENTIAL, "account": SECRET}]},
    {"credentials": [{**CREDENTIAL, "SecretAccessKey": [SECRET]}]},
    {"credentials": [{**CREDENTIAL, "SecretAccessKey": SECRET * 1000}]},
    {"credentials": [{**CREDENTIAL, "SessionToken": {SESSION: 1}}]},
    {"credentials": [{**CREDENTIAL, "SessionToken": SESSION * 1000}]},
    {"credentials": [{**CREDENTIAL, "Secret": SECRET}]},
    {"credentials": [CREDENTIAL, CREDENTIAL]},
    {"credentials": [SECRET]},
    {"credentials": SECRET},
]
BROKEN = [json.dumps({"credentials": [CREDENTIAL]}).replace(f'"{SECRET}"', text) for text in (f'"{SECRET}', f"{SECRET}")]

AUTHORIZATIONS = [
    f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/config/aws4_request, SignedHeaders=host;x-amz-date, "
    f"Signature={SIGNATURE}",
    f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/nowhere/s3/aws4, SignedHeaders=host, Signature={SIGNATURE}",
    f"AWS4-HMAC-SHA256 Credential={SECRET}, Signature={SIGNATURE}",
    f"Bearer {SECRET}",
    SIGNATURE,
]


def said_to_aws(server):
    """Requests with secrets where an SDK puts them. What AWS answers may repeat the Authorization, to who sent it."""
    for authorization in AUTHORIZATIONS:
        headers = {"Authorization": authorization, "X-Amz-Date": "20260101T000000Z", "X-Amz-Security-Token": SESSION}
        server.post("DescribeConformancePackStatus", headers=headers)
        server.post("NoSuchOperation", headers=headers)
        server.http("GET", f"/?X-Amz-Signature={SIGNATURE}&X-Amz-Security-Token={SESSION}", headers=headers)


def answers_of_the_control_api(server):
    """All that reads, and what goes wrong."""
    calls = [("GET", path) for method, path, _ in control_document.operations() if method == "get" and "{" not in path]
    calls = [call for call in calls if call[1] != "/_mock/state"]
    calls += [("GET", "/_mock/nowhere"), ("PATCH", "/_mock/health"), ("GET", "/_mock/requests?limit=x"), ("POST", "/_mock/reset")]
    for method, path in calls:
        for headers in (BEARER, {}, {"Authorization": f"Bearer {SECRET}"}, {**BEARER, "Origin": f"http://{SECRET}.example"}):
            yield server.http(method, path, headers=headers)
    for body in [*map(json.dumps, WRONG), *BROKEN]:
        for method in ("PUT", "POST"):
            reply = server.http(method, "/_mock/state", body.encode(), BEARER)
            assert reply.status == 400, body
            yield reply


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("verifying", [[], ["--verify-signatures"]])
def test_nothing_said_holds_a_secret(frozen_server, verifying, log_format):
    server = frozen_server(
        "--log-level", "debug", "--log-format", log_format, *verifying,
        fixture=world("a", credentials=[CREDENTIAL]), env={"AWSCONFIG_MOCK_CONTROL_TOKEN": CONTROL},
    )  # fmt: skip
    said_to_aws(server)
    for reply in answers_of_the_control_api(server):
        assert MARK not in reply.body.decode() + str(reply.headers), reply
    command = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
    server.stop()
    assert server.stderr().count("\n") > 10, "the level is debug"
    assert MARK not in server.stderr() + command.decode()


@pytest.mark.parametrize("text", [*map(json.dumps, WRONG), *BROKEN])
def test_the_check_of_a_fixture_shows_none(run_mock, tmp_path, text):
    fixture = tmp_path / "fixture.json"
    fixture.write_text(text, encoding="utf-8")
    done = run_mock("check", fixture)
    assert done.returncode == 1
    assert f"{fixture}:1:" in done.stderr
    assert MARK not in done.stdout + done.stderr
