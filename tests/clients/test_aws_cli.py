"""The AWS CLI, version 1 or 2, as a user types it. A call takes most of a second, so there are few."""

import json
import os
import subprocess

import pytest

from support.server import STATUS
from support.worlds import STATES, moving, names, pack, step, world

REFUSED = (254, 255)  # exit status of version 2 and of version 1


@pytest.fixture
def aws(aws_cli, tmp_path):
    """aws(server, arguments…, settings="", account=…, region=…) -> CompletedProcess of aws configservice …"""

    def run(server, *arguments, settings="", account="123456789012", region="us-east-1"):
        config = tmp_path / "aws-config"
        config.write_text(f"[default]\ncli_pager =\n{settings}\n")
        return subprocess.run(
            [aws_cli, "configservice", "--endpoint-url", server.url, "--output", "json", *arguments],
            env={
                **os.environ,
                "AWS_CONFIG_FILE": str(config),
                "AWS_ACCESS_KEY_ID": account,
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_DEFAULT_REGION": region,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


DESCRIBE = "describe-conformance-pack-status"


def answer(result):
    assert (result.returncode, result.stderr) == (0, ""), result
    return json.loads(result.stdout)


def test_status_by_name(aws, frozen_server):
    server = frozen_server(fixture=world(pack("a", account="210987654321", region="eu-west-1"), "b"))
    [details] = answer(
        aws(server, DESCRIBE, "--conformance-pack-names", "a", "b", account="210987654321", region="eu-west-1")
    )["ConformancePackStatusDetails"]
    wire = server.status("a", account="210987654321", region="eu-west-1")[0]
    same = set(wire) - {"LastUpdateRequestedTime", "LastUpdateCompletedTime"}
    assert {key: details[key] for key in same} == {key: wire[key] for key in same}
    assert set(details) == set(wire)


@pytest.mark.parametrize("options, shown", [((), 60), (("--page-size", "7"), 60), (("--max-items", "33"), 33)])
def test_all_pages(aws, frozen_server, options, shown):
    result = answer(aws(frozen_server(fixture=world(*names(60))), DESCRIBE, *options))
    assert [one["ConformancePackName"] for one in result["ConformancePackStatusDetails"]] == names(shown)
    assert ("NextToken" in result) == (shown < 60)


ERRORS = [
    ("InvalidLimitException", ("--limit", "21"), "Member must have value less than or equal to 20"),
    ("InvalidNextTokenException", ("--next-token", "x"), "The nextToken provided is invalid"),
    ("InvalidParameterValueException", ("--conformance-pack-names", *names(26)), "less than or equal to 25"),
]


@pytest.mark.parametrize("name, options, words", ERRORS, ids=[row[0] for row in ERRORS])
def test_each_error(aws, server, name, options, words):
    result = aws(server, DESCRIBE, *options)
    assert result.returncode in REFUSED and result.stdout == ""
    assert f"An error occurred ({name}) when calling the {STATUS} operation: " in result.stderr
    assert result.stderr.rstrip().endswith(words)


def test_an_unknown_pack(aws, start_server):
    result = aws(start_server("--unknown-pack", "error"), DESCRIBE, "--conformance-pack-names", "ghost")
    assert result.returncode in REFUSED
    assert f"An error occurred (NoSuchConformancePackException) when calling the {STATUS} operation: " in result.stderr


@pytest.mark.parametrize("end, reason", [("CREATE_COMPLETE", None), ("CREATE_FAILED", "no role")])
def test_wait(aws, frozen_server, end, reason):
    server = frozen_server(fixture=world(moving("a", step("CREATE_IN_PROGRESS"), step(end, reason, afterSeconds=15))))
    query = "ConformancePackStatusDetails[0].[ConformancePackState, ConformancePackStatusReason]"
    seen = []
    while not seen or seen[-1][0] == "CREATE_IN_PROGRESS" and len(seen) < 5:
        seen.append(answer(aws(server, DESCRIBE, "--conformance-pack-names", "a", "--query", query)))
        server.advance(10)
    assert seen == [["CREATE_IN_PROGRESS", None]] * 2 + [[end, reason]]


@pytest.mark.parametrize("style", ["wire", "iso8601"])
def test_what_it_prints_replays(aws, frozen_server, style):
    """A recording of 60 packs is a fixture as it is, and gives the same answer, byte for byte."""
    packs = [
        pack(
            name,
            ConformancePackState=state,
            LastUpdateRequestedTime=1573865201.619 + number,
            **({"ConformancePackStatusReason": f'"{number}" é'} if state.endswith("FAILED") else {}),
            **({"LastUpdateCompletedTime": 1573865244.653 + number} if number % 2 else {}),
        )
        for number, name in enumerate(names(60))
        for state in [STATES[number % 5]]
    ]
    scope = {"account": "210987654321", "region": "cn-north-1"}
    recorded = frozen_server(fixture=world(*[{**one, **scope} for one in packs]))
    recording = json.loads(aws(recorded, DESCRIBE, settings=f"cli_timestamp_format = {style}", **scope).stdout)
    replaying = frozen_server(fixture=recording)
    body, pages = {}, 0
    while body is not None:
        replies = [server.post(STATUS, body, **scope) for server in (recorded, replaying)]
        details = [reply.body.split(b'"NextToken"')[0] for reply in replies]
        assert details[0] == details[1]
        pages += 1
        body = {"NextToken": replies[0].token} if replies[0].token else None
    assert pages == 3
