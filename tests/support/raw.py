"""A connection as it is: bytes out, replies in, for clients that no library would be."""

import contextlib
import re
import socket

from support.server import MEDIA_TYPE, STATUS, TIMEOUT_S, Reply, target

HEADERS = f"Host: x\r\nContent-Type: {MEDIA_TYPE}\r\nX-Amz-Target: {target(STATUS)}\r\n".encode()


def request(*headers, body=b"", line=b"POST / HTTP/1.1"):
    """A request of DescribeConformancePackStatus with these headers more, as bytes; no Content-Length of itself."""
    return line + b"\r\n" + HEADERS + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body


def good(body=b"{}"):
    return request(b"Content-Length: %d" % len(body), body=body)


class Raw:
    """One connection. What comes behind a reply is kept for the next."""

    def __init__(self, server, timeout=TIMEOUT_S):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        """All of it, unless the other side is gone: then its answer may still be there."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(text)

    def _more(self):
        try:
            piece = self.socket.recv(65536)
        except ConnectionResetError:
            piece = b""
        self.rest += piece
        return piece != b""

    def reply(self):
        """The next reply; None where the connection was closed instead. A 100 Continue is a reply too."""
        while b"\r\n\r\n" not in self.rest:
            if not self._more():
                assert self.rest == b"", f"half a reply: {self.rest!r}"
                return None
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(re.fullmatch(r"HTTP/1\.1 (\d{3}) .*", first)[1])
        headers = [tuple(line.split(": ", 1)) for line in lines]
        length = int(dict(headers).get("Content-Length", 0))
        while len(self.rest) < length:
            assert self._more(), f"half a body: {self.rest!r}"
        body, self.rest = self.rest[:length], self.rest[length:]
        return Reply(status, headers, body)

    def replies(self):
        """All there are until the connection is closed, by their status."""
        statuses = []
        while (reply := self.reply()) is not None:
            statuses.append(reply.status)
        return statuses


def answers(server, text):
    """What comes of these bytes, up to the end: the statuses of the replies. Behind them stands a good request that says
    it is the last, whose 200 shows that the server went on."""
    with Raw(server) as raw:
        raw.send(text + request(b"Connection: close", b"Content-Length: 2", body=b"{}"))
        return raw.replies()
