"""DescribeConformancePacks: the details of packs, their pages, and that looking moves nothing."""

import pytest

from support.lifecycle import DESCRIBE, delete, describe, put, script, state
from support.server import STATUS
from support.worlds import FROZEN_AT_S, STATES, moving, names, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES


def page(server, body=None, **scope):
    reply = server.post(DESCRIBE, body, **scope)
    assert reply.status == 200, reply
    assert list(reply.json) == ["ConformancePackDetails"] + ["NextToken"] * ("NextToken" in reply.json)
    return [details["ConformancePackName"] for details in reply.json["ConformancePackDetails"]], reply.token


def pages(server, body=None, **scope):
    """The names on all pages, each page a list."""
    found, token = [], None
    while True:
        shown, token = page(server, {**(body or {}), **({"NextToken": token} if token else {})}, **scope)
        found.append(shown)
        if token is None:
            return found


# ---- the fields ----


def test_no_packs(server):
    reply = server.post(DESCRIBE)
    assert (reply.status, reply.body) == (200, b'{"ConformancePackDetails":[]}')


def test_every_field(frozen_server):
    given = {
        "ConformancePackName": "a",
        "ConformancePackArn": "arn:aws:config:us-east-1:123456789012:conformance-pack/a/conformance-pack-uday4bbox",
        "ConformancePackId": "conformance-pack-uday4bbox",
        "DeliveryS3Bucket": "bucket",
        "DeliveryS3KeyPrefix": "prefix",
        "ConformancePackInputParameters": [{"ParameterName": "B", "ParameterValue": "2"}, {"ParameterName": "A", "ParameterValue": ""}],
        "LastUpdateRequestedTime": 1573865201.619,
        "CreatedBy": "config-multiaccountsetup.amazonaws.com",
        "TemplateSSMDocumentDetails": {"DocumentName": "document", "DocumentVersion": "$DEFAULT"},
    }
    [details] = describe(frozen_server(fixture=world(given)))
    assert details == given
    assert list(details) == list(given)  # in the model's order


def test_only_what_there_is(server):
    put(server, "a")
    [details] = describe(server)
    assert list(details) == ["ConformancePackName", "ConformancePackArn", "ConformancePackId",
                             "ConformancePackInputParameters", "LastUpdateRequestedTime"]
    assert details["ConformancePackInputParameters"] == []


def test_a_document_without_a_version(server):
    put(server, "a", TemplateSSMDocumentDetails={"DocumentName": "document"})
    assert describe(server)[0]["TemplateSSMDocumentDetails"] == {"DocumentName": "document"}


def test_the_same_as_in_the_status(frozen_server):
    server = frozen_server(fixture=world(*names(3)))
    put(server, "put")
    for details, status in zip(describe(server), server.status(), strict=True):
        for key in ("ConformancePackName", "ConformancePackArn", "ConformancePackId", "LastUpdateRequestedTime"):
            assert details[key] == status[key]


def test_the_time_is_the_last_requests(server):
    put(server, "a")
    server.advance(100)
    assert describe(server)[0]["LastUpdateRequestedTime"] == FROZEN_AT_S
    put(server, "a")
    assert describe(server)[0]["LastUpdateRequestedTime"] == FROZEN_AT_S + 100
    server.advance(100)
    delete(server, "a")
    assert describe(server)[0]["LastUpdateRequestedTime"] == FROZEN_AT_S + 100


@pytest.mark.parametrize("one", STATES)
def test_in_every_state(frozen_server, one):
    assert page(frozen_server(fixture=world(pack("a", ConformancePackState=one)))) == (["a"], None)


def test_until_it_is_gone(frozen_server):
    server = frozen_server(fixture=world("a"))
    delete(server, "a")
    server.advance(1.999)
    assert page(server) == (["a"], None)
    server.advance(0.001)
    assert page(server) == ([], None)


# ---- names ----


@pytest.mark.parametrize("asked, shown", [
    (["b"], ["b"]), (["c", "a"], ["a", "c"]), (["a", "a", "b", "a"], ["a", "b"]), ([], ["a", "b", "c"]), (None, ["a", "b", "c"]),
])
def test_by_name(frozen_server, asked, shown):
    server = frozen_server(fixture=world("c", "a", "b"))
    assert page(server, {"ConformancePackNames": asked}) == (shown, None)


@pytest.mark.parametrize("mode", ["omit", "error"])
@pytest.mark.parametrize("asked, unknown", [(["ghost"], "ghost"), (["a", "ghost", "b"], "ghost"), (["A"], "A"), (["a", "aa"], "aa")])
def test_unknown_names(frozen_server, mode, asked, unknown):
    # The operation declares the error, so that --unknown-pack has no say here.
    reply = frozen_server("--unknown-pack", mode, fixture=world("a", "b")).post(DESCRIBE, {"ConformancePackNames": asked})
    assert (reply.status, reply.error) == (400, "NoSuchConformancePackException")
    assert f"'{unknown}'" in reply.message


def test_a_pack_elsewhere_is_unknown(frozen_server):
    server = frozen_server(fixture=world(pack("a", account="111111111111"), pack("b", region="eu-west-1")))
    for name, scope in (("a", {}), ("b", {}), ("a", {"account": "222222222222"}), ("b", {"region": "us-west-2"})):
        assert server.post(DESCRIBE, {"ConformancePackNames": [name]}, **scope).error == "NoSuchConformancePackException"
    assert page(server, account="111111111111") == (["a"], None)
    assert page(server, region="eu-west-1") == (["b"], None)


def test_in_order_of_name(frozen_server):
    mixed = ["b", "a-", "a", "Z", "z", "a0", "A", "aa", "a-b"]
    server = frozen_server(fixture=world(*mixed))
    assert page(server)[0] == sorted(mixed)
    assert page(server, {"ConformancePackNames": mixed})[0] == sorted(mixed)


# ---- pages ----


@pytest.mark.parametrize("limit", [None, 0, 1, 7, 19, 20])
@pytest.mark.parametrize("count", [0, 1, 20, 21, 41])
def test_pages(frozen_server, limit, count):
    server = frozen_server(fixture=world(*names(count)))
    size = limit or 20
    expected = [names(count)[start:start + size] for start in range(0, max(count, 1), size)]
    assert pages(server, {"Limit": limit}) == expected


def test_pages_of_names(frozen_server):
    server = frozen_server(fixture=world(*names(40)))
    asked = names(40)[10:35]
    assert pages(server, {"ConformancePackNames": asked[::-1]}) == [asked[:20], asked[20:]]
    assert pages(server, {"ConformancePackNames": asked, "Limit": 10}) == [asked[:10], asked[10:20], asked[20:]]


def test_a_page_after_changes(frozen_server):
    server = frozen_server(fixture=world(*names(9)))
    first, token = page(server, {"Limit": 3})
    server.move("pack-002", "DELETED", force=True)  # the last on the page
    server.move("pack-004", "DELETED", force=True)
    for name in ("pack-002a", "pack-003a", "a"):
        put(server, name)
    second, _ = page(server, {"Limit": 20, "NextToken": token})
    assert first == names(3)
    assert second == ["pack-002a", "pack-003", "pack-003a", *names(9)[5:]]


def bad_token(server, body, **scope):
    reply = server.post(DESCRIBE, body, **scope)
    assert (reply.status, reply.error) == (400, "InvalidNextTokenException")


def test_tokens_are_bound(frozen_server):
    scopes = [{}, {"account": "111111111111"}, {"region": "eu-west-1"}]
    packs = [pack(name, **scope) for scope in scopes for name in names(3)]
    server = frozen_server(fixture=world(*packs))
    _, token = page(server, {"Limit": 1})
    assert page(server, {"Limit": 2, "NextToken": token}) == (names(3)[1:], None)  # the limit is free
    for scope in scopes[1:]:
        bad_token(server, {"Limit": 1, "NextToken": token}, **scope)
    bad_token(server, {"NextToken": token, "ConformancePackNames": names(3)})
    reply = server.post(STATUS, {"NextToken": token})
    assert reply.error == "InvalidNextTokenException"
    bad_token(server, {"NextToken": server.post(STATUS, {"Limit": 1}).token})


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 10000])
def test_tokens_that_are_none(frozen_server, token):
    server = frozen_server(fixture=world(*names(3)))
    bad_token(server, {"NextToken": token})


def test_a_changed_token(frozen_server):
    server = frozen_server(fixture=world(*names(3)))
    _, token = page(server, {"Limit": 1})
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        bad_token(server, {"NextToken": token[:place] + other + token[place + 1:]})
    bad_token(server, {"NextToken": token[:-1]})
    bad_token(server, {"NextToken": token + "A"})


# ---- constraints ----


@pytest.mark.parametrize("body, error", [
    ({"Limit": 21}, "InvalidLimitException"),
    ({"Limit": -1}, "InvalidLimitException"),
    ({"ConformancePackNames": names(26)}, "InvalidParameterValueException"),
    ({"ConformancePackNames": [""]}, "InvalidParameterValueException"),
    ({"ConformancePackNames": ["a", "9"]}, "InvalidParameterValueException"),
    ({"ConformancePackNames": "a"}, "SerializationException"),
])
def test_constraints(start_server, body, error):
    assert start_server().post(DESCRIBE, body).error == error
    observed = "SerializationException" if error == "SerializationException" else "ValidationException"
    assert start_server("--errors", "observed").post(DESCRIBE, body).error == observed


def test_a_bad_limit_comes_before_an_unknown_pack(server):
    assert server.post(DESCRIBE, {"ConformancePackNames": ["ghost"], "Limit": 21}).error == "InvalidLimitException"


# ---- looking moves nothing ----


def test_it_counts_no_polls(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterPolls=1)),
                                         scripts=[script("create", step(CREATED, afterPolls=1))]))
    put(server, "b")
    for _ in range(5):
        describe(server)
        describe(server, "a", "b")
    assert server.states() == {"a": CREATING, "b": CREATING}
    assert server.states() == {"a": CREATED, "b": CREATED}


def test_the_same_at_every_look(frozen_server):
    server = frozen_server(fixture=world(*names(5)))
    put(server, "a")
    first = server.post(DESCRIBE)
    server.advance(1000)
    assert state(server, "a") == CREATED
    assert server.post(DESCRIBE).body == first.body
