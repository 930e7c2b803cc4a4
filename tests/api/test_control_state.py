"""The world as a whole: taken out, put back, added to and reset; all of it or nothing, while requests run."""

import json
import re
import threading

import pytest

from support import control_document
from support.random_worlds import SCOPES, RandomWorld, look
from support.server import DEFAULT_ACCOUNT, DEFAULT_REGION, STATUS
from support.worlds import FROZEN_AT, FROZEN_AT_S, moving, names, pack, step, world

A, B = "111111111111", "222222222222"


@pytest.fixture
def start_server(start_server):
    return lambda *arguments, **options: control_document.checked(start_server(*arguments, **options))


def export(server, query=""):
    reply = server.control("GET", "/state" + query)
    assert reply.status == 200, reply
    return reply.json


def replace(server, fixture, query=""):
    reply = server.control("PUT", "/state" + query, fixture)
    assert reply.status == 200, reply
    return reply.json


def text_of(server):
    """The export to the letter, not held against the document: that is slow."""
    reply = server.http("GET", "/_mock/state")
    assert reply.status == 200, reply
    return reply.body


def put_text(server, text):
    reply = server.http("PUT", "/_mock/state", text)
    assert reply.status == 200, reply


def names_of(server, **scope):
    return list(server.states(**scope))


# ---- export, import, export ----

BATCHES, BATCH = 12, 25


def put_in(server, seed, is_frozen=True):
    """A random world, in which things have happened."""
    random_world = RandomWorld(seed)
    replace(server, random_world.fixture(is_frozen))
    for happening in random_world.happenings(random_world.random.randrange(8)):
        happening(server)
    return random_world


def nameless(seen):
    """Without the ids of packs and stacks. Those of packs still to be made depend on how many were deleted before,
    which no fixture tells."""
    return re.sub(r"conformance-pack-[0-9a-z]{9}(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?", "ID", json.dumps(seen))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_export_import_export(start_server, batch):
    """Into another server: the same world, in which the same will happen as in the first. And into the first."""
    here = start_server("--seed", "1", "--progression", "after 3s", "--max-packs", "8")
    there = start_server("--seed", "1", "--progression", "after 3s", "--max-packs", "8")
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        random_world = put_in(here, seed)
        first = here.control("GET", "/state").body
        put_text(there, first)
        assert text_of(there) == first, f"seed {seed}, elsewhere"
        for number, happening in enumerate(random_world.happenings(10)):
            assert nameless(happening(here)) == nameless(happening(there)), f"seed {seed}, happening {number}"
        assert nameless(look(here)) == nameless(look(there)), f"seed {seed}"
        last = text_of(here)
        assert nameless(json.loads(text_of(there))) == nameless(json.loads(last)), f"seed {seed}, after the happenings"
        put_text(here, last)
        assert text_of(here) == last, f"seed {seed}, into itself"


def test_export_import_export_while_the_clock_runs(start_server):
    server = start_server("--progression", "manual")
    for seed in range(10000, 10030):
        put_in(server, seed, is_frozen=False)
        first = export(server)
        replace(server, first)
        assert export(server) == first, f"seed {seed}"


def test_an_export_is_a_fixture(start_server, run_mock, tmp_path):
    server = start_server("--seed", "1")
    fixture = tmp_path / "world.json"
    for seed in range(20000, 20010):
        put_in(server, seed)
        reply = server.control("GET", "/state")
        fixture.write_bytes(reply.body)
        checked = run_mock("check", fixture)
        assert (checked.returncode, checked.stderr) == (0, ""), f"seed {seed}"
        assert start_server("--seed", "7", fixture=fixture).control("GET", "/state").body == reply.body, f"seed {seed}"


def test_an_export_looks_and_does_not_touch(frozen_server):
    server = frozen_server(fixture=world(moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", afterPolls=1))))
    first = export(server)
    assert [export(server) for _ in range(3)] == [first] * 3
    assert server.states() == {"a": "CREATE_IN_PROGRESS"}
    assert server.states() == {"a": "CREATE_COMPLETE"}


def test_a_pack_without_a_stack(frozen_server):
    server = frozen_server(fixture=world(pack("a", ConformancePackState="CREATE_FAILED", StackArn="")))
    [before] = server.status("a")
    assert "StackArn" not in before
    replace(server, export(server))
    assert server.status("a") == [before]
    assert "StackArn" not in server.control("GET", "/packs/a").json


def test_an_instant_before_the_step_before_it(frozen_server):
    """Such a step comes at once; the export must not say that it goes back in time."""
    server = frozen_server()
    steps = [step("CREATE_COMPLETE", afterSeconds=3.5), step("DELETE_IN_PROGRESS", afterPolls=2), step("DELETED", at="2026-01-02T00:00:00Z")]
    server.add(**world(moving("late", step("CREATE_IN_PROGRESS"), *steps, LastUpdateRequestedTime="2082-01-01T00:00:00Z")))
    whole = export(server)
    assert [one.get("at") for one in whole["conformancePacks"][0]["transitions"]] == ["2082-01-01T00:00:03.500Z", None, "2082-01-01T00:00:03.500Z"]
    replace(server, whole)
    assert export(server) == whole


def test_parts_of_an_export_make_the_whole(start_server):
    server = start_server("--seed", "1")
    for seed in range(30000, 30020):
        put_in(server, seed)
        whole = export(server)
        parts = [export(server, f"?account={scope['account']}&region={scope['region']}") for scope in SCOPES]
        for key in ("conformancePacks", "scripts", "responses", "faults"):
            everywhere = whole[key]
            for scope, part in zip(SCOPES, parts):
                assert part[key] == [one for one in everywhere if scope.items() <= one.items()], f"seed {seed}, {key}, {scope}"
        accounts = [export(server, f"?account={account}") for account in {scope["account"] for scope in SCOPES}]
        assert sum(len(one["conformancePacks"]) for one in accounts) == len(whole["conformancePacks"])
        for scope, part in zip(SCOPES, parts):
            query = f"?account={scope['account']}&region={scope['region']}"
            replace(server, part, query)
            assert export(server, query) == part, f"seed {seed}, {scope}"


def test_what_has_been_used_up_stays_used_up(frozen_server):
    server = frozen_server(fixture=world(
        "a",
        scripts=[{"match": "*", "on": "create", "times": 1, "transitions": [step("CREATE_FAILED", "once", afterSeconds=0)]}],
        responses=[{"operation": "DescribeConfigRules", "body": {"NextToken": "once"}, "times": 1},
                   {"operation": "DescribeConfigRules", "body": {"ConfigRules": []}}],
        faults=[{"operation": STATUS, "error": "ThrottlingException", "times": 1}],
    ))

    def seen(name):
        put = server.post("PutConformancePack", {"ConformancePackName": name, "TemplateBody": template()}).status
        return put, server.post(STATUS, {"ConformancePackNames": [name]}).status, server.post("DescribeConfigRules").json

    first = seen("b")
    assert first == (200, 400, {"NextToken": "once"})
    second = (200, 200, {"ConfigRules": []})
    replace(server, export(server))
    assert seen("c") == second
    assert server.states("c") == {"c": "CREATE_IN_PROGRESS"}


def template():
    return "Resources: {R: {Type: 'AWS::Config::ConfigRule', Properties: {ConfigRuleName: r, Source: {Owner: AWS, SourceIdentifier: X}}}}"


def test_a_step_before_the_request(frozen_server):
    """A pack was moved by hand after the clock was set back, and the clock set back further: the move lies ahead of it,
    and comes when it came, not at the later time of the request."""
    server = frozen_server(fixture=world(moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", manual=True))))
    server.advance(-100)
    server.move("a", "CREATE_COMPLETE")
    server.advance(-50)
    assert server.states() == {"a": "CREATE_IN_PROGRESS"}
    whole = export(server)
    replace(server, whole)
    assert export(server) == whole
    server.advance(50)
    assert server.states() == {"a": "CREATE_COMPLETE"}


def test_steps_at_the_end_of_time(frozen_server):
    """No fixture knows an instant behind year 9999: what would come later comes then."""
    server = frozen_server("--progression", "after 2s")
    replace(server, world(moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_FAILED", manual=True), step("CREATE_COMPLETE", afterSeconds=5)),
                          clock={"now": "9999-12-31T23:59:58.500Z", "mode": "frozen"}))
    server.move("a", "CREATE_FAILED")
    server.post("PutConformancePack", {"ConformancePackName": "b", "TemplateBody": template()})
    whole = export(server)
    assert [one["transitions"][0]["at"] for one in whole["conformancePacks"]] == ["9999-12-31T23:59:59.999Z"] * 2
    replace(server, whole)
    assert export(server) == whole
    server.advance(1.499)
    assert server.states() == {"a": "CREATE_COMPLETE", "b": "CREATE_COMPLETE"}


@pytest.mark.parametrize("character", ["i", "\u00e9", "\u20ac"])
def test_the_longest_id(frozen_server, character):
    """AWS counts characters: none is cut in two, or off, in the ARNs made from it."""
    server = frozen_server()
    identity = character * 1024
    replace(server, world(pack("n" * 256, ConformancePackId=identity)))
    [status] = server.status()
    assert status["ConformancePackArn"].endswith(f":conformance-pack/{'n' * 256}/{identity}")
    assert f"-{identity}/" in status["StackArn"]
    whole = export(server)
    replace(server, whole)
    assert export(server) == whole
    recorded = {**status, "LastUpdateRequestedTime": FROZEN_AT, "LastUpdateCompletedTime": FROZEN_AT}
    replace(server, {"ConformancePackStatusDetails": [recorded]})
    assert server.status() == [status]


def test_what_was_put_and_tagged_is_in_an_export(frozen_server):
    server = frozen_server("--progression", "after 2s")
    server.add(templates=[{"TemplateS3Uri": "s3://bucket/b.yaml", "TemplateBody": template()}, {"DocumentName": "document", "TemplateBody": template()}])
    described = {"DeliveryS3Bucket": "bucket", "DeliveryS3KeyPrefix": "prefix", "ConformancePackInputParameters": []}
    server.post("PutConformancePack", {"ConformancePackName": "a", "TemplateBody": template(), **described, "Tags": [{"Key": "k", "Value": "v"}]})
    server.post("PutConformancePack", {"ConformancePackName": "b", "TemplateS3Uri": "s3://bucket/b.yaml"})
    server.post("PutConformancePack", {"ConformancePackName": "c", "TemplateSSMDocumentDetails": {"DocumentName": "document", "DocumentVersion": "1"}})
    first, second, third = export(server)["conformancePacks"]
    rules = [{"ConfigRuleName": "R", "Source": {"Owner": "AWS", "SourceIdentifier": "X"}}]
    assert {**first, "ConfigRules": None} == {
        "account": DEFAULT_ACCOUNT, "region": DEFAULT_REGION, "ConformancePackName": "a", "ConformancePackId": first["ConformancePackId"],
        "ConformancePackArn": first["ConformancePackArn"], "StackArn": first["StackArn"], "DeliveryS3Bucket": "bucket", "DeliveryS3KeyPrefix": "prefix",
        "TemplateBody": template(), "ConfigRules": None, "Tags": [{"Key": "k", "Value": "v"}], "ConformancePackState": "CREATE_IN_PROGRESS",
        "LastUpdateRequestedTime": "2026-01-01T00:00:00.000Z",
        "transitions": [{"ConformancePackState": "CREATE_COMPLETE", "at": "2026-01-01T00:00:02.000Z"}],
    }
    for one in (first, second, third):
        assert [rule["Source"] for rule in one["ConfigRules"]] == [rules[0]["Source"]]
    assert second["TemplateS3Uri"] == "s3://bucket/b.yaml" and "TemplateBody" not in second
    assert third["TemplateSSMDocumentDetails"] == {"DocumentName": "document", "DocumentVersion": "1"}


# ---- replace and add ----


def test_put_replaces(frozen_server):
    server = frozen_server(fixture=world("a", pack("b", account=A), faults=[{"operation": STATUS, "delayMs": 1}]))
    assert replace(server, world("c")) == {"packs": 1}
    assert names_of(server) == ["c"]
    assert names_of(server, account=A) == []
    assert server.control("GET", "/faults").json == {"faults": []}
    assert replace(server, {}) == {"packs": 0}


def test_put_takes_the_fixtures_clock(frozen_server):
    # --clock wins over the start-up fixtures; who puts a world means it.
    server = frozen_server()
    replace(server, world("a", clock={"now": "2020-02-02T00:00:00Z", "mode": "frozen"}))
    assert server.control("GET", "/clock").json == {"now": "2020-02-02T00:00:00.000Z", "mode": "frozen"}


def test_post_adds(frozen_server):
    server = frozen_server(fixture=world("a", faults=[{"operation": STATUS, "delayMs": 1}]))
    added = world("b", pack("a", account=A), faults=[{"operation": STATUS, "delayMs": 2}])
    assert server.control("POST", "/state", added).json == {"packs": 3}
    assert names_of(server) == ["a", "b"]
    assert names_of(server, account=A) == ["a"]
    assert [fault["delayMs"] for fault in server.control("GET", "/faults").json["faults"]] == [1, 2]
    assert server.control("POST", "/state", {}).json == {"packs": 3}


def test_a_pack_that_is_there_cannot_be_added(frozen_server):
    server = frozen_server(fixture=world("a"))
    before = server.control("GET", "/state").body
    reply = server.control("POST", "/state", world("b", "a"))
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture")
    assert server.control("GET", "/state").body == before


def test_what_the_aws_cli_prints_can_be_put(frozen_server):
    server = frozen_server()
    arn = f"arn:aws:config:eu-west-1:{A}:conformance-pack/recorded/conformance-pack-abc"
    recorded = {"ConformancePackName": "recorded", "ConformancePackId": "conformance-pack-abc", "ConformancePackArn": arn}
    status = {**recorded, "ConformancePackState": "CREATE_FAILED", "ConformancePackStatusReason": "why", "LastUpdateRequestedTime": 1573865201.619}
    assert replace(server, {"ConformancePackStatusDetails": [status]}) == {"packs": 1}
    assert server.status(account=A, region="eu-west-1") == [status]


# ---- atomic ----


def full_world():
    return world(
        moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_FAILED", "x", afterPolls=2)),
        pack("b", account=A, region="eu-west-1"),
        credentials=[{"AccessKeyId": "AKIA", "SecretAccessKey": "s", "account": A}],
        templates=[{"TemplateS3Uri": "s3://a/b", "TemplateBody": "x"}],
        scripts=[{"match": "*", "on": "create", "transitions": [step("CREATE_FAILED", manual=True)]}],
        responses=[{"operation": "DescribeConfigRules", "body": {"ConfigRules": []}}],
        faults=[{"operation": "DescribeDeliveryChannels", "error": "ThrottlingException"}],
    )


WRONG_LAST = {
    "clock": {"now": "2030-01-01T00:00:00Z", "mode": "slow"},
    "credentials": [{"AccessKeyId": "NEW", "SecretAccessKey": "s", "account": A}, {"AccessKeyId": "NEW", "SecretAccessKey": "s", "account": A}],
    "templates": [{"TemplateS3Uri": "s3://new/b", "TemplateBody": "x"}, {"TemplateBody": "x"}],
    "conformancePacks": [pack("new"), pack("9")],
    "scripts": [{"match": "new", "progression": "manual"}, {"match": "new"}],
    "responses": [{"operation": "DescribeConfigRules", "body": {"ConfigRules": []}}, {"operation": "Nothing", "body": {}}],
    "faults": [{"operation": "*", "delayMs": 1}, {"operation": "*"}],
    "ConformancePackStatusDetails": [{"ConformancePackName": "new"}],
    "unknown": 1,
}


@pytest.mark.parametrize("section", WRONG_LAST)
@pytest.mark.parametrize("method, query", [("PUT", ""), ("POST", ""), ("PUT", f"?account={A}"), ("POST", f"?account={A}&region=eu-west-1")])
def test_a_refused_import_changes_nothing(frozen_server, method, query, section):
    server = frozen_server(fixture=full_world())
    server.advance(5)
    before = server.control("GET", "/state").body
    body = {"conformancePacks": [pack("fine")], **({"clock": {"now": "2030-01-01T00:00:00Z"}} if not query else {}), section: WRONG_LAST[section]}
    reply = server.control(method, "/state" + query, body)
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture"), reply
    assert server.control("GET", "/state").body == before


@pytest.mark.parametrize("body", [b'{"conformancePacks": [{"ConformancePackName": "x"}', b'{"conformancePacks": [{"ConformancePackName": "x"}]} x',
                                  b'{"conformancePacks": [{"ConformancePackName": "x"}], "conformancePacks": []}'])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_broken_text_changes_nothing(frozen_server, method, body):
    server = frozen_server(fixture=full_world())
    before = server.control("GET", "/state").body
    assert server.control(method, "/state", body).status == 400
    assert server.control("GET", "/state").body == before


# ---- one account and region ----


@pytest.fixture
def two_worlds(frozen_server):
    packs = [pack(name, account=account, region=region) for account in (A, B) for region in ("us-east-1", "eu-west-1") for name in ("a", "b")]
    faults = [{"operation": STATUS, "account": account, "delayMs": 1} for account in (A, B)] + [{"operation": STATUS, "delayMs": 1}]
    scripts = [{"match": "x", "account": account, "progression": "manual"} for account in (A, B)] + [{"match": "x", "progression": "manual"}]
    responses = [{"operation": "DescribeConfigRules", "account": account, "region": "eu-west-1", "body": {"ConfigRules": []}} for account in (A, B)]
    return frozen_server(fixture=world(*packs, faults=faults, scripts=scripts, responses=responses))


def shape(server):
    """What there is, in short: names by account and region, and what names an account."""
    whole = export(server)
    short = {}
    for one in whole["conformancePacks"]:
        short.setdefault((one["account"], one["region"]), []).append(one["ConformancePackName"])
    for key in ("faults", "scripts", "responses"):
        short[key] = [one.get("account") for one in whole[key]]
    return short


def test_put_of_one_world(two_worlds):
    before = shape(two_worlds)
    fixture = world("c", pack("d", account=A), faults=[{"operation": STATUS, "delayMs": 3}])
    assert replace(two_worlds, fixture, f"?account={A}&region=eu-west-1") == {"packs": 8}
    after = shape(two_worlds)
    # what names the account but not the region is not of that world alone
    assert after == {**before, (A, "eu-west-1"): ["c", "d"], "faults": [A, B, None, A], "responses": [B]}


def test_put_of_one_account(two_worlds):
    before = shape(two_worlds)
    assert replace(two_worlds, world("c", pack("d", region="eu-west-1")), f"?account={A}") == {"packs": 6}
    assert shape(two_worlds) == {
        **before, (A, "us-east-1"): ["c"], (A, "eu-west-1"): ["d"], "faults": [B, None], "scripts": [B, B, B, None, None, None], "responses": [B],
    }


def test_post_to_one_world(two_worlds):
    before = shape(two_worlds)
    reply = two_worlds.control("POST", f"/state?account={A}&region=ap-south-1", world("c"))
    assert reply.json == {"packs": 9}
    assert shape(two_worlds) == {**before, (A, "ap-south-1"): ["c"]}


@pytest.mark.parametrize("key, element", [
    ("conformancePacks", pack("c", account=B)),
    ("conformancePacks", pack("c", account=A, region="us-east-1")),
    ("scripts", {"match": "x", "account": B, "progression": "manual"}),
    ("responses", {"operation": "DescribeConfigRules", "account": B, "body": {}}),
    ("faults", {"operation": "*", "region": "us-east-1", "delayMs": 1}),
    ("credentials", {"AccessKeyId": "K", "SecretAccessKey": "s", "account": B}),
])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_elements_of_another_world_are_refused(two_worlds, method, key, element):
    before = two_worlds.control("GET", "/state").body
    reply = two_worlds.control(method, f"/state?account={A}&region=eu-west-1", {key: [element]})
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture")
    assert two_worlds.control("GET", "/state").body == before


# ---- reset ----


def test_reset_goes_back_to_the_start(frozen_server):
    server = frozen_server(fixture=full_world())
    before = server.control("GET", "/state").body
    for _ in range(2):
        put_in(server, 1)
        assert server.control("GET", "/state").body != before
        assert server.control("POST", "/reset").json == {"packs": 2}
        assert server.control("GET", "/state").body == before


def test_reset_to_empty(frozen_server):
    server = frozen_server(fixture=full_world())
    server.advance(5)
    assert server.control("POST", "/reset?to=empty").json == {"packs": 0}
    empty = export(server)
    assert empty.pop("clock") == {"now": "2026-01-01T00:00:00.000Z", "mode": "frozen"}
    assert not any(empty.values())


def test_reset_of_one_account(two_worlds):
    before = export(two_worlds)
    for account, region in ((A, "us-east-1"), (B, "eu-west-1")):
        assert two_worlds.post("DeleteConformancePack", {"ConformancePackName": "a"}, account=account, region=region).status == 200
    two_worlds.control("POST", "/faults", {"operation": STATUS, "account": A, "delayMs": 9})
    two_worlds.control("POST", "/faults", {"operation": STATUS, "account": B, "delayMs": 9})
    two_worlds.advance(1)
    assert two_worlds.control("POST", f"/reset?account={A}").status == 200
    after = export(two_worlds)
    assert two_worlds.states("a", account=A) == {"a": "CREATE_COMPLETE"}
    assert two_worlds.states("a", account=B, region="eu-west-1") == {"a": "DELETE_IN_PROGRESS"}
    assert sorted(fault["delayMs"] for fault in after["faults"]) == [1, 1, 1, 9]
    assert after["clock"]["now"] == "2026-01-01T00:00:01.000Z"
    timeless = [[{key: one[key] for key in one if "Time" not in key and key != "StackArn"} for one in whole["conformancePacks"] if one["account"] == A]
                for whole in (before, after)]
    assert timeless[0] == timeless[1]


def test_reset_of_one_account_leaves_what_is_everybodys(start_server):
    """Clock, credentials and templates are in the fixtures, and have been changed since."""
    fixture = {**full_world(), "clock": {"now": FROZEN_AT, "mode": "frozen"}}
    server = start_server(fixture=fixture)
    server.advance(5)
    server.add(credentials=[{"AccessKeyId": "NEW", "SecretAccessKey": "s", "account": B}])
    before = export(server)
    for query in (f"?account={A}", f"?account={A}&region=eu-west-1", "?region=eu-west-1", f"?to=empty&account={B}"):
        assert server.control("POST", "/reset" + query).status == 200
        after = export(server)
        for key in ("clock", "credentials", "templates", "scripts", "responses", "faults"):
            assert after[key] == before[key], (query, key)


@pytest.mark.parametrize("key, value", [("clock", {"now": "2030-01-01T00:00:00Z"}), ("templates", [{"TemplateS3Uri": "s3://x/y", "TemplateBody": "x"}])])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_is_everybodys_is_not_in_a_part(two_worlds, method, key, value):
    before = two_worlds.control("GET", "/state").body
    reply = two_worlds.control(method, f"/state?account={A}", {key: value})
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture")
    assert two_worlds.control("GET", "/state").body == before


def test_credentials_of_the_start(start_server):
    server = start_server(fixture=full_world())
    for _ in range(2):
        assert export(server)["credentials"] == full_world()["credentials"]
        assert server.control("POST", "/reset").status == 200


def test_reset_of_one_account_to_empty(two_worlds):
    assert two_worlds.control("POST", f"/reset?to=empty&account={A}&region=eu-west-1").json == {"packs": 6}
    assert (A, "eu-west-1") not in shape(two_worlds)
    assert two_worlds.control("POST", f"/reset?to=empty&account={A}").json == {"packs": 4}
    assert two_worlds.control("POST", f"/reset?account={B}").json == {"packs": 4}
    assert two_worlds.control("POST", "/reset?region=eu-west-1").json == {"packs": 6}


# ---- worlds ----


def test_worlds(two_worlds):
    listed = two_worlds.control("GET", "/worlds").json["worlds"]
    assert listed == [{"account": account, "region": region, "packs": 2} for account in (A, B) for region in ("eu-west-1", "us-east-1")]
    two_worlds.control("POST", "/reset?to=empty")
    assert two_worlds.control("GET", "/worlds").json == {"worlds": []}


# ---- while requests run ----


def in_threads(count, work):
    """Runs work(number) in so many threads at once; what went wrong in any of them is raised here."""
    wrong, together = [], threading.Barrier(count)

    def run(number):
        try:
            together.wait()
            work(number)
        except BaseException as error:  # pylint: disable=broad-except
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


def test_fifty_workers_each_in_its_own_account(frozen_server):
    workers = 50
    server = frozen_server(fixture=world("start", *[pack("start", account=f"{number:012}") for number in range(1, workers + 1)]))
    accounts = [f"{number:012}" for number in range(1, workers + 1)]
    clients = [server.boto3(account=account) for account in accounts]
    handles = [control_document.apart(server) for _ in accounts]

    def work(number):
        client, handle, query = clients[number], handles[number], f"?account={accounts[number]}"
        for turn in range(3):
            own = [f"w{number}-{turn}-{index}" for index in range(turn + 1)]
            assert handle.control("PUT", "/state" + query, world(*own, pack("extra", region="eu-west-1"))).status == 200
            assert statuses(client) == {name: "CREATE_COMPLETE" for name in own}
            client.delete_conformance_pack(ConformancePackName=own[0])
            assert handle.move(own[0], "DELETED", query).status == 200
            assert handle.control("POST", "/faults", {"operation": STATUS, "account": accounts[number], "error": "ThrottlingException", "message": own[0], "times": 1}).status == 201
            with pytest.raises(client.exceptions.ClientError, match=own[0]):
                statuses(client)
            assert statuses(client) == {name: "CREATE_COMPLETE" for name in own[1:]}
            assert len(handle.control("GET", "/requests" + query).json["requests"]) == 5 * turn + 4
            assert handle.control("POST", "/reset" + query).status == 200
            assert statuses(client) == {"start": "CREATE_COMPLETE"}
        assert handle.control("DELETE", "/requests" + query).status == 200

    in_threads(workers, work)
    for handle in handles:
        handle.close_connection()
    assert server.control("GET", "/health").json["packs"] == workers + 1
    assert server.states() == {"start": "CREATE_COMPLETE"}


def statuses(client):
    pages = client.get_paginator("describe_conformance_pack_status").paginate(PaginationConfig={"PageSize": 20})
    return {one["ConformancePackName"]: one["ConformancePackState"] for page in pages for one in page["ConformancePackStatusDetails"]}


def test_resets_and_imports_while_requests_run(frozen_server):
    first, second = names(20, "first"), names(20, "second")
    start = names(5, "start")
    server = frozen_server(fixture=world(*start))
    possible = [[], start, first, second]
    seen, done = [set() for _ in range(4)], threading.Event()

    def ask(number):
        asking = control_document.apart(server)
        while not done.is_set():
            reply = asking.post(STATUS, {"Limit": 20})
            assert reply.status == 200, reply
            assert reply.names in possible
            assert "NextToken" not in reply.json
            seen[number].add(tuple(reply.names))
        asking.close_connection()

    def change():
        for _ in range(30):
            for method, path, body in (("PUT", "/state", world(*first)), ("PUT", "/state", world(*second)), ("POST", "/reset", None),
                                       ("PUT", f"/state?account={DEFAULT_ACCOUNT}&region={DEFAULT_REGION}", world(*first)),
                                       ("POST", "/reset?to=empty", None), ("POST", "/state", world(*second)), ("PUT", "/state", b"{]")):
                assert server.control(method, path, body).status == (400 if body == b"{]" else 200)

    def work(number):
        if number < 4:
            ask(number)
            return
        try:
            change()
        finally:
            done.set()

    in_threads(5, work)
    assert len(set().union(*seen)) > 1, "nothing was seen to change"


def test_pages_while_worlds_are_replaced(frozen_server):
    server = frozen_server(fixture=world(*names(30)))
    done = threading.Event()

    def ask():
        asking = control_document.apart(server)
        while not done.is_set():
            token = None
            for _ in range(10):
                reply = asking.post(STATUS, {"Limit": 7, **({"NextToken": token} if token else {})})
                assert reply.status == 200 or reply.error == "InvalidNextTokenException", reply
                token = reply.token if reply.status == 200 else None
                if token is None:
                    break
        asking.close_connection()

    def work(number):
        if number < 3:
            ask()
            return
        try:
            for turn in range(60):
                assert server.control("PUT", "/state", world(*names(turn % 31))).status == 200
        finally:
            done.set()

    in_threads(4, work)


def test_an_export_while_worlds_are_replaced_is_one_of_them(frozen_server):
    first, second = world(*names(20, "first")), world(*names(20, "second"))
    server = frozen_server(fixture=first)
    expected, done = [], threading.Event()
    for fixture in (second, first):
        replace(server, {**fixture, "clock": {"now": FROZEN_AT, "mode": "frozen"}})
        expected.append([one["ConformancePackName"] for one in export(server)["conformancePacks"]])

    def work(number):
        handle = control_document.apart(server)
        if number == 0:
            try:
                for _ in range(40):
                    replace(handle, second)
                    replace(handle, first)
            finally:
                done.set()
        while not done.is_set():
            assert [one["ConformancePackName"] for one in export(handle)["conformancePacks"]] in expected
            assert handle.control("GET", "/health").json["packs"] == 20
            assert [one["packs"] for one in handle.control("GET", "/worlds").json["worlds"]] == [20]
        handle.close_connection()

    in_threads(4, work)


def test_times_are_exact(frozen_server):
    """To the millisecond, through an export."""
    server = frozen_server(fixture=world(moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", afterSeconds=0.123),
                                                LastUpdateRequestedTime=FROZEN_AT_S - 0.007)))
    server.advance(0.115)
    fixture = export(server)
    assert json.dumps(fixture)
    replace(server, fixture)
    assert server.states() == {"a": "CREATE_IN_PROGRESS"}
    server.advance(0.001)
    assert server.states() == {"a": "CREATE_COMPLETE"}
    [status] = server.status("a")
    assert (status["LastUpdateRequestedTime"], status["LastUpdateCompletedTime"]) == (FROZEN_AT_S - 0.007, FROZEN_AT_S + 0.116)
