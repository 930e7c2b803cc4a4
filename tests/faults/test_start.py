"""A server's Nth call fails while it starts: it says so in a line and exits with 1, or serves the whole world."""

import errno
import json
import sqlite3
import subprocess

import pytest

import works
from support import failing
from support import server as servers
from support.failing import FROZEN, MODES, STORAGE, points

POINTS = 60, 500


@pytest.fixture
def start(plan, folder, tmp_path):
    """start(in_file): a server's exit status, or its export where it serves; and what it wrote to standard error."""
    fixture = tmp_path / "world.json"
    fixture.write_text(json.dumps(works.WORLD))

    def run(in_file):
        database = ["--database", str(folder / "world.db")] if in_file else []
        command = [servers.BINARY, *FROZEN, "--port", "0", *database, "--fixture", str(fixture)]
        environment = servers.environment(plan.environment(folder))
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        with failing.one_processor(), subprocess.Popen(command, env=environment, text=True, **pipes) as process:
            ready = process.stdout.readline()
            plan.disarm()
            state = works.export(servers.Client(ready.split()[1])) if ready else None
            process.terminate()
            said = process.stderr.read()
            return state, process.wait(servers.TIMEOUT_S), said

    return run


def count(plan, start, kinds, folder, in_file):
    """How many calls a start makes, and the world it makes."""
    forget(folder)
    plan.arm(kinds, 1 << 40)
    state, status, _ = start(in_file)
    assert status == 0 and state is not None
    return plan.calls, state


def forget(folder):
    for file in folder.iterdir():
        file.unlink()


def check(plan, state, status, said, whole, where):
    if state is not None:
        assert (state, status) == (whole, 0), f"{where}: {said}"
        return
    # whatever keeps the options from being read is a 2, as a wrong option is
    assert status == 1 or (status, said) == (2, "awsconfig-mock: memory is out\n"), f"{where}: {status}:\n{said}"
    last = said.splitlines()[-1]
    assert last.startswith("awsconfig-mock: "), f"{where}: {said}"
    assert said.count("awsconfig-mock: ") == 1, f"{where}: {said}"
    assert plan.failed > 0, f"{where}: nothing failed, but {said}"


@STORAGE
@MODES
def test_memory(plan, start, folder, in_file, mode):
    calls, whole = count(plan, start, failing.ALLOCATE, folder, in_file)
    for nth in points(calls, *POINTS):
        forget(folder)
        plan.arm(failing.ALLOCATE, nth, mode)
        check(plan, *start(in_file), whole, f"start, allocation {nth} of {calls}")
        assert start(in_file)[0] == whole, f"after a start whose allocation {nth} failed"


@MODES
def test_files_of_a_new_world(plan, start, folder, mode):
    calls, whole = count(plan, start, failing.FILES, folder, True)
    for nth in points(calls, *POINTS):
        forget(folder)
        plan.arm(failing.FILES, nth, mode, errno.EIO)
        check(plan, *start(True), whole, f"start, file call {nth} of {calls}")
        assert start(True)[0] == whole, f"after a start whose file call {nth} failed"


@MODES
@pytest.mark.parametrize("kinds", [failing.ALLOCATE, failing.FILES], ids=["memory", "files"])
def test_a_world_that_is_kept(plan, start, folder, mode, kinds):
    """It is there afterwards, whatever failed in between, and not that of the fixtures."""
    start(True)
    connection = sqlite3.connect(folder / "world.db")
    connection.execute("DELETE FROM pack WHERE name = 'pack-000'")
    connection.commit()
    connection.close()
    whole, _, _ = start(True)
    assert "pack-000" not in str(whole) and "pack-001" in str(whole)
    plan.arm(kinds, 1 << 40)
    start(True)
    calls = plan.calls
    for nth in points(calls, *POINTS):
        plan.arm(kinds, nth, mode, errno.EIO)
        check(plan, *start(True), whole, f"start, call {nth} of {calls}")
    assert start(True)[0] == whole
