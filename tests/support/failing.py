"""Servers whose memory and files fail when a test says so: the other side of tests/faults/failing.c."""

import contextlib
import errno
import mmap
import os
import pathlib
import random
import struct

import pytest

from support import server as servers
from support.worlds import FROZEN_AT

LIBRARY = pathlib.Path(servers.BINARY).parent / "tests/faults/failing.so"

ALLOCATE, WRITE, SYNC, OPEN, READ, TRUNCATE, REMOVE = (1 << bit for bit in range(7))
FILES = WRITE | SYNC | OPEN | READ | TRUNCATE | REMOVE

ONCE, SPELL, ROOM = range(3)

# All calls are made to fail, one at a time, or so many of them, spread over all.
EVERY = os.environ.get("FAULTS") == "every"
SEED = int(os.environ.get("FAULTS_SEED", "1"))

STORAGE = pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
MODES = pytest.mark.parametrize("mode", [ONCE, SPELL], ids=["once", "for a spell"])

FROZEN = ("--clock", FROZEN_AT, "--seed", "1", "--log-level", "debug")

_PLAN = struct.Struct("=IIIiqq")


class Plan:
    """What is to fail, in a file that the server maps."""

    def __init__(self, path):
        path.write_bytes(bytes(_PLAN.size))
        self.path = path
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _PLAN.size)

    def arm(self, kinds, nth, mode=ONCE, error=errno.EIO):
        """From here on the `nth` call of these kinds fails (and, with SPELL, the next 99); with ROOM, writes behind
        so many bytes."""
        self.disarm()
        _PLAN.pack_into(self._map, 0, 0, mode, 0, error, nth, 0)
        self._map[0:4] = struct.pack("=I", kinds)

    def disarm(self):
        self._map[0:4] = bytes(4)

    @property
    def failed(self):
        """How many calls have failed since armed."""
        return _PLAN.unpack_from(self._map)[2]

    @property
    def calls(self):
        """How many of these kinds were made since armed."""
        return _PLAN.unpack_from(self._map)[5]

    @contextlib.contextmanager
    def armed(self, kinds, nth, mode=ONCE, error=errno.EIO):
        self.arm(kinds, nth, mode, error)
        try:
            yield
        finally:
            self.disarm()

    def environment(self, folder):
        """For a server whose files in `folder` may fail."""
        return {"LD_PRELOAD": str(LIBRARY), "FAILING_PLAN": str(self.path), "FAILING_FILES": f"{folder}/"}


def points(calls, few, many=None):
    """Which of so many calls are made to fail: a `few`, or with FAULTS=every `many` (None: all). Behind the last there
    is a run that is clean."""
    most = few if not EVERY else many or calls
    stride = max(1, calls // max(1, most))
    first = 1 if stride == 1 else random.Random(SEED).randint(1, stride)
    return [*range(first, calls + 1, stride), calls + 1000]


def why_not():
    """Why nothing can be made to fail in this program; None when it can."""
    if b"__asan_init" in (program := pathlib.Path(servers.BINARY).read_bytes()) or b"__tsan_init" in program:
        return "the sanitizers bring an allocator of their own"
    return None


@contextlib.contextmanager
def one_processor():
    """What is started in here has one thread for requests, so that every run makes the same calls in the same order."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
