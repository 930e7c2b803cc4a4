"""`make install` and `make uninstall`: what is put where, below DESTDIR and PREFIX and nowhere else."""

import os
import pathlib
import subprocess

from support.server import BINARY

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(BINARY).parent


def make(target, *arguments):
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(["make", "-C", ROOT, target, f"BUILD={BUILD}", *arguments], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout


def files(folder):
    return {path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}


def test_install_and_uninstall(packaged, tmp_path):
    place = (f"DESTDIR={tmp_path}", "PREFIX=/opt/tools")
    make("install", *place)
    fixtures = [path.relative_to(ROOT).as_posix() for path in (ROOT / "fixtures").rglob("*.json")]
    assert files(tmp_path / "opt/tools") == {
        "bin/awsconfig-mock": 0o755,
        "share/man/man1/awsconfig-mock.1": 0o644,
        "share/bash-completion/completions/awsconfig-mock": 0o644,
        "share/zsh/site-functions/_awsconfig-mock": 0o644,
        "share/fish/vendor_completions.d/awsconfig-mock.fish": 0o644,
        "share/doc/awsconfig-mock/LICENSE": 0o644,
        "share/doc/awsconfig-mock/CHANGELOG.md": 0o644,
        **{f"share/awsconfig-mock/{name}": 0o644 for name in fixtures},
    }
    assert [path.name for path in tmp_path.iterdir()] == ["opt"]
    installed = tmp_path / "opt/tools"
    assert (installed / "share/man/man1/awsconfig-mock.1").read_bytes() == (packaged / "awsconfig-mock.1").read_bytes()
    check = [installed / "bin/awsconfig-mock", "check", installed / "share/awsconfig-mock/fixtures/demo.json"]
    assert subprocess.run(check, capture_output=True).returncode == 0

    (installed / "bin/another").touch()
    make("uninstall", *place)
    assert list(files(tmp_path)) == ["opt/tools/bin/another"]
    assert not (installed / "share/awsconfig-mock").exists() and not (installed / "share/doc/awsconfig-mock").exists()
