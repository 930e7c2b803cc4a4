"""DescribeConformancePackStatus: NextToken."""

import random
import string

import pytest

from support import oracle
from support.server import STATUS
from support.worlds import names, pack, world

INVALID = (400, "InvalidNextTokenException", "The nextToken provided is invalid")


def refusal(reply):
    return reply.status, reply.error, reply.message


def pages(server, limit=None, **scope):
    """All pages, as lists of names."""
    body, result = ({"Limit": limit} if limit else {}), []
    while True:
        reply = server.post(STATUS, body, **scope)
        result.append(reply.names)
        if reply.token is None:
            return result
        body["NextToken"] = reply.token
        assert len(result) < 1000, "the tokens never end"


def first_token(server, names_asked=None, **scope):
    body = {"Limit": 1, **({"ConformancePackNames": names_asked} if names_asked else {})}
    reply = server.post(STATUS, body, **scope)
    assert reply.token
    return reply.token


@pytest.mark.parametrize("count, limit", [(0, 20), (1, 1), (5, 1), (5, 2), (20, 20), (21, 20), (60, 20), (45, None)])
def test_every_pack_once(frozen_server, count, limit):
    result = pages(frozen_server(fixture=world(*names(count))), limit)
    assert sum(result, []) == names(count)
    assert all(len(page) == (limit or 20) for page in result[:-1])
    assert len(result) == max(1, -(-count // (limit or 20)))  # no empty page at the end


def test_names_and_pages(frozen_server):
    server = frozen_server(fixture=world(*names(10)))
    asked = [*names(7), "ghost"]
    body = {"ConformancePackNames": asked, "Limit": 3}
    seen = []
    for expected in (3, 3, 1):
        reply = server.post(STATUS, body)
        assert len(reply.names) == expected
        seen += reply.names
        body["NextToken"] = reply.token
    assert (seen, reply.token) == (names(7), None)


def test_names_without_packs_make_no_further_page(frozen_server):
    reply = frozen_server(fixture=world("a")).post(STATUS, {"ConformancePackNames": ["a", "y", "z"], "Limit": 1})
    assert (reply.names, reply.token) == (["a"], None)


def test_a_token_serves_again_and_again(frozen_server):
    server = frozen_server(fixture=world(*names(5)))
    token = first_token(server)
    replies = [server.post(STATUS, {"Limit": 2, "NextToken": token}) for _ in range(3)]
    assert all(reply.body == replies[0].body for reply in replies)
    assert replies[0].names == names(3)[1:]


def test_limit_may_change_between_pages(frozen_server):
    # It is not part of what a token is bound to: ours.
    server = frozen_server(fixture=world(*names(5)))
    assert server.post(STATUS, {"NextToken": first_token(server)}).names == names(5)[1:]


def test_names_in_another_order_are_the_same_filter(frozen_server):
    server = frozen_server(fixture=world("a", "b"))
    token = first_token(server, ["a", "b"])
    assert server.post(STATUS, {"ConformancePackNames": ["b", "a", "b"], "NextToken": token}).names == ["b"]


def test_a_token_tells_nothing(frozen_server):
    token = first_token(frozen_server(fixture=world("secret-name-1", "secret-name-2")))
    assert set(token) <= set(string.ascii_letters + string.digits + "+/=-_")
    assert "secret" not in token


# ---- tokens that are none ----


def test_each_byte_tampered_with(frozen_server):
    server = frozen_server(fixture=world(*names(3)))
    token = first_token(server)
    for place, byte in enumerate(token):
        for other in {"A", "B", "=", "-", " ", "\x7f", "é", chr(ord(byte) ^ 1)} - {byte}:
            tampered = token[:place] + other + token[place + 1 :]
            assert refusal(server.post(STATUS, {"NextToken": tampered})) == INVALID, tampered


def test_each_length_tampered_with(frozen_server):
    server = frozen_server(fixture=world(*names(3)))
    token = first_token(server)
    for place in range(len(token)):
        for tampered in (
            token[:place],
            token[place + 1 :],
            token[:place] + token[place + 1 :],
            token[:place] + "A" + token[place:],
        ):
            # a letter taken out of two that are the same is the same text
            assert tampered != token
            assert refusal(server.post(STATUS, {"NextToken": tampered})) == INVALID, tampered


@pytest.mark.parametrize(
    "change",
    [
        lambda token: "",
        lambda token: " ",
        lambda token: "AAAA",
        lambda token: "A" * 10000,
        lambda token: "null",
        lambda token: "pack-000",
        lambda token: token + "=",
        lambda token: token + "\n",
        lambda token: token + " ",
        lambda token: "\n" + token,
        lambda token: token * 2,
        lambda token: token[:20] + "\n" + token[20:],
        lambda token: token.swapcase(),
    ],
)
def test_what_is_no_token(frozen_server, change):
    server = frozen_server(fixture=world(*names(3)))
    assert refusal(server.post(STATUS, {"NextToken": change(first_token(server))})) == INVALID


def test_null_is_no_token_at_all(frozen_server):
    assert frozen_server(fixture=world("a")).post(STATUS, {"NextToken": None}).names == ["a"]


# ---- what a token is bound to ----

OTHER = "210987654321"


def everywhere():
    scopes = [(account, region) for account in ("123456789012", OTHER) for region in ("us-east-1", "eu-west-1")]
    return world(*[pack(name, account=account, region=region) for account, region in scopes for name in names(3)])


@pytest.mark.parametrize(
    "scope", [{"account": OTHER}, {"region": "eu-west-1"}, {"account": OTHER, "region": "eu-west-1"}]
)
def test_another_account_or_region(frozen_server, scope):
    server = frozen_server(fixture=everywhere())
    assert refusal(server.post(STATUS, {"NextToken": first_token(server)}, **scope)) == INVALID
    assert refusal(server.post(STATUS, {"NextToken": first_token(server, **scope)})) == INVALID
    assert server.post(STATUS, {"NextToken": first_token(server, **scope)}, **scope).names == names(3)[1:]


@pytest.mark.parametrize(
    "issued_for, used_for",
    [
        (None, ["pack-000", "pack-001"]),
        (["pack-000", "pack-001"], None),
        (["pack-000", "pack-001"], ["pack-000"]),
        (["pack-000", "pack-001"], ["pack-000", "pack-001", "pack-002"]),
        (["pack-000", "pack-001"], ["pack-001", "pack-002"]),
        (["pack-000", "pack-001"], ["pack-000", "pack-002"]),
        (["a", "pack-000", "pack-001"], ["pack-000", "pack-001"]),
        (["pack-000", "pack-001", "ghost"], ["pack-000", "pack-001"]),
    ],
)
def test_another_filter(frozen_server, issued_for, used_for):
    server = frozen_server(fixture=world(*names(3)))
    body = {"NextToken": first_token(server, issued_for), **({"ConformancePackNames": used_for} if used_for else {})}
    assert refusal(server.post(STATUS, body)) == INVALID


PACKS = "DescribeConformancePacks"


@pytest.mark.skipif(PACKS not in oracle.implemented(), reason=f"{PACKS} has no code yet")
@pytest.mark.parametrize("issuer, user", [(STATUS, PACKS), (PACKS, STATUS)])
def test_another_operation(frozen_server, issuer, user):
    server = frozen_server(fixture=world(*names(3)))
    token = server.post(issuer, {"Limit": 1}).token
    assert token
    assert refusal(server.post(user, {"NextToken": token})) == INVALID


def test_another_seed(start_server):
    servers = [start_server("--seed", seed, fixture=world(*names(3))) for seed in (1, 2)]
    assert refusal(servers[1].post(STATUS, {"NextToken": first_token(servers[0])})) == INVALID


def test_another_run_without_a_seed(start_server):
    servers = [start_server(fixture=world(*names(3))) for _ in range(2)]
    assert refusal(servers[1].post(STATUS, {"NextToken": first_token(servers[0])})) == INVALID


def test_the_same_seed_after_a_restart(start_server):
    before = start_server("--seed", 7, fixture=world(*names(3)))
    token = first_token(before)
    before.stop()
    after = start_server("--seed", 7, fixture=world(*names(3)))
    assert after.post(STATUS, {"NextToken": token}).names == names(3)[1:]


def test_the_same_database_after_a_restart(start_server, tmp_path):
    before = start_server("--database", tmp_path / "world.db", fixture=world(*names(3)))
    token = first_token(before)
    before.kill()
    after = start_server("--database", tmp_path / "world.db")
    assert after.post(STATUS, {"NextToken": token}).names == names(3)[1:]


# ---- while packs come and go ----


def test_the_pack_a_page_ended_with_is_gone(frozen_server):
    server = frozen_server(fixture=world(*names(4)))
    token = first_token(server)
    assert server.move("pack-000", "DELETED", force=True).status == 200
    assert server.post(STATUS, {"NextToken": token}).names == names(4)[1:]


def test_all_that_followed_is_gone(frozen_server):
    server = frozen_server(fixture=world("a", "b"))
    token = first_token(server)
    assert server.move("b", "DELETED", force=True).status == 200
    reply = server.post(STATUS, {"NextToken": token})
    assert (reply.names, reply.token) == ([], None)


def test_a_pack_comes_before_and_one_behind(frozen_server):
    server = frozen_server(fixture=world("b", "d"))
    token = first_token(server)
    server.add(**world("a", "c", "e"))
    assert server.post(STATUS, {"NextToken": token}).names == ["c", "d", "e"]


@pytest.mark.parametrize("seed", range(5))
def test_what_was_there_throughout_is_seen_once(frozen_server, seed):
    random_ = random.Random(seed)
    lasting = [f"p{number:02}-lasting" for number in range(25)]
    mortal = [f"p{number:02}-{kind}" for number in range(25) for kind in ("mortal", "doomed")]
    unborn = [f"p{number:02}-{kind}" for number in range(25) for kind in ("born", "new")]
    random_.shuffle(mortal)
    random_.shuffle(unborn)
    server = frozen_server(fixture=world(*lasting, *mortal))
    seen, body = [], {"Limit": random_.randint(1, 5)}
    while True:
        reply = server.post(STATUS, body)
        seen += reply.names
        if reply.token is None:
            break
        body = {"Limit": random_.randint(1, 5), "NextToken": reply.token}
        for _ in range(random_.randint(0, 3)):
            if mortal and random_.random() < 0.5:
                assert server.move(mortal.pop(), "DELETED", force=True).status == 200
            elif unborn:
                server.add(**world(unborn.pop()))
    assert [name for name in seen if name.endswith("-lasting")] == lasting
    assert seen == sorted(set(seen))
