"""Safe by default: no page of another origin, and nobody without the token, gets at the control API."""

import http.client
import json
import re

import pytest

from support import control_document
from support.control_document import operations, resolve
from support.server import MEDIA_TYPE, STATUS, target
from support.worlds import world

OPERATIONS = operations()
IDS = [f"{method} {path}" for method, path, _ in OPERATIONS]
TOKEN = "correct horse battery staple"

CONSOLE = ["/_mock/", "/_mock", "/_mock/style.css", "/_mock/app.js"]


@pytest.fixture
def start_server(start_server):
    return lambda *arguments, **options: control_document.checked(start_server(*arguments, **options))


def raw(server, method, path, headers, body=b""):
    """With exactly these headers: Host is one of them, or there is none. (status, {name: value}, body)"""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body or None)
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def target_of(path):
    return path.replace("{name}", "a").replace("{id}", "1").replace("{file}", "app.js")


def body_of(operation):
    if "requestBody" not in operation:
        return b""
    return json.dumps(resolve(operation["requestBody"])["content"]["application/json"]["example"]).encode()


def is_refused(answer):
    status, _, body = answer
    if status == 403:
        assert json.loads(body)["error"]["code"] == "CrossSite"
    return status == 403


@pytest.fixture
def full(frozen_server):
    return frozen_server(fixture=world("a", faults=[{"operation": "DescribeDeliveryChannels", "delayMs": 1}]))


# ---- Host: DNS rebinding ----


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "localhost", "LOCALHOST:{port}", "127.0.0.1", "[::1]:{port}", "mock:{port}", "awsconfig-mock:4566",
             "config.localhost:{port}", "a.b.localhost", "10.1.2.3:80", "192.168.178.20:{port}", "[fe80::1]", "host-1:{port}"])
def test_hosts_of_ones_own(full, host):
    assert not is_refused(raw(full, "GET", "/_mock/health", [("Host", host.format(port=full.port))]))


@pytest.mark.parametrize(
    "host", ["example.com", "example.com:{port}", "127.0.0.1.example.com", "127.0.0.1.nip.io:{port}", "localhost.example.com:{port}", "evil.com:4566",
             "localhost.:{port}x", "notlocalhost.com", "mylocalhost.net", "127.0.0.1@example.com", "example.com#.localhost.com", "1.2.3.4.5", "a.1.2.3.4",
             "0x7f.1.example", "", ".", ":{port}", "x" * 300 + ".com", "[::1].example.com", "[::1]x.example.com", "[example.com]"])
def test_hosts_of_others(full, host):
    for path in ("/_mock/health", "/_mock/metrics", "/_mock/openapi.json", "/_mock/state"):
        answer = raw(full, "GET", path, [("Host", host.format(port=full.port))])
        assert is_refused(answer) or answer[0] == 400, (path, answer)
    answer = raw(full, "POST", "/_mock/reset?to=empty", [("Host", host.format(port=full.port))])
    assert is_refused(answer) or answer[0] == 400
    assert full.control("GET", "/health").json["packs"] == 1


def test_two_hosts(full):
    """Whichever the server looks at, a stranger's is not let in by another's side."""
    for hosts in (("127.0.0.1", "example.com"), ("example.com", "127.0.0.1")):
        assert raw(full, "GET", "/_mock/health", [("Host", host) for host in hosts])[0] in (400, 403)


def test_the_name_it_listens_on_is_its_own(start_server):
    server = start_server("--host", "localhost")
    assert not is_refused(raw(server, "GET", "/_mock/health", [("Host", f"localhost:{server.port}")]))
    assert is_refused(raw(server, "GET", "/_mock/health", [("Host", "example.com")]))


def test_the_aws_endpoint_takes_any_host(full):
    """SDKs may be pointed at it by any name."""
    headers = [("Host", "config.us-east-1.amazonaws.com"), ("Content-Type", MEDIA_TYPE), ("X-Amz-Target", target(STATUS))]
    assert raw(full, "POST", "/", headers, b"{}")[0] == 200


# ---- Origin: forged posts ----


def origins(server):
    own = f"http://127.0.0.1:{server.port}"
    others = ["http://example.com", "https://example.com", "null", "http://127.0.0.1", f"http://localhost:{server.port}", "http://127.0.0.1:1", "", "x",
              f"{own}.example.com", f"http://127.0.0.1:{server.port}0", f"http://example.com/{own}", f"http://user@127.0.0.1:{server.port}",
              f"{own}/", f"http://evil.com?://127.0.0.1:{server.port}", "file://", "chrome-extension://abcdef"]
    return own, others


def test_origins(full):
    own, others = origins(full)
    before = full.control("GET", "/state").body
    host = ("Host", f"127.0.0.1:{full.port}")
    assert raw(full, "GET", "/_mock/health", [host, ("Origin", own)])[0] == 200
    for origin in others:
        for method, path in (("GET", "/_mock/health"), ("POST", "/_mock/reset?to=empty"), ("DELETE", "/_mock/faults"), ("GET", "/_mock/state")):
            assert is_refused(raw(full, method, path, [host, ("Origin", origin)])), (origin, path)
        assert is_refused(raw(full, "OPTIONS", "/_mock/reset", [host, ("Origin", origin), ("Access-Control-Request-Method", "POST")])), origin
    assert full.control("GET", "/state").body == before


@pytest.mark.parametrize("site, refused", [("cross-site", True), ("same-site", True), ("same-origin", False), ("none", False), ("x", True), ("", True)])
def test_sec_fetch_site(full, site, refused):
    host = ("Host", f"127.0.0.1:{full.port}")
    assert is_refused(raw(full, "POST", "/_mock/reset", [host, ("Sec-Fetch-Site", site)])) == refused
    assert is_refused(raw(full, "GET", "/_mock/state", [host, ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "no-cors")])) == refused


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None])
def test_a_forged_form(full, content_type):
    """What a page can post without being asked first. Browsers send Origin with it."""
    headers = [("Host", f"127.0.0.1:{full.port}"), ("Origin", "http://example.com")] + ([("Content-Type", content_type)] if content_type else [])
    before = full.control("GET", "/state").body
    assert is_refused(raw(full, "POST", "/_mock/state", headers, b'{"conformancePacks": [{"ConformancePackName": "x"}]}'))
    assert is_refused(raw(full, "POST", "/_mock/faults", headers, b'{"operation": "*", "delayMs": 1}'))
    assert full.control("GET", "/state").body == before


@pytest.mark.parametrize("method, path, operation", [(method, path, operation) for method, path, operation in OPERATIONS if "console" not in operation["tags"]])
def test_no_route_is_open_to_others(full, method, path, operation):
    before = full.control("GET", "/state").body
    for headers in ([("Host", "example.com")], [("Host", "127.0.0.1"), ("Origin", "http://example.com")], [("Host", "127.0.0.1"), ("Sec-Fetch-Site", "cross-site")]):
        assert is_refused(raw(full, method.upper(), target_of(path), headers, body_of(operation))), headers
    assert full.control("GET", "/state").body == before


@pytest.mark.parametrize("path", CONSOLE)
def test_the_consoles_files_are_the_same_for_everybody(full, path):
    """So that a link leads to it; but in nobody's frame."""
    for headers in ([("Host", "example.com")], [("Host", "localhost"), ("Origin", "http://example.com")],
                    [("Host", "localhost"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")]):
        status, answered, body = raw(full, "GET", path, headers)
        assert (status, body) == (200, full.http("GET", path).body)
        assert "frame-ancestors 'none'" in answered["content-security-policy"]


@pytest.mark.parametrize("method, path", [("GET", "/_mock/nothing"), ("PATCH", "/_mock/health"), ("OPTIONS", "/_mock/state")])
def test_strangers_learn_nothing(full, method, path):
    assert is_refused(raw(full, method, path, [("Host", "example.com")]))
    assert is_refused(raw(full, method, path, [("Host", "127.0.0.1"), ("Origin", "http://example.com")]))


def test_nothing_is_ever_allowed_to_another_origin(full):
    own, others = origins(full)
    for origin in [own, *others]:
        _, headers, _ = raw(full, "GET", "/_mock/health", [("Host", f"127.0.0.1:{full.port}"), ("Origin", origin)])
        assert not [name for name in headers if name.startswith("access-control-")]


# ---- the token ----


@pytest.fixture
def locked(frozen_server):
    return frozen_server("--control-token", TOKEN, fixture=world("a", faults=[{"operation": "DescribeDeliveryChannels", "delayMs": 1}]))


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("method, path, operation", OPERATIONS, ids=IDS)
def test_every_route_wants_the_token(locked, method, path, operation):
    is_open = operation.get("security") == []
    wrong = [{}, bearer("x"), bearer(""), bearer(TOKEN + "x"), bearer(TOKEN[:-1]), bearer(TOKEN.upper()), {"Authorization": TOKEN}, {"Authorization": ""},
             {"Authorization": f"Basic {TOKEN}"}, {"Authorization": f"Bearer  {TOKEN}"}, {"Authorization": "Bearer"}, {"X-Authorization": f"Bearer {TOKEN}"}]
    for headers in wrong:
        reply = locked.http(method.upper(), target_of(path), body_of(operation), headers)
        control_document.check(method, target_of(path), reply)
        assert (reply.status == 401) != is_open, headers
    assert locked.control("GET", "/state", headers=bearer(TOKEN)).json["conformancePacks"], "nothing was done"
    reply = locked.http(method.upper(), target_of(path), body_of(operation), bearer(TOKEN))
    assert 200 <= reply.status <= 299


def test_the_console_can_be_opened_without_it(locked):
    for path in CONSOLE:
        assert locked.http("GET", path).status == 200


def test_the_scheme_has_no_case(locked):
    assert locked.control("GET", "/health", headers={"Authorization": f"bearer {TOKEN}"}).status == 200


def test_a_401_says_how(locked):
    assert (locked.control("GET", "/health").header("WWW-Authenticate") or "").startswith("Bearer")


def test_the_token_does_not_open_it_to_others(locked):
    headers = [("Host", "127.0.0.1"), ("Origin", "http://example.com"), ("Authorization", f"Bearer {TOKEN}")]
    assert is_refused(raw(locked, "POST", "/_mock/reset", headers))


def test_the_aws_endpoint_wants_no_token(locked):
    assert locked.states() == {"a": "CREATE_COMPLETE"}


@pytest.mark.parametrize("given", ["flag", "environment"])
def test_the_health_command_takes_the_token(locked, run_mock, given):
    arguments = ["--control-token", TOKEN] if given == "flag" else []
    env = {"AWSCONFIG_MOCK_CONTROL_TOKEN": TOKEN} if given == "environment" else None
    assert run_mock("health", locked.url, *arguments, env=env).returncode == 0
    without = run_mock("health", locked.url)
    assert without.returncode == 1
    assert "401" in without.stderr
    wrong = run_mock("health", locked.url, "--control-token", "x")
    assert wrong.returncode == 1
    assert TOKEN not in without.stderr + wrong.stderr


def test_the_token_from_the_environment(frozen_server):
    server = frozen_server(env={"AWSCONFIG_MOCK_CONTROL_TOKEN": TOKEN})
    assert server.control("GET", "/health").status == 401
    assert server.control("GET", "/health", headers=bearer(TOKEN)).status == 200


# ---- headers ----


def policy(reply):
    """The Content-Security-Policy: {directive: [sources]}"""
    return {words[0]: words[1:] for words in (part.split() for part in reply.header("Content-Security-Policy").split(";")) if words}


@pytest.mark.parametrize("path", [*CONSOLE, "/_mock/health", "/_mock/state", "/_mock/metrics", "/_mock/openapi.json", "/_mock/nothing", "/_mock/packs/ghost"])
def test_headers(full, path):
    reply = full.http("GET", path)
    assert reply.header("X-Content-Type-Options") == "nosniff"
    assert reply.header("Cache-Control") == "no-store"
    rules = policy(reply)
    assert rules["default-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"] and rules["base-uri"] == ["'none'"] and rules["form-action"] == ["'none'"]
    for directive, sources in rules.items():
        assert set(sources) <= {"'none'", "'self'", "data:"}, directive
        assert "data:" not in sources or directive == "img-src"
    assert rules["script-src"] == ["'self'"] and rules["style-src"] == ["'self'"]


def test_the_page_fetches_nothing_from_elsewhere_and_has_no_inline_code(full):
    page = full.http("GET", "/_mock/").body.decode()
    size = len(page)
    assert not re.search(r"\son\w+\s*=", page, re.IGNORECASE)
    assert not re.search(r"<style|style\s*=|javascript:", page, re.IGNORECASE)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    for link in re.findall(r'(?:src|href)="([^"#]+)"', page):
        assert not re.match(r"(?:[a-z]+:)?//", link), link
        if not link.startswith("data:"):
            path = link if link.startswith("/") else "/_mock/" + link.removeprefix("./")
            reply = full.http("GET", path)
            assert reply.status == 200, link
            size += len(reply.body)
    assert size < 100_000


def test_a_browser_is_sent_to_the_console(full):
    reply = full.http("GET", "/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert 300 <= reply.status < 400
    assert reply.header("Location") == "/_mock/"
    assert full.http("GET", "/", headers={"Accept": "*/*"}).status == 403


# ---- paths ----


@pytest.mark.parametrize(
    "path", ["/_mock/../health", "/_mock/../../etc/passwd", "/_mock/%2e%2e/%2e%2e/etc/passwd", "/_mock/..%2f..%2fetc%2fpasswd", "/_mock/....//etc/passwd",
             "/_mock/style.css%00.html", "/_mock/./health", "/_mock//etc/passwd", "/_mock/\\..\\x", "/_mock/files.def", "/_mock/~", "/_mock/.git/config",
             "/_mock/app.js/../health", "/_mock/packs/../health", "/_mock/packs/%2e%2e/health", "/_mock/faults/../state", "/_mock/" + "a/" * 2000,
             "/_mock/" + "%2e%2e%2f" * 500])
def test_paths_that_climb(full, path):
    for method in ("GET", "POST", "DELETE"):
        status, _, body = raw(full, method, path, [("Host", "localhost"), ("Content-Length", "0")])
        assert status in (400, 404, 405, 414), (method, status)
        assert b"root:" not in body


@pytest.mark.parametrize("path", ["/x/../_mock/health", "/./_mock/health", "//_mock/health", "/_MOCK/health", "/_mockery", "/_mock2/health", "/%5fmock/health"])
def test_paths_that_are_not_the_control_apis(full, path):
    """They are AWS's, which ignores the path: no way around the token."""
    status, _, body = raw(full, "GET", path, [("Host", "localhost")])
    assert status == 403
    assert b"MissingAuthenticationToken" in body


def test_names_are_data(frozen_server):
    """Markup and quotes in what is shown come back as they were, as JSON."""
    reason = "<script>alert(1)</script> \" ' & \u2028 \u2029 </title>"
    server = frozen_server(fixture=world({"ConformancePackName": "a", "ConformancePackState": "CREATE_FAILED", "ConformancePackStatusReason": reason}))
    reply = server.control("GET", "/packs/a")
    assert reply.json["ConformancePackStatusReason"] == reason
    assert reply.header("Content-Type").startswith("application/json")
    reply = server.control("GET", "/packs/%3Cscript%3E")
    assert reply.status == 404 and b"<script>" not in reply.body
    reply = server.control("GET", "/packs?account=%3Cscript%3E")
    assert reply.status == 400 and b"<script>" not in reply.body
