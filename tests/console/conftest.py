"""How the tests run scenarios in a browser."""

import json
import pathlib
import re
import select
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
NODE = 20  # playwright-core's least
TIMEOUT_S = 240
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def missing():
    """What the browser tests lack, in words; None when all is there."""
    if not CHROMIUM:
        return "chromium is not installed"
    if not shutil.which("node"):
        return "node is not installed"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", version)[1]) < NODE:
        return f"node is {version.strip()}, playwright-core wants {NODE}"
    if not (HERE / "node_modules/playwright-core").is_dir():
        return "npm ci was not run in tests/console"
    return None


class Runner:
    """run.mjs, which holds the browser: one for all tests of this process, started when it is first wanted."""

    def __init__(self):
        self.process = None

    def run(self, job):
        """What went wrong, in words; None when nothing did."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                ["node", HERE / "run.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
            )
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        readable, _, _ = select.select([self.process.stdout], [], [], TIMEOUT_S)
        line = self.process.stdout.readline() if readable else ""
        if not line:
            self.process.kill()
            return f"no answer within {TIMEOUT_S} s" if not readable else "run.mjs came to an end, see standard error"
        return json.loads(line)["error"]

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser_lacks():
    return missing()


@pytest.fixture(scope="session")
def runner():
    one = Runner()
    yield one
    one.stop()


@pytest.fixture
def browse(browser_lacks, runner):
    """browse(server, "packs.shows", **options) runs that scenario of scenarios/packs.mjs in Chromium."""
    if browser_lacks:
        pytest.skip(browser_lacks)

    def run(server, scenario, **options):
        file, name = scenario.split(".")
        options = {"url": server.url, "chromium": CHROMIUM, **options}
        error = runner.run({"file": file, "scenario": name, "options": options})
        if error:
            pytest.fail(error, pytrace=False)

    return run
