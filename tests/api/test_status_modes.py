"""DescribeConformancePackStatus with --errors and --unknown-pack."""

import pytest

from support.server import STATUS
from support.worlds import names, world

BROKEN = [
    ({"Limit": 21}, "InvalidLimitException"),
    ({"Limit": -1}, "InvalidLimitException"),
    ({"ConformancePackNames": names(26)}, "InvalidParameterValueException"),
    ({"ConformancePackNames": ["1"]}, "InvalidParameterValueException"),
]


@pytest.mark.parametrize("body, documented", BROKEN)
def test_constraints(start_server, body, documented):
    replies = [start_server("--errors", mode).post(STATUS, body) for mode in ("documented", "observed")]
    assert [reply.error for reply in replies] == [documented, "ValidationException"]
    assert replies[0].message == replies[1].message
    assert replies[0].message.startswith("1 validation error detected: Value '")
    assert all(reply.status == 400 for reply in replies)


@pytest.mark.parametrize("mode", ["documented", "observed"])
def test_a_bad_token_is_no_constraint(start_server, mode):
    assert start_server("--errors", mode).post(STATUS, {"NextToken": "x"}).error == "InvalidNextTokenException"


@pytest.mark.parametrize("mode", ["documented", "observed"])
def test_types_are_no_constraint(start_server, mode):
    assert start_server("--errors", mode).post(STATUS, {"Limit": []}).error == "SerializationException"


@pytest.mark.parametrize(
    "asked, known", [(["ghost"], []), (["a", "ghost"], ["a"]), (["A"], []), (["a", "b"], ["a", "b"])]
)
def test_unknown_packs_are_left_out(frozen_server, asked, known):
    assert frozen_server(fixture=world("a", "b")).post(STATUS, {"ConformancePackNames": asked}).names == known


@pytest.mark.parametrize("asked, unknown", [(["ghost"], "ghost"), (["a", "ghost"], "ghost"), (["A"], "A")])
def test_unknown_packs_are_an_error(frozen_server, asked, unknown):
    server = frozen_server("--unknown-pack", "error", fixture=world("a", "b"))
    reply = server.post(STATUS, {"ConformancePackNames": asked})
    assert (reply.status, reply.error) == (400, "NoSuchConformancePackException")
    assert unknown in reply.message


def test_known_packs_are_no_error(frozen_server):
    server = frozen_server("--unknown-pack", "error", fixture=world("a", "b"))
    assert server.post(STATUS, {"ConformancePackNames": ["b", "a"]}).names == ["a", "b"]
    assert server.post(STATUS).names == ["a", "b"]


def test_a_pack_of_another_account_is_unknown(frozen_server):
    server = frozen_server("--unknown-pack", "error", fixture=world("a"))
    reply = server.post(STATUS, {"ConformancePackNames": ["a"]}, account="210987654321")
    assert reply.error == "NoSuchConformancePackException"


def test_a_pack_that_is_gone_is_unknown(frozen_server):
    server = frozen_server("--unknown-pack", "error", fixture=world("a"))
    assert server.move("a", "DELETED", force=True).status == 200
    assert server.post(STATUS, {"ConformancePackNames": ["a"]}).error == "NoSuchConformancePackException"


def test_no_pack_at_all_is_no_error(start_server):
    assert start_server("--unknown-pack", "error").post(STATUS).names == []
