"""The scenario with boto3."""

import os
import time
from contextlib import contextmanager

import boto3

TEMPLATE = """\
Resources:
  Versioning:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: versioning
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
"""


def client(region):
    return boto3.client("config", endpoint_url=os.environ["MOCK_URL"], region_name=region)


def state(config, name):
    """None when the pack is gone."""
    found = config.describe_conformance_pack_status(ConformancePackNames=[name])["ConformancePackStatusDetails"]
    return found[0]["ConformancePackState"] if found else None


def wait(config, name, wanted):
    for _ in range(20):
        if state(config, name) == wanted:
            return
        time.sleep(0.05)
    raise TimeoutError(f"{name} is never {wanted}")


@contextmanager
def refused(step, error):
    try:
        yield
    except error:
        print("ok", step)
    else:
        raise AssertionError(f"{step}: not refused")


config = client("us-east-1")
full = client("us-west-2")  # where there are as many packs as there may be
troubled = client("eu-west-1")  # which throttles, and permits nothing
errors = config.exceptions

assert config.put_conformance_pack(ConformancePackName="mine", TemplateBody=TEMPLATE)["ConformancePackArn"]
print("ok put")
assert state(config, "mine") == "CREATE_IN_PROGRESS"
print("ok in progress")
with refused("put ResourceInUseException", errors.ResourceInUseException):
    config.put_conformance_pack(ConformancePackName="mine", TemplateBody=TEMPLATE)
with refused("delete ResourceInUseException", errors.ResourceInUseException):
    config.delete_conformance_pack(ConformancePackName="mine")
wait(config, "mine", "CREATE_COMPLETE")
print("ok complete")

pages = full.get_paginator("describe_conformance_pack_status").paginate()
names = [pack["ConformancePackName"] for page in pages for pack in page["ConformancePackStatusDetails"]]
assert names == [f"pack-{number:03}" for number in range(45)], names
print("ok pages")

with refused("describe InvalidLimitException", errors.InvalidLimitException):
    config.describe_conformance_pack_status(Limit=21)
with refused("describe InvalidNextTokenException", errors.InvalidNextTokenException):
    config.describe_conformance_pack_status(NextToken="bogus")
with refused("describe InvalidParameterValueException", errors.InvalidParameterValueException):
    config.describe_conformance_pack_status(ConformancePackNames=["not a name"])
with refused("describe NoSuchConformancePackException", errors.NoSuchConformancePackException):
    config.describe_conformance_packs(ConformancePackNames=["ghost"])
with refused("put InvalidParameterValueException", errors.InvalidParameterValueException):
    config.put_conformance_pack(ConformancePackName="no-template")
with refused("put ConformancePackTemplateValidationException", errors.ConformancePackTemplateValidationException):
    config.put_conformance_pack(ConformancePackName="empty", TemplateBody="Resources: {}")
with refused("put MaxNumberOfConformancePacksExceededException", errors.MaxNumberOfConformancePacksExceededException):
    full.put_conformance_pack(ConformancePackName="one-more", TemplateBody=TEMPLATE)
with refused("put InsufficientPermissionsException", errors.InsufficientPermissionsException):
    troubled.put_conformance_pack(ConformancePackName="mine", TemplateBody=TEMPLATE)
with refused("delete NoSuchConformancePackException", errors.NoSuchConformancePackException):
    config.delete_conformance_pack(ConformancePackName="ghost")

troubled.describe_conformance_pack_status()  # gets through at the third try
print("ok retry")

config.delete_conformance_pack(ConformancePackName="mine")
print("ok delete")
wait(config, "mine", None)
print("ok gone")
