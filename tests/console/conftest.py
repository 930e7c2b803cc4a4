"""How the tests run scenarios in a browser."""

import json
import pathlib
import re
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
NODE = 20  # playwright-core's least
TIMEOUT_S = 240


def missing():
    """What the browser tests lack, in words; None when all is there."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        return "chromium is not installed"
    if not shutil.which("node"):
        return "node is not installed"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", version)[1]) < NODE:
        return f"node is {version.strip()}, playwright-core wants {NODE}"
    if not (HERE / "node_modules/playwright-core").is_dir():
        return "npm ci was not run in tests/console"
    return None


@pytest.fixture(scope="session")
def browser_lacks():
    return missing()


@pytest.fixture
def browse(browser_lacks):
    """browse(server, "packs.shows", **options) runs that scenario of scenarios/packs.mjs in a Chromium of its own."""
    if browser_lacks:
        pytest.skip(browser_lacks)

    def run(server, scenario, **options):
        options = {"url": server.url, "chromium": shutil.which("chromium") or shutil.which("chromium-browser"), **options}
        process = subprocess.run(
            ["node", HERE / "run.mjs", *scenario.split("."), json.dumps(options)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        if process.returncode != 0:
            pytest.fail(process.stdout + process.stderr, pytrace=False)

    return run
