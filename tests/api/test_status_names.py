"""DescribeConformancePackStatus: ConformancePackNames and Limit."""

import pytest

from support.server import STATUS
from support.worlds import names, world

INVALID_LIMIT = "InvalidLimitException"
INVALID_PARAMETER = "InvalidParameterValueException"


def test_empty_world(server):
    # The list is there, and empty; no NextToken.
    assert server.post(STATUS).json == {"ConformancePackStatusDetails": []}


def test_all_packs_in_order_of_name(frozen_server):
    # Order: nothing public says; ours is by code point, so capitals come first and a hyphen before digits and letters.
    given = ["b", "a1", "a-1", "B", "a", "ab", "A", "Zebra", "a-b"]
    assert frozen_server(fixture=world(*given)).post(STATUS).names == sorted(given)


def test_names_in_order_of_name_whatever_was_asked(frozen_server):
    server = frozen_server(fixture=world("a", "b", "c"))
    assert server.post(STATUS, {"ConformancePackNames": ["c", "a"]}).names == ["a", "c"]


def test_names_are_case_sensitive(frozen_server):
    server = frozen_server(fixture=world("pack", "Pack"))
    assert server.post(STATUS, {"ConformancePackNames": ["Pack"]}).names == ["Pack"]
    assert server.post(STATUS, {"ConformancePackNames": ["PACK"]}).names == []


@pytest.mark.parametrize(
    "asked, answered",
    [
        (["a", "a"], ["a"]),
        (["b", "a", "b", "a"], ["a", "b"]),
        (["a"] * 25, ["a"]),
        (["a", "ghost", "ghost"], ["a"]),
    ],
)
def test_duplicates_collapse(frozen_server, asked, answered):
    assert frozen_server(fixture=world("a", "b")).post(STATUS, {"ConformancePackNames": asked}).names == answered


def test_an_empty_list_is_no_filter(frozen_server):
    server = frozen_server(fixture=world("a", "b"))
    assert server.post(STATUS, {"ConformancePackNames": []}).names == ["a", "b"]


def test_25_names(frozen_server):
    asked = names(25)
    server = frozen_server(fixture=world(*names(30)))
    assert server.post(STATUS, {"ConformancePackNames": asked, "Limit": 20}).names == asked[:20]
    # The default page is of 20 with names too (DOC says nothing of both together).
    first = server.post(STATUS, {"ConformancePackNames": asked})
    second = server.post(STATUS, {"ConformancePackNames": asked, "NextToken": first.token})
    assert first.names + second.names == asked
    assert second.token is None


@pytest.mark.parametrize("asked", [names(26), ["a"] * 26])
def test_26_names(server, asked):
    # Counted before duplicates collapse: it is the list that is too long.
    reply = server.post(STATUS, {"ConformancePackNames": asked})
    assert (reply.status, reply.error) == (400, INVALID_PARAMETER)
    assert reply.message == (
        f"1 validation error detected: Value '[{', '.join(asked)}]' at 'conformancePackNames' failed to satisfy "
        "constraint: Member must have length less than or equal to 25"
    )


@pytest.mark.parametrize("name", ["a", "Z", "a-", "a--1", "A1-b2", "x" * 256])
def test_names_that_fit(frozen_server, name):
    assert frozen_server(fixture=world(name)).post(STATUS, {"ConformancePackNames": [name]}).names == [name]


@pytest.mark.parametrize(
    "name", ["", "1a", "-a", "a_b", "a b", " a", "a ", "a.b", "a/b", "é", "aé", "a\n", "😀", "x" * 257]
)
@pytest.mark.parametrize("others", [[], ["good"]], ids=["alone", "second"])
def test_names_that_do_not(frozen_server, others, name):
    # One name that does not fit refuses the request, whether packs of the other names are there or not.
    server = frozen_server(fixture=world("good"))
    reply = server.post(STATUS, {"ConformancePackNames": [*others, name]})
    assert (reply.status, reply.error) == (400, INVALID_PARAMETER)
    assert reply.message == (
        f"1 validation error detected: Value '[{', '.join([*others, name])}]' at 'conformancePackNames' failed to "
        "satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 256, "
        "Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: "
        "[a-zA-Z][-a-zA-Z0-9]*]"
    )


@pytest.mark.parametrize(
    "limit, shown",
    [
        (1, 1),
        (2, 2),
        (19, 19),
        (20, 20),
        (0, 20),  # DOC: "If you specify 0, Config uses the default."
        (None, 20),  # a null is as good as absent (SIBLING)
        (1.9, 1),  # fractions are floored (SIBLING)
        (20.5, 20),
        (0.5, 20),
    ],
)
def test_limit(frozen_server, limit, shown):
    reply = frozen_server(fixture=world(*names(21))).post(STATUS, {"Limit": limit})
    assert reply.names == names(shown)
    assert reply.token


def test_limit_absent(frozen_server):
    assert frozen_server(fixture=world(*names(21))).post(STATUS).names == names(20)


@pytest.mark.parametrize("count", [20, 1])
def test_no_token_when_nothing_follows(frozen_server, count):
    reply = frozen_server(fixture=world(*names(count))).post(STATUS, {"Limit": count})
    assert list(reply.json) == ["ConformancePackStatusDetails"]


@pytest.mark.parametrize(
    "limit, constraint",
    [
        (-1, "greater than or equal to 0"),
        (21, "less than or equal to 20"),
        (-(2**31), "greater than or equal to 0"),
        (2**31 - 1, "less than or equal to 20"),
    ],
)
def test_limit_out_of_range(server, limit, constraint):
    reply = server.post(STATUS, {"Limit": limit})
    assert (reply.status, reply.error) == (400, INVALID_LIMIT)
    assert reply.message == (
        f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value "
        f"{constraint}"
    )


def test_limit_of_the_wrong_type(server):
    reply = server.post(STATUS, {"Limit": "5"})
    assert (reply.status, reply.error) == (400, "SerializationException")
    assert reply.message == "class java.lang.String can not be converted to an Integer"


def test_two_failures_are_told_together(server):
    # The more particular of two declared errors wins: ours, as AWS's choice is not known.
    reply = server.post(STATUS, {"ConformancePackNames": names(26), "Limit": 21})
    assert (reply.status, reply.error) == (400, INVALID_LIMIT)
    assert reply.message.startswith("2 validation errors detected: ") and reply.message.count("; ") == 1
