"""A request's Nth call fails, for N = 1, 2, 3 … until a run is clean: memory, and the database's files.

Whatever fails, the answer is a well-formed error, the change is made whole or not at all, and the answer tells which;
where no answer can be made at all the connection is closed. Then the next request is answered as if nothing had been.
"""

import errno
import http.client
import re

import pytest

import works
from support import failing
from support.failing import MODES, STORAGE, points

POINTS = 40
FRESH_POINTS = 4, 40  # a start each

CLOSED = (http.client.BadStatusLine, ConnectionResetError, BrokenPipeError)

# What the log says of a failure; libmicrohttpd's own lines are for those who debug.
SAID = re.compile(r" error |debug http: Error allocating memory")

WORKS = pytest.mark.parametrize("name", works.WORKS)


def ask(server, name):
    """The reply; None where the connection was closed instead."""
    try:
        return works.WORKS[name](server)
    except CLOSED:
        return None


class Expected:
    """What a work does where nothing fails."""

    def __init__(self, server, plan, kinds, name):
        self.name = name
        self.before = works.export(server)
        with plan.armed(kinds, 1 << 40):
            self.reply = ask(server, name)
        self.calls = plan.calls
        assert self.reply is not None and self.reply.status < 500, self.reply
        self.after = works.export(server)

    def check(self, reply, state, log, where):
        """That the reply of a run in which something failed agrees with what the world is then."""
        __tracebackhide__ = True
        if reply is None:
            assert state in (self.before, self.after), f"{where}: half of the change, and the connection closed"
        elif reply.status == self.reply.status:
            assert state == self.after, f"{where}: answered {reply.status}, but the change is not there"
            if self.name not in works.VARYING:
                assert reply.body == self.reply.body, f"{where}: another answer than {self.reply.body}: {reply.body}"
        else:
            assert state == self.before, f"{where}: answered {reply}, but something of the change is there"
            check_error(reply, where)
        if reply is None or reply.status >= 500:
            assert SAID.search(log), f"{where}: answered {reply}, and the log says nothing of why"


def check_error(reply, where):
    if reply.header("Cache-Control") == "no-store":
        assert (reply.status, reply.json["error"]["code"]) == (500, "InternalFailure"), f"{where}: {reply}"
    else:
        known = {500: "InternalFailure", 503: "ServiceUnavailable"}
        assert reply.error is not None and known.get(reply.status) == reply.error, f"{where}: {reply}"
        assert reply.header("Content-Type") == "application/x-amz-json-1.1", f"{where}: {reply}"


def run_with_a_failure(server, plan, kinds, nth, mode, name):
    """The reply, what the world is then, and what was logged meanwhile."""
    logged = len(server.stderr())
    error = errno.ENOSPC if nth % 2 else errno.EIO
    with plan.armed(kinds, nth, mode, error):
        reply = ask(server, name)
    assert server.process.poll() is None, f"it ended, at call {nth}:\n{server.stderr()[-2000:]}"
    return reply, works.export(server), server.stderr()[logged:]


def each_call_fails(server, plan, kinds, mode, name):
    expected = Expected(server, plan, kinds, name)
    works.restore(server, expected.before)
    assert works.export(server) == expected.before
    for nth in points(expected.calls, POINTS):
        reply, state, log = run_with_a_failure(server, plan, kinds, nth, mode, name)
        where = f"{name}, call {nth} of {expected.calls}"
        expected.check(reply, state, log, where)
        if plan.failed == 0:
            assert reply is not None and reply.status < 500, f"{where}: nothing failed, but {reply}"
            return
        if state != expected.before:
            works.restore(server, expected.before)
    raise AssertionError(f"{name}: something fails in every run")


@STORAGE
@MODES
@WORKS
def test_memory(start_failing, plan, in_file, mode, name):
    server = start_failing(in_file=in_file, fixture=works.WORLD)
    each_call_fails(server, plan, failing.ALLOCATE, mode, name)


@MODES
@WORKS
def test_files(start_failing, plan, folder, mode, name):
    server = start_failing(in_file=True, fixture=works.WORLD)
    each_call_fails(server, plan, failing.FILES, mode, name)


@STORAGE
@MODES
@WORKS
def test_memory_of_the_first_request(start_failing, plan, in_file, mode, name, folder):
    """Of a server that has answered none: what it makes on first use is made then."""

    def start():
        for file in folder.iterdir():
            file.unlink()
        return start_failing(in_file=in_file, fixture=works.WORLD)

    expected = Expected(start(), plan, failing.ALLOCATE, name)
    server = start()
    with plan.armed(failing.ALLOCATE, 1 << 40):
        assert ask(server, name).status < 500
    server.stop()
    for nth in points(plan.calls, *FRESH_POINTS)[:-1]:
        server = start()
        expected.check(
            *run_with_a_failure(server, plan, failing.ALLOCATE, nth, mode, name), f"{name}, first request, call {nth}"
        )
        server.stop()
