"""Many at once: slow ones, idle ones, more than there are files. An honest client is served meanwhile; `crowd` says how
fast."""

import contextlib
import pathlib
import resource
import time

import pytest

from support import server as servers
from support.raw import HEADERS, Raw, good, request
from support.server import STATUS

IDLE = 10_000
SLOW = 1_000


@pytest.fixture
def many_files():
    """As many as may be; a test that needs more than that is skipped, visibly."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def is_asleep(server):
    """Whether no thread of it runs, or would if there were a core for it."""
    states = [stat.read_text(encoding="ascii").rpartition(")")[2].split()[0]
              for stat in pathlib.Path(f"/proc/{server.process.pid}/task").glob("*/stat")]
    return "R" not in states


def falls_asleep(server):
    """Whether it is found asleep at many looks in a row; one that turns never is, and one that is busy is some time."""
    in_a_row = 0
    for _ in range(2000):
        in_a_row = in_a_row + 1 if is_asleep(server) else 0
        if in_a_row == 50:
            return True
        time.sleep(0.01)
    return False


def test_slow_ones(server, many_files):
    if many_files < SLOW + 100:
        pytest.skip(f"the limit of open files is {many_files}")
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(Raw(server)) for _ in range(SLOW)]
        for number, raw in enumerate(crowd):
            raw.send(b"POST / HTTP/1.1\r\n" + HEADERS if number % 2 else request(b"Content-Length: 1000"))
        for _ in range(10):
            for raw in crowd[::10]:
                raw.send(b"x")
            assert server.post(STATUS).status == 200
            with Raw(server) as fresh:
                fresh.send(good())
                assert fresh.reply().status == 200
        for raw in crowd[1::2]:  # they were not forgotten
            raw.send(b": y\r\nContent-Length: 2\r\n\r\n{}" if raw in crowd[::10] else b"Content-Length: 2\r\n\r\n{}")
            assert raw.reply().status == 200


def test_idle_ones(server, many_files):
    if many_files < IDLE + 200:
        pytest.skip(f"the limit of open files is {many_files}")
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(Raw(server)) for _ in range(IDLE)]
        for raw in crowd:
            raw.send(good())
        for raw in crowd:
            assert raw.reply().status == 200
        for _ in range(100):
            assert server.post(STATUS).status == 200
        for raw in (crowd[0], crowd[-1], crowd[IDLE // 2]):
            raw.send(good())
            assert raw.reply().status == 200


def test_as_many_as_allowed(frozen_server):
    """The next waits until one leaves."""
    server = frozen_server("--max-connections", 8)
    server.close_connection()
    crowd = []
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            crowd.append(stack.enter_context(Raw(server)))
            crowd[-1].send(good())
            assert crowd[-1].reply().status == 200
        with Raw(server, timeout=1) as late:
            late.send(good())
            with pytest.raises(TimeoutError):
                late.reply()
            late.socket.settimeout(15)
            for raw in crowd:
                raw.socket.close()
            assert late.reply().status == 200


@pytest.mark.parametrize("files", [40, 100, 200])
def test_more_than_there_are_files(frozen_server, tmp_path, monkeypatch, files):
    """Who cannot be accepted waits, and the server does with him: without turning. Those who leave make room."""
    script = tmp_path / "few-files"
    script.write_text(f'#!/bin/sh\nulimit -n {files}\nexec {servers.BINARY} "$@"\n', encoding="ascii")
    script.chmod(0o755)
    monkeypatch.setattr(servers, "BINARY", str(script))
    server = frozen_server()
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(Raw(server)) for _ in range(files * 2)]
        for raw in crowd:
            raw.send(good())
        assert crowd[0].reply().status == 200
        with pytest.raises(TimeoutError):
            crowd[-1].socket.settimeout(1)
            crowd[-1].reply()
        assert falls_asleep(server), "it waits without turning"
        for raw in crowd[:-1]:
            raw.socket.close()
        crowd[-1].socket.settimeout(15)
        assert crowd[-1].reply().status == 200
