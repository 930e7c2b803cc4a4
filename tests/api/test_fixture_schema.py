"""fixtures/fixture.schema.json says of a fixture what the loader says, but for what a schema cannot know."""

import copy
import json
import re

import jsonschema
import pytest
from support import oracle
from support.worlds import pack, step, world

FIXTURES = oracle.ROOT / "fixtures"
SCHEMA = json.loads((FIXTURES / "fixture.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

# The loader's refusals that no schema can express. Each has a test of its own below.
SEMANTIC = re.compile(
    r"a pack cannot go there from the state before$"
    r"|goes back in time \("
    r"|a pack cannot begin DELETED: "
    r"|LastUpdateCompletedTime can't be before LastUpdateRequestedTime$"
    r"|has a pack \S+ already$"
    r"|this access key is there already$"
    r"|the template of \S+ is there already$"
    r"|is recorded twice$"
    r"|is not the LastUpdateRequestedTime of \S+ in the other recording$"
    r"|must be arn:PARTITION:config:REGION:ACCOUNT:conformance-pack/NAME/ID, with the name and id of this pack$"
    r"|AWS Config has no such operation$"
    r"|: DescribeConfigRules: "
)

ARN = "arn:aws:config:us-east-1:123456789012:conformance-pack"

# A world for each part of the format, which uses all of its keys.
RICH = {
    "general": {"$schema": "fixture.schema.json", "NextToken": "x"},
    "clock": {"clock": {"now": "2026-01-01T00:00:00Z", "mode": "frozen"}},
    "running clock": {"clock": {"mode": "real", "aheadSeconds": -1.5}},
    "credentials": {
        "credentials": [
            {"AccessKeyId": "K1", "SecretAccessKey": "s", "account": "111122223333"},
            {"AccessKeyId": "K2", "SecretAccessKey": "s", "SessionToken": "t", "account": "111122223333"},
        ]
    },
    "templates": {
        "templates": [
            {"TemplateS3Uri": "s3://bucket/key", "TemplateBody": "Resources: {}"},
            {"DocumentName": "document", "TemplateBody": "Resources: {}"},
        ]
    },
    "scripts": {
        "scripts": [
            {
                "match": "bad-*",
                "on": "create",
                "account": "111122223333",
                "region": "eu-west-1",
                "times": 2,
                "transitions": [step("CREATE_FAILED", "why", afterSeconds=5)],
            },
            {"on": "delete", "transitions": []},
            {"progression": "after 1.5s"},
        ]
    },
    "responses": {
        "responses": [
            {
                "operation": "DescribeConfigRules",
                "account": "111122223333",
                "region": "eu-west-1",
                "times": 1,
                "body": {"ConfigRules": []},
            },
            {"operation": "DescribeConfigRules", "error": {"__type": "E", "message": "m", "status": 400}},
        ]
    },
    "faults": {
        "faults": [
            {
                "operation": "*",
                "account": "111122223333",
                "region": "eu-west-1",
                "error": "ThrottlingException",
                "message": "Rate exceeded",
                "status": 400,
                "times": 1,
                "skip": 0,
                "probability": 0.5,
            },
            {"operation": "*", "delayMs": 10, "jitterMs": 0, "connection": "reset"},
        ]
    },
    "packs": world(
        pack(
            "full",
            account="111122223333",
            region="eu-west-1",
            ConformancePackId="conformance-pack-uday4bbox",
            ConformancePackArn="arn:x",
            StackArn="",
            CreatedBy="me",
            DeliveryS3Bucket="bucket",
            DeliveryS3KeyPrefix="prefix",
            ConformancePackInputParameters=[{"ParameterName": "n", "ParameterValue": "v"}],
            TemplateSSMDocumentDetails={"DocumentName": "document", "DocumentVersion": "1"},
            TemplateBody="Resources: {}",
            TemplateS3Uri="s3://bucket/key",
            ConformancePackState="CREATE_FAILED",
            ConformancePackStatusReason="why",
            LastUpdateRequestedTime="2026-01-01T00:00:00Z",
            LastUpdateCompletedTime=1767225600.5,
        ),
        "bare",
    ),
    "contents": world(
        pack(
            "full",
            ConfigRules=[
                {
                    "ConfigRuleName": "rule",
                    "Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"},
                    "InputParameters": "{}",
                }
            ],
            Tags=[{"Key": "k", "Value": "v"}],
        )
    ),
    "transitions": world(
        pack(
            "moving",
            transitions=[
                step("CREATE_IN_PROGRESS"),
                step("CREATE_FAILED", "why", afterSeconds=1.5),
                step("CREATE_IN_PROGRESS", afterPolls=3),
                step("CREATE_COMPLETE", manual=True),
                step("DELETE_IN_PROGRESS", at="2026-01-01T00:00:00Z"),
                step("DELETED", afterSeconds=0),
            ],
        ),
        pack(
            "another",
            ConformancePackState="CREATE_FAILED",
            ConformancePackStatusReason="why",
            transitions=[step("DELETE_IN_PROGRESS")],
        ),
    ),
    "recorded status": {
        "ConformancePackStatusDetails": [
            {
                "ConformancePackName": "recorded",
                "ConformancePackId": "id",
                "ConformancePackArn": f"{ARN}/recorded/id",
                "ConformancePackState": "CREATE_FAILED",
                "StackArn": "arn:stack",
                "ConformancePackStatusReason": "why",
                "LastUpdateRequestedTime": 1573865201.619,
                "LastUpdateCompletedTime": "2019-11-16T00:30:44.653000+00:00",
            }
        ]
    },
    "recorded details": {
        "ConformancePackDetails": [
            {
                "ConformancePackName": "recorded",
                "ConformancePackId": "id",
                "ConformancePackArn": f"{ARN}/recorded/id",
                "DeliveryS3Bucket": "bucket",
                "DeliveryS3KeyPrefix": "prefix",
                "ConformancePackInputParameters": [{"ParameterName": "n", "ParameterValue": "v"}],
                "LastUpdateRequestedTime": 1573865201.619,
                "CreatedBy": "me",
                "TemplateSSMDocumentDetails": {"DocumentName": "document", "DocumentVersion": "1"},
            }
        ]
    },
}


def lengths(least, most):
    return ["x" * length for length in (least - 1, least, most, most + 1) if length >= 0] + ["é" * most]


def numbers(least, most, width=1):
    return [least - width, least, least + 0.5, float(least), most, most + width, str(least)]


INSTANTS = [
    "2024-02-29T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2000-02-29",
    "1900-02-29",
    "2026-04-31",
    "2026-12-31",
    "2026-13-01",
    "2026-00-01",
    "0000-01-01",
    "0000-02-29",
    "0001-01-01",
    "9999-12-31T23:59:59.999Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T23:59:60Z",
    "2026-01-01 23:59:59,5z",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00-23:59",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+01",
    " 2026-01-01",
    "now",
    *(f"{year}-02-29" for year in (*range(2001, 2021), 1600, 1700, 2100, 2400)),
    *numbers(-62135596800, 253402300799),
]
ACCOUNTS = ["111122223333", "11112222333", "1111222233334", "11112222333x", 111122223333]
REGIONS = [*lengths(1, 32), "us-east-1", "US-EAST-1", "us_east_1"]
NAMES = [*lengths(1, 256), "a-b-9", "9a", "-a", "a_b", "a.b", "ä"]
STATES = ["CREATE_COMPLETE", "create_complete", "DELETED", "UPDATE_COMPLETE"]
PROGRESSIONS = ["immediate", "manual", "Manual", "after 2s", "after 2", "after 250ms", "after 1.5m", "after 1.", "after .5"]
PROGRESSIONS += ["after", "after 2d", "after 1.2.3s", "after -1s", "after " + "0" * 18, "after " + "0" * 19]
PROGRESSIONS += ["polls 1", "polls 0", "polls 0000001", "polls 00000001", "polls 1000000", "polls 1000001", "polls 1s"]
COUNTS = numbers(1, 1000000)
SECONDS = numbers(0, 3162240000)

# Values to either side of what each key takes. A key with a prefix is meant in that part of the format only.
EDGES = {
    "now": INSTANTS,
    "at": INSTANTS,
    "LastUpdateRequestedTime": INSTANTS,
    "LastUpdateCompletedTime": INSTANTS,
    "mode": ["real", "frozen", "Real"],
    "aheadSeconds": [-3162240000, -3162240001, 0, 3162240000, 3162240001],
    "AccessKeyId": lengths(1, 256),
    "SecretAccessKey": lengths(1, 1024),
    "SessionToken": lengths(0, 4096),
    "account": ACCOUNTS,
    "region": REGIONS,
    "TemplateS3Uri": lengths(1, 1024),
    "DocumentName": lengths(1, 256),
    "DocumentVersion": lengths(1, 256),
    "TemplateBody": lengths(1, 307200),
    "match": lengths(1, 256),
    "on": ["create", "update", "delete", "Create"],
    "times": COUNTS,
    "skip": numbers(0, 1000000),
    "probability": [-0.001, 0, 0.5, 1, 1.001],
    "progression": PROGRESSIONS,
    "operation": ["", "x", "x" * 256, "x" * 257],
    "error": lengths(1, 256),
    "message": lengths(0, 4096),
    "__type": lengths(1, 256),
    "status": numbers(400, 599),
    "delayMs": [-1, 0, 1, 600000, 600001],
    "jitterMs": [-1, 0, 1, 600000, 600001],
    "connection": ["reset", "empty", "truncate", "close"],
    "ConformancePackName": NAMES,
    "ConformancePackId": lengths(1, 1024),
    "ConformancePackArn": [
        *lengths(1, 2048),
        f"{ARN}/recorded/id",
        f"{ARN}/9/id",
        f"{ARN}/recorded/",
        ARN.replace("123456789012", "12345678901") + "/recorded/id",
        ARN.replace("us-east-1", "") + "/recorded/id",
        ARN.replace("config", "s3") + "/recorded/id",
    ],
    "StackArn": lengths(0, 2048),
    "CreatedBy": lengths(1, 256),
    "DeliveryS3Bucket": lengths(0, 63),
    "DeliveryS3KeyPrefix": lengths(0, 1024),
    "ParameterName": lengths(0, 255),
    "ParameterValue": lengths(0, 4096),
    "ConfigRuleName": lengths(1, 256),
    "Owner": lengths(1, 256),
    "SourceIdentifier": lengths(1, 256),
    "InputParameters": lengths(0, 4096),
    "Key": lengths(1, 128),
    "Value": lengths(0, 256),
    "ConformancePackState": STATES,
    "ConformancePackStatusReason": lengths(0, 2000),
    "afterSeconds": SECONDS,
    "afterPolls": COUNTS,
    "manual": [True, False, 1],
}
LONGEST_LISTS = {"ConformancePackInputParameters": 60, "ConfigRules": 130, "Tags": 50}
OTHER_TYPES = [None, True, 0, "", {}, []]
ANYTHING_GOES = {"$schema", "NextToken"}


def places(value, path=()):
    """The paths of all values inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield (*path, key)
        yield from places(child, (*path, key))


def changed(original, path, change):
    """A copy in which change(container, key) was made at the path."""
    copied = copy.deepcopy(original)
    container = copied
    for key in path[:-1]:
        container = container[key]
    change(container, path[-1])
    return copied


def put(value):
    return lambda container, key: container.__setitem__(key, copy.deepcopy(value))


def rename(container, key):
    """A mapping whose key is misspelt, at the same place."""
    items = list(container.items())
    container.clear()
    container.update((name[0].swapcase() + name[1:] if name == key else name, value) for name, value in items)


def add_unknown(container, key):
    container[key]["unknown"] = 1


def repeat_last(times):
    def change(container, key):
        container[key] = (container[key] + container[key][-1:] * times)[:times]

    return change


def mutations(rich):
    """(what was done, the world then), for every place of a world."""
    for path in places(rich):
        key = path[-1]
        value = rich
        for part in path:
            value = value[part]
        yield f"without {path}", changed(rich, path, lambda container, key: container.pop(key))
        if isinstance(key, str):
            yield f"{path} misspelt", changed(rich, path, rename)
        if isinstance(value, dict) and "body" not in path:
            yield f"{path} with a key more", changed(rich, path, add_unknown)
        for other in OTHER_TYPES:
            yield f"{path} is {other!r}", changed(rich, path, put(other))
        for edge in EDGES.get(key, ()):
            yield f"{path} is {str(edge)[:40]!r} ({len(str(edge))})", changed(rich, path, put(edge))
        if isinstance(value, list) and value:
            most = LONGEST_LISTS.get(key, 2)
            for count in (0, most, most + 1):
                yield f"{path} of {count}", changed(rich, path, repeat_last(count))


def check(run_mock, tmp_path, worlds):
    """What the loader says of each world: None when nothing is wrong with it."""
    paths = []
    for number, text in enumerate(worlds):
        paths.append(tmp_path / f"{number:05}.json")
        paths[-1].write_text(text, encoding="utf-8")
    said = {}
    for first in range(0, len(paths), 500):
        done = run_mock("check", *paths[first : first + 500], env={})
        assert done.returncode in (0, 1), done
        lines = done.stderr.splitlines()
        assert bool(lines) == (done.returncode == 1)
        for line in lines:
            path, message = line.split(".json:", 1)
            said[f"{path}.json"] = message
    return [said.get(str(path)) for path in paths]


def passes(schema, value):
    return next(schema.iter_errors(value), None) is None


def test_the_schema_is_one():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["title"] and SCHEMA["description"]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("**/*.json")), ids=lambda path: str(path.relative_to(FIXTURES)))
def test_the_sample_worlds_pass_both(run_mock, path):
    if path.name != "fixture.schema.json":
        assert [error.message for error in VALIDATOR.iter_errors(json.loads(path.read_text(encoding="utf-8")))] == []
        done = run_mock("check", path)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_sample_worlds_make_one_world(run_mock):
    done = run_mock("check", FIXTURES, FIXTURES / "recorded")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("part", RICH)
def test_schema_and_loader_agree(run_mock, tmp_path, part):
    rich = RICH[part]
    named = [("as it is", rich), *mutations(rich)]
    verdicts = check(run_mock, tmp_path, [json.dumps(one) for _, one in named])
    assert verdicts[0] is None
    assert passes(VALIDATOR, rich)
    taken = refused = 0
    for (what, one), message in zip(named, verdicts):
        taken += message is None
        refused += message is not None
        if passes(VALIDATOR, one) != (message is None):
            assert message and SEMANTIC.search(message), f"{what}: the loader says {message}, the schema the contrary"
    assert taken > 0
    assert refused > 0 or part == "general"


def test_every_key_of_the_schema_is_in_a_rich_world():
    known = set()
    for path in places(SCHEMA):
        if len(path) > 1 and path[-2] == "properties" and "definitions" != path[-1]:
            known.add(path[-1])
    used = {path[-1] for rich in RICH.values() for path in places(rich)}
    assert known - used == set()
    assert known - set(EDGES) - ANYTHING_GOES <= {
        "body", "clock", "credentials", "templates", "scripts", "responses", "faults", "conformancePacks", "transitions",
        "ConformancePackStatusDetails", "ConformancePackDetails", "ConformancePackInputParameters", "ConfigRules", "Tags",
        "TemplateSSMDocumentDetails", "Source",
    }  # fmt: skip


def recorded(name="p", **members):
    return {"ConformancePackName": name, "ConformancePackId": "id", "ConformancePackArn": f"{ARN}/{name}/id", **members}


KEY = {"AccessKeyId": "K", "SecretAccessKey": "s", "account": "111122223333"}
STATUS = {"ConformancePackState": "CREATE_FAILED", "LastUpdateRequestedTime": 1}
TEMPLATE = {"TemplateS3Uri": "s3://b/k", "TemplateBody": "x"}

# What only the loader can refuse: the world, the text at the place it names, and its words.
REFUSALS = {
    "an impossible move": (
        world(pack("p", transitions=[step("CREATE_IN_PROGRESS"), step("DELETED", manual=True)])),
        '{"ConformancePackState": "DELETED"',
        "CREATE_IN_PROGRESS to DELETED: a pack cannot go there from the state before",
    ),
    "an impossible move in a script": (
        {"scripts": [{"on": "delete", "transitions": [step("CREATE_FAILED", afterSeconds=1)]}]},
        '{"ConformancePackState"',
        "DELETE_IN_PROGRESS to CREATE_FAILED: a pack cannot go there from the state before",
    ),
    "a time that goes back": (
        world(pack("p", transitions=[step("CREATE_FAILED", afterSeconds=9), step("CREATE_COMPLETE", afterSeconds=8)])),
        '{"ConformancePackState": "CREATE_COMPLETE"',
        "CREATE_FAILED to CREATE_COMPLETE: goes back in time (seconds count from the request, or the last step by"
        " polls or by hand)",
    ),
    "a pack that begins gone": (
        world(pack("p", transitions=[step("DELETED")])),
        '"transitions"',
        "a pack cannot begin DELETED: it would not be there",
    ),
    "a success before its request": (
        world(pack("p", LastUpdateRequestedTime=10, LastUpdateCompletedTime=9)),
        '"LastUpdateCompletedTime"',
        "in CREATE_COMPLETE, LastUpdateCompletedTime can't be before LastUpdateRequestedTime",
    ),
    "a pack that is there": (
        world("p", "p"),
        '"ConformancePackName": "p"}]',
        "account 123456789012, region us-east-1 has a pack p already",
    ),
    "an access key that is there": ({"credentials": [KEY, KEY]}, '"AccessKeyId"', "this access key is there already"),
    "a template that is there": (
        {"templates": [TEMPLATE, TEMPLATE]},
        '{"TemplateS3Uri": "s3://b/k", "TemplateBody": "x"}]',
        "the template of s3://b/k is there already",
    ),
    "a status recorded twice": (
        {"ConformancePackStatusDetails": [recorded(**STATUS)] * 2},
        '"ConformancePackName"',
        "p is recorded twice",
    ),
    "recordings of different times": (
        {
            "ConformancePackStatusDetails": [recorded(**STATUS)],
            "ConformancePackDetails": [recorded(LastUpdateRequestedTime=2)],
        },
        '"LastUpdateRequestedTime": 2',
        "is not the LastUpdateRequestedTime of p in the other recording",
    ),
    "a recording under another's ARN": (
        {"ConformancePackDetails": [recorded(ConformancePackArn=f"{ARN}/q/id")]},
        '"ConformancePackArn"',
        "must be arn:PARTITION:config:REGION:ACCOUNT:conformance-pack/NAME/ID, with the name and id of this pack",
    ),
    "an operation that is none": (
        {"responses": [{"operation": "DescribeWeather", "body": {}}]},
        '"body"',
        "DescribeWeather: AWS Config has no such operation",
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_only_the_loader_knows(run_mock, tmp_path, what):
    refused, place, wanted = REFUSALS[what]
    text = json.dumps(refused)
    assert passes(VALIDATOR, refused)
    (message,) = check(run_mock, tmp_path, [text])
    line, column, words = message.split(":", 2)
    assert (line, words) == ("1", f" {wanted}")
    assert text[int(column) - 1 :].startswith(place)
    assert SEMANTIC.search(message)


def test_a_key_given_twice_is_seen_by_the_loader_only(run_mock, tmp_path):
    twice = '{"conformancePacks": [{"ConformancePackName": "p",\n "CreatedBy": "a", "CreatedBy": "b"}]}'
    top = '{"clock": {},\n "clock": {}}'
    assert check(run_mock, tmp_path, [twice, top]) == ["2:20: CreatedBy is given twice", "2:2: this key is given twice"]


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"])
def test_an_instant_out_of_range_by_its_zone_is_seen_by_the_loader_only(run_mock, tmp_path, instant):
    beyond = {"clock": {"now": instant}}
    assert passes(VALIDATOR, beyond)
    assert check(run_mock, tmp_path, [json.dumps(beyond)]) == [
        "1:12: now must be an ISO 8601 instant or epoch seconds"
    ]


def test_too_many_transitions_are_seen_by_both(run_mock, tmp_path):
    there_and_back = [step("CREATE_FAILED", afterPolls=1), step("CREATE_IN_PROGRESS", afterPolls=1)]
    most = world(pack("p", transitions=there_and_back * 500))
    more = world(pack("p", transitions=[*there_and_back * 500, there_and_back[0]]))
    assert check(run_mock, tmp_path, [json.dumps(most), json.dumps(more)]) == [
        None,
        "1:52: transitions must be a list of at most 1000",
    ]
    assert passes(VALIDATOR, most)
    assert not passes(VALIDATOR, more)
