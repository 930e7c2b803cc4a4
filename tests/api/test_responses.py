"""A fixture's responses: an answer for any operation, as somebody wrote or recorded it."""

import json
import re

import pytest

from support import oracle
from support.lifecycle import put
from support.server import STATUS
from support.worlds import names, pack, world

RULES = {"ConfigRules": [{"ConfigRuleName": "a", "Source": {"Owner": "AWS", "SourceIdentifier": "X"}}]}


def response(operation, body=None, **members):
    return {"operation": operation, **({} if body is None else {"body": body}), **members}


def failing(operation, error, message=None, **members):
    """With `status`, the error's own."""
    given = {"__type": error, **({"message": message} if message else {})}
    if "status" in members:
        given["status"] = members.pop("status")
    return {"operation": operation, "error": given, **members}


def answering(*responses, **members):
    return {"responses": list(responses), **members}


# ---- bodies ----


def test_an_operation_without_code(frozen_server):
    server = frozen_server(fixture=answering(response("DescribeConfigRules", RULES)))
    reply = server.post("DescribeConfigRules")
    assert (reply.status, reply.json) == (200, RULES)
    assert server.post("DescribeConfigRules", {"ConfigRuleNames": ["a"]}).json == RULES


def test_without_code_and_without_a_response(server):
    reply = server.post("DescribeConfigRules")
    assert (reply.status, reply.error) == (400, "NotImplementedException")
    assert "DescribeConfigRules" in reply.message and '"responses"' in reply.message


def test_instead_of_code(frozen_server):
    answer = {"ConformancePackStatusDetails": [], "NextToken": "x"}
    server = frozen_server(fixture=world("a", **answering(response(STATUS, answer))))
    assert server.post(STATUS).json == answer


def test_an_operation_whose_answer_is_empty(frozen_server):
    server = frozen_server(fixture=world("a", **answering(response("DeleteConformancePack", {}, times=1))))
    reply = server.post("DeleteConformancePack", {"ConformancePackName": "a"})
    assert (reply.status, reply.body) == (200, b"")
    assert server.states() == {"a": "CREATE_COMPLETE"}  # the code was not asked
    server.post("DeleteConformancePack", {"ConformancePackName": "a"})
    assert server.states() == {"a": "DELETE_IN_PROGRESS"}


def test_the_body_goes_out_to_the_letter(frozen_server, tmp_path):
    body = '{ "ConfigRules" : [\t{"ConfigRuleName":"\\u00e9\\/é", "Source": {"Owner": "AWS"}} ] }'
    path = tmp_path / "world.json"
    path.write_text('{"responses": [{"operation": "DescribeConfigRules",\n "body":  %s\n}]}' % body, encoding="utf-8")
    assert frozen_server(fixture=path).post("DescribeConfigRules").body == body.encode()


@pytest.mark.parametrize("operation", sorted(oracle.OPERATIONS))
def test_every_operation(frozen_server, operation):
    """Whatever the operation wants as its least input must be there; the answer is the emptiest that its shape allows."""
    output = oracle.OPERATIONS[operation].get("output")
    body = least(output) if output else {}
    throttled = failing(operation, "ThrottlingException", "Rate exceeded")
    server = frozen_server(fixture=answering(response(operation, body, times=1), throttled))
    asked = least(oracle.OPERATIONS[operation]["input"]) if oracle.OPERATIONS[operation].get("input") else {}
    reply = server.post(operation, asked)
    assert (reply.status, reply.json) == (200, body if output else None)
    reply = server.post(operation, asked)
    assert (reply.status, reply.json) == (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})


def least(name):
    """The smallest value of a shape."""
    shape = oracle.SHAPES[name]
    kind, size = shape["type"], shape.get("min", 0)
    if kind == "structure":
        return {member: least(shape["members"][member]) for member in shape["members"] if member in shape.get("required", [])}
    if kind == "list":
        return [least(shape["element"])] * int(size)
    if kind == "map":
        return {}
    if kind == "string":
        return shape["enum"][0] if "enum" in shape else text(shape.get("pattern"), int(max(size, 1)))
    return {"boolean": True, "blob": "", "timestamp": 0}.get(kind, int(max(size, 1)))


# One text for each of the model's patterns that plain letters do not fit.
TEXTS = ["a", "1", "arn:aws:iam::123456789012:role/r", "arn:aws:iam::123456789012:role/service-role/r", "123456789012", "s3://b/k",
         "us-east-1", "2026-01-01", "arn:aws:organizations::123456789012:organization/o-1234567890", "A::B::C", "AWS::A::B", "$LATEST",
         "arn:aws:config:us-east-1:123456789012:configuration-recorder/a/b", "a@b.c", "*"]


def text(pattern, size):
    for one in [*TEXTS, "a" * size]:
        if len(one) >= size and (pattern is None or re.fullmatch(pattern, one)):
            return one
    raise AssertionError(f"no text for {pattern} of {size}")


# ---- errors ----


def test_an_error(frozen_server):
    server = frozen_server(fixture=answering(failing("DescribeConfigRules", "NoSuchConfigRuleException", "The rule is gone.")))
    reply = server.post("DescribeConfigRules")
    assert (reply.status, reply.body) == (400, b'{"__type":"NoSuchConfigRuleException","message":"The rule is gone."}')


def raw(server, operation):
    """Past the oracle, for errors that are not AWS's."""
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"StarlingDoveService.{operation}"}
    return server.http("POST", "/", b"{}", headers)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503, 599])
def test_status_and_no_message(frozen_server, status):
    server = frozen_server(fixture=answering(failing("DescribeConfigRules", "Strange", status=status)))
    reply = raw(server, "DescribeConfigRules")
    assert (reply.status, reply.body) == (status, b'{"__type":"Strange"}')
    assert reply.header("Content-Type") == "application/x-amz-json-1.1"
    assert reply.header("x-amzn-RequestId")


def test_boto3_raises_it(frozen_server):
    server = frozen_server(fixture=answering(failing("DescribeConfigRules", "NoSuchConfigRuleException", "gone"),
                                             response("ListDiscoveredResources", {"resourceIdentifiers": [{"resourceId": "x"}]})))
    client = server.boto3()
    with pytest.raises(client.exceptions.NoSuchConfigRuleException, match="gone"):
        client.describe_config_rules()
    assert client.list_discovered_resources(resourceType="AWS::S3::Bucket")["resourceIdentifiers"] == [{"resourceId": "x"}]


def test_throttled_and_then_not(frozen_server):
    # An SDK retries what is throttled; its user sees the success.
    server = frozen_server(fixture=world("a", **answering(failing(STATUS, "ThrottlingException", "Rate exceeded", times=2))))
    client = server.boto3(retries={"mode": "standard", "max_attempts": 3})
    [status] = client.describe_conformance_pack_status()["ConformancePackStatusDetails"]
    assert status["ConformancePackName"] == "a"


# ---- which one counts ----


def named(name):
    return {"ConfigRules": [{"ConfigRuleName": name, "Source": {"Owner": "AWS"}}]}


def asked(server, **scope):
    reply = server.post("DescribeConfigRules", **scope)
    return reply.json["ConfigRules"][0]["ConfigRuleName"] if reply.status == 200 else reply.error


def test_the_first_that_fits(frozen_server):
    responses = [response("DescribeConfigRules", named(name)) for name in ("one", "two")]
    server = frozen_server(fixture=answering(*responses))
    assert [asked(server) for _ in range(3)] == ["one"] * 3


def test_times(frozen_server):
    server = frozen_server(fixture=answering(
        response("DescribeConfigRules", named("one"), times=2),
        failing("DescribeConfigRules", "ThrottlingException", "Rate exceeded", times=1),
        response("DescribeConfigRules", named("two"), times=1),
    ))
    assert [asked(server) for _ in range(6)] == ["one", "one", "ThrottlingException", "two"] + ["NotImplementedException"] * 2


def test_times_and_then_the_code(frozen_server):
    server = frozen_server(fixture=world("a", **answering(response(STATUS, {"ConformancePackStatusDetails": []}, times=1))))
    assert [server.post(STATUS).names for _ in range(3)] == [[], ["a"], ["a"]]


def test_accounts_and_regions(frozen_server):
    server = frozen_server(fixture=answering(
        response("DescribeConfigRules", named("both"), account="111111111111", region="eu-west-1"),
        response("DescribeConfigRules", named("account"), account="111111111111"),
        response("DescribeConfigRules", named("region"), region="eu-west-1"),
    ))
    seen = [asked(server, account=account, region=region)
            for account in ("111111111111", "222222222222") for region in ("eu-west-1", "us-east-1")]
    assert seen == ["both", "account", "region", "NotImplementedException"]


def test_times_are_counted_only_where_it_answers(frozen_server):
    server = frozen_server(fixture=answering(response("DescribeConfigRules", named("one"), times=1, account="111111111111")))
    for body, scope in (({}, {"account": "222222222222"}), ({"ConfigRuleNames": [""]}, {"account": "111111111111"}),
                        (b"{", {"account": "111111111111"}), ({"ConfigRuleNames": 7}, {"account": "111111111111"})):
        assert server.post("DescribeConfigRules", body, **scope).status == 400
    server.post("DescribeConfigurationRecorders", account="111111111111")
    assert asked(server, account="111111111111") == "one"
    assert asked(server, account="111111111111") == "NotImplementedException"


def test_one_operation_is_not_another(frozen_server):
    server = frozen_server(fixture=answering(response("DescribeConfigRules", RULES)))
    assert server.post("DescribeConfigRuleEvaluationStatus").error == "NotImplementedException"
    assert server.post("describeconfigrules").error == "UnknownOperationException"


def test_checked_as_ever(frozen_server):
    # The front door comes first: a response is for input that AWS would take.
    server = frozen_server(fixture=answering(response(STATUS, {})))
    assert server.post(STATUS, {"Limit": 21}).error == "InvalidLimitException"
    assert server.post(STATUS, {"Limit": "x"}).error == "SerializationException"
    assert server.post(STATUS).json == {}


def test_no_poll(frozen_server):
    server = frozen_server("--progression", "polls 1", fixture=answering(response(STATUS, {}, times=3)))
    put(server, "a")
    for _ in range(3):
        server.post(STATUS)
    assert [server.states() for _ in range(2)] == [{"a": "CREATE_IN_PROGRESS"}, {"a": "CREATE_COMPLETE"}]


def test_across_a_restart(start_server, tmp_path):
    fixture = answering(response("DescribeConfigRules", named("one"), times=3), response("DescribeConfigRules", named("two")))
    server = start_server("--database", tmp_path / "db", fixture=fixture)
    assert [asked(server) for _ in range(2)] == ["one"] * 2
    server.kill()
    server = start_server("--database", tmp_path / "db", fixture=fixture)
    assert [asked(server) for _ in range(3)] == ["one", "two", "two"]
    server.control("POST", "/reset")
    assert [asked(server) for _ in range(4)] == ["one"] * 3 + ["two"]


def test_what_was_recorded(frozen_server):
    # What the AWS CLI printed: times with an offset are not what goes over the wire, numbers are.
    recorded = {"ConformancePackStatusDetails": [{
        "ConformancePackName": "a", "ConformancePackId": "conformance-pack-uday4bbox",
        "ConformancePackArn": "arn:aws:config:us-east-1:123456789012:conformance-pack/a/conformance-pack-uday4bbox",
        "ConformancePackState": "CREATE_FAILED", "StackArn": "arn:aws:cloudformation:us-east-1:123456789012:stack/x/y",
        "ConformancePackStatusReason": "why", "LastUpdateRequestedTime": 1573865201.619,
    }]}
    server = frozen_server(fixture=answering(response(STATUS, recorded)))
    assert server.post(STATUS).json == recorded


# ---- refused when loaded ----

BAD = [
    (response("DescribeConfigRules"), "one of body and error"),
    ({**response("DescribeConfigRules", {}), "error": {"__type": "X"}}, "one of body and error"),
    ({"body": {}}, "operation"),
    (response("DescribeNothing", {}), "DescribeNothing"),
    (response("describeConfigRules", {}), "describeConfigRules"),
    (failing("DescribeNothing", "X"), "DescribeNothing"),
    (response("DescribeConfigRules", []), "body"),
    (response("DescribeConfigRules", {"Rules": []}), "Rules"),
    (response("DescribeConfigRules", {"ConfigRules": {}}), "ConfigRules"),
    (response("DescribeConfigRules", {"ConfigRules": ["a"]}), "ConfigRules"),
    (response("DescribeConfigRules", {"ConfigRules": [{}]}), "Source"),
    (response("DescribeConfigRules", {"ConfigRules": [{"Source": {"Owner": "ME"}}]}), "Owner"),
    (response("DescribeConfigRules", {"ConfigRules": [{"Source": {"Owner": 1}}]}), "Owner"),
    (response("DescribeConfigRules", {"NextToken": 1}), "NextToken"),
    (response(STATUS, {"ConformancePackStatusDetails": [pack("a")]}), "ConformancePackId"),
    (response("DeleteConformancePack", {"x": 1}), "answers with nothing"),
    ({"operation": "DescribeConfigRules", "error": {"message": "x"}}, "__type"),
    ({"operation": "DescribeConfigRules", "error": {"__type": "X", "code": 1}}, "code"),
    ({"operation": "DescribeConfigRules", "error": "X"}, "error"),
    (failing("DescribeConfigRules", "X", status=200), "status"),
    (failing("DescribeConfigRules", "X", status=600), "status"),
    (failing("DescribeConfigRules", "X", status=400.5), "status"),
    (response("DescribeConfigRules", {}, times=0), "times"),
    (response("DescribeConfigRules", {}, account="1"), "account"),
    (response("DescribeConfigRules", {}, region=""), "region"),
    (response("DescribeConfigRules", {}, name="x"), "name"),
    ("DescribeConfigRules", "object"),
]


@pytest.mark.parametrize("bad, said", BAD)
def test_refused(server, bad, said):
    reply = server.control("POST", "/state", answering(response("DescribeConfigRules", {}), bad))
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture")
    assert said in reply.json["error"]["message"]
    assert reply.json["error"]["message"].startswith("body:1:")
    assert server.post("DescribeConfigRules").error == "NotImplementedException"


def test_refused_at_the_start(run_mock, tmp_path):
    path = tmp_path / "world.json"
    path.write_text(json.dumps(answering(response("DescribeConfigRules", {"Rules": []}))))
    for command in ([], ["check"]):
        done = run_mock(*command, *([path] if command else ["--port", 0, "--fixture", path]))
        assert done.returncode == 1
        assert f"{path}:1:" in done.stdout + done.stderr


def test_many(frozen_server):
    responses = [response("DescribeConfigRules", named(name), times=1) for name in names(500)]
    server = frozen_server(fixture=answering(*responses))
    assert [asked(server) for _ in range(500)] == names(500)
