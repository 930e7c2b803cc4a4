"""The console in a real Chromium, against a server of each test's own: every action of it."""

import pathlib
import re

import pytest

from support.worlds import FROZEN_AT_S, moving, names, pack, step, world

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONSOLE = ROOT / "server/console"
CREATING, CREATED, FAILED, DELETING, DELETE_FAILED = (
    "CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_FAILED",
)
THERE = {"account": "111122223333", "region": "eu-west-1"}
HOSTILE = "<img src=x onerror=\"hacked=1\"><script>hacked=1</script><b>bold</b>"
TOKEN = "s3cret/+~="

THREE = [
    "alpha",
    pack("beta", ConformancePackState=FAILED, ConformancePackStatusReason="no such bucket",
         LastUpdateRequestedTime=FROZEN_AT_S - 3600),
    pack("gamma", ConformancePackState=CREATING),
]
MOVING = moving("moving", step(CREATING), step(FAILED, "first try", afterSeconds=30), step(CREATED, afterSeconds=90))
POLLED = moving("polled", step(CREATING), step(CREATED, afterPolls=2), step(DELETING, manual=True),
                step(DELETE_FAILED, "stuck", afterSeconds=10))
FAULTS = [
    {"operation": "PutConformancePack", "error": "ThrottlingException"},
    {"operation": "DescribeConfigRules", "delayMs": 5, **THERE},
    {"operation": "*", "connection": "reset", "skip": 1000},
]


# ---- the table ----


@pytest.mark.parametrize("scenario", [
    "shows", "keepsFocusWhenARowGoes", "filtersByState", "worksByKeyboard", "skipsToTheContent",
    "takesHostileAddressesAsText",
])
def test_packs(browse, frozen_server, scenario):
    browse(frozen_server(fixture=world(*THREE)), f"packs.{scenario}")


def test_packs_by_world(browse, frozen_server):
    browse(frozen_server(fixture=world(*THREE, pack("there", **THERE))), "packs.choosesWorlds")


def test_packs_are_live(browse, frozen_server):
    browse(frozen_server(fixture=world(*names(60))), "packs.isLive")


@pytest.mark.parametrize("scenario", ["searchesTenThousand", "showsThousands"])
def test_packs_are_many(browse, frozen_server, scenario):
    browse(frozen_server(fixture=world(*[f"pack-{number:05}" for number in range(10000)])), f"packs.{scenario}")


def test_no_packs(browse, server):
    browse(server, "packs.saysWhenItIsEmpty")


def test_text_of_the_server_is_text(browse, frozen_server):
    hostile = pack("victim", ConformancePackState=FAILED, ConformancePackStatusReason=HOSTILE)
    browse(frozen_server(fixture=world(hostile)), "packs.takesHostileTextAsText", hostile=HOSTILE)


# ---- one pack ----


@pytest.mark.parametrize("scenario", [
    "shows", "drawsItsTimeline", "tellsPollsAndHands", "movesIt", "refusesIllegalMoves", "failsIt",
    "failsWhatStands", "deletesIt", "beginsToDeleteIt", "saysWhenItIsGone",
])
def test_pack(browse, frozen_server, scenario):
    browse(frozen_server(fixture=world(MOVING, POLLED, "standing")), f"pack.{scenario}")


def test_pack_of_another_world(browse, frozen_server):
    browse(frozen_server(fixture=world("standing", pack("standing", **THERE))), "pack.actsOnTheRightWorld")


# ---- the clock, faults, requests, fixtures ----


@pytest.mark.parametrize("scenario", [
    "advances", "advancesByAnySpan", "freezesAndReleases", "sets", "showsWhatIsRefused", "followsIt",
])
def test_clock(browse, frozen_server, scenario):
    browse(frozen_server(fixture=world(MOVING)), f"clock.{scenario}")


def test_fault_with_every_field(browse, server):
    fault = {
        "operation": "DescribeConformancePackStatus", **THERE, "error": "ThrottlingException",
        "message": "Rate exceeded", "status": 429, "delayMs": 10, "jitterMs": 5, "connection": "truncate", "times": 2,
        "skip": 1, "probability": 0.5,
    }
    labels = {
        "operation": "Operation, or * for all", "account": "Account", "region": "Region", "error": "Error",
        "message": "Message", "status": "Status", "delayMs": "Delay, ms", "jitterMs": "Jitter, ms", "times": "Times",
        "skip": "Skip first", "probability": "Probability",
    }
    fields = {label: str(fault[name]) for name, label in labels.items()}
    browse(server, "faults.addsOneWithEveryField", fault=fault, fields=fields)


@pytest.mark.parametrize("scenario", ["countsDown", "showsWhatIsRefused", "fillsInExamples"])
def test_faults(browse, server, scenario):
    browse(server, f"faults.{scenario}")


@pytest.mark.parametrize("scenario", ["removesThem", "removesThoseOfAWorld", "saysWhenOneIsGone"])
def test_faults_that_are_there(browse, frozen_server, scenario):
    browse(frozen_server(fixture=world(pack("there", **THERE), faults=FAULTS)), f"faults.{scenario}")


@pytest.mark.parametrize("scenario", ["showsEachWithItsJson", "filters", "isCleared", "showsMore", "showsWhatIsNoJson"])
def test_requests(browse, frozen_server, scenario):
    browse(frozen_server(fixture=world("alpha", pack("there", **THERE))), f"requests.{scenario}")


@pytest.mark.parametrize("scenario", [
    "downloadsTheWorld", "comesBackAsItWas", "adds", "replacesOneWorld", "takesWhatIsDropped",
    "showsWhereAFixtureIsWrong", "resets", "resetsOneWorld",
])
def test_fixtures(browse, frozen_server, scenario):
    browse(frozen_server(fixture=world("alpha", "beta", pack("there", **THERE), faults=FAULTS)), f"fixtures.{scenario}")


# ---- who may use it ----


@pytest.mark.parametrize("scenario", ["asksForTheToken", "asksAgainWhenItIsNoLongerRight"])
def test_control_token(browse, frozen_server, scenario):
    browse(frozen_server("--control-token", TOKEN, fixture=world(*THREE)), f"session.{scenario}", token=TOKEN)


def test_a_silent_server(browse, frozen_server):
    browse(frozen_server(fixture=world(*THREE)), "session.ridesOutASilence")


@pytest.mark.parametrize("scenario", ["noOtherOriginResetsTheServer", "allowsItselfLittle", "isFoundFromTheRoot"])
def test_safety(browse, frozen_server, scenario):
    browse(frozen_server(fixture=world(*THREE)), f"safety.{scenario}")


def test_dns_rebinding(browse, frozen_server):
    server = frozen_server(fixture=world(*THREE))
    browse(server, "safety.noOtherNameReachesIt", args=["--host-resolver-rules=MAP rebound.example 127.0.0.1"])


# ---- for everybody ----


@pytest.mark.parametrize(("scheme", "width"), [("light", 1600), ("dark", 360)])
def test_accessibility(browse, start_server, scheme, width):
    demo = ROOT / "fixtures/demo.json"
    server = start_server("--seed", "1", fixture=[demo, world(MOVING)])
    browse(server, "accessibility.findsNothing", scheme=scheme, width=width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility_of_the_token_dialog(browse, frozen_server, scheme):
    server = frozen_server("--control-token", TOKEN)
    browse(server, "accessibility.findsNothingInTheTokenDialog", scheme=scheme, token=TOKEN)


def test_reduced_motion(browse, frozen_server):
    browse(frozen_server(fixture=world(MOVING)), "accessibility.standsStillWhereThatIsWished")


# ---- what needs no browser ----


def embedded():
    """The files that the server serves: {name: media type}."""
    rows = (CONSOLE / "files.def").read_text(encoding="utf-8")
    return dict(re.findall(r'^X\(\w+, "([^"]+)", "([^"]+)"\)', rows, re.MULTILINE))


def test_every_file_is_served_as_it_is(server):
    files = embedded()
    assert set(files) == {path.name for path in CONSOLE.iterdir()} - {"files.def"}
    for name, media_type in files.items():
        reply = server.http("GET", f"/_mock/{name}")
        assert (reply.status, reply.header("Content-Type")) == (200, media_type), name
        assert reply.body == (CONSOLE / name).read_bytes(), name


def test_it_is_small():
    assert sum((CONSOLE / name).stat().st_size for name in embedded()) < 100_000


def test_it_fetches_nothing_from_elsewhere():
    for name in embedded():
        text = (CONSOLE / name).read_text(encoding="utf-8")
        addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+", text)) - {"http://www.w3.org"}
        assert not addresses, name


BANNED = [r"innerHTML", r"outerHTML", r"insertAdjacentHTML", r"document\.write", r"\beval\(", r"new Function",
          r"\balert\(", r"\sstyle=", r'\son\w+="']


def test_it_makes_no_markup_of_text():
    for name in embedded():
        text = (CONSOLE / name).read_text(encoding="utf-8")
        assert [pattern for pattern in BANNED if re.search(pattern, text)] == [], name


def test_every_call_is_in_the_openapi_document(server):
    table = (CONSOLE / "api.js").read_text(encoding="utf-8")
    calls = re.findall(r'^ +\w+: \["(\w+)", "([^"]+)"\],$', table, re.MULTILINE)
    assert len(calls) > 15
    paths = server.control("GET", "/openapi.json").json["paths"]
    assert [call for call in calls if call[0].lower() not in paths.get(f"/_mock{call[1]}", {})] == []
