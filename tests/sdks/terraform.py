"""Terraform or OpenTofu with the real AWS provider: apply, plan, update, destroy, and packs that fail.

The provider comes from wherever this machine has it: a folder laid out as a registry, or what Terraform itself is told.
tests/api/test_terraform_conversation.py holds the same conversation, call by call, where there is no Terraform.
"""

import glob
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from support.lifecycle import TEMPLATE, script
from support.worlds import step, world

NAME = "security-baseline"
REASON = "User: x is not authorized to perform: config:PutConfigRule"
COMMAND_S = 300

# Where Terraform itself looks, and where images that bring providers along put them.
MIRRORS = [
    os.environ.get("TERRAFORM_MIRROR", ""),
    os.path.expanduser("~/.terraform.d/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
    *glob.glob("/opt/*"),
]

NOT_REACHED = re.compile(r"could not connect to|failed to request discovery document|no such host|connection refused|"
                         r"i/o timeout|network is unreachable|context deadline exceeded|403 Forbidden", re.IGNORECASE)

CONFIGURATION = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "111122223333"
  secret_key                  = "any"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    configservice = var.url
  }
}

variable "url" {}

variable "days" {
  default = "90"
}

resource "aws_config_conformance_pack" "pack" {
  name          = "security-baseline"
  template_body = file("template.yaml")
  input_parameter {
    parameter_name  = "Days"
    parameter_value = var.days
  }
}
"""


def cli_configuration():
    """Of Terraform: the machine's own, or the mirror that has the provider."""
    for folder in MIRRORS:
        if folder and glob.glob(f"{folder}/*/hashicorp/aws/*"):
            return f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder}"\n  }}\n}}\n'
    return ""


class Terraform:
    """A working directory. `run` is quiet: what was said is returned."""

    def __init__(self, program, directory):
        self.program, self.directory, self.url = program, directory, None
        self.environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        settings = cli_configuration()
        if settings:
            (directory / "settings.tfrc").write_text(settings, encoding="utf-8")
            self.environment["TF_CLI_CONFIG_FILE"] = str(directory / "settings.tfrc")
        (directory / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
        (directory / "template.yaml").write_text("Parameters: {Days: {Type: String}}\n" + TEMPLATE, encoding="utf-8")

    def run(self, command, *arguments):
        """(exit status, all it said)"""
        done = subprocess.run(
            [self.program, command, "-no-color", *arguments],
            cwd=self.directory,
            env={**self.environment, **({"TF_VAR_url": self.url} if self.url else {})},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=COMMAND_S, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def apply(self, **variables):
        return self.run("apply", "-input=false", "-auto-approve", *[f"-var={name}={value}" for name, value in variables.items()])

    def plan(self, **variables):
        """0: no changes, 2: changes"""
        return self.run("plan", "-input=false", "-detailed-exitcode", *[f"-var={name}={value}" for name, value in variables.items()])

    def destroy(self):
        return self.run("destroy", "-input=false", "-auto-approve")

    def known(self):
        """The resource's attributes in Terraform's state."""
        _, said = self.run("show", "-json")
        [resource] = json.loads(said)["values"]["root_module"]["resources"]
        return resource["values"]


@pytest.fixture
def terraform(tmp_path):
    program = shutil.which("terraform") or shutil.which("tofu")
    if program is None:
        pytest.skip("there is neither terraform nor tofu here")
    directory = tmp_path / "terraform"
    directory.mkdir()
    one = Terraform(program, directory)
    status, said = one.run("init", "-input=false")
    if status != 0 and NOT_REACHED.search(said):
        pytest.skip(f"the AWS provider cannot be had here: {said.strip()}")
    assert status == 0, said
    return one


def done(result, *wanted):
    status, said = result
    assert status == 0, said
    for text in wanted:
        assert text in said
    return said


def asked(server):
    """The operations, in order, polls as one."""
    operations = [one["operation"] for one in server.control("GET", "/requests").json["requests"]]
    return [one for number, one in enumerate(operations) if number == 0 or one != operations[number - 1]]


PUT, STATUS, READ, DELETE = ("PutConformancePack", "DescribeConformancePackStatus", "DescribeConformancePacks", "DeleteConformancePack")


def test_life(terraform, start_server):
    server = start_server("--progression", "polls 2")
    terraform.url = server.url
    done(terraform.apply(), "1 added, 0 changed, 0 destroyed")
    assert asked(server) == [PUT, STATUS, READ]
    arn = terraform.known()["arn"]
    assert arn.startswith(f"arn:aws:config:us-east-1:111122223333:conformance-pack/{NAME}/")
    done(terraform.plan(), "No changes")

    done(terraform.apply(days="30"), "0 added, 1 changed, 0 destroyed")
    assert terraform.known()["arn"] == arn
    assert terraform.known()["input_parameter"] == [{"parameter_name": "Days", "parameter_value": "30"}]
    done(terraform.plan(days="30"), "No changes")

    server.control("DELETE", "/requests")
    done(terraform.destroy(), "1 destroyed")
    assert asked(server) == [READ, DELETE, STATUS]
    assert server.status(account="111122223333") == []


def test_failure_and_replacement(terraform, start_server):
    scripts = [script("create", step("CREATE_FAILED", REASON, afterPolls=1), times=1)]
    terraform.url = start_server("--progression", "polls 1", fixture=world(scripts=scripts)).url
    status, said = terraform.apply()
    assert status == 1
    flat = " ".join(said.replace("│", " ").split())
    assert "unexpected state 'CREATE_FAILED', wanted target 'CREATE_COMPLETE'" in flat
    assert REASON in flat
    # Terraform knows it as tainted: the next apply deletes it and puts it anew
    done(terraform.apply(), "1 added, 0 changed, 1 destroyed")
    done(terraform.plan(), "No changes")


def test_refusal(terraform, start_server):
    terraform.url = start_server("--max-packs", 1, fixture=world({"ConformancePackName": "other", "account": "111122223333"})).url
    status, said = terraform.apply()
    assert status == 1
    assert "MaxNumberOfConformancePacksExceededException" in said


def test_gone_behind_its_back(terraform, start_server):
    server = start_server("--progression", "immediate")
    terraform.url = server.url
    done(terraform.apply())
    assert server.move(NAME, "DELETED", "?account=111122223333", force=True).status == 200
    status, said = terraform.plan()
    assert status == 2, said
    assert "1 to add, 0 to change, 0 to destroy" in said
