"""Each account and region is a world of its own; who is asking comes from the credentials."""

import pytest

from support.server import STATUS, authorization
from support.worlds import moving, pack, step, world

ACCOUNTS = ["111111111111", "222222222222"]
REGIONS = ["us-east-1", "eu-west-1"]
SCOPES = [{"account": account, "region": region} for account in ACCOUNTS for region in REGIONS]


def test_the_same_name_everywhere(frozen_server):
    states = ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED", "DELETE_FAILED"]
    packs = [pack("a", ConformancePackState=state, **scope) for scope, state in zip(SCOPES, states)]
    server = frozen_server(fixture=world(*packs))
    assert [server.states(**scope) for scope in SCOPES] == [{"a": state} for state in states]
    assert server.states() == {}  # the default account has none


def test_polls_count_for_one_world(frozen_server):
    script = moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", afterPolls=1))
    server = frozen_server(fixture=world(*[{**script, **scope} for scope in SCOPES]))
    for _ in range(2):
        last = server.states(**SCOPES[0])
    assert last == {"a": "CREATE_COMPLETE"}
    assert [server.states(**scope) for scope in SCOPES[1:]] == [{"a": "CREATE_IN_PROGRESS"}] * 3


def test_a_move_is_for_one_world(frozen_server):
    server = frozen_server(fixture=world(*[pack("a", **scope) for scope in SCOPES]))
    assert server.move("a", "DELETE_IN_PROGRESS", "?account=222222222222&region=us-east-1").status == 200
    assert [server.states(**scope)["a"] for scope in SCOPES] == [
        "CREATE_COMPLETE",
        "CREATE_COMPLETE",
        "DELETE_IN_PROGRESS",
        "CREATE_COMPLETE",
    ]


CREDENTIALS = [
    {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "secret", "account": "111111111111"},
    {"AccessKeyId": "333333333333", "SecretAccessKey": "secret", "account": "222222222222"},
]


@pytest.mark.parametrize(
    "access_key, account",
    [
        ("AKIAIOSFODNN7EXAMPLE", "111111111111"),  # the fixture's
        ("333333333333", "222222222222"),  # the fixture's goes before the digits
        ("444444444444", "444444444444"),  # 12 digits are an account
        ("AKIAUNKNOWN", "123456789012"),
        ("44444444444", "123456789012"),
        ("4444444444444", "123456789012"),
        ("44444444444a", "123456789012"),
    ],
)
def test_account_of_an_access_key(frozen_server, access_key, account):
    accounts = ["111111111111", "222222222222", "333333333333", "444444444444", "123456789012"]
    server = frozen_server(
        fixture=world(*[pack("is-" + one, account=one) for one in accounts], credentials=CREDENTIALS)
    )
    assert server.post(STATUS, account=access_key).names == ["is-" + account]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "mars-north-1", "local", "x" * 32])
def test_region_of_the_credential_scope(frozen_server, region):
    server = frozen_server(fixture=world(pack("here", region=region), pack("there", region="ap-south-1")))
    assert server.post(STATUS, region=region).names == ["here"]


@pytest.mark.parametrize("region", ["US-EAST-1", "x" * 33, "us_east_1", "us-east-1\u00e9"])
def test_what_is_no_region(server, region):
    # It would become part of ARNs. AWS says so of a region that is not the endpoint's; ours is every region there is.
    reply = server.post(STATUS, region=region.encode() if not region.isascii() else region)
    assert (reply.status, reply.error) == (400, "InvalidSignatureException")


def test_unsigned_is_the_default_account_and_region(frozen_server):
    server = frozen_server(
        fixture=world("default", pack("other", region="eu-west-1"), pack("third", account="111111111111"))
    )
    assert server.post(STATUS).names == ["default"]


def test_presigned(frozen_server):
    server = frozen_server(fixture=world(pack("a", account="111111111111", region="eu-west-1")))
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=111111111111%2F20260101%2Feu-west-1%2Fconfig%2Faws4_request"
        f"&X-Amz-Date=20260101T000000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}"
    )
    assert server.post(STATUS, path="/?" + query).names == ["a"]


def test_a_claim_that_is_none(server):
    reply = server.post(STATUS, headers={"Authorization": "X"})
    assert (reply.status, reply.error) == (400, "IncompleteSignatureException")
    assert reply.message == (
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a "
        "'X-Amz-Date' or a 'Date' header. Authorization=X"
    )


def test_boto3_in_two_worlds(frozen_server):
    server = frozen_server(
        fixture=world(*[pack(f"in-{scope['account']}-{scope['region']}", **scope) for scope in SCOPES])
    )
    for scope in SCOPES:
        answer = server.boto3(**scope).describe_conformance_pack_status()
        assert [one["ConformancePackName"] for one in answer["ConformancePackStatusDetails"]] == [
            f"in-{scope['account']}-{scope['region']}"
        ]


def test_signatures_are_not_checked_by_default(server):
    assert server.post(STATUS, headers=authorization()).status == 200
