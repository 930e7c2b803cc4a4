"""What `make packaged` made, which stands beside the program."""

import pathlib

import pytest

from support.server import BINARY


@pytest.fixture(scope="session")
def packaged():
    """The folder of the manual page and the completions."""
    folder = pathlib.Path(BINARY).parent / "packaging"
    if not (folder / "awsconfig-mock.1").is_file():
        pytest.fail("run `make packaged` first (make api does)", pytrace=False)
    return folder
