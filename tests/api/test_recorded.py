"""What the AWS CLI prints is a world: recorded from one server, another one replays it."""

import json
import os
import shutil
import subprocess

import pytest
from support import oracle
from support.worlds import FROZEN_AT_S, pack, step, world

RECORDED = oracle.ROOT / "fixtures" / "recorded"
AWS_CLI = shutil.which("aws", path=f"/usr/bin:{os.environ['PATH']}")  # Debian's, where it is there
REASON = 'User: arn:aws:sts::123456789012:assumed-role/Ü "quoted" \\ is not authorized to perform: config:DeleteConfigRule'


@pytest.fixture
def record(tmp_path):
    """record(server, command, *arguments, style=…): what the AWS CLI prints, all pages of it, byte for byte."""

    def run(server, command, *arguments, style="wire", zone="UTC0", region="us-east-1", account="123456789012"):
        config = tmp_path / f"config-{style}"
        config.write_text(f"[default]\ncli_timestamp_format = {style}\n", encoding="utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_CONFIG_FILE": str(config),
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": region,
            "AWS_PAGER": "",
            "TZ": zone,
        }
        done = subprocess.run(
            [AWS_CLI, "--endpoint-url", server.url, "--output", "json", "configservice", command, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr.decode()) == (0, "")
        return done.stdout

    return run


STATUS = "describe-conformance-pack-status"
DETAILS = "describe-conformance-packs"


def sixty_packs():
    """Every state, with and without reason, stack, success and details, to the millisecond."""
    packs = []
    for number in range(60):
        requested = FROZEN_AT_S - 100000 + number * 1000 + number * 17 % 1000 / 1000
        one = pack(
            f"pack-{number * 7 % 60:02}-{'Ab-9' * (number % 5)}x",
            LastUpdateRequestedTime=requested,
            **[
                {"ConformancePackState": "CREATE_COMPLETE", "LastUpdateCompletedTime": requested + 61.001},
                {"transitions": [step("CREATE_IN_PROGRESS"), step("CREATE_COMPLETE", manual=True)]},
                {"ConformancePackState": "CREATE_FAILED", "ConformancePackStatusReason": REASON},
                {"ConformancePackState": "CREATE_FAILED", "StackArn": "", "ConformancePackStatusReason": "x" * 2000},
                {"ConformancePackState": "DELETE_IN_PROGRESS", "LastUpdateCompletedTime": requested + 0.5},
                {
                    "ConformancePackState": "DELETE_FAILED",
                    "ConformancePackStatusReason": REASON,
                    "LastUpdateCompletedTime": requested - 956.966,
                },
            ][number % 6],
        )
        if number % 3 == 0:
            one |= {"DeliveryS3Bucket": "bucket", "DeliveryS3KeyPrefix": "a/b", "CreatedBy": "somebody"}
        if number % 4 == 0:
            one["ConformancePackInputParameters"] = [
                {"ParameterName": f"P{i}", "ParameterValue": "é" * i} for i in range(number % 7 + 1)
            ]
        if number % 5 == 0:
            one["TemplateSSMDocumentDetails"] = {"DocumentName": "document", "DocumentVersion": "3"}
        packs.append(one)
    return world(*packs)


@pytest.mark.parametrize(
    "style, order",
    [("iso8601", ["status.json", "details.json"]), ("wire", ["details.json", "status.json"])],
)
def test_a_recording_of_60_packs_replays_to_the_byte(frozen_server, start_server, record, tmp_path, style, order):
    first = frozen_server(fixture=sixty_packs())
    status = record(first, STATUS, style=style)
    details = record(first, DETAILS, style=style)
    told = json.loads(status)["ConformancePackStatusDetails"]
    assert len(told) == 60
    assert len(json.loads(details)["ConformancePackDetails"]) == 60
    assert len({one["ConformancePackState"] for one in told}) == 5
    assert isinstance(told[0]["LastUpdateRequestedTime"], str if style == "iso8601" else float)
    (tmp_path / "status.json").write_bytes(status)
    (tmp_path / "details.json").write_bytes(details)

    # another time, another seed: nothing of them may show
    second = start_server(
        "--clock", "2030-06-01T00:00:00Z", "--seed", "99", fixture=[tmp_path / name for name in order]
    )
    assert record(second, STATUS, style=style) == status
    assert record(second, DETAILS, style=style) == details


def test_a_status_alone_replays_to_the_byte(frozen_server, start_server, record, tmp_path):
    status = record(frozen_server(fixture=sixty_packs()), STATUS, style="iso8601")
    (tmp_path / "status.json").write_bytes(status)
    second = start_server(fixture=tmp_path / "status.json")
    assert record(second, STATUS, style="iso8601") == status
    names = [one["ConformancePackName"] for one in json.loads(record(second, DETAILS))["ConformancePackDetails"]]
    assert names == [one["ConformancePackName"] for one in json.loads(status)["ConformancePackStatusDetails"]]


def test_a_recording_made_in_another_zone_replays(frozen_server, start_server, record, tmp_path):
    elsewhere = record(frozen_server(fixture=sixty_packs()), STATUS, style="iso8601", zone="IST-5:30")
    assert b"+05:30" in elsewhere
    (tmp_path / "status.json").write_bytes(elsewhere)
    second = start_server(fixture=tmp_path / "status.json")
    assert record(second, STATUS, style="iso8601", zone="IST-5:30") == elsewhere


def test_a_recorded_page_replays_though_more_followed(frozen_server, start_server, record, tmp_path):
    page = record(frozen_server(fixture=sixty_packs()), STATUS, "--max-items", "7")
    assert "NextToken" in json.loads(page)
    (tmp_path / "page.json").write_bytes(page)
    replayed = json.loads(record(start_server(fixture=tmp_path / "page.json"), STATUS))
    assert replayed == {"ConformancePackStatusDetails": json.loads(page)["ConformancePackStatusDetails"]}


def load(name):
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name, style", [(STATUS, "iso8601"), (DETAILS, "wire")])
def test_the_hand_made_recordings_replay_in_every_field(start_server, record, name, style):
    server = start_server(fixture=RECORDED)
    text = record(server, name, style=style, region="us-west-2", account="777788889999")
    assert json.loads(text) == load(name)
    assert list(json.loads(text)) == list(load(name))
    for replayed, recorded in zip(*(next(iter(one.values())) for one in (json.loads(text), load(name)))):
        assert list(replayed) == list(recorded)  # the keys' order too
    assert text == (RECORDED / f"{name}.json").read_bytes()


def test_a_recording_lives_in_the_account_and_region_of_its_arns(start_server, record):
    server = start_server(fixture=RECORDED)
    for account, region in (("123456789012", "us-west-2"), ("777788889999", "us-east-1")):
        text = record(server, STATUS, region=region, account=account)
        assert json.loads(text) == {"ConformancePackStatusDetails": []}


def test_the_troubleshooting_sample_is_among_them():
    sample = load(STATUS)["ConformancePackStatusDetails"][0]
    assert sample["ConformancePackState"] == "CREATE_FAILED"
    assert sample["LastUpdateCompletedTime"] < sample["LastUpdateRequestedTime"]
    assert any("StackArn" not in one for one in load(STATUS)["ConformancePackStatusDetails"])


def test_a_success_is_not_before_its_request(frozen_server):
    """In a recording as in any other fixture: else the world's own export could not be loaded."""
    sample = json.loads((RECORDED / "describe-conformance-pack-status.json").read_text(encoding="utf-8"))
    pack = next(one for one in sample["ConformancePackStatusDetails"] if one["ConformancePackState"] == "CREATE_COMPLETE")
    server = frozen_server()
    pack["LastUpdateCompletedTime"] = "2019-01-01T00:00:00Z"
    reply = server.control("POST", "/state", {"ConformancePackStatusDetails": [pack]})
    assert reply.status == 400 and "can't be before LastUpdateRequestedTime" in reply.json["error"]["message"], reply
    del pack["LastUpdateCompletedTime"]
    server.add(ConformancePackStatusDetails=[pack])
    whole = server.control("GET", "/state").json
    assert server.control("PUT", "/state", whole).status == 200
    assert server.control("GET", "/state").json == whole
