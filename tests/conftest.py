"""Fixtures for all tests, and what a whole run must have seen (support/oracle.py).

Every server is a process of its own on a port of its own, so tests share nothing and may run in parallel.
"""

import json
import os
import pathlib
import shutil

import pytest

from support import oracle
from support import server as servers

HERE = pathlib.Path(__file__).resolve().parent

# SDKs in this process and its children: nothing from the machine's own set-up, and no look-ups in the network.
for _name in list(os.environ):
    if _name.startswith("AWS_") or _name.lower().endswith("_proxy"):
        del os.environ[_name]
os.environ.update(
    AWS_CONFIG_FILE="/dev/null",
    AWS_SHARED_CREDENTIALS_FILE="/dev/null",
    AWS_EC2_METADATA_DISABLED="true",
)


@pytest.fixture
def start_server(tmp_path):
    """start_server(*arguments, fixture=None, env=None, clock=…): a server that is ready.

    fixture: a dict, a path, or a list of both. It is stopped at the end, must exit with 0, and must not have written
    anything alarming to standard error."""
    started = []

    def start(*arguments, fixture=None, env=None):
        directory = tmp_path / f"server-{len(started)}"
        directory.mkdir()
        fixtures = fixture if isinstance(fixture, list) else [fixture] if fixture is not None else []
        for number, world in enumerate(fixtures):
            path = world
            if isinstance(world, dict):
                path = directory / f"fixture-{number}.json"
                path.write_text(json.dumps(world), encoding="utf-8")
            arguments += ("--fixture", path)
        if "--port" not in arguments and "AWSCONFIG_MOCK_PORT" not in (env or {}):
            arguments = ("--port", "0", *arguments)
        started.append(servers.Server(arguments, env, directory))
        return started[-1]

    yield start
    problems = []
    for server in started:
        try:
            server.check_end()
        except AssertionError as error:
            problems.append(str(error))
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


FROZEN = ("--clock", "2026-01-01T00:00:00Z", "--seed", "1")


@pytest.fixture
def frozen_server(start_server):
    """start_server with a clock frozen at 2026-01-01T00:00:00Z and seed 1."""
    return lambda *arguments, **options: start_server(*FROZEN, *arguments, **options)


@pytest.fixture
def server(frozen_server):
    """A frozen server whose world is empty."""
    return frozen_server()


@pytest.fixture
def run_mock():
    """Runs a command of the program to its end: run_mock(*arguments, env=None) -> CompletedProcess with text."""
    return servers.run


@pytest.fixture(scope="session")
def aws_cli():
    """The path of the AWS CLI: the distribution's, or whichever there is."""
    path = "/usr/bin/aws" if os.access("/usr/bin/aws", os.X_OK) else shutil.which("aws")
    return path or pytest.skip("there is no AWS CLI here")


@pytest.fixture(scope="session")
def node():
    """The path of Node.js, with the packages of tests/clients installed."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("there is no Node.js here")
    if not (HERE / "clients/node_modules").is_dir():
        pytest.fail("run `npm ci` in tests/clients first (make api does)", pytrace=False)
    return path


# ---- what a whole run must have seen ----

_run = {"deselected": False, "whole": False, "missing": []}


def pytest_configure():
    if not os.access(servers.BINARY, os.X_OK):
        raise pytest.UsageError(f"{servers.BINARY} is not there: run make, or set AWSCONFIG_MOCK")


def pytest_deselected(items):
    _run["deselected"] |= bool(items)


def pytest_collection_finish(session):
    """A run is whole when nothing was deselected and every test of every file takes part in it."""
    collected = {pathlib.Path(item.fspath) for item in session.items}
    named_tests = any("::" in argument for argument in session.config.args)
    _run["whole"] = set(HERE.glob("*/test_*.py")) <= collected and not named_tests and not _run["deselected"]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """On the controller of xdist: a worker tells what it has seen."""
    output = getattr(node, "workeroutput", {})
    oracle.SEEN.update(map(tuple, output.get("seen", [])))
    _run["whole"] |= output.get("whole", False)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput.update(seen=sorted(oracle.SEEN), whole=_run["whole"])
    elif _run["whole"] and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        _run["missing"] = oracle.never_seen(oracle.SEEN)
        if _run["missing"]:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if _run["missing"]:
        terminalreporter.section("never seen in this run (tests/support/oracle.py)", red=True)
        for line in _run["missing"]:
            terminalreporter.line(line)
