"""The control API under /_mock: health, reset, state, and moving packs. (The clock's part is in test_clock.py.)"""

import json

import pytest

from support.server import STATUS
from support.worlds import STATES, moving, names, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES


def refusal(reply):
    error = reply.json["error"]
    return reply.status, error["code"], error.get("path")


# ---- health and routes ----


def test_health(frozen_server, run_mock):
    server = frozen_server(
        fixture=world(
            *names(3),
            pack("other", account="111111111111"),
            moving("gone", step(DELETING), step("DELETED", afterSeconds=0))
        )
    )
    version = run_mock("--version").stdout.split()[1]
    health = server.control("GET", "/health").json
    assert {key: health[key] for key in ("status", "version", "packs")} == {
        "status": "ok",
        "version": version,
        "packs": 4,
    }


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/health/",
        "/healthy",
        "//health",
        "/clock/advance/x",
        "/packs//transition",
        "/packs/a/b/transition",
        "/packs/%00/transition",
        "/%68ealth2",
    ],
)
def test_no_such_path(server, path):
    assert refusal(server.control("GET", path)) == (404, "NotFound", None)


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "/health"),
        ("DELETE", "/health"),
        ("GET", "/reset"),
        ("DELETE", "/clock"),
        ("GET", "/clock/advance"),
        ("PUT", "/packs/a/transition"),
    ],
)
def test_wrong_method(server, method, path):
    assert refusal(server.control(method, path)) == (405, "MethodNotAllowed", None)


def test_replies_are_not_to_be_stored(server):
    assert server.control("GET", "/health").header("Cache-Control") == "no-store"


# ---- bodies ----

WANT_BODY = [("PUT", "/clock"), ("POST", "/clock/advance"), ("POST", "/packs/a/transition")]


@pytest.mark.parametrize("method, path", WANT_BODY)
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'"x"', b"1", b"{", b"{} x", b"\xff", b'{"unknown":1}', b'{"a":"\\u0000"}']
)
def test_bad_bodies(frozen_server, method, path, body):
    reply = frozen_server(fixture=world("a")).control(method, path, body)
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidBody")


def test_a_body_that_is_no_json_is_told_where(server):
    reply = server.control("PUT", "/clock", b'{\n  "now": x\n}')
    assert reply.json["error"]["message"].startswith("body:2:10: ")


@pytest.mark.parametrize(
    "method, path, body, place",
    [
        ("PUT", "/clock", {"zone": "UTC"}, "zone"),
        ("PUT", "/clock", {"now": "yesterday"}, "now"),
        ("PUT", "/clock", {"now": True}, "now"),
        ("PUT", "/clock", {"now": []}, "now"),
        ("PUT", "/clock", {"now": "2026-13-01T00:00:00Z"}, "now"),
        ("PUT", "/clock", {"now": "2026-01-01T00:00:00"}, "now"),
        ("PUT", "/clock", {"now": 1e300}, "now"),
        ("PUT", "/clock", {"now": "2026-01-01T00:00:00Z", "mode": "slow"}, "mode"),
        ("PUT", "/clock", {"mode": 1}, "mode"),
        ("POST", "/clock/advance", {}, "seconds"),
        ("POST", "/clock/advance", {"seconds": "1"}, "seconds"),
        ("POST", "/clock/advance", {"seconds": None}, "seconds"),
        ("POST", "/clock/advance", {"seconds": True}, "seconds"),
        ("POST", "/clock/advance", {"seconds": 1, "minutes": 1}, "minutes"),
        ("POST", "/packs/a/transition", {}, "ConformancePackState"),
        ("POST", "/packs/a/transition", {"ConformancePackState": "CREATED"}, "ConformancePackState"),
        ("POST", "/packs/a/transition", {"ConformancePackState": "create_complete"}, "ConformancePackState"),
        ("POST", "/packs/a/transition", {"ConformancePackState": 1}, "ConformancePackState"),
        ("POST", "/packs/a/transition", {"ConformancePackState": DELETING, "Reason": "x"}, "Reason"),
        (
            "POST",
            "/packs/a/transition",
            {"ConformancePackState": DELETING, "ConformancePackStatusReason": 1},
            "ConformancePackStatusReason",
        ),
        (
            "POST",
            "/packs/a/transition",
            {"ConformancePackState": DELETING, "ConformancePackStatusReason": "x" * 2001},
            "ConformancePackStatusReason",
        ),
        ("POST", "/packs/a/transition", {"ConformancePackState": DELETING, "force": "yes"}, "force"),
        ("POST", "/packs/a/transition", {"ConformancePackState": DELETING, "force": 1}, "force"),
    ],
)
def test_bad_members(frozen_server, method, path, body, place):
    server = frozen_server(fixture=world("a"))
    assert refusal(server.control(method, path, body)) == (400, "InvalidBody", place)
    assert server.control("GET", "/clock").json == {"now": "2026-01-01T00:00:00.000Z", "mode": "frozen"}
    assert server.states() == {"a": CREATED}


# ---- moving packs ----

ALLOWED = {
    CREATING: {CREATED, FAILED},
    CREATED: {CREATING, DELETING},
    # a failure may turn into its success without a new request: a script's short form of "then it works"
    FAILED: {CREATING, DELETING, CREATED},
    DELETING: {"DELETED", DELETE_FAILED},
    DELETE_FAILED: {DELETING, CREATING, "DELETED"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("to", [*STATES, "DELETED"])
def test_moves(frozen_server, state, to):
    server = frozen_server(fixture=world(pack("a", ConformancePackState=state)))
    reply = server.move("a", to)
    after = {} if to == "DELETED" else {"a": to}
    if to in ALLOWED[state]:
        assert (reply.status, reply.json) == (200, {"ConformancePackName": "a", "ConformancePackState": to})
        assert server.states() == after
        return
    assert refusal(reply) == (409, "IllegalMove", "ConformancePackState")
    assert server.states() == {"a": state}
    assert refusal(server.move("a", to, force=False)) == (409, "IllegalMove", "ConformancePackState")
    assert server.move("a", to, force=True).status == 200
    assert server.states() == after


@pytest.mark.parametrize(
    "name, scope",
    [
        ("ghost", ""),
        ("A", ""),
        ("a", "?account=111111111111"),
        ("a", "?region=eu-west-1"),
        ("a%2Fb", ""),
        ("x" * 300, ""),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_no_such_pack(frozen_server, name, scope, force):
    reply = frozen_server(fixture=world("a")).move(name, DELETING, scope, force=force)
    assert refusal(reply) == (404, "NoSuchConformancePack", None)


def test_a_pack_that_is_gone_cannot_be_moved(frozen_server):
    server = frozen_server(fixture=world("a"))
    assert server.move("a", "DELETED", force=True).status == 200
    assert refusal(server.move("a", CREATING, force=True)) == (404, "NoSuchConformancePack", None)


def test_a_move_with_a_reason(frozen_server):
    server = frozen_server(fixture=world(pack("a", ConformancePackState=CREATING)))
    reason = 'quoted "so", ☃ and ' + "x" * 1970
    assert server.move("a", FAILED, ConformancePackStatusReason=reason).status == 200
    assert server.status("a")[0]["ConformancePackStatusReason"] == reason
    assert server.move("a", CREATING).status == 200
    assert "ConformancePackStatusReason" not in server.status("a")[0]


def test_a_name_in_percent_encoding(frozen_server):
    server = frozen_server(fixture=world("a-b", pack("c", account="111111111111", region="eu-west-1")))
    assert server.move("%61%2db", DELETING).json["ConformancePackName"] == "a-b"
    assert server.move("c", DELETING, "?region=eu%2Dwest%2D1&account=111111111111").status == 200


@pytest.mark.parametrize(
    "query, place",
    [
        ("?account=x", "account"),
        ("?account=12345678901", "account"),
        ("?x=y", "x"),
        ("?account=123456789012&Region=us-east-1", "Region"),
    ],
)
def test_bad_queries(frozen_server, query, place):
    server = frozen_server(fixture=world("a"))
    assert refusal(server.move("a", DELETING, query)) == (400, "InvalidQuery", place)
    assert server.states() == {"a": CREATED}


# ---- reset ----


def test_reset_brings_the_start_back(frozen_server):
    server = frozen_server(fixture=world("a", moving("b", step(CREATING), step(CREATED, afterPolls=2))))
    before = server.post(STATUS).body
    server.move("a", "DELETED", force=True)
    server.add(**world("a", "c"))  # another "a", of another id
    server.advance(1000)
    server.status()
    assert server.control("POST", "/reset").json == {"packs": 2}
    assert server.post(STATUS).body == before
    assert server.control("GET", "/clock").json["now"] == "2026-01-01T00:00:00.000Z"
    assert server.states("b") == {"b": CREATING}  # polls are counted from the start again
    assert server.states("b") == {"b": CREATED}


def test_reset_to_empty(frozen_server):
    server = frozen_server(fixture=world("a", pack("b", account="111111111111")))
    server.advance(1000)
    assert server.control("POST", "/reset?to=empty").json == {"packs": 0}
    assert server.post(STATUS).names == server.post(STATUS, account="111111111111").names == []
    assert server.control("GET", "/clock").json["now"] == "2026-01-01T00:00:00.000Z"
    assert server.control("POST", "/reset").json == {"packs": 2}


def test_reset_of_a_real_clock(start_server):
    server = start_server()
    server.set_clock("2001-01-01T00:00:00Z")
    server.control("POST", "/reset")
    clock = server.control("GET", "/clock").json
    assert clock["mode"] == "real" and not clock["now"].startswith("2001")


def test_reset_to_somewhere_else(frozen_server):
    server = frozen_server(fixture=world("a"))
    assert refusal(server.control("POST", "/reset?to=start")) == (400, "InvalidQuery", "to")
    assert refusal(server.control("POST", "/reset?to=")) == (400, "InvalidQuery", "to")
    assert server.states() == {"a": CREATED}


def test_reset_reads_the_fixtures_again(frozen_server, tmp_path):
    file = tmp_path / "world.json"
    file.write_text(json.dumps(world("a")))
    server = frozen_server(fixture=file)
    file.write_text(json.dumps(world("b")))
    assert server.control("POST", "/reset").json == {"packs": 1}
    assert server.states() == {"b": CREATED}


@pytest.mark.parametrize("text", ["{", '{"conformancePacks": [{"ConformancePackName": "b"}, {}]}', None])
def test_reset_to_fixtures_gone_bad_changes_nothing(frozen_server, tmp_path, text):
    file = tmp_path / "world.json"
    file.write_text(json.dumps(world("a")))
    server = frozen_server(fixture=file)
    server.advance(5)
    if text is None:
        server.allow_stderr(r" error POST /_mock/reset: ")
        file.unlink()
    else:
        file.write_text(text)
    reply = server.control("POST", "/reset")
    assert reply.status in (400, 500)
    assert str(file) in reply.json["error"]["message"]
    assert server.states() == {"a": CREATED}
    assert server.control("GET", "/clock").json["now"] == "2026-01-01T00:00:05.000Z"


# ---- adding to the world ----


def test_add(frozen_server):
    server = frozen_server(fixture=world("a"))
    reply = server.control("POST", "/state", world("b", pack("c", account="111111111111")))
    assert (reply.status, reply.json) == (200, {"packs": 3})
    assert server.states() == {"a": CREATED, "b": CREATED}


@pytest.mark.parametrize(
    "body, message",
    [
        (b"", "body:1:1: "),
        (b"{", "body:1:2: "),
        (b"[]", "body:1:1: "),
        (b'{"conformancePacks": [\n  {"ConformancePackName": "b"},\n  {"ConformancePackName": "a"}]}', "body:3:"),
        (b'{"conformancePacks": [\n  {"ConformancePackName": "b"},\n  {"ConformancePackNam": "c"}]}', "body:3:"),
        (b'{"conformancePacks": [{"ConformancePackName": "b"}, {"ConformancePackName": "b"}]}', "body:1:"),
        (b'{"clock": {"now": "2030-01-01T00:00:00Z"}, "conformancePacks": 1}', "body:1:"),
    ],
)
def test_add_all_or_nothing(frozen_server, body, message):
    server = frozen_server(fixture=world("a"))
    reply = server.control("POST", "/state", body)
    assert refusal(reply)[:2] == (400, "InvalidFixture")
    assert reply.json["error"]["message"].startswith(message)
    assert server.states() == {"a": CREATED}
    assert server.control("GET", "/clock").json["now"] == "2026-01-01T00:00:00.000Z"


# ---- the token ----


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "secret",
        "Bearer",
        "Bearer ",
        "Bearer secre",
        "Bearer secret2",
        "Bearer  secret",
        "Basic secret",
        "Bearer SECRET",
    ],
)
def test_without_the_token(start_server, given):
    server = start_server("--control-token", "secret", fixture=world("a"))
    headers = {} if given is None else {"Authorization": given}
    for method, path in [("GET", "/health"), ("POST", "/reset?to=empty"), ("GET", "/clock"), ("PUT", "/clock")]:
        assert refusal(server.control(method, path, headers=headers)) == (401, "Unauthorized", None)
    assert server.states() == {"a": CREATED}


def test_with_the_token(start_server):
    server = start_server("--control-token", "secret")
    assert server.control("GET", "/health", headers={"Authorization": "Bearer secret"}).status == 200
    assert server.post(STATUS).status == 200  # the AWS endpoint wants none
