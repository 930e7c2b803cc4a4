"""Where a request ends must not be open to doubt: what is left of one that was misread would be taken for another."""

import pytest

from support.raw import HEADERS, Raw, answers, good, request

INNER = good()  # what a smuggler hides in a body


def chunked(*chunks, ending=b"0\r\n\r\n"):
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + ending


def test_the_yardstick(server):
    """Two good requests are two answers; the helper's own is the last."""
    assert answers(server, good()) == [200, 200]
    assert answers(server, request(b"Transfer-Encoding: chunked", body=chunked(b"{", b"}"))) == [200, 200]


REFUSED = {
    "two lengths that differ": request(b"Content-Length: 2", b"Content-Length: %d" % (len(INNER) + 2), body=b"{}" + INNER),
    "two lengths, the longer first": request(b"Content-Length: 99", b"Content-Length: 2", body=b"{}"),
    "two lengths that agree": request(b"Content-Length: 2", b"Content-Length: 2", body=b"{}"),
    "none and some": request(b"Content-Length: 0", b"Content-Length: %d" % len(INNER), body=INNER),
    "length and chunks": request(b"Content-Length: 2", b"Transfer-Encoding: chunked", body=chunked(b"{}")),
    "chunks and length": request(b"Transfer-Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n" + INNER),
    "chunked twice": request(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=chunked(b"{}")),
    "chunked, not alone": request(b"Transfer-Encoding: gzip, chunked", body=chunked(b"{}")),
    "another coding": request(b"Transfer-Encoding: gzip", body=b"{}"),
    "no coding": request(b"Transfer-Encoding: identity", b"Content-Length: 2", body=b"{}"),
    "a coding that only looks like it": request(b"Transfer-Encoding: xchunked", body=chunked(b"{}")),
    "a tab behind chunked": request(b"Transfer-Encoding: chunked\t", body=chunked(b"{}")),
    "an empty coding": request(b"Transfer-Encoding:", b"Content-Length: 2", body=b"{}"),
    "a space before the colon": request(b"Content-Length : %d" % len(INNER), body=INNER),
    "a tab before the colon": request(b"Content-Length\t: %d" % len(INNER), body=INNER),
    "a space before the name": request(b"X: y", b" Content-Length: %d" % len(INNER), body=INNER),
    "a first header that is folded": b"POST / HTTP/1.1\r\n X: y\r\n" + HEADERS + b"Content-Length: 2\r\n\r\n{}",
    "a folded length": request(b"Content-Length: %d\r\n 0" % len(INNER), body=INNER),
    "a length in a fold": request(b"Content-Length:\r\n %d" % len(INNER), body=INNER),
    "a fold": request(b"X: y\r\n z", b"Content-Length: 2", body=b"{}"),
    "a fold with a tab, behind all": request(b"Content-Length: 2", b"X: y\r\n\tz", body=b"{}"),
    "a bare line feed": request(b"X: y\nContent-Length: %d" % len(INNER), body=INNER),
    "bare line feeds throughout": request(b"Content-Length: 2").replace(b"\r\n", b"\n") + b"{}",
    "a bare carriage return": request(b"X: y\rContent-Length: %d" % len(INNER), body=INNER),
    "a NUL in a value": request(b"X: a\0b", b"Content-Length: 2", body=b"{}"),
    "a NUL in a length": request(b"Content-Length: 2\x000", body=b"{}"),
    "a NUL in a name": request(b"X\0Y: a", b"Content-Length: 2", body=b"{}"),
    "a control character": request(b"X: a\x01b", b"Content-Length: 2", body=b"{}"),
    "no colon": request(b"X", b"Content-Length: 2", body=b"{}"),
    "no name": request(b": x", b"Content-Length: 2", body=b"{}"),
    "a name in quotes": request(b'"X": y', b"Content-Length: 2", body=b"{}"),
    "chunks in HTTP/1.0": request(b"Transfer-Encoding: chunked", body=chunked(b"{}"), line=b"POST / HTTP/1.0"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_doubtful_headers_are_refused(server, text):
    assert answers(server, text) == [400]
    assert server.control("GET", "/requests").json["requests"] == []  # no operation saw any of it


BAD_CHUNKS = {
    "no size": b"\r\n{}\r\n0\r\n\r\n",
    "no number": b"x\r\n{}\r\n0\r\n\r\n",
    "a sign": b"+2\r\n{}\r\n0\r\n\r\n",
    "a prefix": b"0x2\r\n{}\r\n0\r\n\r\n",
    "a space before it": b" 2\r\n{}\r\n0\r\n\r\n",
    "a size too small": b"1\r\n{}\r\n0\r\n\r\n",
    "below zero": b"-2\r\n{}\r\n0\r\n\r\n",
    "a trailer that is none": b"2\r\n{}\r\n0\r\nx\r\n\r\n",
}


@pytest.mark.parametrize("body", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
def test_bad_chunks_are_refused(server, body):
    assert answers(server, request(b"Transfer-Encoding: chunked", body=body)) == [400]


@pytest.mark.parametrize("size", [b"1" + b"0" * 16, b"f" * 17, b"f" * 400])
def test_a_chunk_of_a_size_beyond_all_numbers(server, size):
    assert answers(server, request(b"Transfer-Encoding: chunked", body=size + b"\r\n{}\r\n")) in ([400], [413])


NO_LENGTH = [b"-2", b"+2", b"0x2", b"", b"1 2", b"2, 2", b"18446744073709551616", b"9" * 100]


@pytest.mark.parametrize("length", NO_LENGTH)
def test_a_length_that_is_none(server, length):
    """libmicrohttpd 0.9.75 sends the header of this refusal twice. The first says that the connection is closed and how
    long the body is, so that no client takes the second for anything."""
    with Raw(server) as raw:
        raw.send(request(b"Content-Length: " + length, body=INNER))
        reply = raw.reply()
        assert reply.status in (400, 413) and reply.header("Connection") == "close"
        rest = raw.rest
        while piece := raw.socket.recv(65536):
            rest += piece
        assert b" 200 " not in rest
    assert server.control("GET", "/requests").json["requests"] == []


GOOD_CHUNKS = {
    "extensions": b"2;a=b;c=\"d\"\r\n{}\r\n0;x\r\n\r\n",
    "zeros in front": b"00000000002\r\n{}\r\n000\r\n\r\n",
    "trailers": b"2\r\n{}\r\n0\r\nX-Trailer: y\r\nContent-Length: 99\r\n\r\n",
    "a byte each": chunked(b"{", b" ", b" ", b"}"),
}


@pytest.mark.parametrize("body", GOOD_CHUNKS.values(), ids=GOOD_CHUNKS)
def test_chunks_as_they_may_be(server, body):
    assert answers(server, request(b"Transfer-Encoding: chunked", body=body)) == [200, 200]


@pytest.mark.parametrize("text", [good(), request(b"Transfer-Encoding: chunked", body=chunked(b"{", b"}"))])
def test_a_byte_at_a_time(server, text):
    """The headers lie where they came, however they came."""
    with Raw(server) as raw:
        for byte in text:
            raw.send(bytes([byte]))
        assert raw.reply().status == 200


@pytest.mark.parametrize("name", ["a space before the colon", "a folded length", "a bare line feed"])
def test_doubtful_headers_a_byte_at_a_time(server, name):
    with Raw(server) as raw:
        for byte in REFUSED[name]:
            raw.send(bytes([byte]))
        assert raw.replies() in ([400], [])  # what comes behind a refusal may cost it
