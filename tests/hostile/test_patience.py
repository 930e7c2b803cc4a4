"""Slow and silent clients, and half-closed sockets: who is hung up on, and who is not. That someone is hung up on is
waited for; how soon is not asked, but the order is."""

import select
import socket
import time

import pytest

from support.raw import HEADERS, Raw, good, request
from support.server import STATUS
from support.worlds import names, world

LONG_S = 60
REPLIES = 2000


def drip(raw, text):
    """Sends a byte now and then until the server hangs up; how many went out before, or None if it never did."""
    until = time.monotonic() + LONG_S
    for sent in range(1_000_000):
        if time.monotonic() > until:
            return None
        if select.select([raw.socket], [], [], 0.05)[0]:
            assert raw.replies() == []  # closed without a word
            return sent
        raw.send(text[sent % len(text) :][:1])
    return None


ENDLESS = {
    "request line": (b"", b"GETX"),
    "target": (b"GET /", b"x"),
    "headers": (b"POST / HTTP/1.1\r\n", b"X: y\r\n"),
    "body": (request(b"Content-Length: 1000000"), b" "),
    "chunks": (request(b"Transfer-Encoding: chunked"), b"1\r\n \r\n"),
    "chunk extension": (request(b"Transfer-Encoding: chunked", body=b"1;"), b"x"),
    "second request": (good() + b"POST / HTTP/1.1\r\n", b"X: y\r\n"),
}


@pytest.mark.parametrize("start, text", ENDLESS.values(), ids=ENDLESS)
def test_one_who_drips_for_ever(start_server, start, text):
    server = start_server("--request-timeout", "1s", "--idle-timeout", "2s")
    with Raw(server) as raw:
        raw.send(start)
        if start.startswith(good()):
            assert raw.reply().status == 200
        assert drip(raw, text) is not None
    assert server.post(STATUS).status == 200


def test_one_who_does_not_fetch_the_replies(start_server):
    """They are more than the kernel buffers, so that the server must wait with the rest."""
    server = start_server("--request-timeout", "1s", "--idle-timeout", "60s", fixture=world(*names(20)))
    whole = len(server.post(STATUS).body) * REPLIES
    with Raw(server, LONG_S) as raw:
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.send(good() * REPLIES)
        time.sleep(3)
        received = 0
        while piece := receive(raw):
            received += len(piece)
        assert received < whole


def receive(raw):
    try:
        return raw.socket.recv(1 << 20)
    except ConnectionResetError:
        return b""


def test_a_silent_one(start_server):
    server = start_server("--idle-timeout", "1s")
    with Raw(server, LONG_S) as never, Raw(server, LONG_S) as once:
        once.send(good())
        assert once.reply().status == 200
        assert never.replies() == once.replies() == []


def test_one_who_talks_is_kept(start_server):
    """Longer than either time, and never slower than they allow."""
    server = start_server("--idle-timeout", "3s", "--request-timeout", "3s")
    with Raw(server) as raw:
        for _ in range(8):
            raw.send(good())
            assert raw.reply().status == 200
            time.sleep(0.5)


def test_a_delayed_reply_is_not_slow(start_server):
    server = start_server("--request-timeout", "1s", "--idle-timeout", "1s")
    server.control("POST", "/faults", {"operation": STATUS, "delayMs": 3000})
    with Raw(server) as raw:
        raw.send(good())
        assert raw.reply().status == 200


def test_who_came_first_goes_first(start_server):
    server = start_server("--request-timeout", "1s")
    with Raw(server, LONG_S) as first, Raw(server, LONG_S) as second:
        first.send(request(b"Content-Length: 2"))
        time.sleep(0.5)
        second.send(request(b"Content-Length: 2"))
        ended = select.select([first.socket, second.socket], [], [], LONG_S)[0]
        assert first.socket in ended


# ---- half-closed sockets ----


@pytest.mark.parametrize("wait", [0, 0.3], ids=["at once", "later"])
@pytest.mark.parametrize(
    "text, statuses",
    [
        (b"", []),
        (b"POST / HT", []),
        (b"POST / HTTP/1.1\r\n" + HEADERS, []),
        (request(b"Content-Length: 10", body=b"{}"), []),
        (request(b"Transfer-Encoding: chunked", body=b"2\r\n{}\r\n"), []),
        (good(), [200]),
        (good() + good(), [200, 200]),
        (good() * 20 + good()[:-1], [200] * 20),
    ],
    ids=["nothing", "half a line", "headers", "half a body", "half the chunks", "one", "two", "many and a half"],
)
def test_one_who_says_that_no_more_will_come(server, text, statuses, wait):
    """What was whole is answered; then the connection is closed, long before any time-out."""
    with Raw(server) as raw:
        raw.send(text)
        time.sleep(wait)
        raw.socket.shutdown(socket.SHUT_WR)
        assert raw.replies() == statuses
