"""PutConformancePack: what it takes, what it answers, what becomes of the pack."""

import re

import pytest

from support.lifecycle import PUT, TEMPLATE, arn_of, delete, describe, parameters, put, script, state, tag_list, tags_of
from support.worlds import FROZEN_AT_S, STATES, names, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES
STANDING = [CREATED, FAILED, DELETE_FAILED]
IN_PROGRESS = [CREATING, DELETING]

WITH_PARAMETER = """\
Parameters: {Days: {Type: String, Default: "1"}, Bucket: {Type: String, Default: ""}}
Resources: {Rule: {Type: AWS::Config::ConfigRule, Properties: {Source: {Owner: AWS, SourceIdentifier: {Ref: Bucket}}}}}
"""


# ---- creating ----


def test_the_answer_is_the_arn(server):
    reply = put(server, "security-baseline")
    assert reply.status == 200
    assert list(reply.json) == ["ConformancePackArn"]
    assert re.fullmatch(
        r"arn:aws:config:us-east-1:123456789012:conformance-pack/security-baseline/conformance-pack-[a-z0-9]{9}",
        reply.json["ConformancePackArn"],
    )


def test_the_pack_is_there_at_once(server):
    arn = arn_of(server, "a")
    [status] = server.status("a")
    assert list(status) == ["ConformancePackName", "ConformancePackId", "ConformancePackArn", "ConformancePackState",
                            "StackArn", "LastUpdateRequestedTime"]
    assert status["ConformancePackState"] == CREATING
    assert status["ConformancePackArn"] == arn == f"{arn.rpartition('/')[0]}/{status['ConformancePackId']}"
    assert f":stack/awsconfigconforms-a-{status['ConformancePackId']}/" in status["StackArn"]
    assert status["LastUpdateRequestedTime"] == FROZEN_AT_S
    assert server.post("DescribeConformancePackStatus").names == ["a"]


def test_the_pack_is_created_after_two_seconds(server):
    put(server, "a")
    server.advance(1.999)
    assert state(server, "a") == CREATING
    server.advance(0.001)
    [status] = server.status("a")
    assert list(status) == ["ConformancePackName", "ConformancePackId", "ConformancePackArn", "ConformancePackState",
                            "StackArn", "LastUpdateRequestedTime", "LastUpdateCompletedTime"]
    assert (status["ConformancePackState"], status["LastUpdateRequestedTime"], status["LastUpdateCompletedTime"]) == (
        CREATED, FROZEN_AT_S, FROZEN_AT_S + 2)


def test_identity_is_the_same_at_every_poll(server):
    put(server, "a")
    [before] = server.status("a")
    server.advance(100)
    [after] = server.status("a")
    for key in ("ConformancePackId", "ConformancePackArn", "StackArn", "LastUpdateRequestedTime"):
        assert before[key] == after[key]


def test_what_was_put_is_described(server):
    given = {
        "DeliveryS3Bucket": "awsconfigconforms-bucket",
        "DeliveryS3KeyPrefix": "a prefix/é",
        "ConformancePackInputParameters": parameters(Days="90", Bucket=""),
    }
    arn = arn_of(server, "a", TemplateBody=WITH_PARAMETER, **given)
    [details] = describe(server, "a")
    assert details == {
        "ConformancePackName": "a",
        "ConformancePackArn": arn,
        "ConformancePackId": arn.rpartition("/")[2],
        **given,
        "LastUpdateRequestedTime": FROZEN_AT_S,
    }


def test_names_differ_by_case(server):
    assert arn_of(server, "a") != arn_of(server, "A")
    assert server.post("DescribeConformancePackStatus").names == ["A", "a"]


def test_each_account_and_region_has_its_own(server):
    scopes = [{"account": account, "region": region} for account in ("111111111111", "222222222222")
              for region in ("us-east-1", "cn-north-1")]
    arns = [arn_of(server, "a", **scope) for scope in scopes]
    assert len({arn.rpartition("/")[2] for arn in arns}) == 4
    for arn, scope in zip(arns, scopes):
        partition = "aws-cn" if scope["region"] == "cn-north-1" else "aws"
        assert arn.startswith(f"arn:{partition}:config:{scope['region']}:{scope['account']}:conformance-pack/a/")
        assert describe(server, "a", **scope)[0]["ConformancePackArn"] == arn
    assert server.states() == {}


def test_ids_are_the_seeds(start_server):
    def arn(*arguments):
        return arn_of(start_server(*arguments), "a")

    assert arn("--seed", 7) == arn("--seed", 7) != arn("--seed", 8)
    assert arn() != arn()


# ---- updating ----


@pytest.mark.parametrize("before", STANDING)
def test_put_again_is_an_update(frozen_server, before):
    server = frozen_server(fixture=world(pack("a", ConformancePackState=before, ConformancePackStatusReason="why",
                                              LastUpdateRequestedTime=FROZEN_AT_S - 100,
                                              LastUpdateCompletedTime=FROZEN_AT_S - 50)))
    [old] = server.status("a")
    assert arn_of(server, "a") == old["ConformancePackArn"]
    [during] = server.status("a")
    changed = {"ConformancePackState": CREATING, "LastUpdateRequestedTime": FROZEN_AT_S}
    assert during == {key: changed.get(key, value) for key, value in old.items() if key != "ConformancePackStatusReason"}
    server.advance(2)
    [after] = server.status("a")
    assert after == {**during, "ConformancePackState": CREATED, "LastUpdateCompletedTime": FROZEN_AT_S + 2}


def test_an_update_replaces_what_was_described(server):
    put(server, "a", TemplateBody=WITH_PARAMETER, DeliveryS3Bucket="one", DeliveryS3KeyPrefix="first",
        ConformancePackInputParameters=parameters(Days="1", Bucket="x"))
    server.advance(10)
    [before] = describe(server, "a")
    put(server, "a", TemplateBody=WITH_PARAMETER, DeliveryS3Bucket="two",
        ConformancePackInputParameters=parameters(Bucket="y"))
    [after] = describe(server, "a")
    assert after == {
        "ConformancePackName": "a",
        "ConformancePackArn": before["ConformancePackArn"],
        "ConformancePackId": before["ConformancePackId"],
        "DeliveryS3Bucket": "two",
        "ConformancePackInputParameters": parameters(Bucket="y"),
        "LastUpdateRequestedTime": FROZEN_AT_S + 10,
    }


def test_an_update_changes_the_source_of_the_template(server):
    put(server, "a", TemplateSSMDocumentDetails={"DocumentName": "document", "DocumentVersion": "3"})
    assert describe(server, "a")[0]["TemplateSSMDocumentDetails"] == {"DocumentName": "document", "DocumentVersion": "3"}
    server.advance(2)
    put(server, "a")
    assert "TemplateSSMDocumentDetails" not in describe(server, "a")[0]


def test_an_update_leaves_tags_and_creator(frozen_server):
    server = frozen_server(fixture=world(pack("owned", CreatedBy="config-multiaccountsetup.amazonaws.com")))
    arn = arn_of(server, "a", Tags=tag_list(owner="me"))
    server.advance(2)
    assert arn_of(server, "a", Tags=tag_list(owner="you", more="yes")) == arn
    assert tags_of(server, arn) == {"owner": "me"}  # differing tags are ignored (DOC)
    put(server, "owned")
    assert describe(server, "owned")[0]["CreatedBy"] == "config-multiaccountsetup.amazonaws.com"


def test_an_update_drops_what_was_ahead(frozen_server):
    server = frozen_server(fixture=world(pack("a", ConformancePackState=FAILED, ConformancePackStatusReason="why",
                                              transitions=[step(CREATED, afterSeconds=10), step(DELETING, afterSeconds=20)])))
    server.advance(9)
    put(server, "a")
    server.advance(1)
    assert state(server, "a") == CREATING
    server.advance(1)
    assert state(server, "a") == CREATED
    server.advance(100)
    assert state(server, "a") == CREATED


def test_many_updates(server):
    arn = arn_of(server, "a")
    for number in range(1, 121):
        server.advance(2)
        assert arn_of(server, "a") == arn
        [status] = server.status("a")
        assert status["LastUpdateRequestedTime"] == FROZEN_AT_S + 2 * number
        assert status["LastUpdateCompletedTime"] == FROZEN_AT_S + 2 * number
    server.advance(2)
    assert state(server, "a") == CREATED


# ---- in use ----


@pytest.mark.parametrize("busy", IN_PROGRESS)
def test_in_use(frozen_server, busy):
    server = frozen_server(fixture=world(pack("a", ConformancePackState=busy, DeliveryS3Bucket="before")))
    before = server.status("a"), describe(server, "a")
    reply = put(server, "a", DeliveryS3Bucket="after")
    assert (reply.status, reply.error) == (400, "ResourceInUseException")
    assert "'a'" in reply.message
    assert (server.status("a"), describe(server, "a")) == before


def test_in_use_until_it_is_done(server):
    put(server, "a")
    assert put(server, "a").error == "ResourceInUseException"
    server.advance(1.999)
    assert put(server, "a").error == "ResourceInUseException"
    server.advance(0.001)
    assert put(server, "a").status == 200
    assert put(server, "a").error == "ResourceInUseException"
    server.advance(2)
    assert delete(server, "a").status == 200
    assert put(server, "a").error == "ResourceInUseException"


def test_in_use_is_that_pack_alone(server):
    put(server, "a")
    assert put(server, "b").status == 200
    assert put(server, "a", account="210987654321").status == 200
    assert put(server, "a", region="eu-west-1").status == 200


# ---- the quota ----


def exceeds(reply):
    assert (reply.status, reply.error) == (400, "MaxNumberOfConformancePacksExceededException")
    return reply.message


def test_fifty_packs(server):
    for name in names(50):
        assert put(server, name).status == 200
    assert "50" in exceeds(put(server, "one-more"))
    assert state(server, "one-more") is None
    assert put(server, "one-more", account="210987654321").status == 200
    assert put(server, "one-more", region="eu-west-1").status == 200


def test_an_update_at_the_quota(frozen_server):
    server = frozen_server("--max-packs", 2, fixture=world("a", "b"))
    exceeds(put(server, "c"))
    assert put(server, "b").status == 200


@pytest.mark.parametrize("how", ["option", "environment"])
@pytest.mark.parametrize("quota", [0, 1, 3, 60])
def test_max_packs(start_server, how, quota):
    given = ("--max-packs", quota) if how == "option" else ()
    server = start_server(*given, env={} if given else {"AWSCONFIG_MOCK_MAX_PACKS": str(quota)})
    for name in names(quota):
        assert put(server, name).status == 200
    exceeds(put(server, "one-more"))


def test_what_counts(frozen_server):
    # Whatever can be seen counts, also while it is being deleted; what is gone does not.
    server = frozen_server("--max-packs", 5, fixture=world(*[pack(one.replace("_", "-"), ConformancePackState=one) for one in STATES]))
    exceeds(put(server, "a"))
    assert server.move("DELETE-IN-PROGRESS", "DELETED").status == 200
    assert put(server, "a").status == 200
    exceeds(put(server, "b"))


def test_a_deletion_frees_a_place_once_it_is_done(frozen_server):
    server = frozen_server("--max-packs", 1)
    put(server, "a")
    server.advance(2)
    delete(server, "a")
    exceeds(put(server, "b"))
    server.advance(2)
    assert put(server, "b").status == 200


def test_fixtures_may_go_beyond(frozen_server):
    server = frozen_server("--max-packs", 2, fixture=world(*names(5)))
    assert put(server, "pack-003").status == 200
    exceeds(put(server, "one-more"))


# ---- where the template comes from ----

SOURCES = {
    "TemplateBody": TEMPLATE,
    "TemplateS3Uri": "s3://bucket/key.yaml",
    "TemplateSSMDocumentDetails": {"DocumentName": "document"},
}
SEVERAL = [
    ("TemplateBody", "TemplateS3Uri"),
    ("TemplateBody", "TemplateSSMDocumentDetails"),
    ("TemplateS3Uri", "TemplateSSMDocumentDetails"),
    ("TemplateBody", "TemplateS3Uri", "TemplateSSMDocumentDetails"),
]


def put_from(server, *sources):
    return server.post(PUT, {"ConformancePackName": "a", **{source: SOURCES[source] for source in sources}})


@pytest.mark.parametrize("mode", ["documented", "observed"])
@pytest.mark.parametrize("source", SOURCES)
def test_one_source(start_server, mode, source):
    server = start_server("--errors", mode)
    assert put_from(server, source).status == 200
    [details] = describe(server, "a")
    assert details.get("TemplateSSMDocumentDetails") == (SOURCES[source] if "SSM" in source else None)


@pytest.mark.parametrize("mode", ["documented", "observed"])
def test_no_source(start_server, mode):
    server = start_server("--errors", mode)
    reply = put_from(server)
    assert (reply.status, reply.error) == (400, "InvalidParameterValueException")
    assert all(source in reply.message for source in SOURCES)
    assert server.states() == {}


@pytest.mark.parametrize("sources", SEVERAL, ids="+".join)
def test_several_sources_documented(server, sources):
    reply = put_from(server, *sources)
    assert (reply.status, reply.error) == (400, "InvalidParameterValueException")
    assert server.states() == {}


@pytest.mark.parametrize("sources", SEVERAL, ids="+".join)
def test_several_sources_observed(start_server, sources):
    # TemplateS3Uri and TemplateBody together were accepted in 2021 to 2023 (SEEN).
    server = start_server("--errors", "observed")
    assert put_from(server, *sources).status == 200


# ---- constraints ----

TAGS_50 = tag_list(*names(50))
PARAMETERS_60 = parameters(**{f"P{number}": "x" * 4096 for number in range(60)})

ACCEPTED = [
    {"ConformancePackName": "a" + "-9" * 127 + "z"},
    {"ConformancePackName": "Z"},
    {"DeliveryS3Bucket": ""},
    {"DeliveryS3Bucket": "b" * 63},
    {"DeliveryS3KeyPrefix": ""},
    {"DeliveryS3KeyPrefix": "é" * 1024},
    {"ConformancePackInputParameters": []},
    {"ConformancePackInputParameters": PARAMETERS_60, "TemplateBody": None, "TemplateS3Uri": "s3://b"},
    {"Tags": []},
    {"Tags": TAGS_50},
    {"Tags": tag_list(**{"k" * 128: "v" * 256})},
    {"TemplateBody": None, "TemplateS3Uri": "s3://" + "k" * 1019},
    {"TemplateBody": None, "TemplateSSMDocumentDetails": {"DocumentName": "arn:aws:ssm:us-east-1:123456789012:document/d"}},
    {"TemplateBody": None, "TemplateSSMDocumentDetails": {"DocumentName": "doc", "DocumentVersion": "$LATEST"}},
    {"TemplateBody": None, "TemplateSSMDocumentDetails": {"DocumentName": "d" * 200, "DocumentVersion": "$DEFAULT"}},
    {"TemplateBody": None, "TemplateSSMDocumentDetails": {"DocumentName": "doc", "DocumentVersion": "17"}},
    {"TemplateBody": TEMPLATE + "#" * (51200 - len(TEMPLATE))},
    {"NoSuchMember": {"ignored": True}},
    {"DeliveryS3Bucket": None},
]
REFUSED = [
    ({"ConformancePackName": None}, "conformancePackName"),
    ({"ConformancePackName": ""}, "conformancePackName"),
    ({"ConformancePackName": "9a"}, "conformancePackName"),
    ({"ConformancePackName": "a_b"}, "conformancePackName"),
    ({"ConformancePackName": "a" * 257}, "conformancePackName"),
    ({"TemplateBody": ""}, "templateBody"),
    ({"TemplateBody": "#" * 51201}, "templateBody"),
    ({"TemplateS3Uri": "https://bucket/key"}, "templateS3Uri"),
    ({"TemplateS3Uri": "s3://" + "k" * 1020}, "templateS3Uri"),
    ({"DeliveryS3Bucket": "b" * 64}, "deliveryS3Bucket"),
    ({"DeliveryS3KeyPrefix": "p" * 1025}, "deliveryS3KeyPrefix"),
    ({"ConformancePackInputParameters": parameters(**{f"P{n}": "" for n in range(61)})}, "conformancePackInputParameters"),
    ({"ConformancePackInputParameters": [{"ParameterName": "a"}]}, "conformancePackInputParameters.1.member.parameterValue"),
    ({"ConformancePackInputParameters": parameters(**{"a" * 256: ""})}, "conformancePackInputParameters.1.member.parameterName"),
    ({"ConformancePackInputParameters": parameters(a="v" * 4097)}, "conformancePackInputParameters.1.member.parameterValue"),
    ({"TemplateSSMDocumentDetails": {}}, "templateSSMDocumentDetails.documentName"),
    ({"TemplateSSMDocumentDetails": {"DocumentName": "ab"}}, "templateSSMDocumentDetails.documentName"),
    ({"TemplateSSMDocumentDetails": {"DocumentName": "abc", "DocumentVersion": "0"}}, "templateSSMDocumentDetails.documentVersion"),
    ({"Tags": tag_list(*names(51))}, "tags"),
    ({"Tags": tag_list("")}, "tags.1.member.key"),
    ({"Tags": tag_list(*names(1), **{"k" * 129: ""})}, "tags.2.member.key"),
    ({"Tags": tag_list(k="v" * 257)}, "tags.1.member.value"),
]


def put_with(server, changed):
    body = {"ConformancePackName": "a", "TemplateBody": TEMPLATE, **changed}
    return server.post(PUT, body)


@pytest.mark.parametrize("changed", ACCEPTED, ids=lambda changed: "+".join(changed))
def test_accepted(server, changed):
    reply = put_with(server, changed)
    assert reply.status == 200, reply
    assert len(server.states()) == 1


@pytest.mark.parametrize("changed, path", REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_refused(start_server, changed, path):
    for mode, error in (("documented", "InvalidParameterValueException"), ("observed", "ValidationException")):
        server = start_server("--errors", mode)
        reply = put_with(server, changed)
        assert (reply.status, reply.error) == (400, error)
        assert f"at '{path}' failed to satisfy constraint" in reply.message
        assert server.states() == {}


def test_all_parameters_and_tags_come_back(server):
    arn = arn_of(server, "a", TemplateS3Uri="s3://b/k", ConformancePackInputParameters=PARAMETERS_60, Tags=TAGS_50)
    assert describe(server, "a")[0]["ConformancePackInputParameters"] == PARAMETERS_60
    assert tags_of(server, arn) == dict.fromkeys(names(50), "")


@pytest.mark.parametrize(
    "body", [{"ConformancePackName": {}}, {"Tags": {}}, {"TemplateBody": 7}, {"TemplateSSMDocumentDetails": []}]
)
def test_types(server, body):
    assert server.post(PUT, {"ConformancePackName": "a", **body}).error == "SerializationException"


# ---- refused Puts leave no trace ----


@pytest.mark.parametrize("bad", ["Resources: {}", "Resources: ["])
def test_a_bad_template_changes_nothing(frozen_server, bad):
    server = frozen_server(fixture=world("a", scripts=[script("create", times=1), script("update", times=1)]))
    before = server.status("a"), describe(server, "a")
    for name in ("a", "b"):
        assert put(server, name, TemplateBody=bad, DeliveryS3Bucket="x").error == "ConformancePackTemplateValidationException"
    assert (server.status(), describe(server)) == before
    # Nor have the scripts counted them: the next Puts are the ones that hang.
    put(server, "a")
    put(server, "b")
    server.advance(1000)
    assert server.states() == {"a": CREATING, "b": CREATING}


def test_a_refused_put_counts_for_no_script(frozen_server):
    fails_once = script("update", step(FAILED, "once", afterSeconds=0), times=1)
    server = frozen_server("--max-packs", 1, fixture={"scripts": [fails_once, script("create", times=1)]})
    put(server, "a")
    assert put(server, "a").error == "ResourceInUseException"
    assert put(server, "b").error == "MaxNumberOfConformancePacksExceededException"
    server.move("a", CREATED)
    put(server, "a")
    assert state(server, "a") == FAILED
    put(server, "a")
    assert state(server, "a") == CREATING


def test_a_bad_template_is_found_before_a_busy_pack(server):
    # Which of the two AWS tells of first is not known.
    put(server, "a")
    assert put(server, "a", TemplateBody="x").error == "ConformancePackTemplateValidationException"


# ---- what a fixture must say ----


def test_insufficient_permissions(frozen_server):
    # The server knows no permissions; a fixture can tell a client that it has none.
    error = {"__type": "InsufficientPermissionsException", "message": "The role lacks a policy."}
    server = frozen_server(fixture={"responses": [{"operation": PUT, "times": 1, "error": error}]})
    reply = put(server, "a")
    assert (reply.status, reply.json) == (400, error)
    assert put(server, "a").status == 200
