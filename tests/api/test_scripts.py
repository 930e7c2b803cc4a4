"""A fixture's scripts: how packs will fare that the code under test puts and deletes."""

import pytest

from support.lifecycle import delete, put, script, state
from support.server import STATUS
from support.worlds import FROZEN_AT_S, STATES, names, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES
GONE = "DELETED"


def scripted(*scripts, packs=(), **members):
    return world(*packs, scripts=list(scripts), **members)


def reason(server, name):
    return server.status(name)[0].get("ConformancePackStatusReason")


# ---- the kinds that the README names ----


def test_fails_after_thirty_seconds(frozen_server):
    server = frozen_server(fixture=scripted(script("create", step(FAILED, "no such role", afterSeconds=30), match="bad-*")))
    put(server, "bad-a")
    put(server, "good")
    server.advance(29.999)
    assert server.states() == {"bad-a": CREATING, "good": CREATED}
    assert reason(server, "bad-a") is None
    server.advance(0.001)
    [status] = server.status("bad-a")
    assert status["ConformancePackState"] == FAILED
    assert status["ConformancePackStatusReason"] == "no such role"
    assert status["LastUpdateRequestedTime"] == FROZEN_AT_S
    assert "LastUpdateCompletedTime" not in status
    server.advance(1e6)
    assert server.status("bad-a") == [status]


@pytest.mark.parametrize("on, begins", [("create", CREATING), ("update", CREATING), ("delete", DELETING)])
def test_hangs_for_ever(frozen_server, on, begins):
    server = frozen_server(fixture=scripted(script(on), packs=[] if on == "create" else ["a"]))
    assert (delete if on == "delete" else put)(server, "a").status == 200
    server.advance(1e9)
    assert [state(server, "a") for _ in range(10)] == [begins] * 10
    assert put(server, "a").error == "ResourceInUseException"
    assert delete(server, "a").error == "ResourceInUseException"
    # Only a hand can help.
    assert server.move("a", FAILED if begins == CREATING else DELETE_FAILED).status == 200
    assert put(server, "a").status == 200


def test_fails_once_and_then_succeeds(frozen_server):
    server = frozen_server(fixture=scripted(
        script("create", step(FAILED, "first time", afterSeconds=5), times=1),
        script("update", step(FAILED, "second time", afterSeconds=5), times=1),
    ))
    put(server, "a")
    server.advance(5)
    assert (state(server, "a"), reason(server, "a")) == (FAILED, "first time")
    put(server, "a")  # now it is an update
    assert reason(server, "a") is None
    server.advance(5)
    assert (state(server, "a"), reason(server, "a")) == (FAILED, "second time")
    put(server, "a")
    server.advance(2)
    [status] = server.status("a")
    assert (status["ConformancePackState"], status["LastUpdateCompletedTime"]) == (CREATED, FROZEN_AT_S + 12)


def test_fails_to_delete_and_then_can_be_deleted(frozen_server):
    server = frozen_server(fixture=scripted(script("delete", step(DELETE_FAILED, "rules remain", afterSeconds=3), times=1), packs=["a"]))
    delete(server, "a")
    server.advance(2.999)
    assert state(server, "a") == DELETING
    server.advance(0.001)
    assert (state(server, "a"), reason(server, "a")) == (DELETE_FAILED, "rules remain")
    delete(server, "a")
    assert (state(server, "a"), reason(server, "a")) == (DELETING, None)
    server.advance(2)
    assert state(server, "a") is None


def test_fails_to_delete_and_can_be_put(frozen_server):
    server = frozen_server(fixture=scripted(script("delete", step(DELETE_FAILED, "x", afterSeconds=0)), packs=["a"]))
    [before] = server.status("a")
    delete(server, "a")
    assert state(server, "a") == DELETE_FAILED
    put(server, "a")
    server.advance(2)
    [after] = server.status("a")
    assert (after["ConformancePackId"], after["ConformancePackState"]) == (before["ConformancePackId"], CREATED)


def test_an_update_that_fails_keeps_the_time_of_success(frozen_server):
    server = frozen_server(fixture=scripted(script("update", step(FAILED, "x", afterSeconds=10))))
    put(server, "a")
    server.advance(100)
    put(server, "a")
    for seconds in (0, 10, 1000):
        server.advance(seconds)
        [status] = server.status("a")
        assert (status["LastUpdateRequestedTime"], status["LastUpdateCompletedTime"]) == (FROZEN_AT_S + 100, FROZEN_AT_S + 2)
    assert status["ConformancePackState"] == FAILED
    put(server, "a")
    assert server.status("a")[0]["LastUpdateCompletedTime"] == FROZEN_AT_S + 2


def test_fails_and_recovers_by_itself(frozen_server):
    server = frozen_server(fixture=scripted(script("create", step(FAILED, "x", afterSeconds=10), step(CREATED, afterSeconds=20))))
    put(server, "a")
    server.advance(10)
    assert (state(server, "a"), reason(server, "a")) == (FAILED, "x")
    server.advance(10)
    [status] = server.status("a")
    assert (status["ConformancePackState"], status["LastUpdateCompletedTime"]) == (CREATED, FROZEN_AT_S + 20)
    assert "ConformancePackStatusReason" not in status


def test_is_created_and_then_goes_by_itself(frozen_server):
    server = frozen_server(fixture=scripted(script(
        "create", step(CREATED, afterSeconds=1), step(DELETING, afterSeconds=2), step(GONE, afterSeconds=3))))
    put(server, "a")
    seen = []
    for _ in range(5):
        seen.append(state(server, "a"))
        server.advance(1)
    assert seen == [CREATING, CREATED, DELETING, None, None]
    put(server, "a")
    assert state(server, "a") == CREATING


def test_gone_before_anyone_looks(frozen_server):
    # Put is answered with the ARN that the pack had.
    steps = [step(CREATED, afterSeconds=0), step(DELETING, afterSeconds=0), step(GONE, afterSeconds=0)]
    server = frozen_server(fixture=scripted(script("create", *steps)))
    reply = put(server, "a")
    assert (reply.status, list(reply.json)) == (200, ["ConformancePackArn"])
    assert state(server, "a") is None
    assert put(server, "a").json != reply.json


# ---- what moves a scripted pack ----


@pytest.mark.parametrize("on", ["create", "update"])
def test_all_triggers(frozen_server, on):
    steps = [
        step(FAILED, "one", afterPolls=2),
        step(CREATING, afterSeconds=10),
        step(FAILED, "two", manual=True),
        step(CREATING, afterPolls=1),
        step(CREATED, afterSeconds=5),
    ]
    server = frozen_server(fixture=scripted(script(on, *steps), packs=[] if on == "create" else ["a"]))
    server.advance(100)
    put(server, "a")
    server.advance(100)
    assert [state(server, "a") for _ in range(3)] == [CREATING, CREATING, FAILED]
    server.advance(9.999)
    assert (state(server, "a"), reason(server, "a")) == (FAILED, "one")
    server.advance(0.001)  # counts from the last poll
    [status] = server.status("a")
    assert (status["ConformancePackState"], status["LastUpdateRequestedTime"]) == (CREATING, FROZEN_AT_S + 210)
    server.advance(1000)
    assert state(server, "a") == CREATING
    assert server.move("a", FAILED).status == 200
    assert [state(server, "a") for _ in range(2)] == [FAILED, CREATING]
    server.advance(4.999)
    assert state(server, "a") == CREATING
    server.advance(0.001)
    assert state(server, "a") == CREATED


def test_the_first_step_may_repeat_the_beginning(frozen_server):
    with_it = [step(CREATING), step(FAILED, "x", afterSeconds=10)]
    server = frozen_server(fixture=scripted(script("create", *with_it, match="a"), script("create", *with_it[1:], match="b"),
                                            script("delete", step(DELETING), step(DELETE_FAILED, "y", afterSeconds=10))))
    put(server, "a")
    put(server, "b")
    for seconds, both in ((0, CREATING), (9.999, CREATING), (0.001, FAILED)):
        server.advance(seconds)
        assert server.states() == {"a": both, "b": both}
    delete(server, "a")
    assert state(server, "a") == DELETING
    server.advance(10)
    assert state(server, "a") == DELETE_FAILED


def test_only_the_beginning_hangs(frozen_server):
    server = frozen_server(fixture=scripted(script("create", step(CREATING))))
    put(server, "a")
    server.advance(1e9)
    assert state(server, "a") == CREATING


def test_a_first_step_without_trigger_is_taken_at_once(frozen_server):
    server = frozen_server(fixture=scripted(script("create", step(FAILED, "at once"), step(CREATED, afterSeconds=10))))
    put(server, "a")
    assert (state(server, "a"), reason(server, "a")) == (FAILED, "at once")
    server.advance(10)
    assert state(server, "a") == CREATED


def test_time_counts_from_the_request(frozen_server):
    server = frozen_server(fixture=scripted(script("create", step(FAILED, "x", afterSeconds=30)),
                                            script("update", step(CREATED, afterSeconds=7))))
    server.advance(1000)
    put(server, "a")
    server.advance(30)
    assert state(server, "a") == FAILED
    server.advance(1000)
    put(server, "a")
    server.advance(6.999)
    assert state(server, "a") == CREATING
    server.advance(0.001)
    assert state(server, "a") == CREATED


def test_scripts_do_not_touch_packs_of_fixtures(frozen_server):
    server = frozen_server(fixture=scripted(script("create", step(FAILED, "x", afterSeconds=0)),
                                            packs=["a", pack("b", ConformancePackState=CREATING)]))
    server.advance(1000)
    assert server.states() == {"a": CREATED, "b": CREATING}


def test_scripts_do_not_move_by_hand_moved_packs(frozen_server):
    server = frozen_server(fixture=scripted(script("update", step(FAILED, "x", afterSeconds=0)),
                                            script("delete", step(DELETE_FAILED, "x", afterSeconds=0)), packs=["a"]))
    server.move("a", CREATING)
    server.advance(1000)
    assert state(server, "a") == CREATING


# ---- which script counts ----

MATCHES = [
    ("*", ["a", "bad-1", "Bad-1"], []),
    ("bad-*", ["bad-", "bad-1", "bad-1-2"], ["bad", "Bad-1", "xbad-1", "a"]),
    ("*-bad", ["x-bad", "x-bad-bad"], ["bad", "x-bad-", "x-Bad"]),
    ("*a*", ["a", "bad", "xax"], ["A", "x"]),
    ("?", ["a", "Z"], ["aa"]),
    ("a?c", ["abc", "a-c"], ["ac", "abbc", "Abc"]),
    ("[abc]", ["a", "c"], ["d", "A", "ab"]),
    ("[a-c]x", ["ax", "bx"], ["dx", "Ax"]),
    ("[^a]", ["b", "A"], ["a"]),
    ("exact", ["exact"], ["exac", "exactly", "Exact"]),
    ("a" * 256, ["a" * 256], ["a" * 255]),
    ("%", [], ["a"]),
    ("_", [], ["a"]),
    ("a.*", [], ["a", "ab"]),
]


@pytest.mark.parametrize("match, fits, others", MATCHES, ids=[match[0][:10] for match in MATCHES])
def test_match(frozen_server, match, fits, others):
    server = frozen_server(fixture=scripted(script("create", step(FAILED, "x", afterSeconds=0), match=match)))
    for name in fits + others:
        put(server, name)
    assert server.states() == {**dict.fromkeys(fits, FAILED), **dict.fromkeys(others, CREATING)}


def test_without_match_it_is_for_all(frozen_server):
    server = frozen_server(fixture=scripted(script("create", step(FAILED, "x", afterSeconds=0))))
    put(server, "anything")
    assert state(server, "anything") == FAILED


def test_the_first_match_counts(frozen_server):
    server = frozen_server(fixture=scripted(
        script("update", step(FAILED, "update", afterSeconds=0)),
        script("create", step(FAILED, "one", afterSeconds=0), match="a-*"),
        script("create", step(FAILED, "two", afterSeconds=0), match="a*"),
        script("create", step(FAILED, "three", afterSeconds=0)),
    ))
    for name in ("a-1", "a1", "b"):
        put(server, name)
    assert [reason(server, name) for name in ("a-1", "a1", "b")] == ["one", "two", "three"]


def test_when_one_is_used_up_the_next_counts(frozen_server):
    server = frozen_server(fixture=scripted(
        script("create", step(FAILED, "one", afterSeconds=0), match="a*", times=2),
        script("create", step(FAILED, "two", afterSeconds=0), times=1),
        script("create", step(FAILED, "three", afterSeconds=0), match="*3", times=1),
    ))
    seen = []
    for name in ("b1", "a1", "b2", "a2", "a3", "a4", "b3"):
        put(server, name)
        seen.append(reason(server, name))
    # b1 takes "two", a1 and a2 take "one", a3 "three"; the others fare as --progression says.
    assert seen == ["two", "one", None, "one", "three", None, None]


def test_times_are_counted_for_all_packs_and_scopes_together(frozen_server):
    server = frozen_server(fixture=scripted(script("create", step(FAILED, "x", afterSeconds=0), times=3)))
    scopes = [{}, {"account": "111111111111"}, {"region": "eu-west-1"}, {"account": "111111111111", "region": "eu-west-1"}]
    for scope in scopes:
        put(server, "a", **scope)
    assert [state(server, "a", **scope) for scope in scopes] == [FAILED] * 3 + [CREATING]


@pytest.mark.parametrize("on, requests", [("create", ["create"]), ("update", ["update"]), ("delete", ["delete"])])
def test_on(frozen_server, on, requests):
    server = frozen_server(fixture=scripted(script(on)))
    hung = []
    for kind in ("create", "update", "delete"):
        (delete if kind == "delete" else put)(server, "a")
        server.advance(2)
        if state(server, "a") in (CREATING, DELETING):
            hung.append(kind)
            server.move("a", DELETE_FAILED if kind == "delete" else CREATED)
    assert hung == requests


def test_accounts_and_regions(frozen_server):
    server = frozen_server(fixture=scripted(
        script("create", step(FAILED, "account and region", afterSeconds=0), account="111111111111", region="eu-west-1"),
        script("create", step(FAILED, "account", afterSeconds=0), account="111111111111"),
        script("create", step(FAILED, "region", afterSeconds=0), region="eu-west-1"),
    ))
    seen = {}
    for account in ("111111111111", "222222222222"):
        for region in ("us-east-1", "eu-west-1"):
            put(server, "a", account=account, region=region)
            [status] = server.status("a", account=account, region=region)
            seen[account[0], region] = status.get("ConformancePackStatusReason")
    assert seen == {("1", "us-east-1"): "account", ("1", "eu-west-1"): "account and region",
                    ("2", "us-east-1"): None, ("2", "eu-west-1"): "region"}


def test_scripts_of_several_fixtures_in_order(frozen_server):
    first = scripted(script("create", step(FAILED, "one", afterSeconds=0), match="a"))
    second = scripted(script("create", step(FAILED, "two", afterSeconds=0)))
    server = frozen_server(fixture=[first, second])
    put(server, "a")
    put(server, "b")
    assert [reason(server, name) for name in "ab"] == ["one", "two"]
    server.add(scripts=[script("create", step(FAILED, "three", afterSeconds=0))])  # comes behind those
    put(server, "c")
    assert reason(server, "c") == "two"


def test_added_while_it_runs(server):
    put(server, "a")
    server.add(scripts=[script("create", match="b"), script("update", step(FAILED, "x", afterSeconds=0))])
    server.advance(2)
    assert state(server, "a") == CREATED  # what is under way is not touched
    put(server, "a")
    put(server, "b")
    server.advance(2)
    assert server.states() == {"a": FAILED, "b": CREATING}


def test_many(frozen_server):
    scripts = [script("create", step(FAILED, name, afterSeconds=0), match=name) for name in names(2000)]
    server = frozen_server(fixture=scripted(*scripts))
    for name in ("pack-000", "pack-1999", "pack-2000"):
        put(server, name)
    assert [reason(server, name) for name in ("pack-000", "pack-1999", "pack-2000")] == ["pack-000", "pack-1999", None]


def test_a_thousand_steps(frozen_server):
    steps = [step(FAILED if number % 2 else CREATING, afterSeconds=number) for number in range(1, 1001)]
    server = frozen_server(fixture=scripted(script("create", *steps)))
    put(server, "a")
    server.advance(999)
    assert state(server, "a") == FAILED
    server.advance(1)
    assert state(server, "a") == CREATING


def test_a_reason_is_taken_to_the_letter(frozen_server):
    text = "User: arn:aws:sts::123456789012:assumed-role/x is not authorized; \"quoted\" \\ \n é 日本 \U0001f600"
    server = frozen_server(fixture=scripted(script("create", step(FAILED, text, afterSeconds=0))))
    put(server, "a")
    assert reason(server, "a") == text


# ---- refused when loaded ----

BAD = [
    ({"on": "create"}, "transitions and progression"),
    ({"on": "create", "transitions": [], "progression": "immediate"}, "transitions and progression"),
    ({"transitions": []}, "on is missing"),
    ({"on": "put", "transitions": []}, "create, update or delete"),
    ({"on": ["create"], "transitions": []}, "create, update or delete"),
    ({"on": "create", "transitions": {}}, "transitions"),
    ({"on": "create", "transitions": [step(DELETING, afterSeconds=1)]}, "CREATE_IN_PROGRESS to DELETE_IN_PROGRESS"),
    ({"on": "create", "transitions": [step(CREATING), step(CREATING, afterSeconds=1)]}, "CREATE_IN_PROGRESS to CREATE_IN_PROGRESS"),
    ({"on": "create", "transitions": [step(GONE, afterSeconds=1)]}, "CREATE_IN_PROGRESS to DELETED"),
    ({"on": "update", "transitions": [step(CREATED, afterSeconds=1), step(FAILED, afterSeconds=2)]}, "CREATE_COMPLETE to CREATE_FAILED"),
    ({"on": "delete", "transitions": [step(CREATED, afterSeconds=1)]}, "DELETE_IN_PROGRESS to CREATE_COMPLETE"),
    ({"on": "delete", "transitions": [step(CREATING), step(CREATED, afterSeconds=1)]}, "DELETE_IN_PROGRESS to CREATE_IN_PROGRESS"),
    ({"on": "delete", "transitions": [step(GONE, afterSeconds=1), step(CREATING, afterSeconds=2)]}, "DELETED to CREATE_IN_PROGRESS"),
    ({"on": "create", "transitions": [step(FAILED, afterSeconds=9), step(CREATED, afterSeconds=8)]}, "goes back in time"),
    ({"on": "create", "transitions": [step(FAILED, afterSeconds=1), step(CREATED)]}, "one of afterSeconds, afterPolls, manual"),
    ({"on": "create", "transitions": [step(FAILED, afterSeconds=1, afterPolls=1)]}, "only one of"),
    ({"on": "create", "transitions": [step(FAILED, afterSeconds=-1)]}, "afterSeconds"),
    ({"on": "create", "transitions": [step(FAILED, afterPolls=0)]}, "afterPolls"),
    ({"on": "create", "transitions": [step(FAILED, manual=False)]}, "manual"),
    ({"on": "create", "transitions": [step("UPDATE_FAILED", afterSeconds=1)]}, "ConformancePackState must be one of"),
    ({"on": "create", "transitions": [{"afterSeconds": 1}]}, "ConformancePackState"),
    ({"on": "create", "transitions": [step(FAILED, "x" * 2001, afterSeconds=1)]}, "ConformancePackStatusReason"),
    ({"on": "create", "transitions": [], "times": 0}, "times"),
    ({"on": "create", "transitions": [], "times": -1}, "times"),
    ({"on": "create", "transitions": [], "times": 1.5}, "times"),
    ({"on": "create", "transitions": [], "match": ""}, "match"),
    ({"on": "create", "transitions": [], "account": "12"}, "account"),
    ({"on": "create", "transitions": [], "region": "Europe"}, "region"),
    ({"on": "create", "transitions": [], "name": "a"}, "name"),
    ({"progression": "soon"}, "progression"),
    ({"progression": 2}, "progression"),
    ([], "object"),
]


@pytest.mark.parametrize("bad, said", BAD)
def test_refused(server, bad, said):
    good = script("create")
    reply = server.control("POST", "/state", {"scripts": [good, bad]})
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture")
    assert said in reply.json["error"]["message"]
    assert reply.json["error"]["message"].startswith("body:1:")
    # Nothing of it was loaded.
    put(server, "a")
    server.advance(2)
    assert state(server, "a") == CREATED


def test_the_place_is_named(run_mock, tmp_path):
    path = tmp_path / "world.json"
    path.write_text('{"scripts": [\n  {"on": "create", "transitions": [\n    {"ConformancePackState": "DELETED", "afterSeconds": 1}]}]}')
    done = run_mock("check", path)
    assert done.returncode == 1
    assert f"{path}:3:5: CREATE_IN_PROGRESS to DELETED: " in done.stdout + done.stderr


def test_a_new_world_has_no_old_scripts(frozen_server):
    server = frozen_server(fixture=scripted(script("create")))
    server.control("POST", "/reset?to=empty")
    put(server, "a")
    server.advance(2)
    assert state(server, "a") == CREATED
    assert server.post(STATUS).names == ["a"]
