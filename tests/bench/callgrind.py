"""Instructions a request, counted by callgrind: they hardly differ from run to run, where times do."""

import pathlib
import re
import subprocess
import sys

import programs
import works

WORLD = 1000
WARM_UP = 2 * works.PUT_PACKS  # requests; a multiple of the packs that are put to an account, like COUNTED
COUNTED = 8 * works.PUT_PACKS

# valgrind counts `rep stosb` once for each byte, so that clearing 32 kB would look like 32,000 instructions.
TUNABLES = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-ERMS,-FSRM"}


class Counter:
    """A program under callgrind, and what it has executed since the last look."""

    def __init__(self, command, directory):
        self._out = pathlib.Path(directory) / "callgrind.out"
        self._dumps = 0
        for old in self._out.parent.glob(self._out.name + "*"):
            old.unlink()
        log = self._out.with_suffix(".log")
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self._out}", f"--log-file={log}"]
        self.program = programs.Program([*valgrind, *command], env=TUNABLES)

    def take(self):
        """How many instructions, and the file that says where they went (for callgrind_annotate)."""
        subprocess.run(["callgrind_control", "--dump", str(self.program.pid)], capture_output=True, check=True)
        self._dumps += 1
        path = self._out.with_name(f"{self._out.name}.{self._dumps}")
        found = re.search(r"^totals: (\d+)$", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        return int(found[1]), path


def _count(build, counter, requests, work, first_round):
    """Instructions a request over one connection. The first requests prepare statements and are not counted."""
    settings = {"connections": 1, "status": work.status}
    done = programs.load(build, counter.program.port, requests, count=WARM_UP, first_round=first_round, **settings)
    counter.take()
    first_round += WARM_UP // works.PUT_PACKS
    measured = programs.load(build, counter.program.port, requests, count=COUNTED, first_round=first_round, **settings)
    if done["errors"] + measured["errors"]:
        sys.exit(f"bench: {work.name}: errors, or another status than {work.status}: {done}, {measured}")
    total, path = counter.take()
    path.rename(path.with_name(f"callgrind.{work.name}"))
    return round(total / COUNTED), measured["body_bytes"]


def count_server(build, names, directory):
    """{work: instructions a request}, and {work: bytes of its answer}."""
    directory = pathlib.Path(directory)
    world, requests = directory / "world.json", directory / "requests"
    works.write_world(world, WORLD)
    settings = ["--port", "0", "--fence", "off", "--log-level", "error", "--seed", "1", "--clock", "2026-02-01T00:00:00Z"]
    counter = Counter([build / "awsconfig-mock", *settings, "--fixture", world], directory)
    counts, sizes = {}, {}
    with counter.program:
        for work in works.WORKS:
            if work.name in names and works.write_requests(requests, work, WORLD):
                counts[work.name], sizes[work.name] = _count(build, counter, requests, work, 0)
    return counts, sizes


def count_limit(build, sizes, directory):
    """The same for the limit, which answers with as many bytes."""
    directory = pathlib.Path(directory)
    requests = directory / "requests"
    counts = {}
    for work in works.WORKS:
        if work.name in sizes and works.write_requests(requests, work, WORLD):
            counter = Counter([build / "tests/bench/limit", "1", str(work.status), str(sizes[work.name])], directory)
            with counter.program:
                counts[work.name], _ = _count(build, counter, requests, work, 0)
    return counts
