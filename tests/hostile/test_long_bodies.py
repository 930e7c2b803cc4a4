"""Bodies over the cap, and more of them than there is memory for: answered, not just cut."""

import time

import pytest

from support.raw import Raw, good, request
from support.server import STATUS

CAP = 1024 * 1024
PIECE = b" " * 65536


def send_long(raw, size):
    for _ in range(size // len(PIECE)):
        raw.send(PIECE)
    raw.send(b" " * (size % len(PIECE)))


def in_chunks(raw, size):
    for _ in range(size // len(PIECE)):
        raw.send(b"%x\r\n%s\r\n" % (len(PIECE), PIECE))
    raw.send(b"%x\r\n%s\r\n0\r\n\r\n" % (size % len(PIECE) or 1, b" " * (size % len(PIECE) or 1)))


@pytest.mark.parametrize("size", [CAP + 1, 3 * CAP, 40 * CAP])
@pytest.mark.parametrize("expects", [False, True], ids=["at once", "Expect"])
def test_a_long_body(server, size, expects):
    with Raw(server) as raw:
        raw.send(request(b"Content-Length: %d" % size, *([b"Expect: 100-continue"] if expects else [])))
        if expects:
            assert raw.reply().status == 100
        send_long(raw, size)
        reply = raw.reply()
        assert (reply.status, reply.error) == (413, "RequestEntityTooLargeException")
        raw.send(good())
        assert raw.reply().status == 200  # and the connection goes on


@pytest.mark.parametrize("size", [CAP + 1, 40 * CAP])
def test_a_long_body_in_chunks(server, size):
    with Raw(server) as raw:
        raw.send(request(b"Transfer-Encoding: chunked"))
        in_chunks(raw, size)
        assert raw.reply().status == 413
        raw.send(good())
        assert raw.reply().status == 200


def test_a_body_of_just_the_cap(server):
    with Raw(server) as raw:
        raw.send(request(b"Content-Length: %d" % CAP, body=b"{}"))
        send_long(raw, CAP - 2)
        assert raw.reply().status == 200


def test_the_cap_is_an_option(frozen_server):
    server = frozen_server("--max-body", 10)
    assert server.post(STATUS, b'{}        ').status == 200
    reply = server.post(STATUS, b'{}         ')
    assert (reply.status, reply.message) == (413, "Request must be smaller than 10 bytes")
    assert server.control("POST", "/state", {"conformancePacks": [{"ConformancePackName": "a"}]}).status == 200


def hold(server):
    """A request that lacks but a byte."""
    raw = Raw(server)
    raw.send(request(b"Content-Length: %d" % CAP, body=b"{}"))
    send_long(raw, CAP - 3)
    return raw


def probe(server):
    with Raw(server) as raw:
        raw.send(request(b"Content-Length: %d" % (CAP // 2), body=b"{}"))
        send_long(raw, CAP // 2 - 2)
        return raw.reply()


def test_memory_that_bodies_fill(frozen_server):
    """Those that are under way keep what they have; who comes too late is told so, and may try again."""
    server = frozen_server("--max-memory", 2 * CAP)
    for _ in range(20):  # a probe that comes before the server has read what was sent takes their place
        with hold(server) as first, hold(server) as second:
            time.sleep(0.2)
            reply = probe(server)
            if reply.status != 503:
                continue
            assert reply.header("Connection") == "close" and b"--max-memory" in reply.body
            assert server.http("GET", "/_mock/health").status == 200  # has no body
            for raw in (first, second):
                raw.send(b" ")
                assert raw.reply().status == 200
            break
    assert reply.status == 503
    assert probe(server).status == 200


def test_memory_of_one_who_left_is_free_again(frozen_server):
    server = frozen_server("--max-memory", 2 * CAP)
    for _ in range(5):
        with hold(server), hold(server):
            pass
    for _ in range(500):
        if (reply := probe(server)).status == 200:
            break
        time.sleep(0.01)
    assert reply.status == 200
