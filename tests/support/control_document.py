"""What every answer of the control API must be: held against server/control/openapi.json, whoever provoked it.

    checked(server)                             the server, whose .control() checks its answers from now on
    check(method, target, reply)                raises Violation; `target` is path and query
    is_valid(body, schema), mutations(...)      for tests that go through the document
"""

import copy
import functools
import json
import re
import urllib.parse

import jsonschema

from support import oracle
from support.oracle import require

PATH = oracle.ROOT / "server/control/openapi.json"
DOCUMENT = json.loads(PATH.read_text(encoding="utf-8"))
METHODS = ("get", "put", "post", "delete")

# The answers that any call may get, beside its own.
COMMON = {401, 403}

RESOLVER = jsonschema.RefResolver("", DOCUMENT)


def resolve(node):
    """What a $ref stands for."""
    while "$ref" in node and len(node) == 1:
        _, node = RESOLVER.resolve(node["$ref"])
    return node


def operations():
    """All of the document: [(method, path, operation)]."""
    return [
        (method, path, {**entry, "parameters": item.get("parameters", []) + entry.get("parameters", [])})
        for path, item in DOCUMENT["paths"].items()
        for method, entry in item.items()
        if method in METHODS
    ]


def _pattern(path):
    """Of the paths that it stands for; a parameter is one segment, or one of its enum."""
    text = re.escape(path)
    for parameter in map(resolve, DOCUMENT["paths"][path].get("parameters", [])):
        words = map(re.escape, parameter["schema"].get("enum", []))
        text = text.replace(re.escape(f"{{{parameter['name']}}}"), f"(?:{'|'.join(words) or '[^/]+'})")
    return re.compile(text)


_PATTERNS = [(_pattern(path), path) for path in DOCUMENT["paths"]]


def path_of(target):
    """The document's path for that of a request; None where it has none."""
    path = target.partition("?")[0]
    if re.search("[\0\ufffd]", urllib.parse.unquote(path, errors="replace")):
        return None  # NUL, or no UTF-8: no text
    if path in DOCUMENT["paths"]:
        return path
    return next((known for pattern, known in _PATTERNS if pattern.fullmatch(path)), None)


def errors_of(value, schema):
    return list(jsonschema.Draft202012Validator(schema, resolver=RESOLVER).iter_errors(value))


def is_valid(value, schema):
    return not errors_of(value, schema)


def check(method, target, reply):
    """That the document knows this answer. HEAD and OPTIONS have none of their own."""
    try:
        _check(method.lower(), target, reply)
    except oracle.Violation as violation:
        shown = reply.body if len(reply.body) < 2000 else reply.body[:2000] + b"..."
        raise oracle.Violation(
            f"{method} {target}: {violation}\nstatus {reply.status}, headers {reply.headers}\n{shown!r}"
        ) from None


def _check(method, target, reply):
    path = path_of(target)
    item = DOCUMENT["paths"].get(path, {})
    if path is None:
        allowed = {404}
    elif method not in item:
        allowed = {405}
    else:
        allowed = {int(status) for status in item[method]["responses"]}
    require(reply.status in allowed | COMMON, "status {} is not in the document: {}", reply.status, sorted(allowed))
    if str(reply.status) in item.get(method, {}).get("responses", {}):
        response = item[method]["responses"][str(reply.status)]
    else:
        response = DOCUMENT["components"]["responses"][str(reply.status)]
    check_response(resolve(response), reply)
    if reply.status == 405 and path is not None:
        given = {name.strip().lower() for name in reply.header("Allow").split(",")}
        require(given - {"head", "options"} == set(item) & set(METHODS), "Allow is {}", reply.header("Allow"))


def check_response(response, reply):
    for name, header in response.get("headers", {}).items():
        require(reply.header(name) is not None or not header.get("required"), "no {} header", name)
    media_type = (reply.header("Content-Type") or "").partition(";")[0].strip()
    require(media_type in response["content"], "Content-Type is {!r}", media_type)
    value = oracle.parse(reply.body) if media_type == "application/json" else reply.body.decode()
    for error in errors_of(value, response["content"][media_type]["schema"]):
        raise oracle.Violation(f"at {'/'.join(map(str, error.absolute_path))}: {error.message[:1000]}")


# ---- for the tests' servers ----


def control(server, method, path, body=None, headers=None):
    """Server.control, held against the document."""
    text = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    reply = server.http(method, "/_mock" + path, text, {"Content-Type": "application/json", **(headers or {})})
    check(method, "/_mock" + path, reply)
    return reply


def checked(server):
    server.control = functools.partial(control, server)
    return server


def apart(server):
    """The same server by a connection of its own, for a thread."""
    other = copy.copy(server)
    other._connection = None  # pylint: disable=protected-access
    return checked(other)


# ---- wrong bodies, made from the schema ----

OTHER_TYPES = [("null", None), ("boolean", False), ("number", 1.5), ("string", "!"), ("array", []), ("object", {})]


def mutations(schema, value, place=()):
    """Ways to spoil a valid value: [(what, place, spoilt value)]. The place is that of what is wrong; for what is
    missing, that of the object it is missing in. Only what the schema refuses is given."""
    whole = copy.deepcopy(value)
    return [(what, where, spoilt) for what, where, spoilt in _mutations(schema, whole, place) if not is_valid(spoilt, schema)]


def _mutations(schema, value, place):
    if schema is True or "$ref" in schema:
        schema = {} if schema is True else {**RESOLVER.resolve(schema["$ref"])[1], **schema}
    for name, other in OTHER_TYPES:
        yield f"a value of type {name}", place, other
    if isinstance(value, dict):
        yield from _object_mutations(schema, value, place)
    elif isinstance(value, list):
        if "maxItems" in schema:
            yield "too many", place, value[:1] * (schema["maxItems"] + 1)
        for what, where, spoilt in _mutations(schema.get("items", True), value[0], (*place, 0)) if value else ():
            yield what, where, [spoilt, *value[1:]]
    elif isinstance(value, str):
        yield from _string_mutations(schema, place)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number_mutations(schema, value, place)


def _object_mutations(schema, value, place):
    if schema.get("additionalProperties") is False:
        yield "an unknown key", (*place, "unknownKey"), {**value, "unknownKey": 1}
    for key in value:
        yield f"no {key}", place, {other: value[other] for other in value if other != key}
        for what, where, spoilt in _mutations(schema.get("properties", {}).get(key, True), value[key], (*place, key)):
            yield what, where, {**value, key: spoilt}


def _string_mutations(schema, place):
    for text in ("", "!", "with space", "x" * (schema.get("maxLength", 99) + 1), "é\U0001f600"):
        yield f"text {text[:12]!r}, {len(text)} characters", place, text


def _number_mutations(schema, value, place):
    step = 1 if isinstance(value, int) else 0.1
    for number in (schema.get("minimum", 0) - step, schema.get("maximum", 0) + step, value + 0.5):
        yield f"number {number}", place, number


# ---- where in a text something stands ----


def spans(value):
    """JSON text of the value, a line for each scalar, and where in it everything stands: {place: (from, to)}; a
    member begins with its key."""
    parts, found = [], {}
    length = 0

    def put(text):
        nonlocal length
        parts.append(text)
        length += len(text)

    def write(node, place, begin):
        if isinstance(node, (dict, list)):
            items = node.items() if isinstance(node, dict) else enumerate(node)
            put("{" if isinstance(node, dict) else "[")
            for number, (key, child) in enumerate(items):
                put(",\n" if number else "\n")
                start = length
                if isinstance(node, dict):
                    put(json.dumps(key) + ": ")
                write(child, (*place, key), start)
            put("\n}" if isinstance(node, dict) else "\n]")
        else:
            put(json.dumps(node, ensure_ascii=True))
        found[place] = (begin, length)

    write(value, (), 0)
    return "".join(parts), found


def offset_of(text, line, column):
    lines = text.split("\n")
    assert 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1, (line, column)
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
