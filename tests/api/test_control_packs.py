"""Packs as the console and tests look at them: lists, pages, time lines. Looking is no poll."""

import time

import pytest

from support import control_document, oracle
from support.server import STATUS
from support.worlds import FROZEN_AT, FROZEN_AT_S, STATES, moving, names, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES
A, B = "111111111111", "222222222222"
WORLDS = [{"account": account, "region": region} for account in (A, B) for region in ("eu-west-1", "us-east-1")]
Z = "2026-01-01T00:00:{:06.3f}Z"


@pytest.fixture
def start_server(start_server):
    return lambda *arguments, **options: control_document.checked(start_server(*arguments, **options))


def listed(server, query=""):
    reply = server.control("GET", "/packs" + query)
    assert reply.status == 200, reply
    return reply.json


def listed_names(server, query=""):
    return [one["ConformancePackName"] for one in listed(server, query)["packs"]]


def timeline(server, name="a", query=""):
    reply = server.control("GET", f"/packs/{name}{query}")
    assert reply.status == 200, reply
    return [(one["ConformancePackState"], one["at"], one["past"]) for one in reply.json["transitions"]]


# ---- lists ----


def test_in_order_of_account_region_and_name(frozen_server):
    server = frozen_server(fixture=world(*[pack(name, **scope) for name in ("b", "A", "a-1", "a", "B") for scope in reversed(WORLDS)]))
    everything = listed(server)
    assert [(one["account"], one["region"], one["ConformancePackName"]) for one in everything["packs"]] == [
        (scope["account"], scope["region"], name) for scope in WORLDS for name in ("A", "B", "a", "a-1", "b")
    ]
    assert (everything["next"], everything["total"]) == (None, 20)


def test_it_agrees_with_what_aws_answers(frozen_server):
    server = frozen_server(fixture=world(
        *[pack(state.lower().replace("_", "-"), ConformancePackState=state) for state in STATES],
        pack("reason", ConformancePackState=FAILED, ConformancePackStatusReason="<b>why</b>", StackArn=""),
        moving("moves", step(CREATING), step(CREATED, afterSeconds=5)),
    ))
    for _ in range(2):
        described = {one["ConformancePackName"]: one for one in server.status()}
        for one in listed(server)["packs"]:
            assert (one.pop("account"), one.pop("region")) == ("123456789012", "us-east-1")
            same = described.pop(one["ConformancePackName"])
            for key in ("LastUpdateRequestedTime", "LastUpdateCompletedTime"):
                if key in same:
                    same[key] = Z.format(same[key] - FROZEN_AT_S)
            assert one == same
        assert not described
        server.advance(5)


@pytest.mark.parametrize("limit", [1, 3, 7, 100, 1000])
def test_pages(frozen_server, limit):
    server = frozen_server(fixture=world(*[pack(name, **scope) for name in names(6) for scope in WORLDS]))
    found, after, pages = [], "", 0
    while after is not None:
        page = listed(server, f"?limit={limit}" + (f"&after={after}" if after else ""))
        assert page["total"] == 24
        assert len(page["packs"]) <= limit
        found += [(one["account"], one["region"], one["ConformancePackName"]) for one in page["packs"]]
        after = page["next"]
        pages += 1
    assert found == [(scope["account"], scope["region"], name) for scope in WORLDS for name in names(6)]
    assert pages == -(-24 // limit)


def test_pages_while_packs_come_and_go(frozen_server):
    server = frozen_server(fixture=world(*names(10)))
    first = listed(server, "?limit=5")
    server.move("pack-002", "DELETED", force=True)
    server.move("pack-004", "DELETED", force=True)
    server.add(**world("pack-0045", "a"))
    rest = listed_names(server, f"?limit=20&after={first['next']}")
    assert rest == ["pack-0045", *names(10)[5:]]


def test_the_standard_page_is_a_hundred(frozen_server):
    server = frozen_server(fixture=world(*names(101)))
    page = listed(server)
    assert len(page["packs"]) == 100 and page["total"] == 101
    assert listed_names(server, f"?after={page['next']}") == ["pack-100"]


@pytest.mark.parametrize("cursor", ["x", "a/b", "%00", "/", "//", "111111111111/us-east-1/", "../../x", "%ff", "999999999999/zz/zz"])
def test_any_cursor(frozen_server, cursor):
    reply = frozen_server(fixture=world("a")).control("GET", f"/packs?after={cursor}")
    assert reply.status in (200, 400)
    assert reply.status == 200 or reply.json["error"]["path"] == "after"


@pytest.mark.parametrize(
    "query, found",
    [
        ("?search=base", ["base", "my-BASE-2"]),
        ("?search=BASE", ["base", "my-BASE-2"]),
        ("?search=-", ["my-BASE-2", "x-y"]),
        ("?search=", ["base", "failed", "my-BASE-2", "x-y"]),
        ("?search=nothing", []),
        ("?search=%25", []),
        ("?search=_", []),
        ("?search=%5C", []),
        ("?search=*", []),
        ("?search=%27%22%3B--", []),
        ("?search=b%61se", ["base", "my-BASE-2"]),
        ("?state=CREATE_FAILED", ["failed"]),
        ("?state=DELETE_FAILED", []),
        ("?state=CREATE_COMPLETE&search=base", ["base", "my-BASE-2"]),
        ("?state=CREATE_COMPLETE&limit=1", ["base"]),
        (f"?account={A}", ["other"]),
        (f"?account={A}&region=us-east-1", []),
        ("?region=eu-west-1", ["other"]),
    ],
)
def test_filters(frozen_server, query, found):
    server = frozen_server(fixture=world("base", "my-BASE-2", "x-y", pack("failed", ConformancePackState=FAILED)))
    if "account" in query or "region" in query:
        server.add(**world(pack("other", account=A, region="eu-west-1")))
    page = listed(server, query)
    assert [one["ConformancePackName"] for one in page["packs"]] == found
    assert page["total"] == (3 if "limit" in query else len(found))


def test_a_state_is_that_of_now(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(DELETING), step("DELETED", afterSeconds=5)), "b"))
    assert listed_names(server, f"?state={DELETING}") == ["a"]
    server.advance(5)
    assert listed_names(server) == ["b"]
    assert listed_names(server, f"?state={DELETING}") == []
    assert server.control("GET", "/packs/a").status == 404


def test_ten_thousand(start_server):
    server = start_server(fixture=world(*[pack(f"pack-{number:05}", account=f"{number % 10:012}") for number in range(10000)]))
    page = listed(server, "?search=K-09&limit=1000")
    assert (page["total"], len(page["packs"])) == (1000, 1000)
    assert listed(server, f"?account={3:012}&limit=10")["total"] == 1000
    assert listed(server, "?state=CREATE_FAILED")["total"] == 0


# ---- one pack and its time line ----


def test_a_time_line(frozen_server):
    server = frozen_server(fixture=world(moving(
        "a", step(CREATING), step(FAILED, "denied", afterSeconds=10), step(CREATING, afterPolls=2), step(CREATED, afterSeconds=5), step(DELETING, manual=True),
        step("DELETED", afterSeconds=1))))
    reply = server.control("GET", "/packs/a")
    assert reply.json["transitions"] == [
        {"ConformancePackState": CREATING, "at": Z.format(0), "past": True, "trigger": "now"},
        {"ConformancePackState": FAILED, "ConformancePackStatusReason": "denied", "at": Z.format(10), "past": False, "trigger": "time", "afterSeconds": 10},
        {"ConformancePackState": CREATING, "at": None, "past": False, "trigger": "polls", "afterPolls": 2},
        {"ConformancePackState": CREATED, "at": None, "past": False, "trigger": "time", "afterSeconds": 5},
        {"ConformancePackState": DELETING, "at": None, "past": False, "trigger": "manual"},
        {"ConformancePackState": "DELETED", "at": None, "past": False, "trigger": "time", "afterSeconds": 1},
    ]
    server.advance(10)
    assert timeline(server)[1] == (FAILED, Z.format(10), True)
    server.status("a")
    assert server.control("GET", "/packs/a").json["transitions"][2]["afterPolls"] == 1
    server.advance(1)
    server.status("a")
    assert timeline(server) == [
        (CREATING, Z.format(0), True), (FAILED, Z.format(10), True), (CREATING, Z.format(11), True), (CREATED, Z.format(16), False), (DELETING, None, False),
        ("DELETED", None, False),
    ]
    server.advance(5)
    server.move("a", DELETING)
    assert timeline(server)[3:] == [(CREATED, Z.format(16), True), (DELETING, Z.format(16), True), ("DELETED", Z.format(17), False)]


def test_what_is_past_when_the_clock_goes_back(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterSeconds=10))))
    server.advance(10)
    assert [past for _, _, past in timeline(server)] == [True, True]
    server.advance(-1)
    assert [past for _, _, past in timeline(server)] == [True, False]
    server.advance(-100)
    assert [past for _, _, past in timeline(server)] == [True, False], "before its first step a pack is as it was in that"


def test_a_move_by_hand_is_in_it(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterSeconds=10), step(DELETING, afterSeconds=20))))
    server.advance(3)
    server.move("a", FAILED, ConformancePackStatusReason="by hand")
    assert timeline(server) == [(CREATING, Z.format(0), True), (FAILED, Z.format(3), True)]
    assert server.control("GET", "/packs/a").json["ConformancePackStatusReason"] == "by hand"


def test_looking_is_no_poll(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterPolls=2))))
    for _ in range(5):
        listed(server)
        server.control("GET", "/packs/a")
        server.control("GET", "/worlds")
        server.http("GET", "/_mock/metrics")
    assert [server.states()["a"] for _ in range(3)] == [CREATING, CREATING, CREATED]


def test_a_pack_of_each_world(frozen_server):
    server = frozen_server(fixture=world(*[pack("a", **scope) for scope in WORLDS]))
    for scope in WORLDS:
        one = server.control("GET", f"/packs/a?account={scope['account']}&region={scope['region']}").json
        assert (one["account"], one["region"]) == (scope["account"], scope["region"])
        assert [one["ConformancePackArn"]] == [status["ConformancePackArn"] for status in server.status("a", **scope)]
    assert server.control("GET", "/packs/a").status == 404, "the standard world has none"


@pytest.mark.parametrize("name", ["ghost", "A", "%00", "a%00", "a%2Fb", "%2e%2e", "x" * 300, "%ff", "a%20", "*", "%25"])
def test_no_such_pack(frozen_server, name):
    reply = frozen_server(fixture=world("a")).control("GET", f"/packs/{name}")
    assert (reply.status, reply.json["error"]["code"]) == (404, "NotFound" if name in ("%00", "a%00", "%ff") else "NoSuchConformancePack")


def test_after_put_update_and_delete(frozen_server):
    template = "Resources: {R: {Type: 'AWS::Config::ConfigRule', Properties: {ConfigRuleName: r, Source: {Owner: AWS, SourceIdentifier: X}}}}"
    server = frozen_server("--progression", "after 2s")
    server.post("PutConformancePack", {"ConformancePackName": "a", "TemplateBody": template})
    assert timeline(server) == [(CREATING, Z.format(0), True), (CREATED, Z.format(2), False)]
    server.advance(2)
    server.post("DeleteConformancePack", {"ConformancePackName": "a"})
    assert timeline(server)[-2:] == [(DELETING, Z.format(2), True), ("DELETED", Z.format(4), False)]
    server.advance(2)
    assert server.control("GET", "/packs/a").status == 404
    assert listed(server) == {"packs": [], "next": None, "total": 0}


# ---- operations ----


def test_operations(frozen_server):
    server = frozen_server(fixture=world(responses=[{"operation": "DescribeConfigRules", "body": {"ConfigRules": []}}, {"operation": STATUS, "body": {}}]))
    answers = {one["operation"]: one["answer"] for one in server.control("GET", "/operations").json["operations"]}
    assert list(answers) == sorted(oracle.OPERATIONS)
    assert len(answers) == len(oracle.OPERATIONS) == 97
    assert {name for name, answer in answers.items() if answer == "canned"} == {"DescribeConfigRules", STATUS}
    assert {name for name, answer in answers.items() if answer == "stateful"} == set(oracle.implemented()) - {STATUS}
    server.control("POST", "/reset?to=empty")
    answers = {one["operation"]: one["answer"] for one in server.control("GET", "/operations").json["operations"]}
    assert answers["DescribeConfigRules"] == "none" and answers[STATUS] == "stateful"


def test_health(frozen_server):
    server = frozen_server(fixture=world("a"))
    health = server.control("GET", "/health").json
    assert health["clock"] == server.control("GET", "/clock").json == {"now": FROZEN_AT.replace("Z", ".000Z"), "mode": "frozen"}
    assert (health["status"], health["packs"], health["uptimeSeconds"]) == ("ok", 1, 0)
    time.sleep(1.1)
    assert server.control("GET", "/health").json["uptimeSeconds"] >= 1, "by the machine's clock"
