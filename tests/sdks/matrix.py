"""The same scenario in every SDK, against one server: each step of each is a test.

A scenario is a program that prints `ok STEP` for each step it has come through. That is half of the proof; the other half
is the server's journal of that SDK's account.
"""

import concurrent.futures
import json
import subprocess

import pytest
import sdks

from support.server import STATUS, Server
from support.lifecycle import DELETE, DESCRIBE, PUT
from support.worlds import STATES, names, pack

CREATING, CREATED, _, DELETING, _ = STATES
RUN_S = 600

HOME, FULL, TROUBLED = "us-east-1", "us-west-2", "eu-west-1"
PACKS = names(45)


def world_of(account):
    """What one SDK finds: nothing at home, as many packs as there may be in another region, and trouble in a third."""
    troubled = {"account": account, "region": TROUBLED}
    return {
        "conformancePacks": [pack(name, account=account, region=FULL) for name in PACKS],
        "faults": [
            {"operation": STATUS, "error": "ThrottlingException", "times": 2, **troubled},
            {"operation": PUT, "error": "InsufficientPermissionsException", **troubled},
        ],
    }


class Journal:
    """What the server was asked for an account."""

    def __init__(self, requests):
        self.requests = requests

    def of(self, region, operation):
        return [one for one in self.requests if (one["region"], one["operation"]) == (region, operation)]

    def errors(self, region, operation):
        return [one["error"] for one in self.of(region, operation)]

    def states(self):
        """Of the pack that was put, without repetition; None is gone."""
        seen = []
        for one in self.of(HOME, STATUS):
            if one["status"] == 200:
                details = one["answer"]["ConformancePackStatusDetails"]
                seen.append(details[0]["ConformancePackState"] if details else None)
        return [state for number, state in enumerate(seen) if number == 0 or state != seen[number - 1]]

    def pages(self):
        return [[one["ConformancePackName"] for one in request["answer"]["ConformancePackStatusDetails"]]
                for request in self.of(FULL, STATUS)]


def refused(region, operation, error):
    return lambda journal: error in journal.errors(region, operation)


# each step, and what the journal must show of it
STEPS = {
    "put": lambda journal: None in journal.errors(HOME, PUT),
    "in progress": lambda journal: journal.states()[:1] == [CREATING],
    "put ResourceInUseException": refused(HOME, PUT, "ResourceInUseException"),
    "delete ResourceInUseException": refused(HOME, DELETE, "ResourceInUseException"),
    "complete": lambda journal: journal.states()[:2] == [CREATING, CREATED],
    "pages": lambda journal: journal.pages() == [PACKS[:20], PACKS[20:40], PACKS[40:]],
    "describe InvalidLimitException": refused(HOME, STATUS, "InvalidLimitException"),
    "describe InvalidNextTokenException": refused(HOME, STATUS, "InvalidNextTokenException"),
    "describe InvalidParameterValueException": refused(HOME, STATUS, "InvalidParameterValueException"),
    "describe NoSuchConformancePackException": refused(HOME, DESCRIBE, "NoSuchConformancePackException"),
    "put InvalidParameterValueException": refused(HOME, PUT, "InvalidParameterValueException"),
    "put ConformancePackTemplateValidationException": refused(HOME, PUT, "ConformancePackTemplateValidationException"),
    "put MaxNumberOfConformancePacksExceededException": refused(FULL, PUT, "MaxNumberOfConformancePacksExceededException"),
    "put InsufficientPermissionsException": refused(TROUBLED, PUT, "InsufficientPermissionsException"),
    "delete NoSuchConformancePackException": refused(HOME, DELETE, "NoSuchConformancePackException"),
    "retry": lambda journal: journal.errors(TROUBLED, STATUS) == ["ThrottlingException", "ThrottlingException", None],
    "delete": lambda journal: None in journal.errors(HOME, DELETE),
    "gone": lambda journal: journal.states() == [CREATING, CREATED, DELETING, None],
}


def run(sdk, url):
    """The steps it came through, and how it ended, in words."""
    command = sdks.bash(sdk, sdk.run, MOCK_URL=url, AWS_ACCESS_KEY_ID=sdk.account, AWS_SECRET_ACCESS_KEY="any")
    try:
        done = subprocess.run(**command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=RUN_S, check=False)
    except subprocess.TimeoutExpired:
        return [], f"not done after {RUN_S} s"
    steps = [line.removeprefix("ok ") for line in done.stdout.splitlines() if line.startswith("ok ")]
    return steps, f"exit status {done.returncode}, after {steps}:\n{done.stderr[-4000:]}" if done.returncode else ""


@pytest.fixture(scope="session")
def outcomes():
    if not sdks.OUTCOMES.is_file():
        pytest.fail("run tests/sdks/prepare first (make test-sdks does)", pytrace=False)
    return json.loads(sdks.OUTCOMES.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def runs(outcomes, tmp_path_factory):
    """{SDK: (steps, how it ended, journal)}. All run against one server, two at a time."""
    worlds = tmp_path_factory.mktemp("worlds")
    ready = [sdk for sdk in sdks.SDKS if outcomes[sdk.name][0] == sdks.READY]
    for sdk in ready:
        (worlds / f"{sdk.account}.json").write_text(json.dumps(world_of(sdk.account)), encoding="utf-8")
    server = Server(["--port", 0, "--fixture", worlds, "--progression", "polls 2", "--max-packs", len(PACKS),
                     "--journal", 10000], None, tmp_path_factory.mktemp("server"))
    try:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            ran = list(pool.map(lambda sdk: run(sdk, server.url), ready))
        journals = [Journal(server.control("GET", f"/requests?account={sdk.account}").json["requests"]) for sdk in ready]
    finally:
        server.check_end()
    return {sdk.name: (*one, journal) for sdk, one, journal in zip(ready, ran, journals)}


@pytest.fixture
def came_of(request, outcomes):
    """came_of(sdk): what runs has of it. Where it could not be prepared, the test is skipped or fails."""

    def look(sdk):
        outcome, reason = outcomes[sdk.name]
        if outcome == sdks.SKIPPED:
            pytest.skip(f"{sdk.name}: {reason}")
        if outcome == sdks.FAILED:
            pytest.fail(f"{sdk.name}: {reason}", pytrace=False)
        return request.getfixturevalue("runs")[sdk.name]

    return look


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("sdk", sdks.SDKS, ids=lambda sdk: sdk.name)
def test_step(came_of, sdk, step):
    steps, end, journal = came_of(sdk)
    if step not in steps:
        pytest.fail(end or f"it never said: ok {step}", pytrace=False)
    assert STEPS[step](journal), journal.requests


@pytest.mark.parametrize("sdk", sdks.SDKS, ids=lambda sdk: sdk.name)
def test_whole(came_of, sdk):
    steps, end, _ = came_of(sdk)
    assert end == ""
    assert steps == list(STEPS)
