"""Templates over the wire: what PutConformancePack says of bad ones, and where good ones may come from.

What the reader makes of every construct is in tests/unit/test_template.c; here is one of each kind of fault, and that it
reaches the client in AWS's wrapping.
"""

import json

import pytest

from support.lifecycle import TEMPLATE, describe, parameters, put, state
from support.server import STATUS
from support.worlds import world

ERROR = "ConformancePackTemplateValidationException"

RULE = "{Type: AWS::Config::ConfigRule, Properties: {Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}}}"


def faults(reply):
    """What stands between the brackets of AWS's message (SEEN)."""
    assert (reply.status, reply.error) == (400, ERROR), reply
    assert list(reply.json) == ["__type", "message"]
    before, after = "Invalid conformance pack template provided. Errors found: [", "]. Fix your template and try again."
    assert reply.message.startswith(before) and reply.message.endswith(after)
    return reply.message[len(before):-len(after)]


def of_rules(count, **sections):
    return json.dumps({"Resources": {f"Rule{number}": {"Type": "AWS::Config::ConfigRule"} for number in range(count)}, **sections})


def bad(text, *said, name):
    return pytest.param(text, said, id=name)


BAD = [
    bad("Resources: ]", "YAML not well-formed", "(line 1, column 12)", name="YAML that does not parse"),
    bad("Resources: [", "YAML not well-formed", name="YAML that breaks off"),
    bad("Resources:\n  A:\n - b\n", "YAML not well-formed", "(line 3, column 2)", name="the place of the fault"),
    bad('{"Resources": {"A": ]}}', "YAML not well-formed", "(line 1, column 21)", name="JSON that does not parse"),
    bad("Resources: {A: 1}}", "YAML not well-formed", name="more than one value"),
    bad("\x07", "YAML not well-formed", name="a control character"),
    bad("just text", "unsupported structure", name="no mapping"),
    bad("[]", "unsupported structure", name="a list"),
    bad("---\n", "unsupported structure", name="nothing"),
    bad("Resources: {}", "At least one Resources member must be defined", name="no resources"),
    bad("Parameters: {A: {Type: String, Default: a}}", "At least one Resources member must be defined", name="no section of resources"),
    bad("Resources: []", "Every Resources member must be an object", name="a list of resources"),
    bad("Resources: {A: null}", "/Resources/A", "'null' values are not allowed", name="null"),
    bad("Resources: {A: {Properties: {}}}", "/Resources/A", "must contain a Type member", name="a resource without type"),
    bad("Resources: {A: {Type: AWS::S3::Bucket}, B: {Type: AWS::IAM::Role}, C: {Type: AWS::S3::Bucket}}",
        "Unrecognized resource types: [AWS::IAM::Role, AWS::S3::Bucket]", name="other types"),
    bad("Resources: {A: {Type: AWS::Config::ConformancePack}}", "AWS::Config::ConformancePack", name="a pack inside a pack"),
    bad(of_rules(131), "Number of resources provided in the template exceeds the allowed limit", name="131 resources"),
    bad("é" * 25601 + ":", "may not exceed 51200 bytes", name="over 51,200 bytes"),
    bad("Resources: {A: " + RULE + ", A: " + RULE + "}", "'A' twice", name="a key twice"),
    bad("Resources: {A: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: {Ref: Nowhere}}}}",
        "Unresolved resource dependencies [Nowhere]", name="an unknown Ref"),
    bad("Parameters: {P: {Type: String}, Q: {Type: String}}\nResources: {A: " + RULE + "}",
        "Parameters: [P, Q] must have values", name="parameters without a value"),
    bad("Parameters: {P: {Default: x}}\nResources: {A: " + RULE + "}", "must contain a Type member", name="a parameter without type"),
    bad("Resources: {A: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: {'Fn::If': [a, b]}}}}",
        "Fn::If requires a list argument with three elements", name="Fn::If of two"),
    bad("Resources: {A: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: !If [Missing, b, c]}}}",
        "unresolved condition dependency Missing in Fn::If", name="Fn::If of an unknown condition"),
    bad("Resources: {A: {Type: AWS::Config::ConfigRule, Condition: Missing}}", "Missing", name="a resource of an unknown condition"),
    bad("Conditions: {C: !Equals [a]}\nResources: {A: " + RULE + "}", "every Fn::Equals object requires a list of 2",
        name="Fn::Equals of one"),
    bad("Conditions: {C: !Not [a, b]}\nResources: {A: " + RULE + "}", "every Fn::Not object requires", name="Fn::Not of two"),
    bad("Conditions: {C: !Condition D, D: !Condition C}\nResources: {A: " + RULE + "}", "Circular dependency",
        name="conditions in a circle"),
    bad("Resources: {A: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: {'Fn::Nonsense': x}}}}",
        "unsupported function: Fn::Nonsense", name="an unknown function"),
    bad("Resources: {A: !Nonsense x}", "!Nonsense", name="an unknown tag"),
    bad("Resources: &a\n  A: *a\n", "(line 2,", name="an alias of itself"),
]


@pytest.mark.parametrize("text, said", BAD)
def test_bad_templates(server, text, said):
    found = faults(put(server, "a", TemplateBody=text))
    for part in said:
        assert part in found
    assert server.states() == {}


@pytest.mark.parametrize("text, given, said", [
    ("Resources: {A: " + RULE + "}", {"P": "x"}, "does not require them"),
    ("Parameters: {P: {Type: String}}\nResources: {A: " + RULE + "}", {"P": "x", "Q": "y"}, "Parameters: [Q] do not exist"),
    ("Parameters: {P: {Type: String, AllowedValues: [a, b]}}\nResources: {A: " + RULE + "}", {"P": "c"},
     "Parameter 'P' must be one of AllowedValues"),
])
def test_bad_parameters(server, text, given, said):
    reply = put(server, "a", TemplateBody=text, ConformancePackInputParameters=parameters(**given))
    assert said in faults(reply)


@pytest.mark.parametrize("quote", ["'", '"', "\\", "\n", "\u2028", "\U0001f600"])
def test_what_the_template_says_is_quoted_whole(server, quote):
    body = json.dumps({"Resources": {"A": {"Type": f"a{quote}b"}}}, ensure_ascii=False)
    assert f"[a{quote}b]" in faults(put(server, "a", TemplateBody=body))


BILLION_LAUGHS = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
) + "Resources: {A: " + RULE + "}\n"


@pytest.mark.parametrize("text", [
    pytest.param(BILLION_LAUGHS, id="billion laughs"),
    pytest.param("a: &a [" + "*a, " * 1000 + "1]\nResources: {A: " + RULE + "}", id="an alias of itself, often"),
    pytest.param("[" * 50000, id="deep lists"),
    pytest.param("{a: " * 10000, id="deep mappings"),
    pytest.param("Resources: " + "[" * 20000 + "]" * 20000, id="deep resources"),
    pytest.param("".join(f"k{number}: &a{number} 1\n" for number in range(3000)), id="many anchors"),
    pytest.param("Resources: {A: {Type: '" + "x" * 51000 + "'}}", id="a long name"),
    pytest.param("'" * 51199, id="quotes"),
    pytest.param("? " * 25000, id="question marks"),
    pytest.param("- " * 25000, id="hyphens"),
    pytest.param("!" * 51000, id="exclamation marks"),
])
def test_what_is_meant_to_harm(server, text):
    faults(put(server, "a", TemplateBody=text))
    assert put(server, "a").status == 200


@pytest.mark.parametrize("text", [
    pytest.param(of_rules(130), id="130 resources"),
    pytest.param("Resources: {A: {Type: 'AWS::Config::RemediationConfiguration', Properties: {ConfigRuleName: x}}}", id="remediation"),
    pytest.param(TEMPLATE.replace("\n", "\r"), id="CR line ends"),
    pytest.param(TEMPLATE.replace("\n", "\r\n"), id="CRLF line ends"),
    pytest.param("\ufeff" + TEMPLATE, id="a byte order mark"),
    pytest.param("%YAML 1.1\n---\n" + TEMPLATE + "...\n", id="a document with its marks"),
    pytest.param("Common: &rule " + RULE + "\nResources: {A: *rule, B: *rule}", id="anchors"),
    pytest.param("Description: |\n  several\n  lines\nResources: {A: " + RULE + "}", id="a block scalar"),
    pytest.param(TEMPLATE + "#" * (51200 - len(TEMPLATE)), id="51,200 bytes"),
    pytest.param(
        "Parameters: {P: {Type: String, Default: 'x'}}\n"
        "Conditions: {Given: !Not [!Equals ['', !Ref P]]}\n"
        "Resources:\n"
        "  A:\n    Type: AWS::Config::ConfigRule\n    Condition: Given\n    Controls: [x]\n    DependsOn: [B]\n"
        "    Properties:\n      InputParameters: {days: !If [Given, !Ref P, !Ref 'AWS::NoValue']}\n"
        "  B: " + RULE + "\n",
        id="short tags",
    ),
])
def test_good_templates(server, text):
    reply = put(server, "a", TemplateBody=text)
    assert reply.status == 200, reply


def test_a_parameter_is_given_its_value(server):
    text = "Parameters: {P: {Type: String}}\nResources: {A: " + RULE + "}"
    reply = put(server, "a", TemplateBody=text, ConformancePackInputParameters=parameters(P="x"))
    assert reply.status == 200


# ---- templates that are only pointed at ----

URI = "s3://bucket/templates/security.yaml"


def s3(uri, body):
    return {"TemplateS3Uri": uri, "TemplateBody": body}


def document(name, body):
    return {"DocumentName": name, "TemplateBody": body}


@pytest.mark.parametrize("source", [{"TemplateS3Uri": URI}, {"TemplateSSMDocumentDetails": {"DocumentName": "doc-1"}},
                                    {"TemplateSSMDocumentDetails": {"DocumentName": "doc-1", "DocumentVersion": "4"}}],
                         ids=["S3", "SSM", "SSM with a version"])
@pytest.mark.parametrize("body, good", [(TEMPLATE, True), ("Resources: {}", False), ("[", False)])
def test_a_fixture_supplies_it(frozen_server, source, body, good):
    server = frozen_server(fixture={"templates": [s3(URI, body), document("doc-1", body)]})
    reply = put(server, "a", **source)
    if good:
        assert reply.status == 200
        assert state(server, "a") == "CREATE_IN_PROGRESS"
    else:
        faults(reply)
        assert server.states() == {}


def test_what_no_fixture_supplies_is_believed(frozen_server):
    server = frozen_server(fixture={"templates": [s3(URI, "Resources: {}"), document("doc-1", "Resources: {}")]})
    assert put(server, "a", TemplateS3Uri=URI + "2").status == 200
    assert put(server, "b", TemplateSSMDocumentDetails={"DocumentName": "doc-2"}).status == 200
    # Nor are parameters checked against what nobody has seen.
    assert put(server, "c", TemplateS3Uri="s3://b/k", ConformancePackInputParameters=parameters(Any="x")).status == 200


def test_parameters_of_a_template_that_is_pointed_at(frozen_server):
    body = "Parameters: {P: {Type: String}}\nResources: {A: " + RULE + "}"
    server = frozen_server(fixture={"templates": [s3(URI, body)]})
    assert "[P] must have values" in faults(put(server, "a", TemplateS3Uri=URI))
    assert put(server, "a", TemplateS3Uri=URI, ConformancePackInputParameters=parameters(P="x")).status == 200


def test_the_body_goes_before_what_is_pointed_at(frozen_server):
    server = frozen_server("--errors", "observed", fixture={"templates": [s3(URI, "Resources: {}"), document("doc-1", "[")]})
    assert put(server, "a", TemplateBody=TEMPLATE, TemplateS3Uri=URI).status == 200
    assert put(server, "b", TemplateBody=TEMPLATE, TemplateSSMDocumentDetails={"DocumentName": "doc-1"}).status == 200
    faults(put(server, "c", TemplateBody="[", TemplateS3Uri="s3://b/unknown"))


def test_from_s3_a_template_may_be_longer(frozen_server):
    # 51,200 bytes is the limit of TemplateBody; S3's is 300 KB, of all it holds.
    long, longest = TEMPLATE + "#" * 100000, TEMPLATE + "#" * (307200 - len(TEMPLATE))
    over = TEMPLATE + "#" + "é" * 153600
    server = frozen_server(fixture={"templates": [s3("s3://b/long", long), s3("s3://b/longest", longest), s3("s3://b/over", over)]})
    assert put(server, "a", TemplateS3Uri="s3://b/long").status == 200
    assert put(server, "b", TemplateS3Uri="s3://b/longest").status == 200
    assert "may not exceed 307200 bytes" in faults(put(server, "c", TemplateS3Uri="s3://b/over"))


def test_an_update_reads_its_template_too(frozen_server):
    server = frozen_server(fixture=world("a", templates=[s3(URI, "Resources: {}")]))
    before = server.post(STATUS).body
    faults(put(server, "a", TemplateS3Uri=URI))
    assert server.post(STATUS).body == before


def test_a_template_that_is_added_later(server):
    server.add(templates=[s3(URI, "Resources: {}")])
    faults(put(server, "a", TemplateS3Uri=URI))
    assert server.control("POST", "/reset").status == 200
    assert put(server, "a", TemplateS3Uri=URI).status == 200


@pytest.mark.parametrize("templates, place", [
    ([s3(URI, TEMPLATE), s3(URI, TEMPLATE)], "is there already"),
    ([{"TemplateBody": TEMPLATE}], "one of TemplateS3Uri and DocumentName must be given"),
    ([{**s3(URI, TEMPLATE), "DocumentName": "d"}], "one of TemplateS3Uri and DocumentName must be given"),
    ([{"TemplateS3Uri": URI}], "TemplateBody"),
    ([{**s3(URI, TEMPLATE), "Body": ""}], "Body"),
    ([s3(URI, "")], "TemplateBody"),
    ([s3(URI, 7)], "TemplateBody"),
    ([s3(URI, "x" * 307201)], "TemplateBody"),
    ([s3("", TEMPLATE)], "TemplateS3Uri"),
    ("x", "must be a list"),
])
def test_bad_fixtures(server, templates, place):
    reply = server.control("POST", "/state", {"templates": templates})
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture")
    assert place in reply.json["error"]["message"]


def test_templates_survive_a_restart(start_server, tmp_path):
    first = start_server("--database", tmp_path / "db", fixture={"templates": [s3(URI, "Resources: {}")]})
    first.kill()
    second = start_server("--database", tmp_path / "db")
    faults(put(second, "a", TemplateS3Uri=URI))
    assert describe(second) == []
