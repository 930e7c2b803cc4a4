"""A disk that is full or fails, files and folders that are gone or damaged: told clearly at start, a 500 while running,
nothing lost, and all well when the cause is gone."""

import errno
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

import works
from support import failing
from support import server as servers
from support.lifecycle import put
from support.worlds import world


@pytest.fixture
def database(folder):
    return folder / "world.db"


def check_failed(reply):
    assert (reply.status, reply.error) == (500, "InternalFailure"), reply


# ---- full, and failing ----


def test_a_full_disk(start_failing, plan, database):
    """Room for a little, then none: what was answered is there, what was refused is not; then there is room again."""
    server = start_failing(in_file=True, fixture=works.WORLD)
    server.tolerate("MaxNumberOfConformancePacksExceededException")
    accepted = []
    with plan.armed(failing.WRITE, 100_000, failing.ROOM, errno.ENOSPC):
        while plan.failed == 0:
            reply = put(server, f"full-{len(accepted)}", account="111111111111")
            if reply.status == 200:
                accepted.append(f"full-{len(accepted)}")
        check_failed(reply)
        check_failed(put(server, "refused", account="111111111111"))
        assert set(server.states(account="111111111111")) == set(accepted)
    assert accepted and " error store: " in server.stderr()
    assert put(server, "room-again", account="111111111111").status == 200
    server.kill()
    server = start_failing(in_file=True)
    assert set(server.states(account="111111111111")) == {*accepted, "room-again"}


@pytest.mark.parametrize("room", [0, 1, 4096, 10_000, 60_000])
def test_a_full_disk_at_start(plan, run_mock, folder, database, room):
    with plan.armed(failing.WRITE, room, failing.ROOM, errno.ENOSPC):
        result = run_mock("--port", "0", "--database", database, env=plan.environment(folder))
        assert plan.failed > 0
    assert (result.returncode, result.stdout) == (1, ""), result
    assert result.stderr.splitlines()[-1] == f"awsconfig-mock: {database}: database or disk is full", result


def test_a_small_disk(start_server, tmp_path):
    """The kernel's own answer, where a file system may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        server = start_server("--database", disk / "world.db", fixture=world("a"))
        server.allow_stderr(" error ")
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(4096))
        server.tolerate("InternalFailure")
        check_failed(put(server, "b"))
        assert set(server.states()) == {"a"}
        filler.unlink()
        assert put(server, "b").status == 200
        server.stop()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.parametrize("kinds", [failing.WRITE, failing.SYNC], ids=["write", "sync"])
def test_a_disk_that_fails_and_a_kill(start_failing, plan, kinds):
    """What was refused does not come back either, when something was written after it."""
    server = start_failing(in_file=True, fixture=works.WORLD)
    with plan.armed(kinds, 1, failing.SPELL, errno.EIO):
        check_failed(put(server, "refused"))
    assert put(server, "accepted").status == 200
    before = works.export(server)
    server.kill()
    server = start_failing(in_file=True)
    assert works.export(server) == before
    assert "refused" not in str(before)


# ---- gone, and not to be written ----


def test_a_folder_that_vanishes(start_server, tmp_path):
    """The files are open, so nothing is lost to this process; and it ends in order."""
    folder = tmp_path / "folder"
    folder.mkdir()
    server = start_server("--database", folder / "world.db", fixture=world("a"))
    shutil.rmtree(folder)
    reply = put(server, "b")
    assert reply.status == 200, reply
    assert set(server.states()) == {"a", "b"}


def remount(disk, how):
    """The kernel may hold a file for a moment longer than the process that wrote it."""
    for _ in range(100):
        if subprocess.run(["mount", "-o", f"remount,{how}", disk], capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(f"{disk} can't be mounted again as {how}")


def test_a_read_only_disk(start_server, run_mock, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        start_server("--database", disk / "world.db", fixture=world("a")).stop()
        remount(disk, "ro")
        for name, why in (("world.db", "it can't be written to"), ("other.db", "unable to open")):
            result = run_mock("--port", "0", "--database", disk / name)
            assert (result.returncode, result.stdout) == (1, ""), result
            assert result.stderr.startswith(f"awsconfig-mock: {disk / name}: ") and why in result.stderr, result
            assert result.stderr.count("\n") == 1, result
        remount(disk, "rw")
        server = start_server("--database", disk / "world.db")
        assert server.states() == {"a": "CREATE_COMPLETE"}
        server.stop()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


# ---- damaged ----


def damage(path, at, bytes_):
    content = bytearray(path.read_bytes())
    content[at : at + len(bytes_)] = bytes_
    path.write_bytes(content)


def start_and_use(path, use):
    """Starts a server on a damaged file: it refuses, or can be used, and ends in order."""
    process = subprocess.Popen(
        [servers.BINARY, "--port", "0", "--database", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=servers.environment(),
    )
    with process:
        ready = process.stdout.readline()
        try:
            if ready:
                use(servers.Client(ready.split()[1]))
        finally:
            process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
        status = process.wait(servers.TIMEOUT_S)
    if not ready:
        assert status == 1 and said.splitlines()[-1].startswith("awsconfig-mock: "), (status, said)
    else:
        assert status == 0, (status, said)


def test_a_world_that_cannot_be_read_is_not_begun_anew(start_server, run_mock, tmp_path, database):
    """The page that says so may be the damaged one: then nobody knows, and nothing is loaded over what is there."""
    fixture = tmp_path / "world.json"
    fixture.write_text('{"conformancePacks": []}')
    start_server("--database", database, fixture=world("a")).stop()
    connection = sqlite3.connect(database)
    [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'loaded'").fetchone()
    connection.close()
    damage(database, (page - 1) * 4096, bytes(4096))
    before = database.read_bytes()
    result = run_mock("--port", "0", "--database", database, "--fixture", fixture)
    assert (result.returncode, result.stdout) == (1, ""), result
    assert "can't be read" in result.stderr.splitlines()[-1], result
    assert database.read_bytes() == before


def test_pages_of_zeros_and_of_noise(start_server, tmp_path, database):
    """Each page in turn: a request that meets it fails in order, others are answered; the program stays up."""
    start_server("--database", database, fixture=works.WORLD).stop()
    whole, size = database.read_bytes(), 4096
    copy = tmp_path / "copy.db"

    def use(client):
        client.tolerate("InternalFailure")
        for ask in (works.WORKS["describe a page"], works.WORKS["a pack"], works.WORKS["put a new one"]):
            reply = ask(client)
            assert reply.status in (200, 400, 404, 500), reply
        assert client.control("GET", "/health").status in (200, 500)

    for page in range(len(whole) // size):
        for noise in (bytes(size), bytes(range(256)) * (size // 256)):
            copy.write_bytes(whole)
            damage(copy, page * size + (100 if page == 0 else 0), noise[: size - (100 if page == 0 else 0)])
            start_and_use(copy, use)
            for file in tmp_path.glob("copy.db*"):
                file.unlink()


@pytest.mark.parametrize("how", ["cut", "garbage", "gone", "half a frame"])
def test_a_log_that_is_damaged(start_server, database, tmp_path, how):
    """As after a crash of the machine: the transactions before the damage are there, whole, and none behind it."""
    server = start_server("--database", database, fixture=world("base"))
    names = [f"pack-{number:02}" for number in range(20)]
    for name in names:
        assert put(server, name).status == 200
    for file in list(database.parent.glob("world.db*")):
        shutil.copy(file, tmp_path / file.name.replace("world", "copy"))
    log = tmp_path / "copy.db-wal"
    size = log.stat().st_size
    if how == "cut":
        log.write_bytes(log.read_bytes()[: size // 2 // 4120 * 4120])
    elif how == "half a frame":
        log.write_bytes(log.read_bytes()[: size // 2 + 1000])
    elif how == "garbage":
        damage(log, size // 2, bytes(range(256)) * 64)
    else:
        log.unlink()

    def use(client):
        found = sorted(client.states())
        assert found == ["base", *names][: len(found)] and len(found) < 21, found
        assert put(client, "later").status == 200

    start_and_use(tmp_path / "copy.db", use)
