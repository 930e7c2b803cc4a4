"""Terraform or OpenTofu with the real AWS provider: apply, a pack that fails, update, plan, destroy.

The provider comes from wherever this machine has it: a folder laid out as a registry, or what Terraform itself is told.
tests/api/test_terraform_conversation.py holds the same conversation, call by call, where there is no Terraform.
"""

import glob
import os
import re
import shutil
import subprocess

import pytest

from support.lifecycle import DELETE, DESCRIBE, PUT, TEMPLATE, describe, script
from support.server import STATUS
from support.worlds import step, world

ACCOUNT = "111122223333"
GOOD, BAD = "good", "bad"
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
  for_each      = toset(["good", "bad"])
  name          = each.key
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
    """A working directory of it; `url` is the server that the provider asks."""

    def __init__(self, program, directory):
        directory.mkdir()
        self.program, self.directory, self.url = program, directory, None
        # the provider is slow to start, and half of that is collecting garbage
        self.environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "GOGC": "400"}
        settings = cli_configuration()
        if settings:
            (directory / "settings.tfrc").write_text(settings, encoding="utf-8")
            self.environment["TF_CLI_CONFIG_FILE"] = str(directory / "settings.tfrc")
        (directory / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
        (directory / "template.yaml").write_text("Parameters: {Days: {Type: String}}\n" + TEMPLATE, encoding="utf-8")

    def run(self, command, *arguments):
        """(exit status, all it said)"""
        done = subprocess.run(
            [self.program, command, "-no-color", "-input=false", *arguments],
            cwd=self.directory,
            env={**self.environment, **({"TF_VAR_url": self.url} if self.url else {})},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=COMMAND_S, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def apply(self, **variables):
        return self.run("apply", "-auto-approve", *[f"-var={name}={value}" for name, value in variables.items()])

    def plan(self, **variables):
        """0: no changes, 2: changes"""
        return self.run("plan", "-detailed-exitcode", *[f"-var={name}={value}" for name, value in variables.items()])

    def destroy(self):
        return self.run("destroy", "-auto-approve")


@pytest.fixture
def terraform(tmp_path):
    program = shutil.which("terraform") or shutil.which("tofu")
    if program is None:
        pytest.skip("there is neither terraform nor tofu here")
    one = Terraform(program, tmp_path / "terraform")
    status, said = one.run("init")
    if status != 0 and NOT_REACHED.search(said):
        pytest.skip(f"the AWS provider cannot be had here: {said.strip()}")
    assert status == 0, said
    return one


def asked(server):
    """What was asked of each pack since the last time, in order, polls as one: {name: operations}."""
    requests = server.control("GET", "/requests").json["requests"]
    server.control("DELETE", "/requests")
    server.close_connection()  # as the next command takes longer than the server keeps a connection
    operations = {GOOD: [], BAD: []}
    for one in requests:
        for name in one["input"].get("ConformancePackNames", [one["input"].get("ConformancePackName")]):
            if name in operations and operations[name][-1:] != [one["operation"]]:
                operations[name].append(one["operation"])
    return operations


def test_two_packs(terraform, start_server):
    # One test, as the provider takes seconds to start, and each step stands on the one before.
    fails_once = script("create", step("CREATE_FAILED", REASON, afterPolls=1), match=BAD, times=1)
    server = start_server("--progression", "polls 2", fixture=world(scripts=[fails_once]))
    terraform.url = server.url

    # apply: one is there, the other has failed and says why
    status, said = terraform.apply()
    assert status == 1, said
    flat = " ".join(said.replace("│", " ").split())
    assert "unexpected state 'CREATE_FAILED', wanted target 'CREATE_COMPLETE'" in flat
    assert REASON in flat
    assert asked(server) == {GOOD: [PUT, STATUS, DESCRIBE], BAD: [PUT, STATUS]}

    # apply: the one is updated in its place, the other is deleted and put anew
    status, said = terraform.apply(days="30")
    assert status == 0, said
    assert "1 added, 1 changed, 1 destroyed" in said
    assert asked(server) == {GOOD: [DESCRIBE, PUT, STATUS, DESCRIBE],
                             BAD: [DESCRIBE, DELETE, STATUS, PUT, STATUS, DESCRIBE]}
    packs = {one["ConformancePackName"]: one for one in describe(server, account=ACCOUNT)}
    assert list(packs) == [BAD, GOOD]
    assert packs[GOOD]["ConformancePackInputParameters"] == [{"ParameterName": "Days", "ParameterValue": "30"}]
    server.close_connection()

    # plan: nothing has drifted
    status, said = terraform.plan(days="30")
    assert status == 0, said
    assert "No changes" in said

    # plan: one is gone behind its back
    assert server.move(BAD, "DELETED", f"?account={ACCOUNT}", force=True).status == 200
    asked(server)
    status, said = terraform.plan(days="30")
    assert status == 2, said
    assert "1 to add, 0 to change, 0 to destroy" in said

    # destroy
    assert asked(server) == {GOOD: [DESCRIBE], BAD: [DESCRIBE]}
    status, said = terraform.destroy()
    assert status == 0, said
    assert "1 destroyed" in said
    assert asked(server)[GOOD] == [DESCRIBE, DELETE, STATUS]
    assert describe(server, account=ACCOUNT) == []
