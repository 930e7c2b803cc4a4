"""HTTPS, with a certificate made on the spot."""

import http.client
import shutil
import ssl
import subprocess

import botocore.exceptions
import pytest

from support.server import STATUS
from support.worlds import names, world

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Paths of a self-signed certificate for 127.0.0.1 and its key."""
    directory = tmp_path_factory.mktemp("tls")
    cert, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1,DNS:localhost",
            "-keyout",
            key,
            "-out",
            cert,
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


@pytest.fixture
def tls_server(frozen_server, certificate):
    def start(*arguments, **options):
        return frozen_server("--tls-cert", certificate[0], "--tls-key", certificate[1], *arguments, **options)

    return start


def test_ready_line(tls_server):
    server = tls_server()
    assert server.url == f"https://127.0.0.1:{server.port}"


def test_boto3(tls_server, certificate):
    client = tls_server(fixture=world(*names(45))).boto3(verify=str(certificate[0]))
    pages = list(client.get_paginator("describe_conformance_pack_status").paginate())
    assert [len(page["ConformancePackStatusDetails"]) for page in pages] == [20, 20, 5]


def test_boto3_does_not_trust_it_unasked(tls_server):
    with pytest.raises(botocore.exceptions.SSLError):
        tls_server().boto3().describe_conformance_pack_status()


def test_by_environment(start_server, certificate):
    server = start_server(
        env={"AWSCONFIG_MOCK_TLS_CERT": str(certificate[0]), "AWSCONFIG_MOCK_TLS_KEY": str(certificate[1])},
        fixture=world("a"),
    )
    assert server.post(STATUS).names == ["a"]


def test_keep_alive(tls_server):
    server = tls_server(fixture=world("a"))
    replies = [server.post(STATUS).body for _ in range(5)]
    assert len(set(replies)) == 1


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions(tls_server, certificate, version):
    context = ssl.create_default_context(cafile=str(certificate[0]))
    context.minimum_version = context.maximum_version = version
    connection = http.client.HTTPSConnection("127.0.0.1", tls_server().port, timeout=10, context=context)
    connection.request("GET", "/_mock/health")
    assert connection.getresponse().status == 200
    connection.close()


def test_plain_http_is_not_answered(tls_server):
    server = tls_server()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        connection.request("GET", "/_mock/health")
        connection.getresponse()
    connection.close()
    assert server.control("GET", "/health").status == 200


def test_health(tls_server, run_mock):
    server = tls_server()
    result = run_mock("health", server.url)
    assert (result.returncode, result.stderr) == (0, "")
    assert run_mock("health", server.url.replace("https:", "http:")).returncode == 1


def test_health_of_the_options(tls_server, run_mock, certificate):
    server = tls_server()
    env = {
        "AWSCONFIG_MOCK_PORT": str(server.port),
        "AWSCONFIG_MOCK_TLS_CERT": str(certificate[0]),
        "AWSCONFIG_MOCK_TLS_KEY": str(certificate[1]),
    }
    assert run_mock("health", env=env).returncode == 0


def test_a_certificate_of_another_key(run_mock, certificate, tmp_path):
    other = tmp_path / "other.pem"
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", other],
        check=True,
        capture_output=True,
    )
    result = run_mock("--port", "0", "--tls-cert", certificate[0], "--tls-key", other)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "certificate" in result.stderr


def test_stop_with_a_kept_connection(tls_server):
    server = tls_server()
    server.post(STATUS)
    assert server.stop() == 0
