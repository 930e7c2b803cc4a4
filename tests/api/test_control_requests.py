"""The journal: what was asked of the AWS endpoint, so that a test can assert what its code did."""

import concurrent.futures
import json
import re
import time

import pytest

from support import control_document
from support.server import DEFAULT_ACCOUNT, DEFAULT_REGION, MEDIA_TYPE, STATUS, target
from support.worlds import world

A, B = "111111111111", "222222222222"
SIGNATURE = "5ec2e7" * 10 + "beef"
TOKEN = "session-token-that-is-secret"
SECRET = "secret-access-key-of-the-fixture"


@pytest.fixture
def start_server(start_server):
    return lambda *arguments, **options: control_document.checked(start_server(*arguments, **options))


def journal(server, query=""):
    return server.control("GET", "/requests" + query).json


def entries(server, query=""):
    return journal(server, query)["requests"]


def operations(server, query=""):
    return [entry["operation"] for entry in entries(server, query)]


# ---- what is in it ----


def test_a_request(frozen_server):
    server = frozen_server(fixture=world("a"))
    before = time.time()
    reply = server.post(STATUS, {"ConformancePackNames": ["a"], "Limit": 5}, account=A, region="eu-west-1")
    [entry] = entries(server)
    assert entry["durationMs"] > 0
    told = time.mktime(time.strptime(entry["time"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
    assert before - 2 < told < before + 5, "by the machine's clock, not by the frozen one"
    assert {key: entry[key] for key in entry if key not in ("time", "durationMs")} == {
        "id": reply.header("x-amzn-RequestId"), "operation": STATUS, "account": A, "region": "eu-west-1",
        "input": {"ConformancePackNames": ["a"], "Limit": 5}, "status": 200, "error": None, "answer": {"ConformancePackStatusDetails": []},
    }


def test_a_request_that_was_refused(frozen_server):
    server = frozen_server()
    reply = server.post(STATUS, {"Limit": 21}, account=A)
    [entry] = entries(server)
    assert (entry["status"], entry["error"], entry["input"], entry["answer"]) == (400, "InvalidLimitException", {"Limit": 21}, reply.json)
    assert (entry["account"], entry["region"]) == (A, DEFAULT_REGION)


def test_an_answer_that_is_empty(frozen_server):
    server = frozen_server(fixture=world("a"))
    server.post("DeleteConformancePack", {"ConformancePackName": "a"})
    [entry] = entries(server)
    assert (entry["status"], entry["error"], entry["answer"]) == (200, None, None)


@pytest.mark.parametrize("body", [b"", b"{", b"not json", b"[1]", b'"x"', b"\xff\xfe", b'{"a":"\xff"}', b"{} {}", b"\x00", b'{"Limit": 1e999}', b"[" * 5000])
def test_inputs_that_are_wrong(frozen_server, body):
    """Each is in the journal, which stays JSON."""
    server = frozen_server()
    server.post(STATUS, body)
    [entry] = entries(server)
    assert (entry["operation"], entry["status"], entry["input"] is None) == (STATUS, 400, body == b"")
    server.post(STATUS)
    assert len(entries(server)) == 2


@pytest.mark.parametrize("name", ["NoSuchOperation", "\u00e9<script>"])
def test_operations_that_there_are_none_of(frozen_server, name):
    server = frozen_server()
    headers = {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target("x") + "/"} if "<" in name else {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(name)}
    assert server.http("POST", "/", b'{"a": 1}', headers).status == 400
    [entry] = entries(server)
    assert (entry["operation"], entry["input"], entry["status"]) == (None, {"a": 1}, 400)


def test_what_the_gateway_answers(frozen_server):
    server = frozen_server()
    server.http("GET", "/anything")
    server.http("POST", "/", b"{}", {"Content-Type": "text/plain"})
    assert [(entry["operation"], entry["status"]) for entry in entries(server)] == [(None, 403)] * 2
    assert all(isinstance(entry["answer"], str) for entry in entries(server)), "XML is text"


def test_unicode_and_long_texts(frozen_server):
    server = frozen_server()
    text = '\u2603 "\U0001f600" \\ </script>'
    server.post(STATUS, {"NextToken": text})
    server.post(STATUS, {"NextToken": "y" * 900000})
    short, long = entries(server)
    assert short["input"] == {"NextToken": text}
    assert isinstance(long["input"], str) and 60000 < len(long["input"]) < 70000
    assert long["input"].startswith('{"NextToken": "yyy')


def test_a_key_that_is_there_twice(frozen_server):
    server = frozen_server()
    server.http("POST", "/", b'{"Limit": 1, "Limit": 2}', {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(STATUS)})
    reply = server.http("GET", "/_mock/requests")
    assert reply.json["requests"][0]["status"] in (200, 400)


def test_what_is_asked_of_the_control_api_is_not_in_it(frozen_server):
    server = frozen_server()
    server.advance(1)
    server.control("GET", "/health")
    server.control("POST", "/reset")
    server.http("GET", "/", headers={"Accept": "text/html"})
    assert journal(server) == {"requests": [], "total": 0}


def test_ids_are_those_of_the_answers(frozen_server):
    server = frozen_server()
    ids = [server.post(STATUS).header("x-amzn-RequestId") for _ in range(20)]
    assert [entry["id"] for entry in entries(server)] == ids
    assert len(set(ids)) == 20


# ---- order, bound, filters ----


def ask(server):
    """Five requests that differ."""
    server.post(STATUS, account=A)
    server.post(STATUS, {"Limit": 21}, account=A, region="eu-west-1")
    server.post("DescribeConformancePacks", account=B)
    server.post("DeleteConformancePack", {"ConformancePackName": "ghost"}, account=B, region="eu-west-1")
    server.post("NoSuchOperation", {})


@pytest.mark.parametrize(
    "query, numbers",
    [
        ("", [0, 1, 2, 3, 4]),
        (f"?operation={STATUS}", [0, 1]),
        ("?operation=DeleteConformancePack", [3]),
        ("?operation=Describe", []),
        (f"?operation={STATUS.lower()}", []),
        (f"?account={A}", [0, 1]),
        (f"?account={B}&region=us-east-1", [2]),
        ("?region=eu-west-1", [1, 3]),
        ("?status=400", [1, 3, 4]),
        ("?status=200", [0, 2]),
        ("?status=500", []),
        ("?limit=2", [3, 4]),
        ("?limit=1000", [0, 1, 2, 3, 4]),
        (f"?account={A}&status=400&limit=1", [1]),
        (f"?operation={STATUS}&limit=1", [1]),
        ("?status=400&limit=2", [3, 4]),
        (f"?operation={STATUS}&account={B}", []),
        ("?operation=Describe%43onformancePacks", [2]),
    ],
)
def test_filters(frozen_server, query, numbers):
    server = frozen_server()
    ask(server)
    everything = entries(server)
    assert entries(server, query) == [everything[number] for number in numbers]
    assert journal(server, query)["total"] == 5


def test_clear(frozen_server):
    server = frozen_server()
    ask(server)
    assert server.control("DELETE", f"/requests?account={A}").json == {"requests": 3}
    assert operations(server) == ["DescribeConformancePacks", "DeleteConformancePack", None]
    server.post(STATUS)
    assert server.control("DELETE", "/requests").json == {"requests": 0}
    assert journal(server) == {"requests": [], "total": 6}
    server.post(STATUS)
    assert operations(server) == [STATUS]


def test_a_reset_leaves_it_alone(frozen_server):
    server = frozen_server()
    server.post(STATUS)
    server.control("POST", "/reset")
    server.control("PUT", "/state", {})
    assert operations(server) == [STATUS]


def test_it_is_bounded(frozen_server):
    server = frozen_server()
    for number in range(1100):
        server.post(STATUS, {"Limit": number % 20})
    everything = journal(server)
    assert len(everything["requests"]) == 1000
    assert everything["total"] == 1100
    assert [entry["input"]["Limit"] for entry in everything["requests"]] == [number % 20 for number in range(100, 1100)]
    assert [entry["input"]["Limit"] for entry in entries(server, "?limit=3")] == [17, 18, 19]
    assert "awsconfig_mock_journal_entries 1000" in server.http("GET", "/_mock/metrics").body.decode()


def test_large_requests_make_way(frozen_server):
    """In all, 16 MiB are kept: the oldest go first."""
    server = frozen_server()
    for number in range(400):
        server.post(STATUS, {"NextToken": f"{number:03}" + "z" * 63000})
    kept = entries(server)
    assert 200 < len(kept) < 300
    assert sum(len(entry["input"]["NextToken"]) for entry in kept) <= 16 * 1024 * 1024
    assert [entry["input"]["NextToken"][:3] for entry in kept] == [f"{number:03}" for number in range(400 - len(kept), 400)]
    assert journal(server)["total"] == 400


@pytest.mark.parametrize("size", [0, 1, 5])
def test_its_size_is_an_option(start_server, size):
    server = start_server("--journal", str(size))
    for _ in range(7):
        server.post(STATUS)
    assert journal(server)["total"] == 7
    assert len(entries(server)) == size


def test_in_parallel(frozen_server):
    """Every request is in it once, and its order is that of the answers of each client."""
    server = frozen_server()

    def work(number):
        asking = control_document.apart(server)
        ids = [asking.post(STATUS, account=f"{number:012}").header("x-amzn-RequestId") for _ in range(50)]
        asking.close_connection()
        return ids

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(work, range(8)))
    for number, ids in enumerate(asked):
        assert [entry["id"] for entry in entries(server, f"?account={number:012}")] == ids
    assert journal(server)["total"] == 400


def test_faults_are_in_it(frozen_server):
    server = frozen_server(fixture=world(faults=[{"operation": STATUS, "error": "ThrottlingException", "times": 1}]))
    server.post(STATUS)
    server.post(STATUS)
    assert [entry["error"] for entry in entries(server)] == ["ThrottlingException", None]


def test_what_boto3_asked(frozen_server):
    server = frozen_server(fixture=world("a", "b"))
    client = server.boto3(account=A, region="eu-west-1")
    client.describe_conformance_pack_status(ConformancePackNames=["a"], Limit=3)
    [entry] = entries(server)
    assert (entry["operation"], entry["account"], entry["region"], entry["input"]) == (
        STATUS, A, "eu-west-1", {"ConformancePackNames": ["a"], "Limit": 3})


# ---- no secrets ----


def with_secrets(server):
    """Requests that carry a signature, a session token and a presigned query, good and bad ones."""
    credential = f"AKIAEXAMPLE/20260101/{DEFAULT_REGION}/config/aws4_request"
    signed = {
        "Content-Type": MEDIA_TYPE, "X-Amz-Target": target(STATUS), "X-Amz-Date": "20260101T000000Z", "X-Amz-Security-Token": TOKEN,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host;x-amz-date, Signature={SIGNATURE}",
    }
    bad = {**signed, "Authorization": f"AWS4-HMAC-SHA256 Credential=x, Signature={SIGNATURE}"}
    bearer = {**signed, "Authorization": f"Bearer {SIGNATURE}"}
    presigned = f"/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential.replace('/', '%2F')}&X-Amz-Signature={SIGNATURE}" \
                f"&X-Amz-Security-Token={TOKEN}&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host"
    for path, headers, body in [("/", signed, b"{}"), ("/", signed, b"{"), ("/", bad, b"{}"), ("/", bearer, b"{}"), (presigned, signed, b"{}"),
                                (presigned, {**signed, "Authorization": None}, b"{}"), ("/", {**signed, "X-Amz-Target": target("Nothing")}, b"{}"),
                                ("/", {**signed, "Content-Type": "text/plain"}, b"{}")]:
        server.http("POST", path, body, {name: value for name, value in headers.items() if value is not None})
    server.http("GET", presigned, headers=signed)
    client = server.boto3(account="AKIAEXAMPLE", session_token=TOKEN)
    try:
        client.describe_conformance_pack_status()
    except client.exceptions.ClientError:
        pass


@pytest.mark.parametrize("verifying", [[], ["--verify-signatures"]])
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_secret_is_in_the_journal_the_log_or_the_metrics(frozen_server, log_format, verifying):
    credential = {"AccessKeyId": "AKIAEXAMPLE", "SecretAccessKey": SECRET, "SessionToken": TOKEN, "account": A}
    server = frozen_server("--log-level", "debug", "--log-format", log_format, *verifying, fixture=world(credentials=[credential]))
    with_secrets(server)
    text = json.dumps(journal(server)) + server.http("GET", "/_mock/metrics").body.decode()
    assert len(entries(server)) == 10
    server.stop()
    log = server.stderr()
    assert STATUS in log, "the level is debug"
    for secret in (SIGNATURE, TOKEN, SECRET, "Bearer"):
        assert secret not in text
        assert secret not in log
    signatures = re.findall(r"[0-9a-f]{64}", text + log)
    assert not signatures, "boto3's own signature"


def test_the_control_token_is_in_no_log(start_server):
    server = start_server("--log-level", "debug", "--control-token", "token-that-is-secret")
    for token in ("token-that-is-secret", "token-that-is-wrong"):
        server.control("GET", "/health", headers={"Authorization": f"Bearer {token}"})
    server.stop()
    assert "token-that-is" not in server.stderr()


def test_a_log_line_is_one_line(start_server):
    """Whatever is in a path or a target."""
    server = start_server("--log-level", "debug")
    server.http("POST", "/a%0ab", b"{}", {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target("x\ty")})
    server.http("GET", "/\x7f\x1b[31m".replace("\x1b", "%1b").replace("\x7f", "%7f"))
    server.stop()
    for line in server.stderr().splitlines():
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info) [ -~]*$", line), line


def test_without_credentials(frozen_server):
    server = frozen_server()
    server.post(STATUS)
    assert entries(server, f"?account={DEFAULT_ACCOUNT}&region={DEFAULT_REGION}") == entries(server)
