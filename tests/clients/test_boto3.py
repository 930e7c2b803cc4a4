"""boto3: what a program that uses the SDK sees."""

import datetime
import threading

import botocore.exceptions
import pytest

from support.worlds import moving, names, pack, step, world

PENDING = "CREATE_IN_PROGRESS"


def test_status_by_name(frozen_server):
    failed = pack(
        "failed",
        ConformancePackState="CREATE_FAILED",
        ConformancePackStatusReason="Because “of” it: ☃ 😀",
        LastUpdateRequestedTime=1573865201.619,
        LastUpdateCompletedTime=1573864244.653,
    )
    client = frozen_server(fixture=world(*names(3), failed)).boto3()
    answer = client.describe_conformance_pack_status(ConformancePackNames=["failed"])
    [details] = answer["ConformancePackStatusDetails"]
    utc = datetime.timezone.utc
    assert details["ConformancePackState"] == "CREATE_FAILED"
    assert details["ConformancePackStatusReason"] == "Because “of” it: ☃ 😀"
    assert details["LastUpdateRequestedTime"] == datetime.datetime(2019, 11, 16, 0, 46, 41, 619000, utc)
    assert details["LastUpdateCompletedTime"] == datetime.datetime(2019, 11, 16, 0, 30, 44, 653000, utc)
    assert "NextToken" not in answer
    metadata = answer["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], metadata["RetryAttempts"]) == (200, 0)
    assert metadata["RequestId"] == metadata["HTTPHeaders"]["x-amzn-requestid"]


def paginate(client, **arguments):
    pages = list(client.get_paginator("describe_conformance_pack_status").paginate(**arguments))
    details = [page["ConformancePackStatusDetails"] for page in pages]
    return [len(page) for page in details], [one["ConformancePackName"] for page in details for one in page]


@pytest.mark.parametrize(
    "arguments, sizes, shown",
    [
        ({}, [20, 20, 20], names(60)),
        ({"PaginationConfig": {"PageSize": 7}}, [7] * 8 + [4], names(60)),
        ({"PaginationConfig": {"PageSize": 1}}, [1] * 60, names(60)),
        ({"PaginationConfig": {"MaxItems": 33}}, [20, 13], names(33)),
        ({"ConformancePackNames": names(25)[::-1], "PaginationConfig": {"PageSize": 10}}, [10, 10, 5], names(25)),
        ({"ConformancePackNames": ["ghost"]}, [0], []),
    ],
)
def test_pages(frozen_server, arguments, sizes, shown):
    assert paginate(frozen_server(fixture=world(*names(60))).boto3(), **arguments) == (sizes, shown)


def test_pages_gone_on_with_later(frozen_server):
    client = frozen_server(fixture=world(*names(45))).boto3()
    pages = client.get_paginator("describe_conformance_pack_status").paginate(PaginationConfig={"MaxItems": 20})
    first = pages.build_full_result()
    assert [one["ConformancePackName"] for one in first["ConformancePackStatusDetails"]] == names(20)
    rest = paginate(client, PaginationConfig={"StartingToken": first["NextToken"]})
    assert rest == ([20, 5], names(45)[20:])


ERRORS = [
    ("InvalidLimitException", {"Limit": 21}, "Value '21' at 'limit'"),
    ("InvalidNextTokenException", {"NextToken": "no token"}, "The nextToken provided is invalid"),
    ("InvalidParameterValueException", {"ConformancePackNames": names(26)}, "at 'conformancePackNames'"),
    ("InvalidParameterValueException", {"ConformancePackNames": ["no name"]}, "[a-zA-Z][-a-zA-Z0-9]*"),
]


@pytest.mark.parametrize("name, arguments, words", ERRORS, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_each_error_by_its_class(server, name, arguments, words, mode):
    client = server.boto3(retries={"mode": mode})
    with pytest.raises(getattr(client.exceptions, name)) as caught:
        client.describe_conformance_pack_status(**arguments)
    assert isinstance(caught.value, botocore.exceptions.ClientError)
    assert caught.value.response["Error"]["Code"] == name
    assert words in caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_an_unknown_pack_by_its_class(start_server):
    client = start_server("--unknown-pack", "error").boto3()
    with pytest.raises(client.exceptions.NoSuchConformancePackException):
        client.describe_conformance_pack_status(ConformancePackNames=["ghost"])


def test_constraints_as_observed(start_server):
    client = start_server("--errors", "observed").boto3()
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.describe_conformance_pack_status(Limit=21)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_types(server):
    client = server.boto3(parameter_validation=False)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.describe_conformance_pack_status(Limit="1")
    assert caught.value.response["Error"] == {
        "Code": "SerializationException",
        "Message": "class java.lang.String can not be converted to an Integer",
    }


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_an_operation_without_code_is_not_retried(server, mode):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        server.boto3(retries={"mode": mode}).describe_configuration_recorders()
    assert caught.value.response["Error"]["Code"] == "NotImplementedException"
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


# ---- waiting, as Terraform and most programs do: poll by name until the state is none of the pending ones ----


def wait(server, name, pending, polls=20, **scope):
    """The states seen, and the details at the end (None: gone); 10 seconds of the server's clock between polls."""
    client, seen = server.boto3(**scope), []
    for _ in range(polls):
        details = client.describe_conformance_pack_status(ConformancePackNames=[name])["ConformancePackStatusDetails"]
        seen.append(details[0]["ConformancePackState"] if details else None)
        if seen[-1] not in pending:
            return seen, details[0] if details else None
        server.advance(10)
    raise AssertionError(f"{name} never ends: {seen}")


def test_wait_for_success(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(PENDING), step("CREATE_COMPLETE", afterSeconds=30))))
    seen, details = wait(server, "a", {PENDING})
    assert seen == [PENDING] * 3 + ["CREATE_COMPLETE"]
    assert details["LastUpdateCompletedTime"] - details["LastUpdateRequestedTime"] == datetime.timedelta(seconds=30)


def test_wait_for_failure(frozen_server):
    server = frozen_server(fixture=world(moving("a", step(PENDING), step("CREATE_FAILED", "no role", afterSeconds=25))))
    seen, details = wait(server, "a", {PENDING})
    assert seen == [PENDING] * 3 + ["CREATE_FAILED"]
    assert details["ConformancePackStatusReason"] == "no role"


def test_wait_for_deletion(frozen_server):
    server = frozen_server(fixture=world(moving("a", step("DELETE_IN_PROGRESS"), step("DELETED", afterPolls=2))))
    assert wait(server, "a", {"DELETE_IN_PROGRESS"}) == (["DELETE_IN_PROGRESS"] * 2 + [None], None)


def test_many_wait_at_once(frozen_server):
    # Parallel tests need only different access keys.
    accounts = [f"{number:012}" for number in range(100, 108)]
    script = [step(PENDING), step("CREATE_COMPLETE", afterPolls=25)]
    server = frozen_server(fixture=world(*[moving("a", *script, account=account) for account in accounts]))
    results = {}

    def poll(account):
        client, polls = server.boto3(account=account), 1
        while (
            client.describe_conformance_pack_status()["ConformancePackStatusDetails"][0]["ConformancePackState"]
            == PENDING
        ):
            polls += 1
        results[account] = polls

    threads = [threading.Thread(target=poll, args=(account,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == dict.fromkeys(accounts, 26)
