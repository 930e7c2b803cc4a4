"""Other versions, other protocols, other forms of a request: each has one answer, and the server goes on."""

import select

import pytest

from support.raw import HEADERS, Raw, answers, good, request
from support.server import STATUS
from support.worlds import world

LENGTH = b"Content-Length: 2"


def test_pipelining(frozen_server):
    server = frozen_server(fixture=world("a", "b"))
    with Raw(server) as raw:
        bodies = [b'{"ConformancePackNames":["%s"]}' % name for name in (b"a", b"b", b"b", b"a")]
        raw.send(b"".join(map(good, bodies)))
        assert [raw.reply().names for _ in bodies] == [["a"], ["b"], ["b"], ["a"]]


def test_deep_pipelining(server):
    """More at once than buffers hold, read only when all is sent."""
    with Raw(server) as raw:
        raw.send(good() * 500)
        assert [raw.reply().status for _ in range(500)] == [200] * 500


def test_blank_lines_between_requests(server):
    assert answers(server, b"\r\n" + good() + b"\r\n") == [200, 200]


def test_http_1_0(server):
    text = request(LENGTH, body=b"{}", line=b"POST / HTTP/1.0")
    assert answers(server, text) == [200]  # and it is closed
    kept = request(LENGTH, b"Connection: keep-alive", body=b"{}", line=b"POST / HTTP/1.0")
    assert answers(server, kept) == [200, 200]


VERSIONS = [b"HTTP/0.9", b"HTTP/2.0", b"HTTP/3.0", b"HTTP/1", b"HTTP/1.10", b"http/1.1", b"HTTQ/1.1", b"HTTP/1.1x"]


@pytest.mark.parametrize("version", VERSIONS)
def test_other_versions(server, version):
    [status] = answers(server, request(LENGTH, body=b"{}", line=b"POST / " + version))
    assert status in (400, 505)


@pytest.mark.parametrize("text", [b"GET /\r\n", b"GET\r\n\r\n", b"\1\r\n\r\n", b"GET  HTTP/1.1\r\n\r\n"])
def test_no_request_line(server, text):
    assert answers(server, text) in ([400], [])


def test_a_preface_of_http_2(server):
    assert answers(server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)) == [505]


HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(200)


def test_tls_on_the_plain_port(server):
    with Raw(server) as raw:
        raw.send(HELLO + b"\r\n\r\n")
        assert raw.replies() in ([400], [])
    assert server.post(STATUS).status == 200


@pytest.mark.parametrize(
    "line, status",
    [
        (b"OPTIONS * HTTP/1.1", 403),
        (b"TRACE / HTTP/1.1", 403),
        (b"CONNECT 127.0.0.1:22 HTTP/1.1", 403),
        (b"POST http://example.com/ HTTP/1.1", 200),
        (b"POST HTTP://example.com HTTP/1.1", 200),
        (b"POST https://example.com?x=/_mock/health HTTP/1.1", 200),
        (b"POST x HTTP/1.1", 200),
        (b"POST / x HTTP/1.1", 400),
        (b"POST /\x01 HTTP/1.1", 400),
        (b"PO(ST / HTTP/1.1", 400),
        (b"P\xc3\x96ST / HTTP/1.1", 400),
    ],
)
def test_forms_of_the_target(server, line, status):
    """AWS answers a POST whatever its path."""
    assert answers(server, request(LENGTH, body=b"{}", line=line))[0] == status


def test_a_full_url_reaches_the_control_api(server):
    with Raw(server) as raw:
        raw.send(b"GET http://127.0.0.1:%d/_mock/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % server.port)
        assert raw.reply().json["status"] == "ok"


# ---- Expect ----


def test_expect_100(server):
    with Raw(server) as raw:
        raw.send(request(LENGTH, b"Expect: 100-continue"))
        assert raw.reply().status == 100
        raw.send(b"{}")
        assert raw.reply().status == 200


def test_expect_100_of_one_who_does_not_wait(server):
    with Raw(server) as raw:
        raw.send(request(LENGTH, b"Expect: 100-continue", body=b"{}"))
        statuses = [raw.reply().status]
        if statuses == [100]:
            statuses.append(raw.reply().status)
        assert statuses[-1] == 200


def test_an_unknown_expectation_is_not_met_but_harms_no_one(server):
    """RFC 9110, 10.1.1: a server may answer 417; it need not."""
    assert answers(server, request(LENGTH, b"Expect: the unexpected", body=b"{}")) == [200, 200]


def test_expect_of_a_doubtful_request(server):
    with Raw(server) as raw:
        raw.send(request(LENGTH, LENGTH, b"Expect: 100-continue"))
        assert raw.replies() == [400]


# ---- length and number ----


def test_a_session_token_as_long_as_they_come(server):
    token = b"X-Amz-Security-Token: " + b"t" * 4096
    more = [b"X-Amz-Date: 20260101T000000Z", b"User-Agent: " + b"u" * 2048]
    assert answers(server, request(LENGTH, token, *more, body=b"{}")) == [200, 200]


@pytest.mark.parametrize("size", [20_000, 200_000])
def test_a_header_too_long(server, size):
    with Raw(server) as raw:
        raw.send(request(LENGTH, b"X: " + b"y" * size, body=b"{}"))
        assert raw.replies() in ([431], [])  # its rest may cost it the answer
    assert server.post(STATUS).status == 200


@pytest.mark.parametrize("start, status", [(b"POST / HTTP/1.1\r\n" + HEADERS + b"X: ", 431), (b"GET /", 414)])
def test_one_who_stops_when_told_that_it_is_too_long(server, start, status):
    with Raw(server) as raw:
        raw.send(start)
        for _ in range(1000):
            if select.select([raw.socket], [], [], 0.01)[0]:
                break
            raw.send(b"y" * 512)
        assert raw.replies() == [status]


def test_a_thousand_headers(server):
    [first, *_] = answers(server, request(LENGTH, *(b"X-%d: y" % number for number in range(1000)), body=b"{}"))
    assert first == 431
    fifty = (b"X-%d: y" % number for number in range(50))
    assert answers(server, request(LENGTH, *fifty, body=b"{}")) == [200, 200]


@pytest.mark.parametrize("header", [b"X: \xff\xfe\x80", b"X:", b"X:   ", b"X: \t y", b"!#$%&'*+-.^_`|~: y", b"Cookie: a=b; c"])
def test_odd_headers_that_are_none_of_our_business(server, header):
    assert answers(server, request(LENGTH, header, body=b"{}")) == [200, 200]
