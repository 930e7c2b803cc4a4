"""The fence around the running server (server/fence.h). That each single thing is refused is in tests/unit/test_fence.c;
here, that the server stands behind it and that serving goes on."""

import ctypes
import pathlib
import re

import pytest

from support.server import SANITIZED
from support.worlds import world

CREATE_RULESET = 444  # the same number on every machine
ASK_FOR_VERSION = 1


@pytest.fixture(autouse=True)
def _not_sanitized():
    if SANITIZED:
        pytest.skip("a build with sanitizers raises no fence")


@pytest.fixture
def landlock():
    version = ctypes.CDLL(None, use_errno=True).syscall(CREATE_RULESET, None, 0, ASK_FOR_VERSION)
    if version < 1:
        pytest.skip(f"this kernel has no Landlock (error {ctypes.get_errno()})")


def threads(server):
    """(NoNewPrivs, Seccomp) of each."""
    texts = [path.read_text() for path in pathlib.Path(f"/proc/{server.process.pid}/task").glob("*/status")]
    return {tuple(re.findall(r"^(?:NoNewPrivs|Seccomp):\t(\d)$", text, re.MULTILINE)) for text in texts}


def test_every_thread_is_fenced(start_server):
    if "Seccomp:" not in pathlib.Path("/proc/self/status").read_text():
        pytest.skip("this kernel has no seccomp")
    assert threads(start_server()) == {("1", "2")}


@pytest.mark.parametrize("arguments, env", [(["--fence", "off"], {}), ([], {"AWSCONFIG_MOCK_FENCE": "off"})])
def test_it_can_be_left_out(start_server, arguments, env):
    [(privileges, _)] = threads(start_server(*arguments, env=env))
    assert privileges == "0"


def test_the_log_says_what_stands(start_server, landlock):
    server = start_server("--log-level", "debug")
    server.stop()
    assert server.stderr().count("fence: ") == 2
    assert "fence: Landlock for files stands" in server.stderr()


@pytest.fixture
def worlds(tmp_path):
    """A folder whose world.json has pack a; beside it, other.json with pack b."""
    folder = tmp_path / "worlds"
    folder.mkdir()
    write(folder / "world.json", "a")
    write(tmp_path / "other.json", "b")
    return folder


def write(path, *packs):
    new = path.with_suffix(".new")
    new.write_text(str(world(*packs)).replace("'", '"'), encoding="utf-8")
    new.replace(path)  # as editors do


@pytest.mark.parametrize("named", ["worlds", "worlds/world.json"])
def test_a_fixture_that_was_written_anew_is_read(start_server, worlds, named):
    server = start_server(fixture=worlds.parent / named)
    write(worlds / "world.json", "a", "c")
    assert server.control("POST", "/reset").status == 200
    assert set(server.states()) == {"a", "c"}


@pytest.mark.parametrize("named", ["worlds", "worlds/world.json"])
def test_a_fixture_that_leads_elsewhere_is_not(start_server, landlock, worlds, named):
    fenced = start_server(fixture=worlds.parent / named)
    free = start_server("--fence", "off", fixture=worlds.parent / named)
    (worlds / "world.json").unlink()
    (worlds / "world.json").symlink_to("../other.json")
    fenced.allow_stderr(r" error POST /_mock/reset: .*Permission denied")
    refused = fenced.control("POST", "/reset")
    assert refused.status == 500
    assert "world.json: Permission denied" in refused.json["error"]["message"]
    assert set(fenced.states()) == {"a"}, "nothing changed"
    assert free.control("POST", "/reset").status == 200
    assert set(free.states()) == {"b"}


def test_a_link_is_followed_to_where_it_led_at_the_start(start_server, worlds):
    link = worlds.parent / "link.json"
    link.symlink_to("worlds/world.json")
    server = start_server(fixture=link)
    write(worlds / "world.json", "c")
    assert server.control("POST", "/reset").status == 200
    assert set(server.states()) == {"c"}


def test_a_database_is_kept_and_closed(start_server, tmp_path):
    """Its log is emptied into it and removed, though the folder is behind the fence."""
    kept = tmp_path / "kept"
    kept.mkdir()
    for packs in (["a"], ["a", "b"]):
        server = start_server("--database", kept / "world.db")
        server.add(conformancePacks=[{"ConformancePackName": packs[-1]}])
        assert list(server.states()) == packs
        assert server.stop() == 0
        assert [path.name for path in kept.iterdir()] == ["world.db"]


def test_a_connection_can_still_be_reset(start_server):
    """Which takes a connect(2), to nowhere."""
    server = start_server(fixture=world("a", faults=[{"operation": "*", "connection": "reset", "times": 1}]))
    with pytest.raises(ConnectionResetError):
        server.status()
    assert set(server.states()) == {"a"}
