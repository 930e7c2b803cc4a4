"""The AWS SDK for JavaScript: each script in javascript/, run by Node's own test runner against a server of its own."""

import os
import pathlib
import subprocess

import pytest

from support.worlds import moving, names, pack, step, world

SCRIPTS = sorted((pathlib.Path(__file__).parent / "javascript").glob("*.test.mjs"))

WORLD = world(
    *names(45),
    pack(
        "failed",
        ConformancePackState="CREATE_FAILED",
        ConformancePackStatusReason="Because “of” it: ☃ 😀",
        LastUpdateRequestedTime="2019-11-16T00:46:41.619Z",
        LastUpdateCompletedTime="2019-11-16T00:30:44.653Z",
    ),
    pack("elsewhere", account="210987654321", region="eu-west-1"),
)

WAITING = world(
    moving("js-good", step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", afterSeconds=30)),
    moving("js-bad", step("CREATE_IN_PROGRESS"), step("CREATE_FAILED", "no role", afterSeconds=100)),
    moving("js-dying", step("DELETE_IN_PROGRESS"), step("DELETED", afterSeconds=200)),
)

SIGNERS = {
    "credentials": [
        {
            "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "account": "111122223333",
        },
        {
            "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "SecretAccessKey": "session/secret+of=one",
            "SessionToken": "a+b/c==",
            "account": "444455556666",
        },
    ]
}

TWO_MORE = world("y1", "y2")  # 48 packs in all, with "failed"


def test_there_are_scripts():
    assert len(SCRIPTS) >= 4


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script(frozen_server, node, script):
    server = frozen_server(fixture=WAITING if script.name == "waiter.test.mjs" else [WORLD, TWO_MORE])
    strict = frozen_server("--unknown-pack", "error")
    observed = frozen_server("--errors", "observed")
    verifying = frozen_server("--verify-signatures", fixture=SIGNERS)
    urls = {
        "MOCK_URL": server.url,
        "MOCK_STRICT_URL": strict.url,
        "MOCK_OBSERVED_URL": observed.url,
        "MOCK_VERIFYING_URL": verifying.url,
    }
    result = subprocess.run(
        [node, "--test", script],
        env={**os.environ, **urls},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
