"""awsconfig-mock by Testcontainers for Python: a container for the tests of this process."""

import pathlib

import boto3
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

WORLDS = pathlib.Path(__file__).parents[1] / "worlds"


def container():
    return (
        DockerContainer("awsconfig-mock")
        .with_exposed_ports(4566)
        .with_volume_mapping(str(WORLDS), "/fixtures", "ro")
        .with_env("AWSCONFIG_MOCK_PROGRESSION", "polls 2")
        .with_kwargs(read_only=True, cap_drop=["ALL"])
    )


@pytest.fixture(scope="session")
def endpoint():
    with container() as server:
        wait_for_logs(server, "ready http://")
        yield f"http://{server.get_container_host_ip()}:{server.get_exposed_port(4566)}"


def test_the_packs_of_the_world(endpoint):
    client = boto3.client(
        "config", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="any", aws_secret_access_key="any"
    )
    packs = client.describe_conformance_pack_status()["ConformancePackStatusDetails"]
    assert [pack["ConformancePackState"] for pack in packs] == ["CREATE_FAILED", "CREATE_COMPLETE"]
