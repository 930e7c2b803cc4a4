"""The oracle itself: what it must refuse, it refuses. Without this, an oracle that sees nothing would look the same."""

import json

import pytest

from support import oracle
from support.server import STATUS

HEADERS = {
    "x-amzn-RequestId": "5e50b001-d161-4296-a841-b2a379832dbd",
    "Content-Type": "application/x-amz-json-1.1",
    "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
}
DETAIL = {
    "ConformancePackName": "a",
    "ConformancePackId": "conformance-pack-uday4bbox",
    "ConformancePackArn": "arn:aws:config:us-east-1:123456789012:conformance-pack/a/conformance-pack-uday4bbox",
    "ConformancePackState": "CREATE_COMPLETE",
    "StackArn": "arn:aws:cloudformation:us-east-1:123456789012:stack/x/d4301fe0-a9b1-11e9-994d-025f28dd83ba",
    "LastUpdateRequestedTime": 1573865201.619,
}


@pytest.fixture(autouse=True)
def unseen(monkeypatch):
    """What is checked here was not answered by any server."""
    monkeypatch.setattr(oracle, "SEEN", set())


def check(body, operation=STATUS, status=200, **headers):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {
        **HEADERS,
        "Content-Length": str(len(text)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    oracle.check_reply(operation, status, [(name, value) for name, value in sent.items() if value is not None], text)


def details(**members):
    changed = {**DETAIL, **members}
    in_order = [key for key in oracle.SHAPES["ConformancePackStatusDetail"]["members"] if key in changed]
    in_order += [key for key in changed if key not in in_order]
    return {"ConformancePackStatusDetails": [{key: changed[key] for key in in_order if changed[key] is not None}]}


GOOD = [
    (details(), STATUS, 200),
    (details(ConformancePackState="CREATE_FAILED", StackArn=None, ConformancePackStatusReason=""), STATUS, 200),
    ({"ConformancePackStatusDetails": [], "NextToken": "x"}, STATUS, 200),
    (b"", "DeleteConformancePack", 200),
    ({"__type": "InvalidLimitException", "message": "x"}, STATUS, 400),
    ({"__type": "SerializationException"}, STATUS, 400),
    ({"__type": "SerializationException", "Message": "x"}, STATUS, 400),
    ({"__type": "UnknownOperationException"}, "Nope", 400),
    ({"__type": "RequestEntityTooLargeException", "message": "x"}, STATUS, 413),
    ({"Tags": []}, "ListTagsForResource", 200),
]


@pytest.mark.parametrize("body, operation, status", GOOD)
def test_it_takes(body, operation, status):
    check(body, operation, status)
    name = body.get("__type", "") if isinstance(body, dict) else ""
    assert oracle.SEEN == {(operation, name)}


BAD = [
    ("unknown member", details(Colour="red"), STATUS, 200),
    ("unknown member at the top", {"ConformancePackStatusDetails": [], "Count": 0}, STATUS, 200),
    ("required member missing", details(ConformancePackId=None), STATUS, 200),
    ("stack missing without a failure", details(StackArn=None), STATUS, 200),
    ("value outside the enum", details(ConformancePackState="UPDATE_COMPLETE"), STATUS, 200),
    ("null", {"ConformancePackStatusDetails": None}, STATUS, 200),
    ("not a list", {"ConformancePackStatusDetails": {}}, STATUS, 200),
    ("too long a list", {"ConformancePackStatusDetails": [DETAIL] * 26}, STATUS, 200),
    ("not a string", details(ConformancePackName=1), STATUS, 200),
    ("too long a string", details(ConformancePackStatusReason="x" * 2001), STATUS, 200),
    ("too short a string", details(ConformancePackId=""), STATUS, 200),
    ("not a time", details(LastUpdateRequestedTime="2026-01-01T00:00:00Z"), STATUS, 200),
    ("microseconds", details(LastUpdateRequestedTime=1573865201.6191), STATUS, 200),
    ("members in another order", {"NextToken": "x", "ConformancePackStatusDetails": []}, STATUS, 200),
    ("an answer where there is none", {}, "DeleteConformancePack", 200),
    ("an operation that does not exist", {}, "Nope", 200),
    ("no JSON", b"{", STATUS, 200),
    ("no object", [], STATUS, 200),
    ("not UTF-8", b'{"ConformancePackStatusDetails":[],"NextToken":"\xff"}', STATUS, 200),
    ("not a number", b'{"ConformancePackStatusDetails":[NaN]}', STATUS, 200),
    ("a key twice", b'{"NextToken":"x","NextToken":"y"}', STATUS, 200),
    ("an undeclared error", {"__type": "NoSuchConfigRuleException", "message": "x"}, STATUS, 400),
    ("an unheard-of error", {"__type": "OopsException", "message": "x"}, STATUS, 400),
    ("an error with 5xx", {"__type": "InvalidLimitException", "message": "x"}, STATUS, 500),
    ("InternalFailure", {"__type": "InternalFailure"}, STATUS, 500),
    ("an error with 200", {"__type": "InvalidLimitException", "message": "x"}, STATUS, 200),
    ("an error without __type", {"message": "x"}, STATUS, 400),
    ("an error without a message", {"__type": "InvalidLimitException"}, STATUS, 400),
    ("an empty message", {"__type": "InvalidLimitException", "message": ""}, STATUS, 400),
    ("a capital message", {"__type": "InvalidLimitException", "Message": "x"}, STATUS, 400),
    ("a small message", {"__type": "SerializationException", "message": "x"}, STATUS, 400),
    ("a known operation called unknown", {"__type": "UnknownOperationException"}, STATUS, 400),
    ("XML of our own", b"<Error/>", STATUS, 403),
]


@pytest.mark.parametrize("body, operation, status", [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_it_refuses(body, operation, status):
    with pytest.raises(oracle.Violation):
        check(body, operation, status)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-amzn-RequestId": None},
        {"x-amzn-RequestId": "1"},
        {"Content-Type": "application/json"},
        {"Content-Type": None},
        {"Content-Length": "1"},
        {"Content-Length": None},
        {"Date": "yesterday"},
        {"Date": None},
        {"Server": "x"},
        {"Connection": "Keep-Alive"},
    ],
)
def test_it_refuses_headers(headers):
    with pytest.raises((oracle.Violation, ValueError, TypeError)):
        check(details(), **headers)


def test_what_a_whole_run_must_have_seen():
    assert STATUS in oracle.implemented()
    everything = {(operation, name) for operation, row in oracle.OPERATIONS.items() for name in ["", *row["errors"]]}
    assert oracle.never_seen(everything) == []
    assert oracle.never_seen(everything - {(STATUS, "InvalidLimitException")}) == [f"{STATUS}: InvalidLimitException"]
    assert f"{STATUS}: success" in oracle.never_seen(set())


def test_errors_that_are_never_raised_are_declared_by_what_has_code():
    for operation, name in oracle.UNRAISED:
        assert operation in oracle.implemented()
        assert name in oracle.OPERATIONS[operation]["errors"]


def test_errors_that_a_fault_makes():
    text = json.dumps({"__type": "InternalFailure"}).encode()
    headers = [*HEADERS.items(), ("Content-Length", str(len(text)))]
    oracle.check_reply(STATUS, 500, headers, text, frozenset({"InternalFailure"}))
    with pytest.raises(oracle.Violation):
        oracle.check_reply(STATUS, 500, headers, text, frozenset({"ServiceUnavailable"}))
