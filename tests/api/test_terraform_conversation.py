"""The conversation of Terraform's aws_config_conformance_pack, in its order and with its waiters.

Resource below is what the provider does, call by call; its sleeps advance the
server's clock, so that minutes take no time.
"""

import botocore.exceptions
import pytest

from support.lifecycle import TEMPLATE, parameters, script
from support.worlds import STATES, names, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES

FIVE_MINUTES = 300


class Failed(Exception):
    """What Terraform shows its user."""


class Unexpected(Failed):
    """A waiter met a state that it does not wait in. `state` is that, `reason` the last error."""

    def __init__(self, state, wanted, reason):
        super().__init__(f"unexpected state '{state}', wanted target '{', '.join(wanted)}'. last error: {reason}")
        self.state, self.reason = state, reason


class TimedOut(Failed):
    pass


class Resource:
    """One aws_config_conformance_pack in a Terraform state. `known` is that state: None before and after its life."""

    def __init__(self, server, name, **configuration):
        self.server, self.name = server, name
        self.configuration = {"TemplateBody": TEMPLATE, **configuration}
        self.known = None
        self.calls = []  # what was asked, in order
        self.slept = 0
        self.meanwhile = {}  # what happens elsewhere: {after so many sleeps: function}
        # Go's SDK v2 retries throttling by itself, three times; boto3's standard mode is the same rule.
        self.client = server.boto3(retries={"mode": "standard", "max_attempts": 3})
        self.client.meta.events.register("before-call.config-service", self._note)

    def _note(self, model, **_):
        self.calls.append(model.name)

    def sleep(self, seconds):
        self.slept += 1
        self.server.advance(seconds)
        self.meanwhile.pop(self.slept, lambda: None)()

    def now(self):
        return self.server.control("GET", "/clock").json["now"]

    # ---- finding ----

    def _find(self, operation, key):
        """All pages of one name; exactly one element is expected, none or NoSuchConformancePackException is not found."""
        found = []
        try:
            for page in self.client.get_paginator(operation).paginate(ConformancePackNames=[self.name]):
                found += page[key]
        except self.client.exceptions.NoSuchConformancePackException:
            return None
        if len(found) > 1:
            raise Failed(f"too many results: wanted 1, got {len(found)}")
        return found[0] if found else None

    def find(self):
        return self._find("describe_conformance_packs", "ConformancePackDetails")

    def find_status(self):
        return self._find("describe_conformance_pack_status", "ConformancePackStatusDetails")

    # ---- waiting ----

    def wait(self, pending, target):
        """Polls at once, then after 100 ms, twice that, and so on up to 10 s; 5 minutes in all."""
        pause, waited, not_found = 0.1, 0, 0
        while True:
            status = self.find_status()
            if status is None:
                if not target:
                    return
                not_found += 1
                if not_found > 20:
                    raise Failed("couldn't find resource (21 retries)")
            else:
                state = status["ConformancePackState"]
                if state in target:
                    return
                if state not in pending:
                    raise Unexpected(state, target, status.get("ConformancePackStatusReason", ""))
            if waited >= FIVE_MINUTES:
                raise TimedOut(f"timeout while waiting for state to become '{', '.join(target)}'")
            self.sleep(pause)
            waited += pause
            pause = min(pause * 2, 10)

    # ---- the resource's life ----

    def put(self):
        """Create and update are one function of the provider."""
        answer = self.client.put_conformance_pack(ConformancePackName=self.name, **self.configuration)
        assert answer["ConformancePackArn"]
        self.known = self.known or {}  # from here on Terraform knows the resource, tainted if it fails
        self.wait([CREATING], [CREATED])
        self.read()

    def read(self):
        found = self.find()
        if found is None:
            self.known = None
            return
        self.known = {
            "arn": found["ConformancePackArn"],
            "name": found["ConformancePackName"],
            "delivery_s3_bucket": found.get("DeliveryS3Bucket", ""),
            "delivery_s3_key_prefix": found.get("DeliveryS3KeyPrefix", ""),
            "input_parameter": {one["ParameterName"]: one["ParameterValue"] for one in found["ConformancePackInputParameters"]},
        }

    def drift(self):
        """What a plan would show, after a refresh: {attribute: (is, should be)}."""
        self.read()
        if self.known is None:
            return {"resource": (None, self.name)}
        given = self.configuration
        wanted = {
            "delivery_s3_bucket": given.get("DeliveryS3Bucket", ""),
            "delivery_s3_key_prefix": given.get("DeliveryS3KeyPrefix", ""),
            "input_parameter": {one["ParameterName"]: one["ParameterValue"] for one in given.get("ConformancePackInputParameters", [])},
        }
        return {key: (self.known[key], value) for key, value in wanted.items() if self.known[key] != value}

    def delete(self):
        pause, waited = 0.5, 0
        while True:
            try:
                self.client.delete_conformance_pack(ConformancePackName=self.name)
                break
            except self.client.exceptions.NoSuchConformancePackException:
                self.known = None
                return
            except self.client.exceptions.ResourceInUseException:
                if waited >= FIVE_MINUTES:
                    raise
                self.sleep(pause)
                waited += pause
                pause = min(pause * 2, 10)
        self.wait([DELETING], [])
        self.known = None

    def took(self):
        """The calls since the last look, the waiter's as one."""
        calls, self.calls = self.calls, []
        return [call for number, call in enumerate(calls) if number == 0 or call != calls[number - 1]]


PUT, STATUS, READ, DELETE = ("PutConformancePack", "DescribeConformancePackStatus", "DescribeConformancePacks", "DeleteConformancePack")

PARAMETERS = """\
Parameters: {Days: {Type: String, Default: "90"}}
Resources: {A: {Type: AWS::Config::ConfigRule, Properties: {InputParameters: {days: {Ref: Days}}}}}
"""


# ---- success ----


@pytest.mark.parametrize("how", ["immediate", "after 2s", "after 4m", "polls 1", "polls 5"])
def test_apply_and_destroy(frozen_server, how):
    server = frozen_server("--progression", how)
    resource = Resource(server, "security-baseline")
    resource.put()
    assert resource.took() == [PUT, STATUS, READ]
    assert resource.known["name"] == "security-baseline"
    assert resource.drift() == {}
    resource.delete()
    assert resource.took() == [READ, DELETE, STATUS]
    assert server.states() == {}


def test_what_the_resource_has(frozen_server):
    resource = Resource(frozen_server(), "a", TemplateBody=PARAMETERS, DeliveryS3Bucket="awsconfigconforms-x",
                        DeliveryS3KeyPrefix="prefix", ConformancePackInputParameters=parameters(Days="30"))
    resource.put()
    assert resource.known == {
        "arn": resource.find_status()["ConformancePackArn"],
        "name": "a",
        "delivery_s3_bucket": "awsconfigconforms-x",
        "delivery_s3_key_prefix": "prefix",
        "input_parameter": {"Days": "30"},
    }
    assert resource.drift() == {}


def test_from_s3(frozen_server):
    resource = Resource(frozen_server(), "a")
    resource.configuration = {"TemplateS3Uri": "s3://bucket/key.yaml"}
    resource.put()
    assert resource.drift() == {}


def test_body_and_s3(frozen_server):
    # The provider sends whatever is configured: it asks for one of the two at least.
    resource = Resource(frozen_server("--errors", "observed"), "a", TemplateS3Uri="s3://bucket/key.yaml")
    resource.put()
    resource = Resource(frozen_server(), "a", TemplateS3Uri="s3://bucket/key.yaml")
    with pytest.raises(botocore.exceptions.ClientError, match="InvalidParameterValueException"):
        resource.put()


def test_many_resources(frozen_server):
    server = frozen_server("--progression", "after 10s")
    resources = [Resource(server, name) for name in names(25)]
    for resource in resources:
        resource.put()
    assert len({resource.known["arn"] for resource in resources}) == 25
    for resource in resources:
        assert resource.drift() == {}
        resource.delete()
    assert server.states() == {}


def test_an_import(frozen_server):
    # `terraform import` is a read by name; the next plan shows nothing.
    server = frozen_server(fixture=world(pack("a", DeliveryS3Bucket="b")))
    resource = Resource(server, "a", DeliveryS3Bucket="b")
    assert resource.drift() == {}
    assert resource.took() == [READ]


# ---- slow ----


def test_slow_creation(frozen_server):
    server = frozen_server("--progression", "after 4m")
    resource = Resource(server, "a")
    resource.put()
    # 0.1 + 0.2 + … + 6.4 and then every 10 s: polled until the four minutes are over, not longer.
    status = resource.find_status()
    assert status["LastUpdateCompletedTime"].timestamp() - status["LastUpdateRequestedTime"].timestamp() == 240
    assert resource.slept == 30
    assert resource.now() == "2026-01-01T00:04:02.700Z"


def test_too_slow(frozen_server):
    server = frozen_server(fixture=world(scripts=[{"on": "create", "progression": "after 8m"}]))
    resource = Resource(server, "a")
    with pytest.raises(TimedOut):
        resource.put()
    assert resource.known == {}  # tainted: the next apply replaces it
    resource.took()
    resource.delete()  # which tries until it is no longer in use
    assert resource.took() == [DELETE, STATUS]
    assert server.states() == {}


def test_never(frozen_server):
    resource = Resource(frozen_server(fixture=world(scripts=[script("create")])), "a")
    with pytest.raises(TimedOut):
        resource.put()
    with pytest.raises(botocore.exceptions.ClientError, match="ResourceInUseException"):
        resource.delete()


def test_slow_deletion(frozen_server):
    server = frozen_server(fixture=world("a", scripts=[{"on": "delete", "progression": "after 4m"}]))
    resource = Resource(server, "a")
    resource.delete()
    assert resource.took() == [DELETE, STATUS]
    assert resource.slept == 30


def test_a_deletion_that_never_ends(frozen_server):
    resource = Resource(frozen_server(fixture=world("a", scripts=[script("delete")])), "a")
    with pytest.raises(TimedOut):
        resource.delete()


# ---- failure ----

REASON = ("User: arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForConfigConforms/AwsConfigConformsWorkflow is not authorized "
          "to perform: config:DeleteConfigRule on resource: x")


def test_failure_with_a_reason(frozen_server):
    server = frozen_server(fixture=world(scripts=[script("create", step(FAILED, REASON, afterSeconds=30))]))
    resource = Resource(server, "a")
    with pytest.raises(Unexpected) as failure:
        resource.put()
    assert (failure.value.state, failure.value.reason) == (FAILED, REASON)
    assert resource.took() == [PUT, STATUS]
    assert resource.known == {}  # tainted: the next apply deletes it and tries anew
    resource.delete()
    with pytest.raises(Unexpected):
        resource.put()


def test_fails_once_and_is_replaced(frozen_server):
    scripts = [script("create", step(FAILED, REASON, afterSeconds=30), times=1)]
    resource = Resource(frozen_server(fixture=world(scripts=scripts)), "a")
    with pytest.raises(Unexpected):
        resource.put()
    resource.delete()
    resource.put()
    assert resource.drift() == {}


def test_a_bad_template(frozen_server):
    resource = Resource(frozen_server(), "a", TemplateBody="Resources: {}")
    with pytest.raises(botocore.exceptions.ClientError, match="ConformancePackTemplateValidationException.*At least one Resources member"):
        resource.put()
    assert resource.known is None
    assert resource.took() == [PUT]


def test_the_quota(frozen_server):
    resource = Resource(frozen_server("--max-packs", 1, fixture=world("other")), "a")
    with pytest.raises(botocore.exceptions.ClientError, match="MaxNumberOfConformancePacksExceededException"):
        resource.put()


def test_a_deletion_that_fails(frozen_server):
    scripts = [script("delete", step(DELETE_FAILED, REASON, afterSeconds=20), times=1)]
    resource = Resource(frozen_server(fixture=world("a", scripts=scripts)), "a")
    resource.read()
    with pytest.raises(Unexpected) as failure:
        resource.delete()
    assert (failure.value.state, failure.value.reason) == (DELETE_FAILED, REASON)
    assert resource.known is not None
    resource.delete()
    assert resource.known is None


def test_throttled_on_the_way(frozen_server):
    throttled = {"__type": "ThrottlingException", "message": "Rate exceeded"}
    responses = [{"operation": operation, "times": 1, "error": throttled} for operation in (PUT, STATUS, READ, DELETE)]
    resource = Resource(frozen_server(fixture=world(responses=responses)), "a")
    resource.put()
    resource.delete()
    assert resource.known is None


# ---- busy ----


def test_delete_while_busy(frozen_server):
    # Somebody else updates it; Terraform tries until that is through.
    server = frozen_server("--progression", "after 1m", fixture=world("a"))
    resource = Resource(server, "a")
    server.boto3().put_conformance_pack(ConformancePackName="a", TemplateBody=TEMPLATE)
    resource.delete()
    calls = resource.calls
    assert calls.count(DELETE) > 5
    assert resource.took() == [DELETE, STATUS]
    assert server.states() == {}


def test_update_while_busy(frozen_server):
    # The provider does not retry that.
    server = frozen_server(fixture=world(pack("a", ConformancePackState=CREATING)))
    resource = Resource(server, "a")
    with pytest.raises(botocore.exceptions.ClientError, match="ResourceInUseException"):
        resource.put()
    assert resource.took() == [PUT]


def test_deleted_elsewhere_while_terraform_waits_to_delete(frozen_server):
    server = frozen_server("--progression", "after 1m", fixture=world("a"))
    resource = Resource(server, "a")
    server.boto3().put_conformance_pack(ConformancePackName="a", TemplateBody=TEMPLATE)
    resource.meanwhile = {3: lambda: server.move("a", "DELETED", force=True)}
    resource.delete()
    assert resource.took() == [DELETE]  # NoSuchConformancePackException: done
    assert resource.known is None


# ---- gone behind its back ----


def test_gone_behind_its_back(frozen_server):
    server = frozen_server()
    resource = Resource(server, "a")
    resource.put()
    server.boto3().delete_conformance_pack(ConformancePackName="a")
    server.advance(2)
    assert resource.drift() == {"resource": (None, "a")}
    assert resource.known is None
    old = resource.took()
    assert old[-1] == READ
    resource.put()
    assert resource.drift() == {}


def test_gone_before_the_deletion(frozen_server):
    server = frozen_server()
    resource = Resource(server, "a")
    resource.put()
    server.move("a", "DELETED", force=True)
    resource.took()
    resource.delete()
    assert resource.took() == [DELETE]


@pytest.mark.parametrize("mode", ["omit", "error"])
def test_gone_while_it_is_created(frozen_server, mode):
    # The waiter forgives twenty answers without the pack, whether they are empty or NoSuchConformancePackException.
    server = frozen_server("--unknown-pack", mode, "--progression", "after 1m")
    resource = Resource(server, "a")
    resource.meanwhile = {2: lambda: server.move("a", "DELETED", force=True)}
    with pytest.raises(Failed, match="couldn't find resource"):
        resource.put()
    assert resource.took() == [PUT, STATUS]


@pytest.mark.parametrize("mode", ["omit", "error"])
def test_a_deletion_ends_either_way(frozen_server, mode):
    server = frozen_server("--unknown-pack", mode, "--progression", "after 30s", fixture=world("a", "b"))
    resource = Resource(server, "a")
    resource.delete()
    assert server.states() == {"b": CREATED}


# ---- update and drift ----


def test_update(frozen_server):
    server = frozen_server("--progression", "after 30s")
    resource = Resource(server, "a", DeliveryS3Bucket="one")
    resource.put()
    arn = resource.known["arn"]
    resource.took()
    resource.configuration = {"TemplateBody": PARAMETERS, "DeliveryS3Bucket": "two",
                              "ConformancePackInputParameters": parameters(Days="7")}
    assert resource.drift() == {"delivery_s3_bucket": ("one", "two"), "input_parameter": ({}, {"Days": "7"})}
    resource.put()
    assert resource.took() == [READ, PUT, STATUS, READ]
    assert resource.known["arn"] == arn
    assert resource.drift() == {}


def test_an_update_that_fails(frozen_server):
    server = frozen_server(fixture=world(scripts=[script("update", step(FAILED, REASON, afterSeconds=5), times=1)]))
    resource = Resource(server, "a")
    resource.put()
    completed = resource.find_status()["LastUpdateCompletedTime"]
    with pytest.raises(Unexpected) as failure:
        resource.put()
    assert failure.value.reason == REASON
    assert resource.find_status()["LastUpdateCompletedTime"] == completed
    resource.put()
    assert resource.drift() == {}


def test_drift(frozen_server):
    server = frozen_server("--progression", "immediate")
    resource = Resource(server, "a", TemplateBody=PARAMETERS, DeliveryS3Bucket="one",
                        ConformancePackInputParameters=parameters(Days="7"))
    resource.put()
    server.boto3().put_conformance_pack(ConformancePackName="a", TemplateBody=PARAMETERS, DeliveryS3KeyPrefix="p",
                                        ConformancePackInputParameters=parameters(Days="8"))
    assert resource.drift() == {"delivery_s3_bucket": ("", "one"), "delivery_s3_key_prefix": ("p", ""),
                                "input_parameter": ({"Days": "8"}, {"Days": "7"})}
    resource.put()
    assert resource.drift() == {}


def test_recreated_elsewhere_is_another_pack(frozen_server):
    server = frozen_server("--progression", "immediate")
    resource = Resource(server, "a")
    resource.put()
    before = resource.known["arn"]
    other = server.boto3()
    other.delete_conformance_pack(ConformancePackName="a")
    other.put_conformance_pack(ConformancePackName="a", TemplateBody=TEMPLATE)
    assert resource.drift() == {}  # Terraform knows it by its name
    assert resource.known["arn"] != before
