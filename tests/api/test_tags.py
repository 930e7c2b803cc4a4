"""TagResource, UntagResource, ListTagsForResource: the tags of packs, from their creation to their end."""

import pytest

from support.lifecycle import DESCRIBE, LIST_TAGS, TAG, UNTAG, arn_of, delete, put, tag_list, tags_of
from support.worlds import STATES, names, pack, world

FIFTY = tag_list(*names(50, "key"))


def tag(server, arn, tags, **scope):
    return server.post(TAG, {"ResourceArn": arn, "Tags": tags}, **scope)


def untag(server, arn, *keys, **scope):
    return server.post(UNTAG, {"ResourceArn": arn, "TagKeys": keys}, **scope)


def empty(reply):
    assert (reply.status, reply.body) == (200, b"")


# ---- at creation ----


def test_none(server):
    reply = server.post(LIST_TAGS, {"ResourceArn": arn_of(server, "a")})
    # A list all the same, as AWS was seen to answer, though the model says that it has at least one element.
    assert (reply.status, reply.json) == (200, {"Tags": []})


def test_at_creation(server):
    arn = arn_of(server, "a", Tags=[{"Key": "owner", "Value": "me"}, {"Key": "cost centre", "Value": ""}])
    assert server.post(LIST_TAGS, {"ResourceArn": arn}).json == {
        "Tags": [{"Key": "cost centre", "Value": ""}, {"Key": "owner", "Value": "me"}]
    }


def test_a_value_that_is_missing_is_empty(server):
    # The model requires neither.
    assert tags_of(server, arn_of(server, "a", Tags=[{"Key": "k"}])) == {"k": ""}


def test_the_last_of_the_same_key_counts(server):
    arn = arn_of(server, "a", Tags=[{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}])
    assert tags_of(server, arn) == {"k": "2"}


def test_fifty_at_creation(server):
    assert tags_of(server, arn_of(server, "a", Tags=FIFTY)) == dict.fromkeys(names(50, "key"), "")


def test_a_pack_that_is_put_again_keeps_its_tags(server):
    arn = arn_of(server, "a", Tags=tag_list(a="1"))
    empty(tag(server, arn, tag_list(b="2")))
    server.advance(2)
    put(server, "a", Tags=tag_list(c="3"))
    assert tags_of(server, arn) == {"a": "1", "b": "2"}


def test_a_new_pack_has_no_old_tags(server):
    old = arn_of(server, "a", Tags=tag_list(a="1"))
    server.advance(2)
    delete(server, "a")
    server.advance(2)
    new = arn_of(server, "a")
    assert tags_of(server, new) == {}
    assert tag(server, old, tag_list("b")).error == "ResourceNotFoundException"
    assert tags_of(server, new) == {}


# ---- afterwards ----


def test_add_replace_remove(server):
    arn = arn_of(server, "a", Tags=tag_list(a="1", b="2"))
    empty(tag(server, arn, tag_list(b="3", c="4")))
    assert tags_of(server, arn) == {"a": "1", "b": "3", "c": "4"}
    empty(untag(server, arn, "a", "c"))
    assert tags_of(server, arn) == {"b": "3"}
    empty(untag(server, arn, "b"))
    assert tags_of(server, arn) == {}


def test_keys_that_are_not_there_do_no_harm(server):
    arn = arn_of(server, "a", Tags=tag_list(a="1"))
    empty(untag(server, arn, "b", "A", "a "))
    assert tags_of(server, arn) == {"a": "1"}
    empty(untag(server, arn, "b", "a", "a"))
    assert tags_of(server, arn) == {}


def test_keys_differ_by_case_and_more(server):
    keys = ["k", "K", " k", "k ", "k:k", "é", "e\u0301", "日本", "\U0001f600", "aws:x", "'\"\\", "%", "k" * 128]
    arn = arn_of(server, "a", Tags=[{"Key": key, "Value": key} for key in keys])
    assert tags_of(server, arn) == {key: key for key in keys}
    empty(untag(server, arn, *keys[1:]))
    assert tags_of(server, arn) == {"k": "k"}


@pytest.mark.parametrize("state", STATES)
def test_in_every_state(frozen_server, state):
    server = frozen_server(fixture=world(pack("a", ConformancePackState=state)))
    [details] = server.post(DESCRIBE).json["ConformancePackDetails"]
    arn = details["ConformancePackArn"]
    empty(tag(server, arn, tag_list(a="1")))
    assert tags_of(server, arn) == {"a": "1"}
    empty(untag(server, arn, "a"))
    assert server.states() == {"a": state}


def test_tags_are_one_packs(server):
    arns = [arn_of(server, "a"), arn_of(server, "b"), arn_of(server, "a", region="eu-west-1")]
    empty(tag(server, arns[0], tag_list(a="1")))
    assert tags_of(server, arns[1]) == {}
    assert tags_of(server, arns[2], region="eu-west-1") == {}


def test_tagging_is_no_update(server):
    arn = arn_of(server, "a")
    server.advance(2)
    before = server.status("a")
    server.advance(2)
    tag(server, arn, tag_list("a"))
    untag(server, arn, "a")
    assert server.status("a") == before


# ---- fifty and no more ----


def too_many(reply):
    assert (reply.status, reply.error) == (400, "TooManyTagsException")
    assert "50" in reply.message


def test_fifty_tags(server):
    arn = arn_of(server, "a")
    empty(tag(server, arn, FIFTY[:25]))
    empty(tag(server, arn, FIFTY[25:]))
    assert len(tags_of(server, arn)) == 50
    too_many(tag(server, arn, tag_list("one-more")))
    empty(tag(server, arn, [{"Key": one["Key"], "Value": "new"} for one in FIFTY]))  # those are there already
    assert tags_of(server, arn) == dict.fromkeys(names(50, "key"), "new")
    empty(untag(server, arn, FIFTY[0]["Key"]))
    empty(tag(server, arn, tag_list("one-more")))
    too_many(tag(server, arn, FIFTY[:1]))


def test_too_many_change_nothing(server):
    arn = arn_of(server, "a", Tags=FIFTY[:49])
    too_many(tag(server, arn, [{"Key": FIFTY[0]["Key"], "Value": "changed"}, *tag_list("b", "c")]))
    assert tags_of(server, arn) == dict.fromkeys(names(49, "key"), "")


# ---- pages ----


@pytest.mark.parametrize("limit", [None, 0, 1, 7, 49, 50, 100])
def test_pages(server, limit):
    arn = arn_of(server, "a", Tags=FIFTY[::-1])
    found, token = [], None
    while True:
        body = {"ResourceArn": arn, "Limit": limit, "NextToken": token}
        reply = server.post(LIST_TAGS, body)
        assert reply.status == 200
        assert list(reply.json) == ["Tags"] + ["NextToken"] * ("NextToken" in reply.json)
        found.append([one["Key"] for one in reply.json["Tags"]])
        token = reply.token
        if token is None:
            break
    size = limit or 100
    assert found == [names(50, "key")[start:start + size] for start in range(0, 50, size)]


def test_a_page_after_changes(server):
    arn = arn_of(server, "a", Tags=tag_list("a", "b", "c", "d"))
    token = server.post(LIST_TAGS, {"ResourceArn": arn, "Limit": 2}).token
    untag(server, arn, "b", "c")
    tag(server, arn, tag_list("aa", "bb"))
    rest = server.post(LIST_TAGS, {"ResourceArn": arn, "NextToken": token}).json["Tags"]
    assert [one["Key"] for one in rest] == ["bb", "d"]


def test_a_page_behind_a_long_key(server):
    long = "\U0001f600" * 64  # 128 UTF-16 units, 256 bytes
    arn = arn_of(server, "a", Tags=tag_list(long, "\U0001f601"))
    reply = server.post(LIST_TAGS, {"ResourceArn": arn, "Limit": 1})
    assert [one["Key"] for one in reply.json["Tags"]] == [long]
    reply = server.post(LIST_TAGS, {"ResourceArn": arn, "Limit": 1, "NextToken": reply.token})
    assert [one["Key"] for one in reply.json["Tags"]] == ["\U0001f601"]
    assert reply.token is None


def test_bad_tokens(server):
    arns = [arn_of(server, name, Tags=tag_list("a", "b")) for name in ("a", "b")]
    token = server.post(LIST_TAGS, {"ResourceArn": arns[0], "Limit": 1}).token
    others = server.post(DESCRIBE, {"Limit": 1}).token
    for arn, bad in ((arns[1], token), (arns[0], "x"), (arns[0], ""), (arns[0], token[:-1]), (arns[0], others)):
        reply = server.post(LIST_TAGS, {"ResourceArn": arn, "NextToken": bad})
        assert (reply.status, reply.error) == (400, "InvalidNextTokenException")


# ---- what is no pack ----

ALL = [
    (TAG, {"Tags": tag_list("a")}),
    (UNTAG, {"TagKeys": ["a"]}),
    (LIST_TAGS, {}),
]


@pytest.mark.parametrize("operation, body", ALL, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("change", [
    lambda arn: arn.replace("123456789012", "210987654321"),
    lambda arn: arn.replace("us-east-1", "eu-west-1"),
    lambda arn: arn.replace("arn:aws:", "arn:aws-cn:"),
    lambda arn: arn.replace("/a/", "/b/"),
    lambda arn: arn.replace("/a/", "/A/"),
    lambda arn: arn.rpartition("/")[0],
    lambda arn: arn + "/",
    lambda arn: arn[:-1],
    lambda arn: arn.rpartition("/")[0] + "/conformance-pack-000000000",
    lambda arn: "a",
    lambda arn: "/a/",
    lambda arn: "/",
    lambda arn: " " + arn,
    lambda arn: "x" * 1000,
    lambda arn: "x/" + "x" * 998,
    lambda arn: "arn:aws:config:us-east-1:123456789012:config-rule/config-rule-2pxv2c",
    lambda arn: "arn:aws:config:us-east-1:123456789012:config-aggregator/a",
    lambda arn: "arn:aws:s3:::a/a",
])
def test_other_resources(server, operation, body, change):
    arn = change(arn_of(server, "a"))
    reply = server.post(operation, {"ResourceArn": arn, **body})
    assert (reply.status, reply.error) == (400, "ResourceNotFoundException")
    assert arn in reply.message


@pytest.mark.parametrize("operation, body", ALL, ids=lambda value: value if isinstance(value, str) else "")
def test_who_asks(server, operation, body):
    # The ARN names its world; it must be the caller's.
    here, there = {}, {"account": "210987654321", "region": "eu-west-1"}
    arns = arn_of(server, "a"), arn_of(server, "a", **there)
    for arn, scope, known in ((arns[0], here, True), (arns[1], there, True), (arns[0], there, False), (arns[1], here, False)):
        reply = server.post(operation, {"ResourceArn": arn, **body}, **scope)
        assert reply.error == (None if known else "ResourceNotFoundException")


@pytest.mark.parametrize("operation, body", ALL, ids=lambda value: value if isinstance(value, str) else "")
def test_packs_that_are_gone(server, operation, body):
    arn = arn_of(server, "a")
    server.advance(2)
    delete(server, "a")
    server.advance(1.999)
    assert server.post(operation, {"ResourceArn": arn, **body}).status == 200
    server.advance(0.001)
    assert server.post(operation, {"ResourceArn": arn, **body}).error == "ResourceNotFoundException"


# ---- constraints ----


@pytest.mark.parametrize("mode", ["documented", "observed"])
@pytest.mark.parametrize("operation, body, documented, path", [
    (TAG, {"Tags": tag_list("a")}, "ValidationException", "resourceArn"),
    (TAG, {"ResourceArn": "x"}, "ValidationException", "tags"),
    (TAG, {"ResourceArn": "x", "Tags": []}, "ValidationException", "tags"),
    (TAG, {"ResourceArn": "x", "Tags": tag_list(*names(51))}, "ValidationException", "tags"),
    (TAG, {"ResourceArn": "x", "Tags": tag_list("")}, "ValidationException", "tags.1.member.key"),
    (TAG, {"ResourceArn": "x", "Tags": tag_list("k" * 129)}, "ValidationException", "tags.1.member.key"),
    (TAG, {"ResourceArn": "x", "Tags": tag_list(k="v" * 257)}, "ValidationException", "tags.1.member.value"),
    (TAG, {"ResourceArn": "", "Tags": tag_list("a")}, "ValidationException", "resourceArn"),
    (TAG, {"ResourceArn": "x" * 1001, "Tags": tag_list("a")}, "ValidationException", "resourceArn"),
    (UNTAG, {"TagKeys": ["a"]}, "ValidationException", "resourceArn"),
    (UNTAG, {"ResourceArn": "x"}, "ValidationException", "tagKeys"),
    (UNTAG, {"ResourceArn": "x", "TagKeys": []}, "ValidationException", "tagKeys"),
    (UNTAG, {"ResourceArn": "x", "TagKeys": names(51)}, "ValidationException", "tagKeys"),
    (LIST_TAGS, {}, "ValidationException", "resourceArn"),
    (LIST_TAGS, {"ResourceArn": "x", "Limit": 101}, "InvalidLimitException", "limit"),
    (LIST_TAGS, {"ResourceArn": "x", "Limit": -1}, "InvalidLimitException", "limit"),
])
def test_constraints(start_server, mode, operation, body, documented, path):
    reply = start_server("--errors", mode).post(operation, body)
    assert (reply.status, reply.error) == (400, documented if mode == "documented" else "ValidationException")
    assert f"at '{path}' failed to satisfy constraint" in reply.message


def test_tags_survive_a_restart(start_server, tmp_path):
    first = start_server("--database", tmp_path / "db")
    arn = arn_of(first, "a", Tags=tag_list(a="1"))
    tag(first, arn, tag_list(b="2"))
    first.kill()
    assert tags_of(start_server("--database", tmp_path / "db"), arn) == {"a": "1", "b": "2"}
