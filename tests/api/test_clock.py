"""The clock that everything moves by: real, frozen, set and advanced."""

import datetime
import time

import pytest

from support.worlds import FROZEN_AT, FROZEN_AT_S, moving, step, world


def now_of(server):
    """The clock's time in epoch seconds."""
    text = server.control("GET", "/clock").json["now"]
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc).timestamp()


def one_step(seconds=10):
    return moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", afterSeconds=seconds))


def test_frozen(server):
    answers = [server.control("GET", "/clock").json for _ in range(2)]
    time.sleep(0.02)
    answers.append(server.control("GET", "/clock").json)
    assert answers == [{"now": "2026-01-01T00:00:00.000Z", "mode": "frozen"}] * 3


def test_real_by_default(start_server):
    server = start_server()
    assert server.control("GET", "/clock").json["mode"] == "real"
    before = time.time()
    now = now_of(server)
    assert before - 0.002 <= now <= time.time()


def test_a_real_clock_runs(start_server):
    server = start_server()
    server.add(**world(one_step(0.2)))
    seen = [server.states()["a"]]
    while seen[-1] == "CREATE_IN_PROGRESS" and len(seen) < 500:
        time.sleep(0.02)
        seen.append(server.states()["a"])
    assert (seen[0], seen[-1]) == ("CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    [details] = server.status()
    assert details["LastUpdateCompletedTime"] - details["LastUpdateRequestedTime"] == pytest.approx(0.2)


def test_a_real_clock_may_be_advanced(start_server):
    server = start_server(fixture=world(one_step(3600)))
    before = time.time()
    server.advance(3600)
    assert server.states() == {"a": "CREATE_COMPLETE"}
    assert before - 0.002 <= now_of(server) - 3600 <= time.time()
    assert server.control("GET", "/clock").json["mode"] == "real"


@pytest.mark.parametrize("seconds", [0, 1, 0.5, 0.001, 86400 * 365, -1, -0.25, -86400 * 365])
def test_advance(server, seconds):
    server.advance(seconds)
    assert now_of(server) == pytest.approx(FROZEN_AT_S + seconds, abs=1e-6)
    assert server.control("GET", "/clock").json["mode"] == "frozen"


def test_advances_add_up(server):
    for _ in range(1000):
        server.advance(0.001)
    assert now_of(server) == FROZEN_AT_S + 1


@pytest.mark.parametrize(
    "body, now, mode",
    [
        ({"now": "2030-06-01T12:00:00Z"}, "2030-06-01T12:00:00.000Z", "frozen"),
        ({"now": "2030-06-01T12:00:00.25+02:00"}, "2030-06-01T10:00:00.250Z", "frozen"),
        ({"now": 1573865201.619, "mode": "frozen"}, "2019-11-16T00:46:41.619Z", "frozen"),
        ({"mode": "frozen"}, "2026-01-01T00:00:00.000Z", "frozen"),
    ],
)
def test_set(server, body, now, mode):
    reply = server.control("PUT", "/clock", body)
    assert (reply.status, reply.json) == (200, {"now": now, "mode": mode})
    assert server.control("GET", "/clock").json == reply.json


def test_from_frozen_to_real_goes_on_from_there(server):
    assert server.control("PUT", "/clock", {"mode": "real"}).json["mode"] == "real"
    time.sleep(0.01)
    assert FROZEN_AT_S < now_of(server) < FROZEN_AT_S + 60


def test_from_real_to_frozen_stands_still(start_server):
    server = start_server()
    before = time.time()
    reply = server.control("PUT", "/clock", {"mode": "frozen"})
    assert before - 0.002 <= now_of(server) <= time.time()
    time.sleep(0.01)
    assert server.control("GET", "/clock").json == reply.json


def test_set_while_real_runs_on(start_server):
    server = start_server()
    assert server.control("PUT", "/clock", {"now": "2001-01-01T00:00:00Z"}).json["mode"] == "real"
    time.sleep(0.01)
    assert 978307200 < now_of(server) < 978307200 + 60


def test_set_moves_packs(frozen_server):
    server = frozen_server(fixture=world(one_step()))
    server.set_clock(FROZEN_AT_S + 10)
    assert server.states() == {"a": "CREATE_COMPLETE"}
    server.set_clock(FROZEN_AT)
    assert server.states() == {"a": "CREATE_IN_PROGRESS"}


def test_a_fixtures_clock(start_server):
    frozen = start_server(fixture=world(one_step(), clock={"now": "2019-11-16T00:46:41.619Z", "mode": "frozen"}))
    assert frozen.control("GET", "/clock").json == {"now": "2019-11-16T00:46:41.619Z", "mode": "frozen"}
    assert frozen.status("a")[0]["LastUpdateRequestedTime"] == 1573865201.619
    running = start_server(fixture=world(clock={"now": "2019-11-16T00:46:41.619Z", "mode": "real"}))
    assert 0 <= now_of(running) - 1573865201.619 < 60


def test_the_option_wins_over_the_fixture(start_server):
    server = start_server("--clock", FROZEN_AT, fixture=world(clock={"now": "2019-01-01T00:00:00Z", "mode": "real"}))
    assert server.control("GET", "/clock").json == {"now": "2026-01-01T00:00:00.000Z", "mode": "frozen"}


@pytest.mark.parametrize(
    "path, method, body",
    [
        ("/clock", "PUT", {"now": "0001-01-01T00:00:00Z"}),
        ("/clock", "PUT", {"now": "9999-12-31T23:59:59.999Z"}),
        ("/clock/advance", "POST", {"seconds": 86400 * 365 * 7000}),
    ],
)
def test_as_far_as_the_calendar_goes(server, path, method, body):
    assert server.control(method, path, body).status == 200
    assert server.post("DescribeConformancePackStatus").status == 200


@pytest.mark.parametrize("seconds", [1e12, -1e12, 253402300800 - FROZEN_AT_S, -62135596800.001 - FROZEN_AT_S])
def test_beyond_the_calendar(server, seconds):
    reply = server.control("POST", "/clock/advance", {"seconds": seconds})
    assert reply.status == 400
    assert now_of(server) == FROZEN_AT_S


def test_one_clock_for_all_accounts_and_regions(frozen_server):
    scopes = [
        {"account": account, "region": region}
        for account in ("111111111111", "222222222222")
        for region in ("us-east-1", "eu-west-1")
    ]
    server = frozen_server(fixture=world(*[{**one_step(), **scope} for scope in scopes]))
    server.advance(10)
    assert all(server.states(**scope) == {"a": "CREATE_COMPLETE"} for scope in scopes)
