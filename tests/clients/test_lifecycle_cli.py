"""The life cycle with the AWS CLI, as a user types it. A call takes most of a second, so there are few."""

import pytest
from test_aws_cli import REFUSED, answer, aws  # pylint: disable=unused-import  # the fixture

from support.lifecycle import TEMPLATE, progression, script
from support.worlds import STATES, pack, step, world

CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = STATES


@pytest.fixture
def cli(aws, tmp_path):  # pylint: disable=redefined-outer-name
    return Cli(aws, tmp_path)


class Cli:
    def __init__(self, run, directory):
        self.run, self.directory, self.server = run, directory, None

    def use(self, server):
        self.server = server
        return self

    def put(self, name, *options, template=TEMPLATE):
        path = self.directory / "template.yaml"
        path.write_text(template, encoding="utf-8")
        call = ["put-conformance-pack", "--conformance-pack-name", name, "--template-body", f"file://{path}"]
        return self.run(self.server, *call, *options)

    def delete(self, name):
        return self.run(self.server, "delete-conformance-pack", "--conformance-pack-name", name)

    def status(self, name):
        """[state, reason], or None."""
        query = "ConformancePackStatusDetails[0].[ConformancePackState, ConformancePackStatusReason]"
        return answer(self.run(self.server, "describe-conformance-pack-status", "--conformance-pack-names", name, "--query", query))

    def wait(self, name, pending, polls=5):
        """The states and reasons seen, 10 seconds of the server's clock apart, until the pack is no longer pending."""
        seen = []
        while len(seen) < polls:
            seen.append(self.status(name))
            if seen[-1] is None or seen[-1][0] != pending:
                break
            self.server.advance(10)
        return seen


def refused(result, error):
    assert result.returncode in REFUSED and result.stdout == ""
    assert f"An error occurred ({error}) when calling the " in result.stderr
    return result.stderr


def test_a_life(cli, frozen_server):
    cli.use(frozen_server("--progression", "after 15s"))
    given = ["--delivery-s3-bucket", "bucket", "--conformance-pack-input-parameters", "ParameterName=Days,ParameterValue=7"]
    body = "Parameters: {Days: {Type: String}}\n" + TEMPLATE
    arn = answer(cli.put("a", *given, template=body))["ConformancePackArn"]
    refused(cli.put("a"), "ResourceInUseException")
    assert cli.wait("a", CREATING) == [[CREATING, None]] * 2 + [[CREATED, None]]
    [details] = answer(cli.run(cli.server, "describe-conformance-packs", "--conformance-pack-names", "a"))["ConformancePackDetails"]
    assert (details["ConformancePackArn"], details["DeliveryS3Bucket"]) == (arn, "bucket")
    assert details["ConformancePackInputParameters"] == [{"ParameterName": "Days", "ParameterValue": "7"}]
    deleted = cli.delete("a")
    assert (deleted.returncode, deleted.stdout, deleted.stderr) == (0, "", "")
    refused(cli.delete("a"), "ResourceInUseException")
    assert cli.wait("a", DELETING) == [[DELETING, None]] * 2 + [None]
    refused(cli.delete("a"), "NoSuchConformancePackException")


def test_tags(cli, frozen_server):
    cli.use(frozen_server(fixture=world("a")))
    query = ["describe-conformance-packs", "--query", "ConformancePackDetails[0].ConformancePackArn"]
    arn = answer(cli.run(cli.server, *query))
    tags = ["Key=owner,Value=me", "Key=cost centre,Value="]
    assert cli.run(cli.server, "tag-resource", "--resource-arn", arn, "--tags", *tags).returncode == 0
    assert cli.run(cli.server, "untag-resource", "--resource-arn", arn, "--tag-keys", "owner").returncode == 0
    assert answer(cli.run(cli.server, "list-tags-for-resource", "--resource-arn", arn)) == {"Tags": [{"Key": "cost centre", "Value": ""}]}
    refused(cli.run(cli.server, "list-tags-for-resource", "--resource-arn", arn + "x"), "ResourceNotFoundException")


def test_other_sources_of_templates(cli, frozen_server):
    templates = [{"TemplateS3Uri": "s3://bucket/bad.yaml", "TemplateBody": "Resources: {}"}]
    cli.use(frozen_server("--max-packs", 1, fixture=world(templates=templates)))
    call = ["put-conformance-pack", "--conformance-pack-name", "a"]
    said = refused(cli.run(cli.server, *call, "--template-s3-uri", "s3://bucket/bad.yaml"), "ConformancePackTemplateValidationException")
    assert "[Template format error: At least one Resources member must be defined.]" in said
    refused(cli.run(cli.server, *call), "InvalidParameterValueException")
    answer(cli.run(cli.server, *call, "--template-ssm-document-details", "DocumentName=document,DocumentVersion=$LATEST"))
    refused(cli.put("b"), "MaxNumberOfConformancePacksExceededException")


# ---- every kind of script ----


def test_fails_after_thirty_seconds(cli, frozen_server):
    cli.use(frozen_server(fixture=world(scripts=[script("create", step(FAILED, "no such role", afterSeconds=30), match="bad-*")])))
    answer(cli.put("bad-a"))
    assert cli.wait("bad-a", CREATING) == [[CREATING, None]] * 3 + [[FAILED, "no such role"]]


def test_hangs_for_ever(cli, frozen_server):
    cli.use(frozen_server(fixture=world("a", scripts=[script("delete")])))
    assert cli.delete("a").returncode == 0
    cli.server.advance(1e6)
    assert cli.wait("a", DELETING, polls=3) == [[DELETING, None]] * 3


def test_fails_once_and_then_succeeds(cli, frozen_server):
    cli.use(frozen_server(fixture=world(scripts=[script("create", step(FAILED, "once", afterPolls=1), times=1)])))
    answer(cli.put("a"))
    assert cli.wait("a", CREATING) == [[CREATING, None], [FAILED, "once"]]
    answer(cli.put("a"))
    assert cli.wait("a", CREATING) == [[CREATING, None], [CREATED, None]]


def test_fails_to_delete_and_then_can_be_deleted(cli, frozen_server):
    cli.use(frozen_server(fixture=world("a", scripts=[script("delete", step(DELETE_FAILED, "rules remain", afterSeconds=0), times=1)])))
    assert cli.delete("a").returncode == 0
    assert cli.status("a") == [DELETE_FAILED, "rules remain"]
    assert cli.delete("a").returncode == 0
    assert cli.wait("a", DELETING) == [[DELETING, None], None]


def test_an_update_fails(cli, frozen_server):
    before = pack("a", LastUpdateRequestedTime="2025-12-31T23:59:00Z")
    cli.use(frozen_server(fixture=world(before, scripts=[script("update", step(FAILED, "no", afterSeconds=5))])))
    answer(cli.put("a"))
    cli.server.advance(5)
    query = "ConformancePackStatusDetails[0].[ConformancePackState, LastUpdateRequestedTime, LastUpdateCompletedTime]"
    call = ["describe-conformance-pack-status", "--query", query]
    assert answer(cli.run(cli.server, *call, settings="cli_timestamp_format = iso8601")) == [
        FAILED, "2026-01-01T00:00:00+00:00", "2025-12-31T23:59:00+00:00",
    ]


@pytest.mark.parametrize("how, seen", [("immediate", [[CREATED, None]]), ("polls 2", [[CREATING, None]] * 2 + [[CREATED, None]]),
                                       ("manual", [[CREATING, None]] * 3)])
def test_progressions(cli, frozen_server, how, seen):
    cli.use(frozen_server(fixture=world(scripts=[progression(how)])))
    answer(cli.put("a"))
    assert cli.wait("a", CREATING, polls=3) == seen
