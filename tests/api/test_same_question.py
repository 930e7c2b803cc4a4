"""The same question again gets the same bytes, until the answer is another one (server/recall.h)."""

import itertools
import time

import pytest

from support.server import STATUS
from support.worlds import moving, names, pack, step, world

ASKED = [b"{}", b'{"ConformancePackNames": ["a", "b", "c"]}', b'{"Limit": 1}']
TEMPLATE = "Resources: {R: {Type: 'AWS::Config::ConfigRule', Properties: {ConfigRuleName: r, Source: {Owner: AWS, " \
           "SourceIdentifier: IAM_PASSWORD_POLICY}}}}"


def put(server):
    assert server.post("PutConformancePack", {"ConformancePackName": "new", "TemplateBody": TEMPLATE}).status == 200


def delete(server):
    assert server.post("DeleteConformancePack", {"ConformancePackName": "a"}).status == 200


def elsewhere(server):
    server.post("PutConformancePack", {"ConformancePackName": "new", "TemplateBody": TEMPLATE}, account="111122223333")


CHANGES = {
    "put": put,
    "delete": delete,
    "put elsewhere": elsewhere,
    "move by hand": lambda server: server.move("a", "DELETE_IN_PROGRESS"),
    "advance to the last instant before": lambda server: server.advance(9.999),
    "advance to the instant": lambda server: server.advance(10),
    "advance past all": lambda server: server.advance(1000),
    "set back": lambda server: server.advance(-1000),
    "reset": lambda server: server.control("POST", "/reset"),
    "empty": lambda server: server.control("POST", "/reset?to=empty"),
    "import": lambda server: server.control("PUT", "/state", world("z")),
    "add": lambda server: server.add(conformancePacks=[pack("aa")]),
    "a written answer": lambda server: server.add(
        responses=[{"operation": STATUS, "body": {"ConformancePackStatusDetails": []}, "times": 1}]
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_shows_at_once(frozen_server, change):
    """A question that was asked before gets what one gets that was never asked."""
    worlds = world("a", moving("b", step("CREATE_IN_PROGRESS"), step("CREATE_FAILED", "why", afterSeconds=10)),
                   pack("c", ConformancePackState="CREATE_FAILED"))
    server, other = (frozen_server(fixture=worlds) for _ in range(2))
    first = [server.post(STATUS, body) for body in ASKED]
    again = [server.post(STATUS, body) for body in ASKED]
    assert [one.body for one in first] == [one.body for one in again]
    assert all(one.header("x-amzn-RequestId") != two.header("x-amzn-RequestId") for one, two in zip(first, again))
    change(server)
    change(other)
    changed = [server.post(STATUS, body) for body in ASKED]
    asked_first = [other.post(STATUS, body) for body in ASKED]
    assert [one.json for one in changed] == [one.json for one in asked_first]


def test_each_is_in_the_journal(server):
    for _ in range(3):
        server.post(STATUS)
    requests = server.control("GET", f"/requests?operation={STATUS}").json["requests"]
    assert len(requests) == 3


def test_polls_are_counted(frozen_server):
    server = frozen_server(fixture=world(moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", afterPolls=3))))
    states = [server.states("a")["a"] for _ in range(5)]
    assert states == ["CREATE_IN_PROGRESS"] * 3 + ["CREATE_COMPLETE"] * 2


def test_faults_hit_an_answer_that_is_known(server):
    server.tolerate("ThrottlingException")
    server.post(STATUS)
    server.add(faults=[{"operation": STATUS, "error": "ThrottlingException", "times": 1}])
    assert [server.post(STATUS).status for _ in range(2)] == [400, 200]


def test_accounts_and_regions_are_apart(frozen_server):
    server = frozen_server(fixture=world("a", pack("b", account="111122223333"), pack("c", region="eu-west-1")))
    for _ in range(2):
        assert server.post(STATUS).names == ["a"]
        assert server.post(STATUS, account="111122223333").names == ["b"]
        assert server.post(STATUS, region="eu-west-1").names == ["c"]


def test_a_running_clock_goes_on(start_server):
    """The states come one after the other, and none is skipped or seen twice."""
    steps = [step("CREATE_IN_PROGRESS"), step("CREATE_FAILED", afterSeconds=0.3), step("CREATE_COMPLETE", afterSeconds=0.6)]
    server = start_server(fixture=world(moving("a", *steps)))
    seen = [server.states("a")["a"]]
    while seen[-1] != "CREATE_COMPLETE":
        seen.append(server.states("a")["a"])
    order = [state for state, _ in itertools.groupby(seen)]
    assert order in (["CREATE_IN_PROGRESS", "CREATE_FAILED", "CREATE_COMPLETE"], ["CREATE_FAILED", "CREATE_COMPLETE"],
                     ["CREATE_COMPLETE"])


def test_names_behind_the_page_count_where_they_are_an_error(start_server):
    """With --unknown-pack error a pack that goes away is missed, though its page would not have shown it."""
    going = moving("z", step("DELETE_IN_PROGRESS"), step("DELETED", afterSeconds=0.3))
    server = start_server("--unknown-pack", "error", fixture=world("a", "b", going))
    until = time.monotonic() + 60
    while server.post(STATUS, {"ConformancePackNames": ["a", "b", "z"], "Limit": 1}).error is None:
        assert time.monotonic() < until, "z never went"


def test_pages_in_a_large_world(frozen_server):
    server = frozen_server(fixture=world(*names(45)))
    for _ in range(2):
        seen, token = [], None
        while token or not seen:
            page = server.post(STATUS, {"NextToken": token} if token else {})
            seen += page.names
            token = page.token
        assert seen == names(45)
