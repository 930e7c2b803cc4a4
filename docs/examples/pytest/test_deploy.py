import pytest
from deploy import DeploymentFailed, deploy

TEMPLATE = """
Resources:
  RootMfa:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: root-mfa
      Source: {Owner: AWS, SourceIdentifier: ROOT_ACCOUNT_MFA_ENABLED}
"""


def test_it_waits_until_the_pack_is_there(mock):
    mock.add(scripts=[{"progression": "after 3m"}])
    arn = deploy(mock.client(), "baseline", TEMPLATE, sleep=mock.sleep)
    assert arn.startswith(f"arn:aws:config:us-east-1:{mock.account}:conformance-pack/baseline/")
    assert len(mock.requests("DescribeConformancePackStatus")) > 1


def test_a_throttled_start(mock):
    mock.fault("PutConformancePack", error="ThrottlingException", times=2)
    deploy(mock.client(), "baseline", TEMPLATE, sleep=mock.sleep)
    assert [request["status"] for request in mock.requests("PutConformancePack")] == [400, 400, 200]


def test_a_pack_that_fails(mock):
    failure = {"ConformancePackState": "CREATE_FAILED", "afterSeconds": 60, "ConformancePackStatusReason": "No such role."}
    mock.add(scripts=[{"match": "bad-*", "on": "create", "transitions": [failure]}])
    with pytest.raises(DeploymentFailed, match="No such role."):
        deploy(mock.client(), "bad-pack", TEMPLATE, sleep=mock.sleep)


def test_a_pack_that_hangs(mock):
    mock.add(scripts=[{"on": "create", "transitions": []}])
    with pytest.raises(TimeoutError):
        deploy(mock.client(), "baseline", TEMPLATE, sleep=mock.sleep)


def test_a_template_that_aws_refuses(mock):
    client = mock.client()
    with pytest.raises(client.exceptions.ConformancePackTemplateValidationException):
        deploy(client, "baseline", TEMPLATE.replace("ConfigRule\n", "ConfigRool\n"), sleep=mock.sleep)
