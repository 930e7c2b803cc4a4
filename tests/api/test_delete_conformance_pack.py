"""DeleteConformancePack: an empty answer, a pack that goes, and a name that is free again."""

import pytest

from support.lifecycle import DELETE, arn_of, delete, describe, parameters, put, script, state, tag_list, tags_of
from support.server import DEFAULT_ACCOUNT, DEFAULT_REGION, STATUS
from support.worlds import FROZEN_AT_S, STATES, moving, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES


def test_the_answer_is_empty(frozen_server):
    server = frozen_server(fixture=world("a"))
    reply = delete(server, "a")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.header("Content-Length") == "0"


@pytest.mark.parametrize("before", [CREATED, FAILED, DELETE_FAILED])
def test_what_stands_can_be_deleted(frozen_server, before):
    times = {"LastUpdateRequestedTime": FROZEN_AT_S - 100, "LastUpdateCompletedTime": FROZEN_AT_S - 50}
    server = frozen_server(fixture=world(pack("a", ConformancePackState=before, ConformancePackStatusReason="why", **times)))
    [old] = server.status("a")
    details = describe(server, "a")
    server.advance(10)
    assert delete(server, "a").status == 200
    # A deletion is no update: its request leaves the times alone (ours; AWS's is not known).
    expected = {**old, "ConformancePackState": DELETING}
    del expected["ConformancePackStatusReason"]
    assert server.status("a") == [expected]
    assert describe(server, "a") == details
    server.advance(1.999)
    assert server.status("a") == [expected]
    server.advance(0.001)
    assert server.status("a") == []


def test_what_is_gone_is_nowhere(frozen_server):
    server = frozen_server(fixture=world("a", "b"))
    [details] = describe(server, "a")
    delete(server, "a")
    server.advance(2)
    assert server.post(STATUS).names == ["b"]
    assert [one["ConformancePackName"] for one in describe(server)] == ["b"]
    assert server.post("DescribeConformancePacks", {"ConformancePackNames": ["a"]}).error == "NoSuchConformancePackException"
    assert server.post("ListTagsForResource", {"ResourceArn": details["ConformancePackArn"]}).error == "ResourceNotFoundException"
    assert server.move("a", "DELETED").status == 404
    assert server.control("GET", "/health").json["packs"] == 1


def no_such(reply):
    assert (reply.status, reply.error) == (400, "NoSuchConformancePackException")
    return reply.message


def test_unknown_packs(frozen_server):
    server = frozen_server(fixture=world("a"))
    assert "'ghost'" in no_such(delete(server, "ghost"))
    no_such(delete(server, "A"))
    no_such(delete(server, "a", account="210987654321"))
    no_such(delete(server, "a", region="eu-west-1"))
    assert state(server, "a") == CREATED
    assert delete(server, "a", account=DEFAULT_ACCOUNT, region=DEFAULT_REGION).status == 200


def test_a_pack_that_is_gone_is_unknown(frozen_server):
    server = frozen_server(fixture=world("a"))
    delete(server, "a")
    server.advance(2)
    no_such(delete(server, "a"))


@pytest.mark.parametrize("busy", [CREATING, DELETING])
def test_in_use(frozen_server, busy):
    server = frozen_server(fixture=world(pack("a", ConformancePackState=busy)))
    before = server.status("a")
    reply = delete(server, "a")
    assert (reply.status, reply.error) == (400, "ResourceInUseException")
    assert "'a'" in reply.message
    assert server.status("a") == before


def test_in_use_until_it_is_done(server):
    put(server, "a")
    assert delete(server, "a").error == "ResourceInUseException"
    server.advance(2)
    assert delete(server, "a").status == 200
    assert delete(server, "a").error == "ResourceInUseException"
    server.advance(1.999)
    assert delete(server, "a").error == "ResourceInUseException"


def test_a_deletion_drops_what_was_ahead(frozen_server):
    steps = [step(CREATING), step(FAILED, "x", afterSeconds=1), step(CREATED, afterSeconds=10), step(DELETING, afterSeconds=20)]
    server = frozen_server("--progression", "after 30s", fixture=world(moving("a", *steps)))
    server.advance(5)
    delete(server, "a")
    for seconds, expected in ((5, DELETING), (10, DELETING), (14.999, DELETING), (0.001, None), (1000, None)):
        server.advance(seconds)
        assert state(server, "a") == expected


@pytest.mark.parametrize("name", [None, "", "9", "a b", "a" * 257])
@pytest.mark.parametrize("mode", ["documented", "observed"])
def test_constraints(start_server, name, mode):
    # The operation declares no InvalidParameterValueException.
    reply = start_server("--errors", mode).post(DELETE, {"ConformancePackName": name})
    assert (reply.status, reply.error) == (400, "ValidationException")
    assert "at 'conformancePackName' failed to satisfy constraint" in reply.message


# ---- the same name again ----


def test_a_new_pack_under_an_old_name(server):
    old_arn = arn_of(server, "a", TemplateS3Uri="s3://b/k", DeliveryS3Bucket="old",
                     ConformancePackInputParameters=parameters(A="1"), Tags=tag_list(old="yes"))
    [old] = server.status("a")
    server.advance(2)
    delete(server, "a")
    server.advance(2)
    new_arn = arn_of(server, "a", Tags=tag_list(new="yes"))
    [new] = server.status("a")
    assert new["ConformancePackState"] == CREATING
    assert "LastUpdateCompletedTime" not in new
    for key in ("ConformancePackId", "ConformancePackArn", "StackArn", "LastUpdateRequestedTime"):
        assert old[key] != new[key]
    [details] = describe(server, "a")
    assert details["ConformancePackInputParameters"] == []
    assert "DeliveryS3Bucket" not in details
    assert tags_of(server, new_arn) == {"new": "yes"}
    assert server.post("ListTagsForResource", {"ResourceArn": old_arn}).error == "ResourceNotFoundException"


def test_each_life_has_its_own_id(frozen_server):
    server = frozen_server("--progression", "immediate")
    seen = set()
    for _ in range(20):
        for name in ("a", "b"):
            seen.add(arn_of(server, name))
        for name in ("b", "a"):
            assert delete(server, name).status == 200
            assert state(server, name) is None
    assert len(seen) == 40


def test_the_pack_of_a_fixture_too(frozen_server):
    server = frozen_server(fixture=world(pack("a", ConformancePackId="conformance-pack-uday4bbox", CreatedBy="x",
                                              ConformancePackArn="arn:aws:config:us-east-1:123456789012:conformance-pack/a/x",
                                              StackArn="")))
    delete(server, "a")
    server.advance(2)
    put(server, "a")
    [status] = server.status("a")
    assert status["ConformancePackId"] != "conformance-pack-uday4bbox"
    assert status["ConformancePackArn"].endswith(status["ConformancePackId"])
    assert status["StackArn"]
    assert "CreatedBy" not in describe(server, "a")[0]


# ---- deletions that fail ----


def test_a_deletion_that_fails(frozen_server):
    scripts = [script("delete", step(DELETE_FAILED, "not authorized to perform: config:DeleteConfigRule", afterSeconds=5), times=1)]
    server = frozen_server(fixture=world("a", scripts=scripts))
    [before] = server.status("a")
    assert delete(server, "a").status == 200
    server.advance(5)
    assert server.status("a") == [{**before, "ConformancePackState": DELETE_FAILED,
                                   "ConformancePackStatusReason": "not authorized to perform: config:DeleteConfigRule"}]
    assert delete(server, "a").status == 200
    assert "ConformancePackStatusReason" not in server.status("a")[0]
    server.advance(2)
    assert server.status("a") == []
