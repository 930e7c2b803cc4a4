"""SIGTERM and SIGINT: requests in flight are answered, then the server ends with 0."""

import signal
import socket
import threading
import time

import pytest

from support.server import MEDIA_TYPE, STATUS, target
from support.worlds import world

DRAIN_S = 5  # how long it waits for answers to be fetched, at the most: HTTP_DRAIN_MS

HEAD = (
    f"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: {MEDIA_TYPE}\r\nX-Amz-Target: {target(STATUS)}\r\n"
    "Content-Length: 2\r\n\r\n"
).encode()


def stop_in_thread(server, number=signal.SIGTERM):
    thread = threading.Thread(target=server.stop, args=(number,))
    thread.start()
    return thread


def begin_request(server):
    """A connection with a request whose body is still to come; the server has seen its headers."""
    client = socket.create_connection(("127.0.0.1", server.port), 10)
    client.sendall(HEAD.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
    assert client.recv(100).startswith(b"HTTP/1.1 100")
    return client


def stop_at_once(server, number=signal.SIGTERM):
    """It does not wait for requests that are none: that takes DRAIN_S."""
    began = time.monotonic()
    assert server.stop(number) == 0
    assert time.monotonic() - began < DRAIN_S


def await_refusal(server):
    """Until no new connection is taken."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", server.port), 5).close()
        except ConnectionRefusedError:
            return
        except ConnectionResetError:  # it came while the socket was being closed
            pass
        time.sleep(0.01)
    pytest.fail("the server still takes connections")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(start_server, number):
    server = start_server(fixture=world("a"))
    assert server.post(STATUS).names == ["a"]
    stop_at_once(server, number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_requests_in_flight_are_answered(frozen_server, number):
    server = frozen_server(fixture=world("a"))
    with begin_request(server) as one, begin_request(server) as another:
        thread = stop_in_thread(server, number)
        await_refusal(server)
        assert server.process.poll() is None
        for client in (one, another):
            client.sendall(b"{}")
            answer = client.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 OK") and b'"ConformancePackName":"a"' in answer
    thread.join(10)
    assert server.process.returncode == 0


def test_idle_connections_do_not_hold_it_up(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as fresh, server_connection(server) as used:
        stop_at_once(server)
        assert fresh.recv(100) == used.recv(100) == b""  # closed in order


def server_connection(server):
    """A connection that has had an answer and is kept."""
    client = socket.create_connection(("127.0.0.1", server.port), 10)
    client.sendall(HEAD + b"{}")
    assert client.recv(65536).startswith(b"HTTP/1.1 200")
    return client


def test_a_client_that_left_in_the_middle_does_not_hold_it_up(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(HEAD + b"{")
    server.post(STATUS)
    stop_at_once(server)


def test_a_client_that_never_ends_does_not_hold_it_forever(server):
    with begin_request(server):
        assert server.stop() == 0


def test_a_second_signal_changes_nothing(frozen_server):
    server = frozen_server(fixture=world("a"))
    with begin_request(server) as client:
        thread = stop_in_thread(server)
        await_refusal(server)
        for number in (signal.SIGTERM, signal.SIGINT):
            server.process.send_signal(number)
        client.sendall(b"{}")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK")
    thread.join(10)
    assert server.process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGPIPE])
def test_signals_that_are_none_of_its_business(server, number):
    server.process.send_signal(number)
    assert server.post(STATUS).status == 200
