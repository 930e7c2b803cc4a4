"""--database: what was answered survives, and a file that is not ours stays as it is.

tests/faults/test_kill.py kills under parallel writes, test_disk.py has the disks that are full, gone or damaged."""

import hashlib
import os
import sqlite3

import pytest

from support.server import STATUS
from support.worlds import FROZEN_AT, moving, names, pack, step, world

CREATING, CREATED = "CREATE_IN_PROGRESS", "CREATE_COMPLETE"


@pytest.fixture
def database(tmp_path):
    return tmp_path / "world.db"


@pytest.fixture(params=["stop", "kill"])
def end(request):
    """Ends a server: in order, or by kill -9."""
    return lambda server: getattr(server, request.param)()


# ---- what survives ----


def test_packs(start_server, database, end):
    server = start_server(
        "--database",
        database,
        "--clock",
        FROZEN_AT,
        fixture=world(
            *names(3),
            pack(
                "failed", ConformancePackState="CREATE_FAILED", ConformancePackStatusReason='é\n"', region="cn-north-1"
            ),
        ),
    )
    before = [server.post(STATUS).body, server.post(STATUS, region="cn-north-1").body]
    end(server)
    server = start_server("--database", database)
    assert [server.post(STATUS).body, server.post(STATUS, region="cn-north-1").body] == before


def test_by_environment(start_server, database, end):
    for _ in range(2):
        server = start_server(env={"AWSCONFIG_MOCK_DATABASE": str(database)})
        server.add(**world(f"pack-{len(server.states())}"))
        end(server)
    assert len(start_server("--database", database).states()) == 2


@pytest.mark.parametrize("mode", ["frozen", "real"])
def test_the_clock(start_server, database, end, mode):
    server = start_server("--database", database)
    server.control("PUT", "/clock", {"now": "2001-01-01T00:00:00Z", "mode": mode})
    end(server)
    clock = start_server("--database", database).control("GET", "/clock").json
    assert clock["mode"] == mode
    assert clock["now"].startswith("2001-01-01T00:0")


def test_time_moves_on_from_where_it_was(start_server, database, end):
    server = start_server(
        "--database",
        database,
        "--clock",
        FROZEN_AT,
        fixture=world(moving("a", step(CREATING), step(CREATED, afterSeconds=30))),
    )
    server.advance(20)
    end(server)
    server = start_server("--database", database)
    assert server.states() == {"a": CREATING}
    server.advance(10)
    assert server.states() == {"a": CREATED}


def test_polls_that_were_counted(start_server, database, end):
    server = start_server(
        "--database", database, fixture=world(moving("a", step(CREATING), step(CREATED, afterPolls=3)))
    )
    for _ in range(2):
        assert server.states() == {"a": CREATING}
        end(server)
        server = start_server("--database", database)
    assert server.states() == {"a": CREATING}
    end(server)
    assert start_server("--database", database).states() == {"a": CREATED}


def test_moves_by_hand_and_deletions(start_server, database, end):
    server = start_server("--database", database, fixture=world("a", "b"))
    [before] = server.status("b")
    assert server.move("a", "DELETE_IN_PROGRESS").status == 200
    assert server.move("b", "DELETED", force=True).status == 200
    end(server)
    server = start_server("--database", database)
    assert server.states() == {"a": "DELETE_IN_PROGRESS"}
    server.add(**world("b"))
    assert server.status("b")[0]["ConformancePackId"] != before["ConformancePackId"]


def test_credentials(start_server, database, end):
    credentials = [{"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s", "account": "111111111111"}]
    fixture = world(pack("a", account="111111111111"), credentials=credentials)
    end(start_server("--database", database, fixture=fixture))
    assert start_server("--database", database).states(account="AKIAIOSFODNN7EXAMPLE") == {"a": CREATED}


def test_the_seed(start_server, database, end):
    end(start_server("--database", database, "--seed", 5))
    server = start_server("--database", database)
    server.add(**world("a"))
    other = start_server("--seed", 5, fixture=world("a"))
    assert server.status("a")[0]["ConformancePackId"] == other.status("a")[0]["ConformancePackId"]


def test_fixtures_are_for_a_new_world(start_server, database):
    server = start_server("--database", database, fixture=world("a"))
    server.move("a", "DELETED", force=True)
    server.stop()
    server = start_server("--database", database, fixture=world("a", "b"))
    assert server.states() == {}
    assert "--fixture and --clock are left for POST /_mock/reset" in server.stderr()
    assert server.control("POST", "/reset").json == {"packs": 2}


def test_an_empty_file_is_a_new_world(start_server, database):
    database.touch()
    server = start_server("--database", database, fixture=world("a"))
    assert server.states() == {"a": CREATED}


def test_one_file_is_left_after_a_stop(start_server, database):
    server = start_server("--database", database, fixture=world("a"))
    server.stop()
    assert [file.name for file in database.parent.iterdir() if file.name.startswith("world.db")] == ["world.db"]


def test_nothing_is_left_without_a_database(start_server, tmp_path, monkeypatch):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    server = start_server(fixture=world("a"))
    server.move("a", "DELETE_IN_PROGRESS")
    server.stop()
    assert list(empty.iterdir()) == []


def test_a_name_that_sqlite_would_read_as_an_address(start_server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("file:x?mode=memory", ":memory:", "name with spaces #?%41"):
        server = start_server("--database", name, fixture=world("a"))
        server.stop()
        assert (tmp_path / name).is_file()
        assert start_server("--database", name).states() == {"a": CREATED}


# ---- what is refused, and stays as it is ----


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def other_database(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE world (x)")
        connection.execute("INSERT INTO world VALUES (1)")
    connection.close()


def other_database_in_wal_mode(path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    other_database(path)


def text_file(path):
    path.write_text("Dear diary,\n" * 100)


def short_text_file(path):
    path.write_text("x")


def random_bytes(path):
    path.write_bytes(os.urandom(8192))


def magic_and_random_bytes(path):
    path.write_bytes(b"SQLite format 3\0" + os.urandom(8192))


@pytest.fixture
def ours(start_server, database):
    """A database of ours, closed."""
    start_server("--database", database, fixture=world("a")).stop()
    return database


def refuse(run_mock, path, *words):
    result = run_mock("--port", "0", "--database", path)
    assert (result.returncode, result.stdout) == (1, ""), result
    assert result.stderr.count("\n") == 1 and result.stderr.startswith(f"awsconfig-mock: {path}: "), result.stderr
    for word in words:
        assert word in result.stderr


def refuse_untouched(run_mock, path, *words):
    before, beside = digest(path), sorted(path.parent.iterdir())
    times = path.stat().st_mtime_ns
    refuse(run_mock, path, *words)
    assert (digest(path), path.stat().st_mtime_ns) == (before, times)
    assert sorted(path.parent.iterdir()) == beside


@pytest.mark.parametrize(
    "make, words",
    [
        (other_database, "another program"),
        (other_database_in_wal_mode, "another program"),
        (text_file, "not a database"),
        (short_text_file, "not a database"),
        (random_bytes, "not a database"),
        (magic_and_random_bytes, ""),
    ],
)
def test_foreign_files(run_mock, database, make, words):
    make(database)
    refuse_untouched(run_mock, database, words)


@pytest.mark.parametrize("version", [99, 2**31 - 1])
def test_a_newer_version(run_mock, ours, version):
    connection = sqlite3.connect(ours)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    refuse_untouched(run_mock, ours, f"version {version}")


def test_a_newer_version_in_wal_mode_with_its_log(run_mock, ours, tmp_path):
    # As a newer server leaves it when it is killed: the version may be in the log only.
    connection = sqlite3.connect(ours)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    for file in sorted(tmp_path.glob("world.db*")):
        (tmp_path / file.name.replace("world", "copy")).write_bytes(file.read_bytes())
    connection.close()
    copy, log = tmp_path / "copy.db", tmp_path / "copy.db-wal"
    before = digest(copy), digest(log)
    refuse(run_mock, copy, "version 99")
    assert (digest(copy), digest(log)) == before


def test_damaged(run_mock, ours):
    content = ours.read_bytes()
    ours.write_bytes(content[:100] + bytes(len(content) - 100))
    refuse_untouched(run_mock, ours)


@pytest.mark.parametrize("size", [1, 50, 99, 100, 512, 4096, 5000])
def test_cut_short(run_mock, ours, size):
    ours.write_bytes(ours.read_bytes()[:size])
    refuse_untouched(run_mock, ours)


def test_in_use_by_another_server(start_server, run_mock, database):
    server = start_server("--database", database, fixture=world("a"))
    refuse(run_mock, database, "locked")
    assert server.states() == {"a": CREATED}
    server.move("a", "DELETE_IN_PROGRESS")
    server.stop()
    assert start_server("--database", database).states() == {"a": "DELETE_IN_PROGRESS"}


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_in_use_by_another_program(run_mock, ours, lock):
    connection = sqlite3.connect(ours, isolation_level=None)
    connection.execute(lock)
    refuse(run_mock, ours, "locked")
    connection.rollback()
    connection.close()


def test_a_directory(run_mock, tmp_path):
    refuse(run_mock, tmp_path)


def test_in_a_directory_that_is_not_there(run_mock, tmp_path):
    refuse(run_mock, tmp_path / "nowhere" / "world.db")
    assert not (tmp_path / "nowhere").exists()


def test_a_device(run_mock):
    refuse(run_mock, "/dev/null")


needs_rights = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")


@needs_rights
@pytest.mark.parametrize("mode", [0o000, 0o400, 0o200])
def test_without_the_rights(run_mock, ours, mode):
    content = ours.read_bytes()
    ours.chmod(mode)
    refuse(run_mock, ours)
    ours.chmod(0o600)
    assert ours.read_bytes() == content


@needs_rights
def test_in_a_directory_without_the_rights(run_mock, tmp_path):
    directory = tmp_path / "closed"
    directory.mkdir(mode=0o500)
    refuse(run_mock, directory / "world.db")
