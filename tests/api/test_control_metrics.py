"""Metrics, as a real parser of OpenMetrics reads them."""

import collections
import threading

import pytest

from support import control_document
from support.server import STATUS
from support.worlds import STATES, moving, pack, step, world

prometheus = pytest.importorskip("prometheus_client.openmetrics.parser", reason="python3-prometheus-client is not installed")

REQUESTS = "awsconfig_mock_requests"
LATENCY = "awsconfig_mock_request_duration_seconds"


@pytest.fixture
def start_server(start_server):
    return lambda *arguments, **options: control_document.checked(start_server(*arguments, **options))


def metrics(server):
    """{family name: family}"""
    reply = server.control("GET", "/metrics")
    assert reply.status == 200
    assert reply.header("Content-Type") == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    text = reply.body.decode()
    assert text.endswith("# EOF\n") and text.count("# EOF") == 1
    families = list(prometheus.text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert family.name.startswith("awsconfig_mock_") and family.documentation, family
    return {family.name: family for family in families}


def requests(server):
    """{(operation, code, error): count}"""
    counted = {}
    for sample in metrics(server)[REQUESTS].samples:
        assert sample.name == REQUESTS + "_total"
        key = sample.labels["operation"], sample.labels["code"], sample.labels["error"]
        assert key not in counted
        counted[key] = sample.value
    return counted


def value(server, name):
    [sample] = metrics(server)[name].samples
    return sample.value


def test_kinds(frozen_server):
    kinds = {name: family.type for name, family in metrics(frozen_server()).items()}
    assert kinds == {
        REQUESTS: "counter", LATENCY: "histogram", "awsconfig_mock_packs": "gauge", "awsconfig_mock_faults": "gauge",
        "awsconfig_mock_journal_entries": "gauge",
    }


def test_counters_grow(frozen_server):
    server = frozen_server()
    assert requests(server) == {}
    for turn in range(1, 4):
        server.post(STATUS)
        server.post(STATUS)
        server.post(STATUS, {"Limit": 21})
        server.post("DescribeConformancePacks")
        server.post("DescribeConfigRules")
        server.post("NoSuchOperation")
        assert requests(server) == {
            (STATUS, "200", ""): 2 * turn,
            (STATUS, "400", "InvalidLimitException"): turn,
            ("DescribeConformancePacks", "200", ""): turn,
            ("DescribeConfigRules", "400", "NotImplementedException"): turn,
            ("", "400", "UnknownOperationException"): turn,
        }


def test_what_is_asked_of_the_control_api_is_not_counted(frozen_server):
    server = frozen_server()
    server.advance(1)
    metrics(server)
    assert requests(server) == {}


def buckets(server):
    """The histogram's: [(upper bound, count)], its count and its sum."""
    samples = metrics(server)[LATENCY].samples
    found = [(float(sample.labels["le"]), sample.value) for sample in samples if sample.name == LATENCY + "_bucket"]
    [count] = [sample.value for sample in samples if sample.name == LATENCY + "_count"]
    [total] = [sample.value for sample in samples if sample.name == LATENCY + "_sum"]
    return found, count, total


def test_the_histogram_is_cumulative(frozen_server):
    server = frozen_server(fixture=world(faults=[{"operation": "DescribeConformancePacks", "delayMs": 30}]))
    for _ in range(40):
        server.post(STATUS)
    for _ in range(3):
        server.post("DescribeConformancePacks")
    found, count, total = buckets(server)
    bounds, counts = zip(*found)
    assert list(bounds) == sorted(set(bounds)) and bounds[-1] == float("inf")
    assert list(counts) == sorted(counts) and counts[-1] == count == 43
    assert total >= 0.09
    assert sum(count - below for bound, below in found if bound < 0.03 <= dict(found).get(bound, 1)) >= 3
    below = dict(found)[max(bound for bound in bounds if bound < 0.03)]
    assert below <= 40, "those three took 30 ms"
    assert dict(found)[1.0] >= 43 - 1


def test_the_histogram_counts_what_the_counters_count(frozen_server):
    server = frozen_server()
    for number in range(25):
        server.post(STATUS, {"Limit": number})
    assert buckets(server)[1] == sum(requests(server).values()) == 25


def states(server):
    return {sample.labels["state"]: sample.value for sample in metrics(server)["awsconfig_mock_packs"].samples}


def test_packs_by_state(frozen_server):
    scopes = [{"account": account, "region": region} for account in ("111111111111", "222222222222") for region in ("us-east-1", "eu-west-1")]
    packs = [pack(f"{state.lower().replace('_', '-')}-{number}", ConformancePackState=state, **scope)
             for count, state in enumerate(STATES, 1) for scope in scopes for number in range(count)]
    movers = [moving("m", step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", afterSeconds=10), step("DELETE_IN_PROGRESS", afterSeconds=20),
                     step("DELETED", afterSeconds=30), **scope) for scope in scopes]
    server = frozen_server(fixture=world(*packs, *movers))
    for _ in range(4):
        described = collections.Counter({state: 0 for state in STATES})
        for scope in scopes:
            token, first = None, True
            while token or first:
                reply = server.post(STATUS, {"NextToken": token} if token else {}, **scope)
                described.update(one["ConformancePackState"] for one in reply.json["ConformancePackStatusDetails"])
                token, first = reply.token, False
        assert states(server) == dict(described)
        assert sum(described.values()) == server.control("GET", "/health").json["packs"]
        server.advance(10)


def test_faults_and_journal(frozen_server):
    server = frozen_server(fixture=world(faults=[{"operation": STATUS, "delayMs": 1}]))
    assert value(server, "awsconfig_mock_faults") == 1
    server.control("POST", "/faults", {"operation": "*", "error": "ThrottlingException"})
    assert value(server, "awsconfig_mock_faults") == 2
    server.control("DELETE", "/faults")
    assert value(server, "awsconfig_mock_faults") == 0
    for _ in range(3):
        server.post(STATUS)
    assert value(server, "awsconfig_mock_journal_entries") == 3
    server.control("DELETE", "/requests")
    assert value(server, "awsconfig_mock_journal_entries") == 0
    assert sum(requests(server).values()) == 3, "what was counted stays counted"


@pytest.mark.parametrize("error", ['quo"te', "back\\slash", "new\nline", "\u2603", "}", "a,b=c", "x" * 256, "y" * 79 + "\u2603\u2603"])
def test_any_name_of_an_error(frozen_server, error):
    server = frozen_server(fixture=world(faults=[{"operation": STATUS, "error": error}]))
    server.http("POST", "/", b"{}", {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "StarlingDoveService." + STATUS})
    [(operation, code, named)] = requests(server)
    assert (operation, code) == (STATUS, "400")
    assert error.startswith(named) and len(named) >= min(len(error), 60)


def test_there_are_never_too_many_series(frozen_server):
    server = frozen_server()
    for number in range(600):
        server.control("PUT", "/state", {"faults": [{"operation": STATUS, "error": f"Error{number}"}]})
        server.http("POST", "/", b"{}", {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "StarlingDoveService." + STATUS})
    counted = requests(server)
    assert len(counted) <= 512
    assert sum(counted.values()) == 600
    for number in range(5):
        server.post("DescribeConformancePacks")
    assert sum(requests(server).values()) == 605


def test_while_requests_run(frozen_server):
    server = frozen_server()

    def work(number):
        asking = control_document.apart(server)
        for _ in range(50):
            asking.post(STATUS, account=f"{number:012}")
        asking.close_connection()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    last = 0
    while any(thread.is_alive() for thread in threads):
        families = metrics(server)
        total = sum(sample.value for sample in families[REQUESTS].samples)
        [count] = [sample.value for sample in families[LATENCY].samples if sample.name.endswith("_count")]
        assert count == total >= last
        last = total
    assert sum(requests(server).values()) == 200
