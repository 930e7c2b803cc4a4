"""The control API and its document, server/control/openapi.json, held against each other."""

import json
import re

import jsonschema
import pytest

from support import control_document, oracle
from support.control_document import DOCUMENT, METHODS, mutations, offset_of, operations, resolve, spans
from support.random_worlds import RandomWorld
from support.server import STATUS, Reply
from support.worlds import moving, pack, step, world

OPERATIONS = operations()
IDS = [f"{method} {path}" for method, path, _ in OPERATIONS]

# What a request to each path stands for: the document's parameters, as they are in the sample world.
SAMPLE = {"{name}": "a", "{id}": "1", "{file}": "app.js"}


@pytest.fixture
def start_server(start_server):
    return lambda *arguments, **options: control_document.checked(start_server(*arguments, **options))


@pytest.fixture
def sample(frozen_server):
    """A server where every path of the document leads to something."""
    return frozen_server(fixture=world(
        moving("a", step("CREATE_IN_PROGRESS"), step("CREATE_FAILED", "why", afterSeconds=5),
               step("CREATE_IN_PROGRESS", afterPolls=3), step("CREATE_COMPLETE", manual=True)),
        pack("b", account="111111111111"),
        faults=[{"operation": "GetConformancePackComplianceSummary", "error": "ThrottlingException"}],
    ))


def target_of(path):
    for name, value in SAMPLE.items():
        path = path.replace(name, value)
    return path.removeprefix("/_mock")


def body_of(operation):
    """(schema, example) of its body; None where it takes none."""
    if "requestBody" not in operation:
        return None
    content = resolve(operation["requestBody"])["content"]["application/json"]
    return content["schema"], content["example"]


def call(server, method, path, operation, query=""):
    body = body_of(operation)
    return control_document.control(server, method.upper(), target_of(path) + query, body and body[1])


# ---- the document itself ----


def test_the_document_is_sound():
    assert DOCUMENT["openapi"].startswith("3.1.")
    jsonschema.Draft202012Validator.check_schema({"$defs": DOCUMENT["components"]["schemas"]})
    identifiers = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(identifiers)) == len(identifiers)
    used = set(re.findall(r'"\$ref": "#/components/(\w+/\w+)"', control_document.PATH.read_text(encoding="utf-8")))
    defined = {f"{kind}/{name}" for kind in DOCUMENT["components"] for name in DOCUMENT["components"][kind]}
    assert used <= defined
    # those of no operation: what a path or method that is not here answers
    assert defined - used == {"securitySchemes/token", "responses/405"}
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for method, path, operation in OPERATIONS:
        assert set(operation["tags"]) <= tags and operation["summary"], path
        placed = re.findall(r"\{(\w+)\}", path)
        parameters = [resolve(parameter) for parameter in operation["parameters"]]
        assert sorted(placed) == sorted(one["name"] for one in parameters if one["in"] == "path")
        if "requestBody" in operation:
            assert {"400", "413"} <= set(operation["responses"]), (method, path)
        # a query parameter that is not listed is refused, but by the console's files
        assert ("400" in operation["responses"]) == ("console" not in operation["tags"]), (method, path)


@pytest.mark.parametrize("method, path, operation", OPERATIONS, ids=IDS)
def test_examples_are_valid(method, path, operation):
    body = body_of(operation)
    assert (body is not None) == (method in ("put", "post") and path != "/_mock/reset")
    if body:
        assert control_document.errors_of(body[1], body[0]) == []
        assert sum(1 for _ in mutations(*body)) >= 5


def test_it_is_served_to_the_letter(server):
    assert server.http("GET", "/_mock/openapi.json").body == control_document.PATH.read_bytes()


def test_the_fixture_is_the_one_of_the_schema():
    """Every body that one of the two descriptions of a fixture takes, the other takes."""
    own = json.loads((oracle.ROOT / "fixtures/fixture.schema.json").read_text(encoding="utf-8"))
    other = jsonschema.validators.validator_for(own)(own)
    schema, example = resolve(DOCUMENT["components"]["requestBodies"]["Fixture"])["content"]["application/json"].values()
    assert other.is_valid(example)
    for what, place, spoilt in mutations(schema, example):
        assert not other.is_valid(spoilt), f"{what} at {place} is valid by fixtures/fixture.schema.json only"
    for seed in range(30):
        fixture = RandomWorld(seed).fixture(seed % 2 == 0)
        assert other.is_valid(fixture), seed
        assert control_document.errors_of(fixture, schema) == [], seed
    for world_file in sorted((oracle.ROOT / "fixtures").glob("*.json")):
        if world_file.name != "fixture.schema.json":
            fixture = json.loads(world_file.read_text(encoding="utf-8"))
            assert other.is_valid(fixture), world_file
            assert control_document.errors_of(fixture, schema) == [], world_file


# ---- its routes are the server's ----


def routes():
    """The rows of the server's own table: {(method, path with * for a parameter)}."""
    rows = set()
    for source in sorted((oracle.ROOT / "server/control").glob("*.c")):
        rows |= set(re.findall(r'\{"(GET|HEAD|PUT|POST|PATCH|DELETE)",\s*"([^"]*)"', source.read_text(encoding="utf-8")))
    return rows


def console_files():
    """Those that are built into the program."""
    return re.findall(r'^X\(\w+, "([^"]+)"', (oracle.ROOT / "server/console/files.def").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_server_knows_no_other_routes():
    documented = {(method.upper(), re.sub(r"\{\w+\}", "*", path.removeprefix("/_mock"))) for method, path, _ in OPERATIONS}
    assert len(routes()) > 5
    assert routes() - documented == set()
    [file] = DOCUMENT["paths"]["/_mock/{file}"]["parameters"]
    assert sorted(file["schema"]["enum"]) == sorted(console_files())


def queries():
    """What each route of the server takes: {(method, path): names}."""
    source = (oracle.ROOT / "server/control/control.c").read_text(encoding="utf-8")
    rows = re.findall(r'\{"([A-Z]+)", "([^"]*)", \w+, BODY_\w+, \w+, \{(.*?)\}\}', source)
    return {(method, path): set(re.findall(r'"(\w+)"', names)) for method, path, names in rows}


def test_the_document_has_each_routes_parameters():
    documented = {
        (method.upper(), re.sub(r"\{\w+\}", "*", path.removeprefix("/_mock"))): {
            one["name"] for one in map(resolve, operation["parameters"]) if one["in"] == "query"
        }
        for method, path, operation in OPERATIONS
        if "console" not in operation["tags"]
    }
    assert documented == queries()


@pytest.mark.parametrize("name", ["", *console_files()])
def test_the_consoles_files(server, name):
    reply = server.control("GET", "/" + name)
    assert reply.status == 200
    path = oracle.ROOT / "server/console" / (name or "index.html")
    assert reply.body == path.read_bytes()
    media_type = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}[path.suffix]
    assert reply.header("Content-Type") == f"{media_type}; charset=utf-8"
    assert server.http("GET", "/_mock").body == server.http("GET", "/_mock/").body


@pytest.mark.parametrize("method, path, operation", OPERATIONS, ids=IDS)
def test_every_route_is_answered(sample, method, path, operation):
    reply = call(sample, method, path, operation)
    assert 200 <= reply.status <= 299, reply
    assert str(reply.status) in operation["responses"]


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_other_methods_are_not_allowed(sample, path):
    known = [method.upper() for method in METHODS if method in DOCUMENT["paths"][path]]
    before = sample.control("GET", "/state").json
    for method in {"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"} - set(known):
        reply = sample.control(method, target_of(path), {} if method in ("PUT", "POST", "PATCH") else None)
        assert reply.status == 405, (method, reply)
    assert sample.control("GET", "/state").json == before


@pytest.mark.parametrize(
    "path",
    ["/x", "/health/", "/Health", "/state/x", "/clock/", "/clock/advance/", "/packs/", "/packs/a/", "/packs/a/b", "/packs//transition",
     "/packs/a/transition/x", "/faults/", "/faults/1/x", "/requests/1", "/metrics/", "/openapi.yaml", "/nothing.html", "/app.js/x", "/files.def", "/INDEX.HTML",
     "//health", "/./health", "/x/../health", "/..", "/../..", "/%2e%2e/", "/..%2f", "/style.css/../health", "/%00", "/health%00"],
)
def test_unknown_paths(sample, path):
    for method in ("GET", "PUT", "POST", "DELETE"):
        reply = sample.http(method, "/_mock" + path, b"{}" if method != "GET" else b"")
        assert (reply.status, reply.json["error"]["code"]) == (404, "NotFound"), (method, reply)
        control_document.check_response(DOCUMENT["components"]["responses"]["404"], reply)


# ---- every status of the document can be provoked ----

BAD_BODY = b'{"unknownKey": 1}'


def provocations():
    """{(method, path, status): what to do}; a function of (server, method, path, operation) -> Reply."""
    table = {}
    for method, path, operation in OPERATIONS:
        for status in map(int, operation["responses"]):
            if status < 300:
                table[method, path, status] = call
            elif status == 400 and "requestBody" in operation:
                table[method, path, status] = lambda server, method, path, _: server.control(method.upper(), target_of(path), BAD_BODY)
            elif status == 400:
                table[method, path, status] = lambda server, *rest: call(server, *rest, query=bad_query(rest[2]))
            elif status == 401:
                table[method, path, status] = without_token
            elif status == 403:
                table[method, path, status] = from_elsewhere
            elif status == 404:
                table[method, path, status] = of_nothing
            elif status == 409:
                table[method, path, status] = illegal_move
            elif status == 413:
                table[method, path, status] = too_large
    return table


def bad_query(operation):
    names = {resolve(parameter)["name"] for parameter in operation["parameters"] if resolve(parameter)["in"] == "query"}
    return "?account=x" if "account" in names else "?unknown=1"


def without_token(server, method, path, operation):
    body = body_of(operation)
    locked = server.start("--control-token", "secret")
    return control_document.control(locked, method.upper(), target_of(path), body and body[1])


def from_elsewhere(server, method, path, operation):
    body = body_of(operation)
    return control_document.control(server, method.upper(), target_of(path), body and body[1], {"Origin": "http://example.com"})


def of_nothing(server, method, path, operation):
    body = body_of(operation)
    return server.control(method.upper(), path.replace("{name}", "ghost").replace("{id}", "999").removeprefix("/_mock"), body and body[1])


def illegal_move(server, *_):
    return server.move("a", "DELETED")


def too_large(server, method, path, _operation):
    """Only announced, and sent until the server has had enough."""
    connection = server.connect()
    size = 256 * 1024 * 1024 + 1
    connection.putrequest(method.upper(), "/_mock" + target_of(path))
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    chunk = b" " * (1024 * 1024)
    for _ in range(256):
        connection.send(chunk)
    connection.send(b" ")
    response = connection.getresponse()
    reply = Reply(response.status, response.getheaders(), response.read())
    connection.close()
    control_document.check(method, path, reply)
    return reply


PROVOCATIONS = provocations()
# A body over 256 MiB takes a second: of those, one route is enough, as all share the code.
SLOW = {key for key in PROVOCATIONS if key[2] == 413 and key[1] != "/_mock/clock"}


@pytest.mark.parametrize("method, path, status", sorted(set(PROVOCATIONS) - SLOW))
def test_every_status(sample, frozen_server, method, path, status):
    sample.start = frozen_server
    operation = next(operation for one, known, operation in OPERATIONS if (one, known) == (method, path))
    assert PROVOCATIONS[method, path, status](sample, method, path, operation).status == status


def test_no_status_is_left_out():
    documented = {(method, path, int(status)) for method, path, operation in OPERATIONS for status in operation["responses"]}
    assert {key for key in documented - set(PROVOCATIONS) if key[2] != 500} == set()


# ---- wrong queries ----


def wrong_queries():
    for method, path, operation in OPERATIONS:
        for parameter in map(resolve, operation["parameters"]):
            if parameter["in"] != "query":
                continue
            values = {"": "empty", "%00": "NUL", "x" * 5000: "long", "-1": "-1", "1.5": "1.5", "99999999999999999999": "huge",
                      "0x10": "0x10", "%ff": "no UTF-8", "12345678901": "11 digits", "CREATE": "a word", "1;2": "a semicolon"}
            schema = parameter["schema"]
            for value, name in values.items():
                if not admits(schema, value):
                    yield pytest.param(method, path, operation, f"?{parameter['name']}={value}", parameter["name"],
                                       id=f"{method} {path} {parameter['name']} {name}")
        yield pytest.param(method, path, operation, "?unknown=1", "unknown", id=f"{method} {path} unknown")


def admits(schema, text):
    kind = resolve(schema).get("type")
    if kind == "integer":
        return bool(re.fullmatch("-?[0-9]+", text)) and control_document.is_valid(int(text), schema)
    if text in ("%00", "%ff"):
        return False
    return control_document.is_valid(text, schema)


@pytest.mark.parametrize("method, path, operation, query, name", wrong_queries())
def test_wrong_queries(sample, method, path, operation, query, name):
    if method == "get" and (path in ("/_mock/", "/_mock/{file}")):
        assert call(sample, method, path, operation, query).status == 200  # files have no use for a query
        return
    before = sample.control("GET", "/state").json
    reply = sample.control(method.upper(), target_of(path) + query, (body_of(operation) or (None, None))[1])
    assert (reply.status, reply.json["error"]["code"], reply.json["error"].get("path")) == (400, "InvalidQuery", name)
    assert sample.control("GET", "/state").json == before


# ---- wrong bodies ----


def spoilt_bodies(is_fixture):
    for method, path, operation in OPERATIONS:
        if (body := body_of(operation)) and ("Fixture" in operation["requestBody"].get("$ref", "")) == is_fixture:
            yield pytest.param(method, path, *body, id=f"{method} {path}")


def texts_of_no_json():
    return [b"", b" ", b"null", b"[]", b"1", b'"x"', b"{", b"{}}", b"{} x", b"{'a': 1}", b'{"a": 1,}', b"\xff{}", b'{"a": "\xff"}', b"[" * 100,
            b'{"a": NaN}', b'{"a": 01}', b"\xef\xbb\xbf{}", b'{"a":' * 2000]


@pytest.mark.parametrize("method, path, schema, example", spoilt_bodies(is_fixture=False))
def test_spoilt_bodies(sample, method, path, schema, example):
    before = sample.control("GET", "/state").json
    method, target = method.upper(), target_of(path)
    for what, place, spoilt in mutations(schema, example):
        text, where = spans(spoilt)
        reply = sample.control(method, target, text.encode())
        error = reply.json.get("error", {})
        assert (reply.status, error.get("code")) == (400, "InvalidBody"), (what, place, reply)
        begin, end = where[place]
        if error["message"].startswith("body:"):
            assert begin <= place_told(reply, text) < end, (what, place, reply)
        else:
            wanted = {place[0]} if place else {None, *schema.get("required", [])}
            assert error.get("path") in wanted, (what, place, reply)
    for text in texts_of_no_json():
        reply = sample.control(method, target, text)
        assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidBody"), (text, reply)
    key = next(iter(example))
    twice = json.dumps(example)[:-1] + f', "{key}": {json.dumps(example[key])}}}'
    assert sample.control(method, target, twice.encode()).status == 400
    assert sample.control("GET", "/state").json == before


def place_told(reply, text):
    """The offset in the text that the message speaks of, as body:LINE:COLUMN: what."""
    place = re.match(r"body:(\d+):(\d+): \S", reply.json["error"]["message"])
    assert place, reply
    return offset_of(text, int(place[1]), int(place[2]))


@pytest.mark.parametrize("method, path, schema, example", spoilt_bodies(is_fixture=True))
def test_spoilt_fixtures(sample, method, path, schema, example):
    method, target = method.upper(), target_of(path)
    before = sample.control("GET", "/state").json
    for what, place, spoilt in mutations(schema, example):
        text, where = spans(spoilt)
        reply = sample.control(method, target, text.encode())
        error = reply.json.get("error", {})
        assert (reply.status, error.get("code")) == (400, "InvalidFixture"), (what, place, reply)
        begin, end = where[place]
        assert begin <= place_told(reply, text) < end, (what, place, reply)
    for text in texts_of_no_json():
        reply = sample.control(method, target, text)
        assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture"), (text, reply)
    assert sample.control("GET", "/state").json == before


@pytest.mark.parametrize(
    "fixture, place",
    [
        (world("c", "d", "c"), ("conformancePacks", 2)),
        (world(moving("c", step("CREATE_COMPLETE"), step("DELETE_FAILED", manual=True))), ("conformancePacks", 0, "transitions", 1)),
        (world(moving("c", step("CREATE_IN_PROGRESS"), step("CREATE_FAILED", afterSeconds=5), step("CREATE_COMPLETE", afterSeconds=4))),
         ("conformancePacks", 0, "transitions", 2)),
        (world(moving("c", step("CREATE_IN_PROGRESS"), step("CREATE_FAILED", afterSeconds=5, manual=True))),
         ("conformancePacks", 0, "transitions", 1)),
        (world(moving("c", step("CREATE_IN_PROGRESS"), step("CREATE_FAILED"))), ("conformancePacks", 0, "transitions", 1)),
        (world(responses=[{"operation": "NoSuchOperation", "body": {}}]), ("responses", 0)),
        (world(responses=[{"operation": STATUS, "body": {"Unknown": 1}}]), ("responses", 0, "body")),
        (world(faults=[{"operation": "NoSuchOperation", "delayMs": 1}]), ("faults", 0, "operation")),
        (world(templates=[{"TemplateS3Uri": "s3://a/b", "TemplateBody": "x"}] * 2), ("templates", 1)),
        (world(credentials=[{"AccessKeyId": "A", "SecretAccessKey": "x", "account": "111111111111"}] * 2), ("credentials", 1)),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_fixtures_that_only_the_world_refuses(sample, method, fixture, place):
    before = sample.control("GET", "/state").json
    text, where = spans(fixture)
    reply = sample.control(method, "/state", text.encode())
    assert (reply.status, reply.json["error"]["code"]) == (400, "InvalidFixture"), reply
    begin, end = where[place]
    assert begin <= place_told(reply, text) < end, reply
    assert sample.control("GET", "/state").json == before
