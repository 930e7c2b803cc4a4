"""DescribeConformancePackStatus: the eight fields, their formats, and when they are there."""

import re
import uuid

import pytest

from support.server import STATUS
from support.worlds import FROZEN_AT_S, STATES, moving, names, pack, step, world

ALWAYS = [
    "ConformancePackName",
    "ConformancePackId",
    "ConformancePackArn",
    "ConformancePackState",
    "StackArn",
    "LastUpdateRequestedTime",
]
SOMETIMES = ["ConformancePackStatusReason", "LastUpdateCompletedTime"]

EPOCH = 0x01B21DD213814000  # 1970 in the 100 ns since 1582 that a version-1 UUID counts (RFC 4122)


def stack_time(details):
    """Epoch seconds in the UUID that a stack's ARN ends with."""
    return (uuid.UUID(details["StackArn"].rsplit("/", 1)[1]).time - EPOCH) / 1e7


@pytest.mark.parametrize("state", STATES)
def test_every_state(frozen_server, state):
    [details] = frozen_server(fixture=world(pack("a", ConformancePackState=state))).status("a")
    assert details["ConformancePackState"] == state
    assert set(ALWAYS) <= set(details)
    # A pack that was never created whole has no time of success; one without a reason has no reason.
    assert [key for key in SOMETIMES if key in details] == (
        ["LastUpdateCompletedTime"] if state == "CREATE_COMPLETE" else []
    )


@pytest.mark.parametrize("state", STATES)
def test_every_field_where_it_has_a_value(frozen_server, state):
    given = {
        "ConformancePackName": "a",
        "ConformancePackId": "conformance-pack-uday4bbox",
        "ConformancePackArn": "arn:aws:config:us-east-1:123456789012:conformance-pack/a/conformance-pack-uday4bbox",
        "ConformancePackState": state,
        "StackArn": "arn:aws:cloudformation:us-east-1:123456789012:stack/awsconfigconforms-a-conformance-pack-uday4bbox/"
        "d4301fe0-a9b1-11e9-994d-025f28dd83ba",
        "ConformancePackStatusReason": 'Because "of" it: \u2603 \U0001f600 \\ \n\t',
        "LastUpdateRequestedTime": 1573864201.619,
        "LastUpdateCompletedTime": 1573864244.653,
    }
    assert frozen_server(fixture=world(given)).status("a") == [given]


def test_no_success_after_a_failure(frozen_server):
    # AWS's own sample in its troubleshooting guide: the completed time is that of the last success.
    sample = pack(
        "a",
        ConformancePackState="CREATE_FAILED",
        ConformancePackStatusReason="why",
        LastUpdateRequestedTime=1573865201.619,
        LastUpdateCompletedTime=1573864244.653,
    )
    [details] = frozen_server(fixture=world(sample)).status("a")
    assert (details["LastUpdateRequestedTime"], details["LastUpdateCompletedTime"]) == (1573865201.619, 1573864244.653)


def test_identity(frozen_server):
    server = frozen_server(fixture=world(*names(20)))
    for details in server.status():
        name, identity = details["ConformancePackName"], details["ConformancePackId"]
        assert re.fullmatch("conformance-pack-[a-z0-9]{9}", identity)
        assert details["ConformancePackArn"] == (
            f"arn:aws:config:us-east-1:123456789012:conformance-pack/{name}/{identity}"
        )
        stack, _, unique = details["StackArn"].rpartition("/")
        assert stack == f"arn:aws:cloudformation:us-east-1:123456789012:stack/awsconfigconforms-{name}-{identity}"
        assert str(uuid.UUID(unique)) == unique
        assert (uuid.UUID(unique).version, uuid.UUID(unique).variant) == (1, uuid.RFC_4122)


@pytest.mark.parametrize("key", ["ConformancePackId", "ConformancePackArn", "StackArn"])
def test_no_two_are_the_same(frozen_server, key):
    packs = [
        pack(name, account=account, region=region)
        for name in names(10)
        for account in ("111111111111", "222222222222")
        for region in ("us-east-1", "eu-west-1")
    ]
    server = frozen_server(fixture=world(*packs))
    seen = [
        details[key]
        for account in ("111111111111", "222222222222")
        for region in ("us-east-1", "eu-west-1")
        for details in server.status(account=account, region=region)
    ]
    assert len(set(seen)) == len(seen) == len(packs)


@pytest.mark.parametrize(
    "region, partition",
    [
        ("us-east-1", "aws"),
        ("eu-central-1", "aws"),
        ("ap-southeast-2", "aws"),
        ("cn-north-1", "aws-cn"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-gov-east-1", "aws-us-gov"),
    ],
)
def test_partitions(frozen_server, region, partition):
    account = "210987654321"
    server = frozen_server(fixture=world(pack("a", account=account, region=region)))
    [details] = server.status(account=account, region=region)
    assert details["ConformancePackArn"].startswith(f"arn:{partition}:config:{region}:{account}:conformance-pack/a/")
    assert details["StackArn"].startswith(f"arn:{partition}:cloudformation:{region}:{account}:stack/")


@pytest.mark.parametrize(
    "requested, seconds",
    [
        (1573865201.619, 1573865201.619),
        ("2019-11-16T00:46:41.619Z", 1573865201.619),
        ("2019-11-16T01:46:41.619000+01:00", 1573865201.619),
        (1767225600, 1767225600),
        (None, FROZEN_AT_S),
    ],
)
def test_the_stack_is_as_old_as_the_request(frozen_server, requested, seconds):
    given = {} if requested is None else {"LastUpdateRequestedTime": requested}
    [details] = frozen_server(fixture=world(pack("a", **given))).status("a")
    assert details["LastUpdateRequestedTime"] == seconds
    assert stack_time(details) == pytest.approx(seconds, abs=1e-6)


def test_times_have_milliseconds(frozen_server):
    server = frozen_server(fixture=world(pack("a", LastUpdateRequestedTime=1573865201.619), "b"))
    body = server.post(STATUS).body.decode()
    times = re.findall(r'"LastUpdate\w+":([^,}]*)', body)
    assert times == ["1573865201.619"] * 2 + ["1767225600.000"] * 2


@pytest.mark.parametrize("requested", [0, 0.001, -1.5, -62135596800, 253402300799.999, 1573865201.6194, 4102444800.5])
def test_odd_times(frozen_server, requested):
    [details] = frozen_server(fixture=world(pack("a", LastUpdateRequestedTime=requested))).status("a")
    assert details["LastUpdateRequestedTime"] == pytest.approx(requested, abs=0.00051)


def test_the_same_at_every_poll(frozen_server):
    packs = [
        pack(state.replace("_", "-"), ConformancePackState=state, ConformancePackStatusReason="why") for state in STATES
    ]
    server = frozen_server(fixture=world(*packs))
    first = server.post(STATUS)
    assert all(server.post(STATUS).body == first.body for _ in range(5))


def test_the_same_however_it_is_asked(frozen_server):
    server = frozen_server(fixture=world(*names(5)))
    everything = server.status()
    assert [server.status(name)[0] for name in names(5)] == everything
    assert server.status(*names(5)) == everything


def test_the_same_for_the_same_seed(start_server):
    def bodies(seed):
        return (
            start_server("--clock", "2026-01-01T00:00:00Z", "--seed", seed, fixture=world(*names(3))).post(STATUS).body
        )

    assert bodies(1) == bodies(1) != bodies(2)


def test_identity_stays_through_an_update(frozen_server):
    server = frozen_server(fixture=world("a"))
    [before] = server.status("a")
    server.advance(100)
    assert server.move("a", "CREATE_IN_PROGRESS").status == 200
    [after] = server.status("a")
    for key in ("ConformancePackId", "ConformancePackArn", "StackArn"):
        assert after[key] == before[key]
    assert after["LastUpdateRequestedTime"] == before["LastUpdateRequestedTime"] + 100
    assert after["LastUpdateCompletedTime"] == before["LastUpdateCompletedTime"]


def test_times_and_reason_through_a_life(frozen_server):
    server = frozen_server(
        fixture=world(
            moving(
                "a",
                step("CREATE_IN_PROGRESS"),
                step("CREATE_FAILED", "no role", afterSeconds=10),
                step("CREATE_IN_PROGRESS", afterSeconds=20),
                step("CREATE_COMPLETE", afterSeconds=30),
                step("DELETE_IN_PROGRESS", afterSeconds=40),
                step("DELETE_FAILED", "in use", afterSeconds=50),
            )
        )
    )
    seen = []
    for _ in range(6):
        [details] = server.status("a")
        times = [
            details.get(key, FROZEN_AT_S - 1) - FROZEN_AT_S
            for key in ("LastUpdateRequestedTime", "LastUpdateCompletedTime")
        ]
        seen.append((details["ConformancePackState"], *times, details.get("ConformancePackStatusReason")))
        server.advance(10)
    assert seen == [
        ("CREATE_IN_PROGRESS", 0, -1, None),
        ("CREATE_FAILED", 0, -1, "no role"),
        ("CREATE_IN_PROGRESS", 20, -1, None),
        ("CREATE_COMPLETE", 20, 30, None),
        # A deletion is no update: its request leaves the time alone (ours; AWS's is not known).
        ("DELETE_IN_PROGRESS", 20, 30, None),
        ("DELETE_FAILED", 20, 30, "in use"),
    ]


def test_a_pack_without_a_stack(frozen_server):
    # A failed create whose stack was rolled back (DOC); a fixture says it with an empty StackArn.
    server = frozen_server(fixture=world(pack("a", ConformancePackState="CREATE_FAILED", StackArn="")))
    [details] = server.status("a")
    assert "StackArn" not in details


def test_a_long_reason(frozen_server):
    reason = "é" * 1999 + "."
    server = frozen_server(
        fixture=world(pack("a", ConformancePackState="CREATE_FAILED", ConformancePackStatusReason=reason))
    )
    assert server.status("a")[0]["ConformancePackStatusReason"] == reason
