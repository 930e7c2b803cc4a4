"""The life cycle through boto3, written as a user would: deploy, wait, look, delete; and every kind of script."""

import datetime
import time

import pytest

from support.lifecycle import TEMPLATE, parameters, progression, script
from support.worlds import FROZEN_AT_S, STATES, names, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES
GONE = "DELETED"

FROZEN = datetime.datetime.fromtimestamp(FROZEN_AT_S, datetime.timezone.utc)


class DeploymentFailed(Exception):
    pass


class Deployer:
    """What a deployment tool does. Its pauses pass on the server's clock."""

    def __init__(self, server, **scope):
        self.server, self.config = server, server.boto3(**scope)
        self.seen = []

    def status(self, name):
        found = self.config.describe_conformance_pack_status(ConformancePackNames=[name])["ConformancePackStatusDetails"]
        return found[0] if found else None

    def wait(self, name, pending, patience):
        """The status in which the pack is no longer pending, None when it is gone."""
        self.seen = []
        for _ in range(patience):
            status = self.status(name)
            self.seen.append(status["ConformancePackState"] if status else None)
            if self.seen[-1] != pending:
                return status
            self.server.advance(10)
        raise TimeoutError(f"{name} is still {pending}")

    def deploy(self, name, patience=30, **arguments):
        arn = self.config.put_conformance_pack(ConformancePackName=name, **{"TemplateBody": TEMPLATE, **arguments})["ConformancePackArn"]
        status = self.wait(name, CREATING, patience)
        if status is None or status["ConformancePackState"] != CREATED:
            raise DeploymentFailed(status and status.get("ConformancePackStatusReason"))
        assert status["ConformancePackArn"] == arn
        return status

    def remove(self, name, patience=30):
        self.config.delete_conformance_pack(ConformancePackName=name)
        status = self.wait(name, DELETING, patience)
        if status is not None:
            raise DeploymentFailed(status.get("ConformancePackStatusReason"))


@pytest.fixture
def deployer(frozen_server):
    """deployer(*arguments, **fixture): one for a server of its own."""
    return lambda *arguments, **fixture: Deployer(frozen_server(*arguments, fixture=world(**fixture)))


# ---- the plain life ----


@pytest.mark.parametrize("how, polls", [("immediate", 1), ("after 30s", 4), ("polls 3", 4), ("after 2s", 2)])
def test_a_life(deployer, how, polls):
    tool = deployer("--progression", how)
    created = tool.deploy("security")
    assert tool.seen == [CREATING] * (polls - 1) + [CREATED]
    updated = tool.deploy("security", DeliveryS3Bucket="bucket")
    assert tool.seen == [CREATING] * (polls - 1) + [CREATED]
    for key in ("ConformancePackId", "ConformancePackArn", "StackArn"):
        assert created[key] == updated[key]
    assert updated["LastUpdateCompletedTime"] >= created["LastUpdateCompletedTime"]
    tool.remove("security")
    assert tool.seen == [DELETING] * (polls - 1) + [None]
    with pytest.raises(tool.config.exceptions.NoSuchConformancePackException):
        tool.remove("security")


def test_manual(deployer):
    tool = deployer("--progression", "manual")
    with pytest.raises(TimeoutError):
        tool.deploy("a")
    assert tool.server.move("a", CREATED).status == 200
    assert tool.status("a")["ConformancePackState"] == CREATED


def test_what_is_described(deployer):
    tool = deployer("--progression", "immediate")
    body = "Parameters: {Days: {Type: String}}\n" + TEMPLATE
    tool.deploy("a", TemplateBody=body, DeliveryS3Bucket="b", DeliveryS3KeyPrefix="p", ConformancePackInputParameters=parameters(Days="7"))
    [details] = tool.config.describe_conformance_packs(ConformancePackNames=["a"])["ConformancePackDetails"]
    assert details == {
        "ConformancePackName": "a",
        "ConformancePackArn": details["ConformancePackArn"],
        "ConformancePackId": details["ConformancePackId"],
        "DeliveryS3Bucket": "b",
        "DeliveryS3KeyPrefix": "p",
        "ConformancePackInputParameters": parameters(Days="7"),
        "LastUpdateRequestedTime": FROZEN,
    }


def test_the_empty_answer(deployer):
    tool = deployer(conformancePacks=[pack("a")])
    answer = tool.config.delete_conformance_pack(ConformancePackName="a")
    assert list(answer) == ["ResponseMetadata"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_pages_of_details(deployer):
    tool = deployer(conformancePacks=[pack(name) for name in names(45)])
    pages = list(tool.config.get_paginator("describe_conformance_packs").paginate())
    assert [len(page["ConformancePackDetails"]) for page in pages] == [20, 20, 5]
    assert [one["ConformancePackName"] for page in pages for one in page["ConformancePackDetails"]] == names(45)


def test_tags(deployer):
    tool = deployer()
    arn = tool.deploy("a")["ConformancePackArn"]
    config = tool.config
    assert config.list_tags_for_resource(ResourceArn=arn)["Tags"] == []
    config.tag_resource(ResourceArn=arn, Tags=[{"Key": name, "Value": "1"} for name in names(45)])
    config.untag_resource(ResourceArn=arn, TagKeys=names(5))
    pages = config.get_paginator("list_tags_for_resource").paginate(ResourceArn=arn, PaginationConfig={"PageSize": 15})
    assert [[tag["Key"] for tag in page["Tags"]] for page in pages] == [names(45)[5:20], names(45)[20:35], names(45)[35:]]
    with pytest.raises(config.exceptions.TooManyTagsException):
        config.tag_resource(ResourceArn=arn, Tags=[{"Key": name, "Value": ""} for name in names(11, "more")])
    with pytest.raises(config.exceptions.ResourceNotFoundException):
        config.list_tags_for_resource(ResourceArn=arn[:-1])


# ---- each error by its class ----


def test_in_use(deployer):
    tool = deployer()
    tool.config.put_conformance_pack(ConformancePackName="a", TemplateBody=TEMPLATE)
    for call in (lambda: tool.deploy("a"), lambda: tool.remove("a")):
        with pytest.raises(tool.config.exceptions.ResourceInUseException) as caught:
            call()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_the_quota(deployer):
    tool = deployer("--max-packs", 2, conformancePacks=[pack("a"), pack("b")])
    with pytest.raises(tool.config.exceptions.MaxNumberOfConformancePacksExceededException):
        tool.deploy("c")
    tool.remove("a")
    tool.deploy("c")


def test_a_bad_template(deployer):
    tool = deployer()
    with pytest.raises(tool.config.exceptions.ConformancePackTemplateValidationException, match="Errors found: .*line 1, column 4"):
        tool.deploy("a", TemplateBody="a: ]")
    with pytest.raises(tool.config.exceptions.InvalidParameterValueException):
        tool.deploy("a", TemplateS3Uri="s3://bucket/key")


# ---- every kind of script ----


def test_fails_after_thirty_seconds(deployer):
    tool = deployer(scripts=[script("create", step(FAILED, "no such role", afterSeconds=30), match="bad-*")])
    with pytest.raises(DeploymentFailed, match="no such role"):
        tool.deploy("bad-a")
    assert tool.seen == [CREATING] * 3 + [FAILED]
    tool.deploy("good")


def test_hangs_for_ever(deployer):
    tool = deployer(scripts=[script("create", match="stuck")])
    with pytest.raises(TimeoutError):
        tool.deploy("stuck", patience=100)
    with pytest.raises(tool.config.exceptions.ResourceInUseException):
        tool.remove("stuck")


def test_fails_once_and_then_succeeds(deployer):
    tool = deployer(scripts=[script("create", step(FAILED, "try again", afterSeconds=5), times=1)])
    with pytest.raises(DeploymentFailed, match="try again"):
        tool.deploy("a")
    assert tool.deploy("a")["ConformancePackState"] == CREATED


def test_an_update_fails(deployer):
    tool = deployer(scripts=[script("update", step(FAILED, "no", afterSeconds=5), times=1)])
    before = tool.deploy("a")
    tool.server.advance(100)
    with pytest.raises(DeploymentFailed, match="no"):
        tool.deploy("a")
    after = tool.status("a")
    assert after["LastUpdateCompletedTime"] == before["LastUpdateCompletedTime"] < after["LastUpdateRequestedTime"]
    assert tool.deploy("a")["LastUpdateCompletedTime"] > after["LastUpdateRequestedTime"]


def test_fails_to_delete_and_then_can_be_deleted(deployer):
    tool = deployer(scripts=[script("delete", step(DELETE_FAILED, "rules remain", afterSeconds=5), times=1)])
    tool.deploy("a")
    with pytest.raises(DeploymentFailed, match="rules remain"):
        tool.remove("a")
    tool.remove("a")
    assert tool.status("a") is None


def test_recovers_by_itself(deployer):
    tool = deployer(scripts=[script("create", step(FAILED, "hiccup", afterSeconds=5), step(CREATED, afterSeconds=60))])
    with pytest.raises(DeploymentFailed, match="hiccup"):
        tool.deploy("a")
    assert tool.wait("a", FAILED, 10)["ConformancePackState"] == CREATED


def test_goes_by_itself(deployer):
    tool = deployer(scripts=[script("create", step(CREATED, afterPolls=1), step(DELETING, afterPolls=1), step(GONE, afterPolls=1))])
    tool.deploy("a")
    assert [tool.wait("a", CREATED, 5)["ConformancePackState"], tool.status("a")] == [DELETING, None]


def test_waits_for_a_hand(deployer):
    tool = deployer(scripts=[script("create", step(FAILED, "by hand", manual=True))])
    with pytest.raises(TimeoutError):
        tool.deploy("a")
    tool.server.move("a", FAILED)
    assert tool.status("a")["ConformancePackStatusReason"] == "by hand"


def test_accounts_fare_differently(frozen_server):
    scripts = [
        progression("immediate", account="111111111111"),
        script("create", step(FAILED, "not here", afterSeconds=0), account="222222222222", region="eu-west-1"),
        progression("polls 2", region="eu-west-1"),
    ]
    server = frozen_server(fixture=world(scripts=scripts))

    def deployed(account, region):
        tool = Deployer(server, account=account, region=region)
        try:
            tool.deploy("a")
        except DeploymentFailed as failure:
            return str(failure)
        return len(tool.seen)

    assert deployed("111111111111", "eu-west-1") == 1
    assert deployed("222222222222", "eu-west-1") == "not here"
    assert deployed("333333333333", "eu-west-1") == 3
    assert deployed("333333333333", "us-east-1") == 2


# ---- on the real clock, as in a user's own tests ----


def test_the_real_clock(start_server):
    config = start_server("--progression", "after 300ms").boto3()
    config.put_conformance_pack(ConformancePackName="a", TemplateBody=TEMPLATE)
    seen = []
    for _ in range(100):
        [status] = config.describe_conformance_pack_status(ConformancePackNames=["a"])["ConformancePackStatusDetails"]
        seen.append(status["ConformancePackState"])
        if seen[-1] != CREATING:
            break
        time.sleep(0.05)
    assert seen[0] == CREATING and seen[-1] == CREATED
    took = status["LastUpdateCompletedTime"] - status["LastUpdateRequestedTime"]
    assert took == datetime.timedelta(milliseconds=300)
