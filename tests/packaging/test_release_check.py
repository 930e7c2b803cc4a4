"""packaging/release-check refuses what is no release."""

import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@b.example")


def release_check(tree):
    done = subprocess.run([tree / "packaging/release-check", "--quick"], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def git():
    if not shutil.which("git"):
        pytest.skip("there is no git here")
    return lambda tree, *arguments: subprocess.run(["git", "-C", tree, *IDENTITY, *arguments], check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path, git):
    """A release, as far as can be seen."""
    for name in ("packaging/release-check", "tests/lint/version", "server/version.h", "CHANGELOG.md", "Dockerfile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    changes = tmp_path / "CHANGELOG.md"
    changes.write_text(changes.read_text().replace("## [Unreleased]\n", ""))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all")
    return tmp_path


def version():
    return (ROOT / "server/version.h").read_text().split('VERSION "')[1].split('"')[0]


def test_a_release(tree):
    assert release_check(tree) == (0, f"release-check: v{version()} can go out: git tag -a v{version()} -m v{version()}\n")


def test_a_version_that_is_out(tree, git):
    git(tree, "tag", f"v{version()}")
    status, said = release_check(tree)
    assert (status, f"v{version()} is out" in said) == (1, True)


@pytest.mark.parametrize("name,was,now,said", [
    ("CHANGELOG.md", f"## [{version()}]", "## [99.0.0]", "do not say the same"),
    ("CHANGELOG.md", "## [", "## [Unreleased]\n\n- a change\n\n## [", "under Unreleased"),
    ("Dockerfile", "FROM scratch", "FROM scratch\nRUN true", "not committed"),
])
def test_what_is_no_release(tree, name, was, now, said):
    file = tree / name
    file.write_text(file.read_text().replace(was, now, 1))
    status, printed = release_check(tree)
    assert status == 1 and said in printed
