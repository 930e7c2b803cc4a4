"""--progression and its like in scripts: immediate, after DURATION, polls N, manual; on create, update and delete."""

import time

import pytest

from support.lifecycle import delete, describe, progression, put, state
from support.server import STATUS
from support.worlds import FROZEN_AT, FROZEN_AT_S, STATES, names, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES
KINDS = ["create", "update", "delete"]
BEGINS = {"create": CREATING, "update": CREATING, "delete": DELETING}
ENDS = {"create": CREATED, "update": CREATED, "delete": None}


def request(server, kind, name="a", **scope):
    """Asks for it, and must not be refused. The pack must be there for an update or a deletion."""
    reply = delete(server, name, **scope) if kind == "delete" else put(server, name, **scope)
    assert reply.status == 200, reply


def ready(frozen_server, *arguments, kind, **members):
    """A server where `kind` may be asked for at pack a; it stands since 100 seconds."""
    packs = [] if kind == "create" else ["a"]
    server = frozen_server(*arguments, fixture=world(*packs, **members))
    server.advance(100)
    return server


def both_ways(how):
    """Given as --progression, and by a script for every pack."""
    return [pytest.param(("--progression", how), {}, id=f"option {how}"),
            pytest.param((), {"scripts": [progression(how)]}, id=f"script {how}")]


def ends(server, kind):
    """The request has come to its end, just now."""
    found = server.status("a")
    if kind == "delete":
        assert found == []
        return
    [status] = found
    now = server.control("GET", "/clock").json["now"]
    assert (status["ConformancePackState"], "ConformancePackStatusReason" in status) == (CREATED, False)
    assert time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(status["LastUpdateCompletedTime"])) == now


# ---- on a clock that is held ----


@pytest.mark.parametrize("arguments, members", both_ways("immediate"))
@pytest.mark.parametrize("kind", KINDS)
def test_immediate(frozen_server, arguments, members, kind):
    server = ready(frozen_server, *arguments, kind=kind, **members)
    request(server, kind)
    ends(server, kind)
    if kind != "delete":
        request(server, "update")
        ends(server, "update")
        request(server, "delete")
        ends(server, "delete")
    request(server, "create")
    ends(server, "create")


@pytest.mark.parametrize("how, seconds", [("after 30s", 30), ("after 2m", 120), ("after 1h", 3600), ("after 5", 5)])
@pytest.mark.parametrize("kind", KINDS)
def test_after(frozen_server, how, seconds, kind):
    for arguments, members in ((("--progression", how), {}), ((), {"scripts": [progression(how)]})):
        server = ready(frozen_server, *arguments, kind=kind, **members)
        request(server, kind)
        for _ in range(5):
            assert state(server, "a") == BEGINS[kind]  # polls do not hurry it
        server.advance(seconds - 0.001)
        assert state(server, "a") == BEGINS[kind]
        server.advance(0.001)
        ends(server, kind)


@pytest.mark.parametrize("how", ["after 0s", "after 0"])
def test_after_nothing(frozen_server, how):
    server = frozen_server("--progression", how)
    put(server, "a")
    assert state(server, "a") == CREATED


@pytest.mark.parametrize("polls", [1, 2, 5])
@pytest.mark.parametrize("kind", KINDS)
def test_polls(frozen_server, polls, kind):
    for arguments, members in ((("--progression", f"polls {polls}"), {}), ((), {"scripts": [progression(f"polls {polls}")]})):
        server = ready(frozen_server, *arguments, kind=kind, **members)
        request(server, kind)
        server.advance(1000)  # time does not hurry it
        assert [state(server, "a") for _ in range(polls)] == [BEGINS[kind]] * polls
        ends(server, kind)


@pytest.mark.parametrize("arguments, members", both_ways("manual"))
@pytest.mark.parametrize("kind", KINDS)
def test_manual(frozen_server, arguments, members, kind):
    server = ready(frozen_server, *arguments, kind=kind, **members)
    request(server, kind)
    server.advance(1e6)
    assert [state(server, "a") for _ in range(5)] == [BEGINS[kind]] * 5
    assert server.move("a", ENDS[kind] or "DELETED").status == 200
    ends(server, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_manual_may_fail(frozen_server, kind):
    server = ready(frozen_server, "--progression", "manual", kind=kind)
    request(server, kind)
    server.advance(5)
    failed = DELETE_FAILED if kind == "delete" else FAILED
    assert server.move("a", failed, ConformancePackStatusReason="by hand").status == 200
    [status] = server.status("a")
    assert (status["ConformancePackState"], status["ConformancePackStatusReason"]) == (failed, "by hand")
    assert status.get("LastUpdateCompletedTime") == (None if kind == "create" else FROZEN_AT_S)


def test_the_default_is_two_seconds(server):
    for kind in KINDS:
        request(server, kind)
        server.advance(1.999)
        assert state(server, "a") == BEGINS[kind]
        server.advance(0.001)
        assert state(server, "a") == ENDS[kind]


def test_the_environment(start_server):
    server = start_server(env={"AWSCONFIG_MOCK_PROGRESSION": "polls 1"})
    put(server, "a")
    assert [state(server, "a") for _ in range(2)] == [CREATING, CREATED]


# ---- which one counts ----


def test_a_script_goes_before_the_default(frozen_server):
    server = frozen_server("--progression", "immediate", fixture={"scripts": [progression("manual", match="slow-*")]})
    for name in ("slow-a", "quick-b"):
        put(server, name)
    assert server.states() == {"quick-b": CREATED, "slow-a": CREATING}


def test_per_account_and_region(frozen_server):
    scripts = [
        progression("immediate", account="111111111111"),
        progression("after 10s", account="222222222222", region="eu-west-1"),
        progression("polls 1", region="eu-west-1"),
    ]
    server = frozen_server("--progression", "manual", fixture={"scripts": scripts})
    expected = {
        ("111111111111", "us-east-1"): [CREATED, CREATED, CREATED],
        ("111111111111", "eu-west-1"): [CREATED, CREATED, CREATED],  # the first that fits
        ("222222222222", "us-east-1"): [CREATING, CREATING, CREATING],
        ("222222222222", "eu-west-1"): [CREATING, CREATING, CREATED],
        ("333333333333", "eu-west-1"): [CREATING, CREATED, CREATED],
    }
    for account, region in expected:
        put(server, "a", account=account, region=region)
    seen = {scope: [] for scope in expected}
    for seconds in (0, 9.999, 0.001):
        server.advance(seconds)
        for account, region in expected:
            seen[account, region].append(state(server, "a", account=account, region=region))
    assert seen == expected


@pytest.mark.parametrize("on", KINDS)
def test_for_one_kind_of_request(frozen_server, on):
    server = frozen_server(fixture={"scripts": [progression("immediate", on=on)]})
    for kind in KINDS:
        request(server, kind)
        assert state(server, "a") == (ENDS if kind == on else BEGINS)[kind]
        server.advance(2)
        assert state(server, "a") == ENDS[kind]


def test_times_counts_each_kind_apart(frozen_server):
    # Without "on" the script stands for one of each kind.
    server = frozen_server(fixture={"scripts": [progression("immediate", times=1)]})
    for kind in KINDS:
        request(server, kind)
        assert state(server, "a") == ENDS[kind]
    for kind in KINDS:
        request(server, kind)
        assert state(server, "a") == BEGINS[kind]
        server.advance(2)


@pytest.mark.parametrize("how", ["", "after", "after 2d", "after -1s", "polls", "polls 0", "polls -1", "polls 1.5", "Immediate",
                                 "manual ", "after 2s, then", "polls 1000001"])
def test_what_is_none(run_mock, server, how):
    done = run_mock("--progression", how)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--progression" in done.stderr and done.stderr.count("\n") == 1
    reply = server.control("POST", "/state", {"scripts": [progression(how)]})
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture")


# ---- who polls ----


def test_what_is_no_poll(frozen_server):
    server = frozen_server("--progression", "polls 1", fixture=world("other"))
    put(server, "a")
    put(server, "a", account="210987654321")
    for _ in range(3):
        server.status("other")
        server.status("ghost")
        server.status("a", region="eu-west-1")
        server.status("a", account="210987654321")
        describe(server)
        describe(server, "a")
        put(server, "a")
        delete(server, "a")
        server.post(STATUS, {"ConformancePackNames": ["a"], "Limit": 21})
        server.control("GET", "/health")
    assert [state(server, "a") for _ in range(2)] == [CREATING, CREATED]


def test_every_pack_of_an_answer_is_polled(frozen_server):
    server = frozen_server("--progression", "polls 2", fixture=world())
    for name in names(25):
        put(server, name)
    page = server.post(STATUS)  # polls the twenty that it shows
    server.post(STATUS, {"NextToken": page.token})
    server.post(STATUS, {"NextToken": page.token})
    assert server.states(*names(25)[20:]) == dict.fromkeys(names(25)[20:], CREATED)
    assert server.states(*names(20)) == dict.fromkeys(names(20), CREATING)
    assert server.states(*names(20)) == dict.fromkeys(names(20), CREATED)


def test_two_clients_see_the_same(frozen_server):
    # Polls are the pack's, not the client's: whoever asks, the state never goes back and changes once.
    server = frozen_server("--progression", "polls 4")
    put(server, "a")
    first, second = server.boto3(), server.boto3()
    seen = []
    for client in (first, second, second, first, second, first, first, second):
        [status] = client.describe_conformance_pack_status(ConformancePackNames=["a"])["ConformancePackStatusDetails"]
        seen.append(status["ConformancePackState"])
    assert seen == [CREATING] * 4 + [CREATED] * 4


def test_two_clients_see_the_same_in_time(frozen_server):
    server = frozen_server("--progression", "after 30s")
    put(server, "a")
    clients = [server.boto3(), server.boto3()]
    for seconds in (0, 10, 19.999, 0.001, 100):
        server.advance(seconds)
        answers = [client.describe_conformance_pack_status()["ConformancePackStatusDetails"] for client in clients]
        assert answers[0] == answers[1]


# ---- on the real clock ----


def wait_for(server, wanted):
    """Polls until it is so; the seconds that took."""
    began = time.monotonic()
    while state(server, "a") != wanted:
        assert time.monotonic() - began < 60
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.parametrize("kind", KINDS)
def test_after_on_the_real_clock(start_server, kind):
    server = start_server("--progression", "after 700ms", fixture=world(*([] if kind == "create" else ["a"])))
    before = time.time()
    request(server, kind)
    assert state(server, "a") == BEGINS[kind]
    assert wait_for(server, ENDS[kind]) > 0.4
    if kind != "delete":
        [status] = server.status("a")
        assert status["LastUpdateCompletedTime"] == pytest.approx(status["LastUpdateRequestedTime"] + 0.7, abs=1e-4)
        assert before - 0.01 <= status["LastUpdateRequestedTime"] <= time.time()


def test_the_default_on_the_real_clock(start_server):
    server = start_server()
    put(server, "a")
    assert wait_for(server, CREATED) > 1.5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["immediate", "polls 2", "manual"])
def test_the_others_on_the_real_clock(start_server, how, kind):
    server = start_server("--progression", how, fixture=world(*([] if kind == "create" else ["a"])))
    request(server, kind)
    waits = {"immediate": 0, "polls 2": 2, "manual": 5}[how]
    assert [state(server, "a") for _ in range(waits)] == [BEGINS[kind]] * waits
    if how == "manual":
        assert server.move("a", ENDS[kind] or "DELETED").status == 200
    assert state(server, "a") == ENDS[kind]


def test_a_real_clock_can_be_advanced(start_server):
    server = start_server("--progression", "after 1h")
    put(server, "a")
    server.advance(3500)
    assert state(server, "a") == CREATING
    server.advance(101)
    assert state(server, "a") == CREATED


# ---- across a restart ----


@pytest.fixture(params=["stopped", "killed"])
def restart(request):
    """Ends a server, one way or the other."""
    return (lambda server: server.stop()) if request.param == "stopped" else (lambda server: server.kill())


def serve(start_server, database, *arguments, **options):
    return start_server("--database", database, "--clock", FROZEN_AT, "--seed", 1, *arguments, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_after_across_a_restart(start_server, tmp_path, restart, kind):
    packs = [] if kind == "create" else ["a"]
    server = serve(start_server, tmp_path / "db", "--progression", "after 30s", fixture=world(*packs))
    server.advance(100)
    request(server, kind)
    server.advance(10)
    before = server.status("a")
    restart(server)
    # The world goes on with what was asked for, whatever the option says now; the clock stands where it stood.
    server = serve(start_server, tmp_path / "db", "--progression", "immediate")
    assert server.control("GET", "/clock").json == {"now": "2026-01-01T00:01:50.000Z", "mode": "frozen"}
    assert server.status("a") == before
    server.advance(19.999)
    assert state(server, "a") == BEGINS[kind]
    server.advance(0.001)
    ends(server, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_polls_across_a_restart(start_server, tmp_path, restart, kind):
    packs = [] if kind == "create" else ["a"]
    server = serve(start_server, tmp_path / "db", "--progression", "polls 5", fixture=world(*packs))
    request(server, kind)
    for polls in (2, 1, 2):
        assert [state(server, "a") for _ in range(polls)] == [BEGINS[kind]] * polls
        restart(server)
        server = serve(start_server, tmp_path / "db")
    assert state(server, "a") == ENDS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_manual_across_a_restart(start_server, tmp_path, restart, kind):
    packs = [] if kind == "create" else ["a"]
    server = serve(start_server, tmp_path / "db", "--progression", "manual", fixture=world(*packs))
    request(server, kind)
    restart(server)
    server = serve(start_server, tmp_path / "db", "--progression", "immediate")
    assert state(server, "a") == BEGINS[kind]
    assert server.move("a", ENDS[kind] or "DELETED").status == 200
    assert state(server, "a") == ENDS[kind]


def test_immediate_across_a_restart(start_server, tmp_path, restart):
    server = serve(start_server, tmp_path / "db", "--progression", "immediate")
    put(server, "a")
    put(server, "b")
    delete(server, "b")
    before = server.post(STATUS).json
    restart(server)
    server = serve(start_server, tmp_path / "db")
    assert server.post(STATUS).json == before
    assert server.states() == {"a": CREATED}


def test_scripts_across_a_restart(start_server, tmp_path, restart):
    scripts = [{"on": "create", "times": 3, "transitions": [step(FAILED, "not yet", afterSeconds=0)]}]
    server = serve(start_server, tmp_path / "db", fixture={"scripts": scripts})
    seen = []
    for name in names(5):
        put(server, name)
        seen.append(state(server, name))
        restart(server)
        server = serve(start_server, tmp_path / "db")
    assert seen == [FAILED] * 3 + [CREATING] * 2


def test_the_real_clock_across_a_restart(start_server, tmp_path, restart):
    server = start_server("--database", tmp_path / "db", "--progression", "after 1h")
    put(server, "a")
    server.advance(3000)
    restart(server)
    server = start_server("--database", tmp_path / "db")
    assert state(server, "a") == CREATING
    server.advance(601)
    assert state(server, "a") == CREATED


def test_what_is_due_while_nobody_serves(start_server, tmp_path, restart):
    server = start_server("--database", tmp_path / "db", "--progression", "after 200ms")
    put(server, "a")
    restart(server)
    time.sleep(0.3)
    server = start_server("--database", tmp_path / "db")
    assert state(server, "a") == CREATED


def test_a_reset_brings_the_scripts_back(frozen_server):
    server = frozen_server(fixture={"scripts": [progression("immediate", times=1, on="create")]})
    for _ in range(2):
        put(server, "a")
        put(server, "b")
        assert server.states() == {"a": CREATED, "b": CREATING}
        assert server.control("POST", "/reset").status == 200
    assert server.control("POST", "/reset?to=empty").status == 200
    put(server, "a")
    assert state(server, "a") == CREATING
