"""The completions, in the shells themselves: what is offered behind what was typed."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

TIMEOUT_S = 30

# What is typed behind `awsconfig-mock `, in a folder with world.json, worlds/ and notes.txt; what is offered.
OFFERED = [
    ("se", ["serve"]),
    ("che", ["check"]),
    ("--unk", ["--unknown-pack"]),
    ("--tls-", ["--tls-cert", "--tls-key"]),
    ("--verify", ["--verify-signatures"]),
    ("--vers", ["--version"]),
    ("--errors ", ["documented", "observed"]),
    ("--errors o", ["observed"]),
    ("--errors=o", ["--errors=observed"]),
    ("--unknown-pack ", ["error", "omit"]),
    ("--log-level ", ["debug", "error", "info", "warn"]),
    ("serve --log-format j", ["json"]),
    ("--port 0 --log-format t", ["text"]),
    ("--progression ", ["immediate", "manual"]),
    ("--clock r", ["real"]),
    ("--fixture wo", ["world.json", "worlds"]),
    ("--fixture world.json --fixture worl", ["world.json", "worlds"]),
    ("--fixture=world.", ["--fixture=world.json"]),
    ("--database n", ["notes.txt"]),
    ("--tls-key n", ["notes.txt"]),
    ("check wo", ["world.json", "worlds"]),
    ("check world.json n", ["notes.txt"]),
    ("--port ", []),
    ("--host n", []),
    ("--seed ", []),
    ("health n", []),
    ("serve n", []),
]


def program(name):
    return shutil.which(name) or pytest.skip(f"there is no {name} here")


@pytest.fixture
def folder(tmp_path):
    """Where the shell stands."""
    there = tmp_path / "there"
    (there / "worlds").mkdir(parents=True)
    for name in ("world.json", "notes.txt"):
        (there / name).touch()
    return there


class Terminal:
    """An interactive shell, which knows the program only as a function that notes its arguments in a file."""

    def __init__(self, command, setup, folder):
        self.noted = folder.parent / "noted"
        self.master, slave = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        self.shell = subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environment,
                                      start_new_session=True)
        os.close(slave)
        script = folder.parent / "setup"
        script.write_text(setup + f'\nawsconfig-mock() {{ printf "%s\\n" "$@" . >{self.noted}.new;'
                                  f" mv {self.noted}.new {self.noted}; }}\n")
        self.type(f". {script}\n")

    def type(self, text):
        os.write(self.master, text.encode())

    def arguments(self, typed, all_matches):
        """What the program was called with, when all that fits was put in the place of the last word."""
        self.noted.unlink(missing_ok=True)
        self.type(f"awsconfig-mock {typed}{all_matches}\n")
        deadline = time.monotonic() + TIMEOUT_S
        while not self.noted.exists():
            if select.select([self.master], [], [], 0.02)[0]:
                os.read(self.master, 65536)
            assert time.monotonic() < deadline, "the shell does not answer"
        return self.noted.read_text().splitlines()[:-1]

    def close(self):
        self.shell.kill()
        self.shell.wait()
        os.close(self.master)


@pytest.fixture
def terminal(folder):
    """terminal(command, setup) -> Terminal"""
    opened = []

    def start(command, setup):
        opened.append(Terminal(command, setup, folder))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def offers(terminal, all_matches, typed):
    """What was put in the place of the last word of what was typed."""
    before = typed.split(" ")
    arguments = terminal.arguments(typed, all_matches)
    assert arguments[: len(before) - 1] == before[:-1], typed
    found = sorted(arguments[len(before) - 1 :])
    return [] if found in ([], [before[-1]]) else found  # nothing fits: what was typed stays


def all_flags(run_mock):
    return sorted([*re.findall(r"^  (--[\w-]+)", run_mock("--help").stdout, re.M), "--help", "--version"])


def hold(shell, all_matches, run_mock):
    for typed, offered in OFFERED:
        assert (typed, offers(shell, all_matches, typed)) == (typed, offered)
    assert offers(shell, all_matches, "--") == all_flags(run_mock)


def test_bash(terminal, packaged, run_mock):
    setup = f". {packaged}/completion.bash\nbind '\"\\C-xa\": insert-completions'\nset +o history"
    hold(terminal([program("bash"), "--norc", "-i"], setup), "\x18a", run_mock)


def test_bash_finds_it_by_its_name(packaged, tmp_path):
    """bash-completion loads what is named as the command is."""
    library = "/usr/share/bash-completion/bash_completion"
    if not os.path.exists(library):
        pytest.skip("there is no bash-completion here")
    (tmp_path / "completions").mkdir()
    shutil.copy(packaged / "completion.bash", tmp_path / "completions/awsconfig-mock")
    run = subprocess.run(["bash", "-c", f". {library}; _completion_loader awsconfig-mock; complete -p awsconfig-mock"],
                         env={**os.environ, "BASH_COMPLETION_USER_DIR": str(tmp_path)}, capture_output=True, text=True)
    assert run.stdout == "complete -F _awsconfig_mock awsconfig-mock\n"


def test_zsh(terminal, packaged, tmp_path, run_mock):
    functions = tmp_path / "functions"
    functions.mkdir()
    shutil.copy(packaged / "completion.zsh", functions / "_awsconfig-mock")
    setup = f"""
        fpath=({functions} $fpath); autoload -Uz compinit; compinit -u -D
        zstyle ':completion:all:*' completer _all_matches _complete
        zstyle ':completion:all:*' insert yes
        zle -C all complete-word _generic; bindkey '^Xa' all; unsetopt zle_bracketed_paste 2>/dev/null"""
    hold(terminal([program("zsh"), "-f", "-i"], setup), "\x18a", run_mock)


def test_fish(packaged, folder, run_mock):
    fish = program("fish")

    def offered_for(typed):
        run = subprocess.run([fish, "--no-config", "-c", f"source {packaged}/completion.fish; complete -C 'awsconfig-mock {typed}'"],
                             cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S,
                             env={"PATH": os.environ["PATH"], "HOME": str(folder.parent), "LC_ALL": "C.UTF-8"})
        assert (run.returncode, run.stderr) == (0, "")
        return sorted(line.split("\t")[0].rstrip("/") for line in run.stdout.splitlines())

    for typed, offered in OFFERED:
        assert (typed, offered_for(typed)) == (typed, offered)
    assert offered_for("--") == all_flags(run_mock)
