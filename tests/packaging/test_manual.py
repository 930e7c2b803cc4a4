"""The manual page: roff that no reader complains of, and every option of --help in it."""

import os
import re
import shutil
import subprocess

import pytest


def shown_by_help(run_mock):
    """(flag, environment variable, default) of each option."""
    return re.findall(r"^  (--[\w-]+)(?: [A-Z]+)? +(\w+)\n.*?(?:\(default: (.*)\))?$", run_mock("--help").stdout, re.M)


def reader(name):
    return shutil.which(name) or pytest.skip(f"there is no {name} here")


def test_mandoc_finds_nothing(packaged):
    # its style notes are not asked for: they want lines cut at 80 bytes, and the table's may be longer
    run = subprocess.run([reader("mandoc"), "-T", "lint", "-W", "warning", packaged / "awsconfig-mock.1"],
                         capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_man_shows_it(packaged, run_mock):
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "200", "MAN_KEEP_FORMATTING": ""}
    run = subprocess.run([reader("man"), "--warnings", "--local-file", packaged / "awsconfig-mock.1"],
                         capture_output=True, text=True, env=environment)
    assert (run.returncode, run.stderr) == (0, "")
    text = re.sub(r"\s+", " ", re.sub(r".\x08", "", run.stdout))
    options = shown_by_help(run_mock)
    assert options
    for flag, variable, default in options:
        entry = re.search(rf" {flag}(?: [A-Z]+)?, {variable}=(.*?)(?= --|$)", text)
        assert entry and f"(default: {default})" in entry[1] if default else entry, flag
    for words in ("awsconfig-mock [serve] [options]", "awsconfig-mock check FILE...", "awsconfig-mock health [URL]"):
        assert words in text
    assert run_mock("--version").stdout.strip() in text
