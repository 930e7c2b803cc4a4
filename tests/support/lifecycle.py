"""Packs that are put and deleted, in a few words."""

PUT = "PutConformancePack"
DELETE = "DeleteConformancePack"
DESCRIBE = "DescribeConformancePacks"
TAG, UNTAG, LIST_TAGS = "TagResource", "UntagResource", "ListTagsForResource"

# As long as a template must be.
TEMPLATE = """\
Resources:
  Versioning:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: versioning
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
"""

SOURCES = ("TemplateBody", "TemplateS3Uri", "TemplateSSMDocumentDetails")


def put(server, name, account=None, region=None, **members):
    """PutConformancePack, with a body that is good unless `members` has another template."""
    template = {} if any(source in members for source in SOURCES) else {"TemplateBody": TEMPLATE}
    return server.post(PUT, {"ConformancePackName": name, **template, **members}, account=account, region=region)


def arn_of(server, name, **options):
    """Puts a pack that must be accepted, and returns its ARN."""
    reply = put(server, name, **options)
    assert reply.status == 200, reply
    return reply.json["ConformancePackArn"]


def delete(server, name, **scope):
    return server.post(DELETE, {"ConformancePackName": name}, **scope)


def describe(server, *names, **scope):
    """DescribeConformancePacks of these packs (all, if none): the details on the first page."""
    reply = server.post(DESCRIBE, {"ConformancePackNames": names} if names else {}, **scope)
    assert reply.status == 200, reply
    return reply.json["ConformancePackDetails"]


def state(server, name, **scope):
    """The pack's state, or None when it is gone. Counts as a poll."""
    return server.states(name, **scope).get(name)


def script(on, *steps, **members):
    """How packs will fare that are asked for `on`."""
    return {"on": on, "transitions": list(steps), **members}


def progression(how, **members):
    return {"progression": how, **members}


def parameters(**values):
    """ConformancePackInputParameters."""
    return [{"ParameterName": name, "ParameterValue": value} for name, value in values.items()]


def tags_of(server, arn, **scope):
    """The pack's tags, as {key: value}."""
    reply = server.post(LIST_TAGS, {"ResourceArn": arn}, **scope)
    assert reply.status == 200, reply
    return {tag["Key"]: tag["Value"] for tag in reply.json["Tags"]}


def tag_list(*names, **values):
    """Tags: of those names, with empty values, and of those values."""
    return [{"Key": key, "Value": value} for key, value in {**dict.fromkeys(names, ""), **values}.items()]
