"""The command line and the environment: each option's effect either way, and what is refused, with which words."""

import re
import socket

import pytest

from support.server import STATUS, Server
from support.worlds import FROZEN_AT, names, world

# option, environment variable, default as --help shows it (None: none)
OPTIONS = [
    ("--host", "AWSCONFIG_MOCK_HOST", "127.0.0.1"),
    ("--port", "AWSCONFIG_MOCK_PORT", "4566"),
    ("--fixture", "AWSCONFIG_MOCK_FIXTURES", None),
    ("--database", "AWSCONFIG_MOCK_DATABASE", None),
    ("--progression", "AWSCONFIG_MOCK_PROGRESSION", "after 2s"),
    ("--max-packs", "AWSCONFIG_MOCK_MAX_PACKS", "50"),
    ("--clock", "AWSCONFIG_MOCK_CLOCK", "real"),
    ("--seed", "AWSCONFIG_MOCK_SEED", None),
    ("--errors", "AWSCONFIG_MOCK_ERRORS", "documented"),
    ("--unknown-pack", "AWSCONFIG_MOCK_UNKNOWN_PACK", "omit"),
    ("--verify-signatures", "AWSCONFIG_MOCK_VERIFY_SIGNATURES", None),
    ("--control-token", "AWSCONFIG_MOCK_CONTROL_TOKEN", None),
    ("--journal", "AWSCONFIG_MOCK_JOURNAL", "1000"),
    ("--tls-cert", "AWSCONFIG_MOCK_TLS_CERT", None),
    ("--tls-key", "AWSCONFIG_MOCK_TLS_KEY", None),
    ("--idle-timeout", "AWSCONFIG_MOCK_IDLE_TIMEOUT", "75s"),
    ("--request-timeout", "AWSCONFIG_MOCK_REQUEST_TIMEOUT", "60s"),
    ("--max-connections", "AWSCONFIG_MOCK_MAX_CONNECTIONS", "20000"),
    ("--max-body", "AWSCONFIG_MOCK_MAX_BODY", "1048576"),
    ("--max-memory", "AWSCONFIG_MOCK_MAX_MEMORY", "536870912"),
    ("--threads", "AWSCONFIG_MOCK_THREADS", "0"),
    ("--fence", "AWSCONFIG_MOCK_FENCE", "on"),
    ("--log-format", "AWSCONFIG_MOCK_LOG_FORMAT", "text"),
    ("--log-level", "AWSCONFIG_MOCK_LOG_LEVEL", "info"),
]
ENVIRONMENT = {flag: name for flag, name, _ in OPTIONS}


def one_line(result, status):
    """The one line on standard error of a command that failed with that status."""
    assert (result.returncode, result.stdout) == (status, ""), result
    assert result.stderr.endswith("\n") and result.stderr.count("\n") == 1, result.stderr
    return result.stderr.rstrip("\n")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ---- --help and --version ----


@pytest.mark.parametrize("argument", ["--help", "-h", "help"])
def test_help(run_mock, argument):
    result = run_mock(argument)
    assert (result.returncode, result.stderr) == (0, "")
    entries = re.split(r"\n(?=  -)", result.stdout)
    shown = {}
    for entry in entries[1:]:
        flag, variable = re.match(r"  (--[\w-]+)(?: [A-Z]+)? +(\w+)\n", entry).groups()
        default = re.search(r"\(default: ([^()]*)\)$", entry.rstrip())
        shown[flag] = (variable, default[1] if default else None)
    assert shown == {flag: (variable, default) for flag, variable, default in OPTIONS}
    for command in ("[serve]", "check FILE", "health [URL]", "--help", "--version"):
        assert command in entries[0]


def test_help_is_readable(run_mock):
    assert max(map(len, run_mock("--help").stdout.splitlines())) <= 130


@pytest.mark.parametrize(
    "arguments", [("--port", "0", "--help"), ("check", "--help"), ("serve", "--help"), ("health", "--version")]
)
def test_help_and_version_go_before_all_else(run_mock, arguments):
    assert run_mock(*arguments).stdout.startswith(("Usage: awsconfig-mock", "awsconfig-mock "))


def test_version(run_mock):
    result = run_mock("--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"awsconfig-mock \d+\.\d+\.\d+\S*\n", result.stdout)


# ---- each option has its effect, by flag and by environment ----


def both_ways(flag, value):
    """Command line and environment of the two ways to give an option, and of the flag with an equals sign."""
    if value is True:
        return [((flag,), {}), ((), {ENVIRONMENT[flag]: "1"})]
    return [((flag, value), {}), ((f"{flag}={value}",), {}), ((), {ENVIRONMENT[flag]: value})]


def effect_of_host(server):
    assert server.url == f"http://127.0.0.2:{server.port}"


def effect_of_clock(server):
    assert server.control("GET", "/clock").json == {"now": "2026-01-01T00:00:00.000Z", "mode": "frozen"}


def effect_of_errors(server):
    assert server.post(STATUS, {"Limit": 21}).error == "ValidationException"


def effect_of_unknown_pack(server):
    assert server.post(STATUS, {"ConformancePackNames": ["ghost"]}).error == "NoSuchConformancePackException"


def effect_of_signatures(server):
    assert server.post(STATUS).error == "MissingAuthenticationTokenException"


def effect_of_token(server):
    assert server.control("GET", "/health").status == 401
    assert server.control("GET", "/health", headers={"Authorization": "Bearer a token"}).status == 200


def effect_of_json(server):
    server.stop()
    assert server.stderr().startswith("{") and server.stderr().endswith("}\n")


def effect_of_debug(server):
    server.post(STATUS)
    server.stop()
    assert STATUS in server.stderr()


def effect_of_error(server):
    server.stop()
    assert server.stderr() == ""


EFFECTS = [
    ("--clock", FROZEN_AT, effect_of_clock),
    ("--errors", "observed", effect_of_errors),
    ("--unknown-pack", "error", effect_of_unknown_pack),
    ("--verify-signatures", True, effect_of_signatures),
    ("--control-token", "a token", effect_of_token),
    ("--log-format", "json", effect_of_json),
    ("--log-level", "debug", effect_of_debug),
    ("--log-level", "error", effect_of_error),
]


@pytest.mark.parametrize("flag, value, effect", EFFECTS, ids=lambda value: str(value) if isinstance(value, str) else "")
def test_effect(start_server, flag, value, effect):
    for arguments, env in both_ways(flag, value):
        effect(start_server(*arguments, env=env))


def test_host(start_server):
    for arguments, env in both_ways("--host", "127.0.0.2"):
        server = start_server(*arguments, env=env)
        assert server.url == f"http://127.0.0.2:{server.port}"
        with socket.create_connection(("127.0.0.2", server.port), 5):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), 5)


def test_host_by_name(start_server):
    server = start_server("--host", "localhost")
    assert server.url == f"http://localhost:{server.port}"


def test_host_of_ipv6(start_server):
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("there is no IPv6 here")
    server = start_server("--host", "::1")
    assert server.url == f"http://[::1]:{server.port}"
    with socket.create_connection(("::1", server.port), 5) as client:
        client.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")


def test_port(start_server):
    for way in range(3):
        port = free_port()
        arguments, env = both_ways("--port", str(port))[way]
        if way == 1:  # start_server adds --port 0 where it sees none; the last one counts
            server = start_server("--port", "0", *arguments)
        else:
            server = start_server(*arguments, env=env)
        assert server.port == port
        assert server.url == f"http://127.0.0.1:{port}"


def test_port_zero_is_a_free_one(start_server):
    assert len({start_server().port for _ in range(3)}) == 3


def test_port_default(tmp_path):
    # The one test that needs a fixed port; where something else has it, the refusal names it.
    try:
        server = Server((), None, tmp_path)
    except AssertionError as error:
        assert "port 4566: Address already in use" in str(error)
        pytest.skip("port 4566 is in use")
    try:
        assert server.url == "http://127.0.0.1:4566"
    finally:
        server.check_end()


def test_seed(start_server):
    def identity(arguments, env=None):
        return start_server("--clock", FROZEN_AT, *arguments, env=env, fixture=world("a")).status("a")

    same = [identity(*way) for way in both_ways("--seed", "12345")]
    assert same[0] == same[1] == same[2]
    others = [identity(("--seed", seed)) for seed in ("12346", "0", str(2**63 - 1))] + [identity(()), identity(())]
    assert all(other != same[0] for other in others)
    assert others[-1] != others[-2]  # without one it is random


def test_progression_is_taken(start_server):
    for value in (
        "immediate",
        "after 2s",
        "after 250ms",
        "after 1.5m",
        "after 0",
        "after 1h",
        "polls 1",
        "polls 1000000",
        "manual",
    ):
        for arguments, env in both_ways("--progression", value)[-2:]:
            assert start_server(*arguments, env=env).post(STATUS).status == 200


@pytest.mark.parametrize("value", ["1", "true", "yes", "on"])
def test_a_switch_is_on(start_server, value):
    effect_of_signatures(start_server(env={"AWSCONFIG_MOCK_VERIFY_SIGNATURES": value}))
    effect_of_signatures(start_server(f"--verify-signatures={value}"))


@pytest.mark.parametrize("value", ["", "0", "false", "no", "off"])
def test_a_switch_is_off(start_server, value):
    assert start_server(env={"AWSCONFIG_MOCK_VERIFY_SIGNATURES": value}).post(STATUS).status == 200
    assert (
        start_server("--verify-signatures=0", env={"AWSCONFIG_MOCK_VERIFY_SIGNATURES": "1"}).post(STATUS).status == 200
    )


# ---- fixtures ----


@pytest.fixture
def worlds(tmp_path):
    """Files a.json, b.json and c.json of a pack each, and a directory with all of them and a text file."""
    directory = tmp_path / "worlds"
    directory.mkdir()
    for name in "abc":
        (directory / f"{name}.json").write_text(f'{{"conformancePacks": [{{"ConformancePackName": "{name}"}}]}}')
    (directory / "notes.txt").write_text("not a fixture")
    return directory


def test_fixtures(start_server, worlds):
    a, b, c = (str(worlds / f"{name}.json") for name in "abc")
    for arguments, env, loaded in [
        ((), {}, ""),
        (("--fixture", a), {}, "a"),
        (("--fixture", a, f"--fixture={b}"), {}, "ab"),
        ((), {"AWSCONFIG_MOCK_FIXTURES": c}, "c"),
        ((), {"AWSCONFIG_MOCK_FIXTURES": f"{a}:{c}"}, "ac"),
        ((), {"AWSCONFIG_MOCK_FIXTURES": f":{a}::{c}:"}, "ac"),
        (("--fixture", b), {"AWSCONFIG_MOCK_FIXTURES": f"{a}:{c}"}, "b"),  # the command line's list replaces the other
        (("--fixture", str(worlds)), {}, "abc"),
        ((), {"AWSCONFIG_MOCK_FIXTURES": str(worlds)}, "abc"),
    ]:
        assert start_server(*arguments, env=env).post(STATUS).names == list(loaded)


# ---- precedence ----


PRECEDENCE = [
    ("--clock", "real", FROZEN_AT, effect_of_clock),
    ("--errors", "documented", "observed", effect_of_errors),
    ("--unknown-pack", "omit", "error", effect_of_unknown_pack),
    ("--control-token", "another", "a token", effect_of_token),
    ("--log-format", "text", "json", effect_of_json),
    ("--log-level", "info", "debug", effect_of_debug),
]


@pytest.mark.parametrize("flag, lost, value, effect", PRECEDENCE, ids=[row[0] for row in PRECEDENCE])
def test_the_command_line_wins(start_server, flag, lost, value, effect):
    effect(start_server(flag, value, env={ENVIRONMENT[flag]: lost}))


@pytest.mark.parametrize("flag, lost, value, effect", PRECEDENCE, ids=[row[0] for row in PRECEDENCE])
def test_the_last_flag_wins(start_server, flag, lost, value, effect):
    effect(start_server(flag, lost, flag, value))


@pytest.mark.parametrize("flag", [flag for flag in ENVIRONMENT if flag != "--port"])
def test_an_empty_variable_is_as_good_as_none(start_server, flag):
    # Compose files and workflows hand unset variables on as empty ones.
    assert start_server(env={ENVIRONMENT[flag]: ""}).control("GET", "/health").status == 200


def test_serve_is_the_default_command(start_server):
    assert start_server("serve", "--port", "0").control("GET", "/health").status == 200


# ---- what is refused ----

WRONG = [
    ("--host", ""),
    *[("--max-packs", value) for value in ("", "x", "-1", "1.5")],
    *[("--port", value) for value in ("", "x", "-1", "65536", "1.5", "80x", " 80", "99999999999999999999", "0x50")],
    ("--fixture", ""),
    ("--database", ""),
    *[
        (flag, value)
        for flag in ("--max-connections", "--max-body", "--max-memory")
        for value in ("", "x", "0", "-1", "1.5", "2000000000000")
    ],
    *[
        (flag, value)
        for flag in ("--idle-timeout", "--request-timeout")
        for value in ("", "x", "0", "-1", "0.5s", "2 s", "86401", "2000000000000")
    ],
    *[("--journal", value) for value in ("", "x", "-1", "1.5")],
    *[
        ("--progression", value)
        for value in (
            "",
            "fast",
            "after",
            "after ",
            "after x",
            "after 2 s",
            "after -1s",
            "after 2d",
            "polls",
            "polls 0",
            "polls x",
            "polls 1.5",
            "polls 1000001",
            "polls -1",
            "immediate ",
            "Manual",
        )
    ],
    *[
        ("--clock", value)
        for value in (
            "",
            "now",
            "frozen",
            "2026",
            "2026-01-01T00:00:00",
            "2026-02-30T00:00:00Z",
            "2026-01-01T24:00:01Z",
            "2026-01-01T00:00:00Zx",
            "1767225600",
        )
    ],
    *[("--seed", value) for value in ("", "x", "-1", "1.5", "0x1", "9223372036854775808", "99999999999999999999999")],
    *[("--errors", value) for value in ("", "Documented", "both")],
    *[("--unknown-pack", value) for value in ("", "fail", "Error")],
    ("--verify-signatures", "maybe"),
    ("--control-token", ""),
    ("--tls-cert", ""),
    ("--tls-key", ""),
    ("--fence", "none"),
    *[("--log-format", value) for value in ("", "xml")],
    *[("--log-level", value) for value in ("", "loud", "INFO")],
]


@pytest.mark.parametrize("flag, value", WRONG)
def test_wrong_values(run_mock, flag, value):
    line = one_line(run_mock("--port", "0", f"{flag}={value}"), 2)
    assert line.startswith(f"awsconfig-mock: {flag}: '{value}' is not ")
    if value:
        line = one_line(run_mock(env={ENVIRONMENT[flag]: value}), 2)
        assert line.startswith(f"awsconfig-mock: {ENVIRONMENT[flag]}: '{value}' is not ")


@pytest.mark.parametrize("flag", [flag for flag in ENVIRONMENT if flag != "--verify-signatures"])
def test_a_value_is_missing(run_mock, flag):
    assert one_line(run_mock(flag), 2).startswith(f"awsconfig-mock: {flag} wants a value: ")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--nope"], "unknown option --nope"),
        (["--nope=1"], "unknown option --nope"),
        (["--Port", "0"], "unknown option --Port"),
        (["--por", "0"], "unknown option --por"),
        (["-p", "0"], "-p"),
        (["-x"], "-x"),
        (["--"], "--"),
        (["start"], "unknown command start"),
        (["serve", "x"], "x"),
        (["--port", "0", "x"], "x"),
        (["check"], "check wants at least one file"),
        (["health", "http://a", "http://b"], "health takes one URL"),
        (["--tls-cert", "x"], "--tls-cert and --tls-key go together"),
        (["--tls-key", "x"], "--tls-cert and --tls-key go together"),
        (["--nope" * 100], "unknown option --nope"),
    ],
)
def test_wrong_usage(run_mock, arguments, words):
    assert words in one_line(run_mock(*arguments), 2)


def test_a_port_in_use(run_mock, server):
    line = one_line(run_mock("--port", server.port), 1)
    assert line == f"awsconfig-mock: 127.0.0.1 port {server.port}: Address already in use"


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "256.1.1.1"])
def test_a_host_that_is_none(run_mock, host):
    assert one_line(run_mock("--port", "0", "--host", host), 1).startswith(f"awsconfig-mock: {host}")


@pytest.mark.parametrize(
    "text, message",
    [
        ("{", "world.json:1:2: "),
        ("", "world.json:1:1: "),
        ("[]", "world.json:1:1: "),
        ('{\n  "conformancePack": []\n}', "world.json:2:3: "),
        ('{"conformancePacks": [\n {"ConformancePackName": "a"},\n {"ConformancePackName": "a"}]}', "world.json:3:3: "),
        (
            '{"conformancePacks": [{"ConformancePackName": "a", "ConformancePackState": "UPDATE_COMPLETE"}]}',
            "world.json:1:",
        ),
    ],
)
def test_a_bad_fixture(run_mock, tmp_path, text, message):
    file = tmp_path / "world.json"
    file.write_text(text)
    assert one_line(run_mock("--port", "0", "--fixture", file), 1).startswith(f"awsconfig-mock: {tmp_path}/{message}")
    assert one_line(run_mock("check", file), 1).startswith(f"{tmp_path}/{message}")


def test_a_fixture_that_is_not_there(run_mock, tmp_path):
    assert one_line(run_mock("--port", "0", "--fixture", tmp_path / "no.json"), 1) == (
        f"awsconfig-mock: {tmp_path}/no.json: No such file or directory"
    )


def test_check(run_mock, worlds):
    result = run_mock("check", *sorted(worlds.glob("*.json")))
    assert (result.returncode, result.stderr) == (0, "")
    assert run_mock("check", worlds).returncode == 0
    # Each operand is a world of its own.
    assert run_mock("check", worlds / "a.json", worlds / "a.json").returncode == 0
    for name in "bc":
        (worlds / f"{name}.json").write_text("{")
    result = run_mock("check", *sorted(worlds.glob("*.json")))
    assert (result.returncode, result.stdout) == (1, "")
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [
        f"{worlds}/{name}.json:1:2" for name in "bc"
    ]


@pytest.mark.parametrize("missing", ["--tls-cert", "--tls-key"])
def test_a_tls_file_that_is_not_there(run_mock, tmp_path, missing):
    file = tmp_path / "there.pem"
    file.write_text("x")
    files = {"--tls-cert": file, "--tls-key": file, missing: tmp_path / "not.pem"}
    arguments = [word for pair in files.items() for word in pair]
    assert one_line(run_mock("--port", "0", *arguments), 1) == (
        f"awsconfig-mock: {tmp_path}/not.pem: No such file or directory"
    )


def test_a_tls_file_that_is_no_certificate(run_mock, tmp_path):
    file = tmp_path / "x.pem"
    file.write_text("no certificate")
    assert "certificate" in one_line(run_mock("--port", "0", "--tls-cert", file, "--tls-key", file), 1)


def test_one_line_on_standard_output(start_server):
    server = start_server("--log-level", "debug", fixture=world(*names(3)))
    server.post(STATUS)
    assert server.stop() == 0  # and the fixture's end holds that nothing followed the ready line
