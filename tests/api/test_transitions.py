"""How packs move: after a time, after so many polls, by hand, and all of it mixed."""

import pytest

from support.server import STATUS
from support.worlds import FROZEN_AT_S, STATES, moving, names, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES


def poll(server, name="a", **scope):
    """The pack's state, or None when it is gone. Counts as a poll."""
    return server.states(name, **scope).get(name)


# ---- by time ----


@pytest.mark.parametrize("seconds", [0.001, 1, 30, 86400, 0.25])
def test_after_seconds(frozen_server, seconds):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterSeconds=seconds))))
    server.advance(seconds - 0.001)
    assert poll(server) == CREATING
    server.advance(0.001)
    assert poll(server) == CREATED
    assert server.status("a")[0]["LastUpdateCompletedTime"] == pytest.approx(FROZEN_AT_S + seconds, abs=1e-4)


def test_after_zero_seconds(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterSeconds=0))))
    assert poll(server) == CREATED


def test_times_count_from_the_request(frozen_server):
    # The request was 20 seconds ago; the step 30 seconds behind it is due in 10.
    steps = [step(CREATING), step(FAILED, "late", afterSeconds=30)]
    server = frozen_server(fixture=world(moving("a", *steps, LastUpdateRequestedTime=FROZEN_AT_S - 20)))
    server.advance(9)
    assert poll(server) == CREATING
    server.advance(1)
    assert poll(server) == FAILED


def test_a_step_may_be_skipped_over(frozen_server):
    steps = [step(CREATING), step(FAILED, "x", afterSeconds=10), step(CREATED, afterSeconds=20)]
    server = frozen_server(fixture=world(moving("a", *steps)))
    server.advance(1000)
    [details] = server.status("a")
    assert details["ConformancePackState"] == CREATED
    assert details["LastUpdateCompletedTime"] == FROZEN_AT_S + 20  # when it was due, not when it was seen
    assert "ConformancePackStatusReason" not in details


def test_a_deletion_ends_with_the_pack_gone(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(DELETING), step("DELETED", afterSeconds=5)), "b"))
    assert poll(server) == DELETING
    server.advance(5)
    assert poll(server) is None
    assert server.post(STATUS).names == ["b"]
    assert server.control("GET", "/health").json["packs"] == 1


def test_a_pack_that_is_gone_may_be_added_anew(frozen_server):
    server = frozen_server(fixture=world("a"))
    [before] = server.status("a")
    assert server.move("a", "DELETED", force=True).status == 200
    server.add(**world("a"))
    [after] = server.status("a")
    assert after["ConformancePackId"] != before["ConformancePackId"]


def test_time_back_and_forth(frozen_server):
    server = frozen_server(
        fixture=world(
            moving(
                "a",
                step(CREATING),
                step(CREATED, afterSeconds=10),
                step(DELETING, afterSeconds=20),
                step("DELETED", afterSeconds=30),
            )
        )
    )
    seen = []
    for seconds in (0, 10, 10, 10, -10, -10, -10, -10, 50):
        server.advance(seconds)
        seen.append(poll(server))
    # Before its first step, a pack is as it was in that.
    assert seen == [CREATING, CREATED, DELETING, None, DELETING, CREATED, CREATING, CREATING, None]


# ---- by polls ----


@pytest.mark.parametrize("polls", [1, 2, 3, 10])
def test_after_polls(frozen_server, polls):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterPolls=polls))))
    assert [poll(server) for _ in range(polls + 2)] == [CREATING] * polls + [CREATED] * 2


def test_polls_in_a_row(frozen_server):
    steps = [
        step(CREATING),
        step(FAILED, "x", afterPolls=2),
        step(CREATED, afterPolls=1),
        step(DELETING, afterPolls=1),
        step("DELETED", afterPolls=2),
    ]
    server = frozen_server(fixture=world(moving("a", *steps)))
    assert [poll(server) for _ in range(8)] == [CREATING, CREATING, FAILED, CREATED, DELETING, DELETING, None, None]


def test_time_does_not_poll(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterPolls=1))))
    server.advance(1e6)
    assert poll(server) == CREATING
    assert poll(server) == CREATED


def test_polls_are_times_too(frozen_server):
    # The step is taken at the instant of the poll that was the last to show the state before.
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterPolls=1))))
    server.advance(7)
    poll(server)
    server.advance(7)
    assert server.status("a")[0]["LastUpdateCompletedTime"] == FROZEN_AT_S + 7


def polled(count=2):
    return moving("a", step(CREATING), step(CREATED, afterPolls=count))


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda server: server.post(STATUS, {"ConformancePackNames": ["b"]}), id="of another pack"),
        pytest.param(lambda server: server.post(STATUS, {"ConformancePackNames": ["ghost"]}), id="of no pack"),
        pytest.param(lambda server: server.post(STATUS, account="210987654321"), id="in another account"),
        pytest.param(lambda server: server.post(STATUS, region="eu-west-1"), id="in another region"),
        pytest.param(lambda server: server.post(STATUS, {"Limit": 21}), id="refused: limit"),
        pytest.param(lambda server: server.post(STATUS, {"NextToken": "x"}), id="refused: token"),
        pytest.param(lambda server: server.post(STATUS, b"{"), id="refused: no JSON"),
        pytest.param(lambda server: server.post("DescribeConfigRules"), id="another operation"),
        pytest.param(lambda server: server.control("GET", "/health"), id="health"),
        pytest.param(lambda server: server.control("GET", "/clock"), id="clock"),
        pytest.param(lambda server: server.advance(1), id="advance"),
    ],
)
def test_what_is_no_poll(frozen_server, call):
    server = frozen_server(fixture=world(polled(1), "b"))
    for _ in range(3):
        call(server)
    assert [poll(server) for _ in range(2)] == [CREATING, CREATED]


def test_a_refused_request_for_an_unknown_pack_is_no_poll(frozen_server):
    server = frozen_server("--unknown-pack", "error", fixture=world(polled(1)))
    for _ in range(3):
        assert server.post(STATUS, {"ConformancePackNames": ["a", "ghost"]}).status == 400
    assert [poll(server) for _ in range(2)] == [CREATING, CREATED]


@pytest.mark.parametrize(
    "body", [{}, {"ConformancePackNames": ["a"]}, {"ConformancePackNames": ["b", "a", "a"]}, {"Limit": 1}]
)
def test_what_is_one_poll(frozen_server, body):
    server = frozen_server(fixture=world(polled(), "b"))
    assert "a" in server.post(STATUS, body).names
    assert [poll(server) for _ in range(2)] == [CREATING, CREATED]


def test_a_page_polls_only_what_is_on_it(frozen_server):
    packs = [moving(name, step(CREATING), step(CREATED, afterPolls=1)) for name in names(3)]
    server = frozen_server(fixture=world(*packs))
    token = server.post(STATUS, {"Limit": 1}).token
    assert server.states() == {"pack-000": CREATED, "pack-001": CREATING, "pack-002": CREATING}
    assert (
        server.post(STATUS, {"Limit": 1, "NextToken": token}).json["ConformancePackStatusDetails"][0][
            "ConformancePackState"
        ]
        == CREATED
    )


# ---- by hand ----


def test_manual(frozen_server):
    steps = [
        step(CREATING),
        step(FAILED, "by hand", manual=True),
        step(DELETING, manual=True),
        step("DELETED", afterSeconds=3),
    ]
    server = frozen_server(fixture=world(moving("a", *steps)))
    server.advance(1000)
    assert [poll(server) for _ in range(5)] == [CREATING] * 5
    assert server.move("a", FAILED).status == 200
    assert server.status("a")[0]["ConformancePackStatusReason"] == "by hand"
    assert server.move("a", DELETING).status == 200
    server.advance(2)
    assert poll(server) == DELETING  # what follows counts from the hand's move
    server.advance(1)
    assert poll(server) is None


def test_a_hand_gives_the_reason(frozen_server):
    steps = [step(CREATING), step(FAILED, "scripted", manual=True)]
    server = frozen_server(fixture=world(moving("a", *steps)))
    assert server.move("a", FAILED, ConformancePackStatusReason="given").status == 200
    assert server.status("a")[0]["ConformancePackStatusReason"] == "given"


def test_a_hand_that_goes_elsewhere_drops_the_script(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(CREATING), step(CREATED, afterSeconds=10))))
    assert server.move("a", FAILED, ConformancePackStatusReason="why").status == 200
    server.advance(100)
    [details] = server.status("a")
    assert (details["ConformancePackState"], details["ConformancePackStatusReason"]) == (FAILED, "why")


def test_a_hand_forestalls_the_time(frozen_server):
    server = frozen_server(
        fixture=world(moving("a", step(CREATING), step(CREATED, afterSeconds=10), step(DELETING, afterSeconds=20)))
    )
    server.advance(5)
    assert server.move("a", CREATED).status == 200
    assert server.status("a")[0]["LastUpdateCompletedTime"] == FROZEN_AT_S + 5
    server.advance(19)
    assert poll(server) == CREATED  # 20 seconds from the hand's move
    server.advance(1)
    assert poll(server) == DELETING


def test_an_update_that_fails_keeps_the_time_of_success(frozen_server):
    server = frozen_server(fixture=world("a"))
    server.advance(10)
    assert server.move("a", CREATING).status == 200
    server.advance(10)
    assert server.move("a", FAILED, ConformancePackStatusReason="why").status == 200
    [details] = server.status("a")
    assert (details["LastUpdateRequestedTime"], details["LastUpdateCompletedTime"]) == (FROZEN_AT_S + 10, FROZEN_AT_S)


# ---- mixed ----


def test_all_three_in_one_script(frozen_server):
    server = frozen_server(
        fixture=world(
            moving(
                "a",
                step(CREATING),
                step(FAILED, "x", afterSeconds=10),
                step(CREATING, afterPolls=2),
                step(CREATED, afterSeconds=5),  # from the last poll
                step(DELETING, manual=True),
                step(DELETE_FAILED, "y", afterPolls=1),
                step(DELETING, manual=True),
                step("DELETED", afterSeconds=1),
            )
        )
    )
    assert poll(server) == CREATING
    server.advance(10)
    assert [poll(server) for _ in range(3)] == [FAILED, FAILED, CREATING]
    server.advance(4)
    assert poll(server) == CREATING
    server.advance(1)
    assert poll(server) == CREATED
    server.advance(100)
    assert poll(server) == CREATED
    assert server.move("a", DELETING).status == 200
    assert [poll(server) for _ in range(3)] == [DELETING, DELETE_FAILED, DELETE_FAILED]
    assert server.move("a", DELETING).status == 200
    server.advance(1)
    assert poll(server) is None


@pytest.mark.parametrize("state", STATES)
def test_a_pack_without_transitions_stays(frozen_server, state):
    server = frozen_server(fixture=world(pack("a", ConformancePackState=state)))
    server.advance(1e6)
    assert [poll(server) for _ in range(3)] == [state] * 3


@pytest.mark.parametrize(
    "first, state",
    [
        (step(CREATED, afterSeconds=5), CREATING),
        (step(FAILED, afterPolls=5), CREATING),
        (step("DELETED", afterSeconds=5), DELETING),
        (step(DELETE_FAILED, manual=True), DELETING),
    ],
)
def test_where_a_pack_begins_that_only_says_where_it_goes(frozen_server, first, state):
    assert poll(frozen_server(fixture=world(moving("a", first)))) == state


def test_packs_move_each_on_its_own(frozen_server):
    server = frozen_server(
        fixture=world(
            *[
                moving(name, step(CREATING), step(CREATED, afterSeconds=10 * number))
                for number, name in enumerate(names(5))
            ]
        )
    )
    for created in range(1, 6):
        assert list(server.states().values()) == [CREATED] * created + [CREATING] * (5 - created)
        server.advance(10)
