"""`awsconfig-mock health`: for HEALTHCHECK, where there is no curl."""

import http.server
import socket
import threading

import pytest


def failure(result, status=1):
    assert (result.returncode, result.stdout) == (status, ""), result
    assert result.stderr.startswith("awsconfig-mock: ") and result.stderr.count("\n") == 1, result
    return result.stderr


@pytest.mark.parametrize("end", ["", "/", "/_mock/health", "/a?b#c"])
def test_healthy(server, run_mock, end):
    result = run_mock("health", server.url + end)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_by_name(start_server, run_mock, host):
    server = start_server("--host", host)
    assert run_mock("health", f"http://{host}:{server.port}").returncode == 0


def test_where_the_options_say(start_server, run_mock):
    server = start_server("--host", "0.0.0.0")
    assert run_mock("health", "--port", server.port).returncode == 0
    assert (
        run_mock("health", env={"AWSCONFIG_MOCK_PORT": str(server.port), "AWSCONFIG_MOCK_HOST": "0.0.0.0"}).returncode
        == 0
    )


def test_with_a_token(start_server, run_mock):
    server = start_server("--control-token", "secret")
    assert "401" in failure(run_mock("health", server.url))
    assert run_mock("health", server.url, "--control-token", "secret").returncode == 0
    assert run_mock("health", server.url, env={"AWSCONFIG_MOCK_CONTROL_TOKEN": "secret"}).returncode == 0
    assert "401" in failure(run_mock("health", server.url, "--control-token", "other"))


def test_nobody_there(server, run_mock):
    server.stop()
    assert "Connection refused" in failure(run_mock("health", server.url))


def test_no_such_host(run_mock):
    failure(run_mock("health", "http://no-such-host.invalid:80"))


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:4566",
        "ftp://127.0.0.1",
        "http://",
        "http://:80",
        "http://127.0.0.1:port",
        "http://127.0.0.1:1234567890",
        "http://" + "x" * 300,
        "x",
    ],
)
def test_no_url(run_mock, url):
    failure(run_mock("health", url), 2)


class Other(http.server.BaseHTTPRequestHandler):
    """Another server: answers all, but is none of ours."""

    protocol_version = "HTTP/1.1"
    status, body = 200, b"{}"

    def do_GET(self):  # pylint: disable=invalid-name
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


@pytest.mark.parametrize(
    "status, body",
    [(200, b"{}"), (200, b""), (500, b'{"status":"ok"}'), (200, b'{"status":"ill"}'), (200, b"x" * 100000)],
)
def test_another_server(run_mock, status, body):
    handler = type("Handler", (Other,), {"status": status, "body": body})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as other:
        thread = threading.Thread(target=other.handle_request)
        thread.start()
        failure(run_mock("health", f"http://127.0.0.1:{other.server_port}"))
        thread.join(5)


def test_one_that_hangs_up(run_mock):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up():
            client, _ = listener.accept()
            client.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        failure(run_mock("health", f"http://127.0.0.1:{listener.getsockname()[1]}"))
        thread.join(5)
