"""Servers whose calls can be made to fail."""

import pytest

from support import failing

FAILURE_LINES = r" (error|warn) "


@pytest.fixture
def plan(tmp_path):
    """What is to fail. Nothing, until the test arms it."""
    if reason := failing.why_not():
        pytest.skip(reason)
    if not failing.LIBRARY.is_file():
        pytest.fail(f"{failing.LIBRARY} is not there: make api builds it", pytrace=False)
    return failing.Plan(tmp_path / "plan")


@pytest.fixture
def folder(tmp_path):
    """Where the database is, and nothing else."""
    made = tmp_path / "database"
    made.mkdir()
    return made


@pytest.fixture
def start_failing(start_server, plan, folder):
    """start_server, in `folder`, with the calls that `plan` says failing; what it logs of that does not alarm."""

    def start(*arguments, in_file=False, **options):
        database = ("--database", folder / "world.db") if in_file else ()
        with failing.one_processor():
            server = start_server(
                *(*failing.FROZEN, *database, *arguments), env=plan.environment(folder), **options
            )
        server.allow_stderr(FAILURE_LINES)
        server.tolerate("InternalFailure")
        return server

    return start
