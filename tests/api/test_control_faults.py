"""What is to go wrong on purpose: from fixtures and over HTTP, and how real clients take it."""

import concurrent.futures
import http.client
import subprocess
import threading
import time

import boto3
import botocore.config
import botocore.exceptions
import pytest

from support import control_document, oracle
from support.server import DEFAULT_ACCOUNT, DEFAULT_REGION, MEDIA_TYPE, STATUS, authorization, target
from support.worlds import world

A, B = "111111111111", "222222222222"
THROTTLE = {"operation": STATUS, "error": "ThrottlingException"}
PUT = "PutConformancePack"
PACKS = "DescribeConformancePacks"


@pytest.fixture
def start_server(start_server):
    return lambda *arguments, **options: control_document.checked(start_server(*arguments, **options))


def add(server, **fault):
    reply = server.control("POST", "/faults", fault)
    assert reply.status == 201, reply
    return reply.json


def faults(server, query=""):
    return server.control("GET", "/faults" + query).json["faults"]


def call(server, operation=STATUS, account=DEFAULT_ACCOUNT, region=DEFAULT_REGION, body=b"{}"):
    """The status of an answer whatever it is, or what broke; by a connection of its own."""
    connection = server.connect()
    try:
        headers = {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(operation), **authorization(account, region)}
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException) as error:
        return type(error)
    finally:
        connection.close()


def hits(server, count, **options):
    """Which of so many calls went wrong."""
    return [call(server, **options) != 200 for _ in range(count)]


# ---- over HTTP ----


def test_a_fault_has_an_id_that_is_never_used_again(frozen_server):
    server = frozen_server()
    first = add(server, **THROTTLE, times=2)
    assert first == {"id": first["id"], **THROTTLE, "status": 400, "times": 2}
    second = add(server, operation="*", delayMs=1)
    assert second["id"] > first["id"]
    assert server.control("GET", f"/faults/{second['id']}").json == second
    assert faults(server) == [first, second]
    assert server.control("DELETE", f"/faults/{second['id']}").status == 200
    assert server.control("GET", f"/faults/{second['id']}").status == 404
    assert server.control("DELETE", f"/faults/{second['id']}").status == 404
    assert faults(server) == [first]
    assert add(server, operation="*", delayMs=1)["id"] > second["id"]


@pytest.mark.parametrize("identifier", ["0", "-1", "x", "999", "1x", "01x", "99999999999999999999", "%31x", "1.0", "%00"])
def test_no_such_fault(frozen_server, identifier):
    server = frozen_server(fixture=world(faults=[THROTTLE]))
    for method in ("GET", "DELETE"):
        assert server.control(method, f"/faults/{identifier}").status == 404
    assert len(faults(server)) == 1


def test_all_that_a_fault_may_have_comes_back(frozen_server):
    server = frozen_server()
    whole = {"operation": PUT, "account": A, "region": "eu-west-1", "error": "AccessDeniedException", "message": "<script>\u2603", "status": 403,
             "delayMs": 5, "jitterMs": 3, "connection": "truncate", "times": 7, "skip": 2, "probability": 0.25}
    added = add(server, **whole)
    assert added == {"id": added["id"], **whole}
    assert faults(server) == [added]
    assert server.control("GET", "/state").json["faults"] == [whole]


def test_deletion(frozen_server):
    where = [{}, {"account": A}, {"account": A, "region": "eu-west-1"}, {"account": B}, {"region": "eu-west-1"}]
    server = frozen_server(fixture=world(faults=[{**THROTTLE, **scope} for scope in where]))
    kept = [{key: fault[key] for key in fault if key in ("account", "region")} for fault in faults(server)]
    assert kept == where
    assert len(faults(server, f"?account={A}")) == 2
    assert len(faults(server, f"?account={A}&region=eu-west-1")) == 1
    assert server.control("DELETE", f"/faults?account={A}&region=eu-west-1").status == 200
    assert len(faults(server)) == 4
    assert server.control("DELETE", f"/faults?account={A}").status == 200
    assert len(faults(server)) == 3
    assert server.control("DELETE", "/faults?region=eu-west-1").status == 200
    assert len(faults(server)) == 2
    assert server.control("DELETE", "/faults").status == 200
    assert faults(server) == []
    assert server.control("DELETE", "/faults").status == 200


def test_a_deleted_fault_hits_no_more(frozen_server):
    server = frozen_server()
    fault = add(server, **THROTTLE)
    assert hits(server, 2) == [True, True]
    server.control("DELETE", f"/faults/{fault['id']}")
    assert hits(server, 2) == [False, False]


# ---- errors ----


@pytest.mark.parametrize("operation", [STATUS, PACKS, PUT, "DeleteConformancePack", "ListTagsForResource", "DescribeConfigRules"])
@pytest.mark.parametrize("by", ["http", "fixture"])
def test_any_operation(frozen_server, operation, by):
    fault = {"operation": operation, "error": "ThrottlingException"}
    canned = {"operation": "DescribeConfigRules", "body": {"ConfigRules": []}}
    server = frozen_server(fixture=world("a", responses=[canned], **({"faults": [fault]} if by == "fixture" else {})))
    if by == "http":
        add(server, **fault)
    inputs = {"PutConformancePack": {"ConformancePackName": "b"}, "DeleteConformancePack": {"ConformancePackName": "a"},
              "ListTagsForResource": {"ResourceArn": "arn:aws:config:us-east-1:123456789012:conformance-pack/a/x"}}
    reply = server.post(operation, inputs.get(operation))
    assert (reply.status, reply.json) == (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
    assert server.control("DELETE", "/faults").status == 200
    assert server.states() == {"a": "CREATE_COMPLETE"}, "the operation was not run"


@pytest.mark.parametrize(
    "error, status",
    [("ThrottlingException", 400), ("NoSuchConformancePackException", 400), ("InternalFailure", 500), ("ServiceUnavailable", 503),
     ("RequestLimitExceeded", 503), ("ExpiredTokenException", 403), ("SomethingNobodyHasHeardOf", 418), ("LimitExceeded", 429)],
)
def test_any_error_and_status(frozen_server, error, status):
    server = frozen_server()
    add(server, operation=STATUS, error=error, status=status, message='say "what" \u2603')
    reply = server.http("POST", "/", b"{}", {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(STATUS)})
    assert reply.status == status
    assert list(reply.json) == ["__type", "message"]
    assert (reply.error, reply.message) == (error, 'say "what" \u2603')
    oracle.check_headers(reply.headers, reply.body, MEDIA_TYPE)


@pytest.mark.parametrize("error", ["AccessDeniedException", "SerializationException"])
def test_errors_whose_message_has_a_capital(frozen_server, error):
    server = frozen_server()
    add(server, operation=STATUS, error=error, message="because")
    assert server.post(STATUS).json == {"__type": error, "Message": "because"}


def test_boto3_raises_it_by_its_class(frozen_server):
    server = frozen_server()
    client = server.boto3()
    add(server, operation="*", error="NoSuchConformancePackException", message="gone")
    with pytest.raises(client.exceptions.NoSuchConformancePackException, match="gone"):
        client.describe_conformance_packs()


@pytest.mark.parametrize(
    "call_",
    [lambda server: server.post(STATUS, {"Limit": 21}), lambda server: server.post(STATUS, b"{"), lambda server: server.post("NoSuchOperation", b"{}"),
     lambda server: server.post(STATUS, {"Limit": "x"}), lambda server: server.http("GET", "/"), lambda server: server.control("GET", "/health")],
)
def test_what_is_refused_anyway_meets_no_fault(frozen_server, call_):
    server = frozen_server()
    add(server, operation="*", error="ThrottlingException", times=1)
    assert call_(server).status != 418
    assert hits(server, 2) == [True, False]


def test_a_poll_that_failed_is_none(frozen_server):
    steps = [{"ConformancePackState": "CREATE_IN_PROGRESS"}, {"ConformancePackState": "CREATE_COMPLETE", "afterPolls": 1}]
    server = frozen_server(fixture=world({"ConformancePackName": "a", "transitions": steps}, faults=[{**THROTTLE, "times": 3}]))
    assert hits(server, 3) == [True] * 3
    assert server.states() == {"a": "CREATE_IN_PROGRESS"}
    assert server.states() == {"a": "CREATE_COMPLETE"}


# ---- which requests ----


def test_times_and_skip(frozen_server):
    server = frozen_server()
    fault = add(server, **THROTTLE, times=2, skip=3)
    assert hits(server, 8) == [False] * 3 + [True] * 2 + [False] * 3
    left = server.control("GET", f"/faults/{fault['id']}")
    assert left.status == 404 or left.json.get("times") == 0, "a fault that is spent must not look like one that goes on for ever"


def test_what_is_left_is_shown(frozen_server):
    server = frozen_server()
    add(server, **THROTTLE, times=5, skip=3)
    hits(server, 2)
    assert [(fault["skip"], fault["times"]) for fault in faults(server)] == [(1, 5)]
    hits(server, 3)
    assert [(fault.get("skip", 0), fault["times"]) for fault in faults(server)] == [(0, 3)]


def test_the_first_that_fits_counts(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, error="ThrottlingException", times=1)
    add(server, operation="*", error="InternalFailure", status=500, times=2)
    assert [call(server) for _ in range(4)] == [400, 500, 500, 200]


def test_one_that_lets_pass_leaves_it_to_the_next(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, error="ThrottlingException", skip=1)
    add(server, operation=STATUS, error="InternalFailure", status=500)
    assert [call(server) for _ in range(3)] == [500, 400, 400]


@pytest.mark.parametrize(
    "fault, hit",
    [
        ({"operation": STATUS}, {(STATUS, A, "us-east-1"), (STATUS, A, "eu-west-1"), (STATUS, B, "us-east-1")}),
        ({"operation": "*"}, {(STATUS, A, "us-east-1"), (STATUS, A, "eu-west-1"), (STATUS, B, "us-east-1"), (PACKS, A, "us-east-1")}),
        ({"operation": "*", "account": A}, {(STATUS, A, "us-east-1"), (STATUS, A, "eu-west-1"), (PACKS, A, "us-east-1")}),
        ({"operation": STATUS, "region": "us-east-1"}, {(STATUS, A, "us-east-1"), (STATUS, B, "us-east-1")}),
        ({"operation": "*", "account": A, "region": "eu-west-1"}, {(STATUS, A, "eu-west-1")}),
    ],
)
def test_operation_account_and_region(frozen_server, fault, hit):
    server = frozen_server()
    add(server, error="ThrottlingException", **fault)
    calls = [(STATUS, A, "us-east-1"), (STATUS, A, "eu-west-1"), (STATUS, B, "us-east-1"), (PACKS, A, "us-east-1")]
    assert {one for one in calls if call(server, *one) == 400} == hit


def test_a_probability_is_drawn_from_the_seed(frozen_server, start_server):
    runs = []
    for seed in ("1", "1", "2"):
        server = start_server("--seed", seed, fixture=world(faults=[{**THROTTLE, "probability": 0.3}]))
        runs.append(hits(server, 200))
    assert runs[0] == runs[1] != runs[2]
    for run in runs:
        assert 30 <= sum(run) <= 90, "0.3 of 200, within five standard deviations"
    server = frozen_server(fixture=world(faults=[{**THROTTLE, "probability": 0.5}, {"operation": STATUS, "error": "Other", "probability": 0.5}]))
    assert len(set(call(server) for _ in range(50))) == 2
    server = frozen_server(fixture=world(faults=[{**THROTTLE, "probability": 0}]))
    assert not any(hits(server, 50))
    server = frozen_server(fixture=world(faults=[{**THROTTLE, "probability": 1}]))
    assert all(hits(server, 50))


def test_two_faults_are_drawn_apart(frozen_server):
    server = frozen_server(fixture=world(faults=[{"operation": STATUS, "error": "E", "probability": 0.5}, {"operation": PACKS, "error": "E", "probability": 0.5}]))
    assert hits(server, 60) != hits(server, 60, operation=PACKS)


def test_times_with_a_probability_counts_hits(frozen_server):
    server = frozen_server(fixture=world(faults=[{**THROTTLE, "probability": 0.5, "times": 3}]))
    assert sum(hits(server, 60)) == 3


def test_parallel_requests_are_hit_as_often_as_asked(frozen_server):
    server = frozen_server(fixture=world(faults=[{**THROTTLE, "skip": 7, "times": 11}]))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: call(server), range(80)))
    assert sorted(results) == [200] * 69 + [400] * 11


# ---- delay ----


def timed(server, **options):
    began = time.monotonic()
    status = call(server, **options)
    return status, time.monotonic() - began


def test_delay(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, delayMs=300, times=1)
    status, took = timed(server)
    assert status == 200
    assert took >= 0.3
    call(server)
    first, second = (entry["durationMs"] for entry in server.control("GET", "/requests").json["requests"])
    assert second < first


def test_delay_of_an_error(frozen_server):
    server = frozen_server()
    add(server, **THROTTLE, delayMs=200)
    status, took = timed(server)
    assert status == 400
    assert took >= 0.2


def test_jitter_comes_on_top_of_the_delay(frozen_server):
    """How much it is: tests/unit/test_fault.c."""
    server = frozen_server()
    add(server, operation=STATUS, delayMs=20, jitterMs=40)
    for _ in range(12):
        call(server)
    took = [entry["durationMs"] for entry in server.control("GET", "/requests").json["requests"]]
    assert min(took) >= 20 and max(took) >= 40, "twelve draws, one at least from the upper half"


def test_a_delayed_request_holds_nobody_up(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, account=A, delayMs=3000)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        began = time.monotonic()
        slow = [pool.submit(timed, server, account=A) for _ in range(30)]
        time.sleep(0.3)
        assert [call(server, account=B) for _ in range(5)] == [200] * 5
        assert server.control("GET", "/health").status == 200
        assert not any(one.done() for one in slow), "the others were not waited for"
        results = [one.result() for one in slow]
        assert time.monotonic() - began < 30 * 3 / 2, "they wait side by side, not one after the other"
    assert all(status == 200 and took >= 3 for status, took in results)


def test_a_delayed_answer_is_that_of_its_moment(frozen_server):
    server = frozen_server(fixture=world("a"))
    add(server, operation=STATUS, account=DEFAULT_ACCOUNT, delayMs=600, times=1)
    names = []
    asking = control_document.apart(server)
    thread = threading.Thread(target=lambda: names.append(asking.post(STATUS, account=DEFAULT_ACCOUNT).names))
    thread.start()
    time.sleep(0.2)
    assert server.control("POST", "/reset?to=empty").status == 200
    thread.join()
    asking.close_connection()
    assert names in ([["a"]], [[]])


def test_a_client_that_does_not_wait(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, delayMs=400, times=5)
    for _ in range(5):
        connection = server.connect()
        connection.request("POST", "/", b"{}", {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(STATUS)})
        connection.close()
    assert server.control("GET", "/health").status == 200
    time.sleep(0.6)
    assert call(server) == 200


def test_stopping_does_not_wait_for_a_delay(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, delayMs=600000)
    connection = server.connect()
    connection.request("POST", "/", b"{}", {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(STATUS)})
    until = time.monotonic() + 5
    while not server.control("GET", "/requests").json["requests"] and time.monotonic() < until:
        time.sleep(0.02)
    assert server.stop() == 0  # ten minutes would be too long for it
    connection.close()


# ---- connections ----


def test_a_connection_that_is_reset(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, connection="reset", times=1)
    assert call(server) is ConnectionResetError
    assert call(server) == 200


def test_an_empty_answer(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, connection="empty", times=1)
    assert call(server) is http.client.RemoteDisconnected
    assert call(server) == 200


@pytest.mark.parametrize("fault", [{}, {"error": "ThrottlingException", "message": "x" * 500}])
def test_an_answer_that_is_cut_off(frozen_server, fault):
    server = frozen_server(fixture=world(*[f"pack-{number}" for number in range(20)]))
    add(server, operation=STATUS, connection="truncate", times=1, **fault)
    connection = server.connect()
    connection.request("POST", "/", b"{}", {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(STATUS)})
    response = connection.getresponse()
    assert response.status == (400 if fault else 200)
    promised = int(response.headers["Content-Length"])
    with pytest.raises(http.client.IncompleteRead) as broken:
        response.read()
    assert 0 < len(broken.value.partial) < promised
    connection.close()
    assert call(server) == 200


@pytest.mark.parametrize("kind", ["reset", "empty", "truncate"])
def test_only_the_one_connection_breaks(frozen_server, kind):
    """The control API and others go on, and what was asked is in the journal."""
    server = frozen_server()
    other = control_document.apart(server)
    assert other.post(STATUS, account=B).status == 200
    add(server, operation=STATUS, account=A, connection=kind)
    for _ in range(20):
        assert call(server, account=A) is not int
        assert other.post(STATUS, account=B).status == 200
    assert server.control("GET", f"/requests?account={A}").json["total"] == 41
    assert len(server.control("GET", f"/requests?account={A}").json["requests"]) == 20
    other.close_connection()


@pytest.mark.parametrize("kind", ["reset", "empty", "truncate"])
def test_a_broken_connection_after_a_delay(frozen_server, kind):
    server = frozen_server()
    add(server, operation=STATUS, connection=kind, delayMs=150)
    began = time.monotonic()
    assert call(server) in (ConnectionResetError, http.client.RemoteDisconnected, http.client.IncompleteRead)
    assert time.monotonic() - began >= 0.15


@pytest.mark.parametrize("kind", ["reset", "empty", "truncate"])
def test_broken_connections_over_https(start_server, tmp_path, kind):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", certificate,
                    "-subj", "/CN=localhost", "-days", "1"], check=True, capture_output=True)
    server = start_server("--tls-cert", certificate, "--tls-key", key, fixture=world("a", faults=[{"operation": STATUS, "connection": kind, "times": 3}]))
    assert [isinstance(call(server), int) for _ in range(4)] == [False] * 3 + [True]


# ---- real SDKs ----


def sdk(server, **config):
    """A boto3 client whose answers nobody checks: what it is given here AWS would not always give."""
    settings = botocore.config.Config(**{"retries": {"mode": "standard"}, "read_timeout": 10, **config})
    return boto3.session.Session().client(
        "config", endpoint_url=server.url, region_name=DEFAULT_REGION, aws_access_key_id=DEFAULT_ACCOUNT, aws_secret_access_key="secret", config=settings
    )


def throttled(server, times):
    """What boto3's standard mode makes of so many throttles: status, retries, and how often it asked."""
    add(server, **THROTTLE, times=times)
    try:
        answer = sdk(server).describe_conformance_pack_status()["ResponseMetadata"]
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "ThrottlingException"
        answer = error.response["ResponseMetadata"]
    asked = server.control("GET", "/requests").json["requests"]
    assert [entry["operation"] for entry in asked] == [STATUS] * len(asked)
    return answer["HTTPStatusCode"], answer["RetryAttempts"], len(asked)


def test_boto3_rides_out_two_throttles(frozen_server):
    assert throttled(frozen_server(), 2) == (200, 2, 3)


def test_boto3_gives_up_on_six(frozen_server):
    server = frozen_server()
    assert throttled(server, 6) == (400, 2, 3)
    assert faults(server)[0]["times"] == 3


@pytest.mark.parametrize("kind", ["reset", "empty"])
def test_boto3_rides_out_broken_connections(frozen_server, kind):
    server = frozen_server(fixture=world("a"))
    add(server, operation=STATUS, connection=kind, times=2)
    answer = sdk(server).describe_conformance_pack_status()
    assert [pack["ConformancePackName"] for pack in answer["ConformancePackStatusDetails"]] == ["a"]
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2


def test_what_boto3_makes_of_an_answer_that_is_cut_off(frozen_server):
    """Some versions take it for an empty one, which is what one may want to be ready for; others try again."""
    server = frozen_server(fixture=world("a"))
    add(server, operation=STATUS, connection="truncate", times=1)
    answer = sdk(server).describe_conformance_pack_status()
    assert ("ConformancePackStatusDetails" in answer) == (answer["ResponseMetadata"]["RetryAttempts"] == 1)
    assert len(sdk(server).describe_conformance_pack_status()["ConformancePackStatusDetails"]) == 1


def test_boto3_rides_out_a_server_error(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, error="ServiceUnavailable", status=503, times=2)
    assert sdk(server).describe_conformance_pack_status()["ResponseMetadata"]["RetryAttempts"] == 2


def test_boto3_gives_up_waiting(frozen_server):
    server = frozen_server()
    add(server, operation=STATUS, delayMs=3000, times=1)
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        sdk(server, read_timeout=0.3, retries={"mode": "standard", "total_max_attempts": 1}).describe_conformance_pack_status()
    assert server.states() == {}


# ---- wrong faults ----


@pytest.mark.parametrize(
    "fault",
    [{}, {"operation": STATUS}, {"operation": STATUS, "message": "x", "delayMs": 1}, {"operation": STATUS, "status": 503, "delayMs": 1},
     {"operation": "NoSuchOperation", "delayMs": 1}, {"operation": STATUS.lower(), "delayMs": 1}, {"operation": "Describe*", "delayMs": 1},
     {**THROTTLE, "status": 200}, {**THROTTLE, "status": 399}, {**THROTTLE, "status": 600}, {**THROTTLE, "status": "400"}, {**THROTTLE, "times": 0},
     {**THROTTLE, "times": -1}, {**THROTTLE, "times": 1.5}, {**THROTTLE, "skip": -1}, {**THROTTLE, "probability": 1.01}, {**THROTTLE, "probability": -0.1},
     {**THROTTLE, "connection": "kept"}, {**THROTTLE, "delayMs": -1}, {**THROTTLE, "delayMs": 600001}, {**THROTTLE, "account": "1"},
     {**THROTTLE, "region": "No Region"}, {**THROTTLE, "id": 1}, {"operation": STATUS, "error": ""}, [THROTTLE], None, "x"],
)
def test_faults_that_are_refused(frozen_server, fault):
    server = frozen_server()
    reply = server.control("POST", "/faults", fault)
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidBody")
    if isinstance(fault, dict):
        assert server.control("POST", "/state", {"faults": [THROTTLE, fault]}).status == 400
    assert faults(server) == []
