"""What every answer of the AWS endpoint must be: held against the service model, whoever provoked it.

It reads the same description of the model as the server does, and shares nothing else with it.

    check_reply(operation, status, headers, body)   raises Violation
    SEEN                                            {(operation, error or "")} of all that was checked
"""

import base64
import email.utils
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = json.loads((ROOT / "server/aws/model/config-2014-11-12.json").read_text(encoding="utf-8"))
OPERATIONS = MODEL["operations"]
SHAPES = MODEL["shapes"]

SEEN = set()

# Declared errors that the server has no way to raise but by a fault or a canned response: they need not be seen.
UNRAISED = {
    ("PutConformancePack", "InsufficientPermissionsException"),  # the server knows no permissions
}

# What the front door and the common errors of AWS answer beside what an operation declares: name -> status.
COMMON = {
    "AccessDeniedException": 400,
    "ExpiredTokenException": 400,
    "IncompleteSignatureException": 400,
    "InvalidSignatureException": 400,
    "MissingAuthenticationTokenException": 400,
    "NotImplementedException": 400,  # ours: an operation without code or response
    "RequestEntityTooLargeException": 413,  # ours: AWS's own limit is not public
    "SerializationException": 400,
    "ThrottlingException": 400,
    "UnknownOperationException": 400,
    "UnrecognizedClientException": 400,
    "ValidationException": 400,
}

# Beside those, what an operation raises without declaring it.
UNDECLARED = {
    ("DescribeConformancePackStatus", "NoSuchConformancePackException"),  # --unknown-pack error
}

# Required members that AWS was seen to leave out: (structure, member) -> (another member, its value then).
MAY_LACK = {
    # documented: after a failed create whose stack was rolled back
    ("ConformancePackStatusDetail", "StackArn"): ("ConformancePackState", "CREATE_FAILED"),
}

# Lists that AWS was seen to answer empty, whatever the model says.
MAY_BE_EMPTY = {"TagList"}

CAPITAL_MESSAGE = {"AccessDeniedException", "SerializationException"}
MAY_HAVE_NO_MESSAGE = {"SerializationException", "UnknownOperationException"}

# The gateway's own answers are XML, and come without a Content-Type.
GATEWAY = {
    403: {
        b"<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n"
        b"</AccessDeniedException>\n",
        b"<MissingAuthenticationTokenException>\n  <Message>Missing Authentication Token</Message>\n"
        b"</MissingAuthenticationTokenException>\n",
    },
    404: {b"<UnknownOperationException/>\n"},
}

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Violation(AssertionError):
    """An answer that AWS would not give."""


def require(condition, text, *arguments):
    if not condition:
        raise Violation(text.format(*arguments))


def check_reply(operation, status, headers, body, tolerated=frozenset()):
    """`operation` is what was asked for, be it one or not; `headers` a list of pairs; `body` bytes. Errors whose names
    are `tolerated`, as a test makes them by a fault, may come from any operation, with any status."""
    try:
        if status in GATEWAY and body in GATEWAY[status]:
            check_headers(headers, body, None)
            return
        check_headers(headers, body, "application/x-amz-json-1.1")
        if status == 200:
            check_output(operation, body)
            SEEN.add((operation, ""))
        else:
            SEEN.add((operation, check_error(operation, status, parse(body), tolerated)))
    except Violation as violation:
        shown = body if len(body) < 2000 else body[:2000] + b"..."
        raise Violation(f"{operation}: {violation}\nstatus {status}, headers {headers}\n{shown!r}") from None


def check_headers(headers, body, media_type):
    values = {name.lower(): value for name, value in headers}
    wanted = {"x-amzn-requestid", "content-length", "date"} | ({"content-type"} if media_type else set())
    require(len(values) == len(headers), "a header is there twice")
    require(set(values) == wanted, "headers are {}, not {}", sorted(values), sorted(wanted))
    require(UUID.fullmatch(values["x-amzn-requestid"]), "x-amzn-RequestId is no UUID")
    require(values["content-length"] == str(len(body)), "Content-Length is not that of the body")
    require(email.utils.parsedate_to_datetime(values["date"]), "Date is none")
    require(values.get("content-type") == media_type, "Content-Type is {}", values.get("content-type"))


def refuse_duplicates(pairs):
    keys = [key for key, _ in pairs]
    require(len(keys) == len(set(keys)), "a key is there twice: {}", keys)
    return dict(pairs)


def refuse_constant(text):
    raise Violation(f"{text} is no JSON")


def parse(body):
    try:
        return json.loads(body.decode(), object_pairs_hook=refuse_duplicates, parse_constant=refuse_constant)
    except ValueError as error:
        raise Violation(f"the body is no JSON: {error}") from None


def check_error(operation, status, answer, tolerated):
    """The error's name."""
    require(isinstance(answer, dict) and isinstance(answer.get("__type"), str), "an error without __type")
    name = answer["__type"]
    declared = OPERATIONS.get(operation, {}).get("errors", [])
    known = name in declared or name in COMMON or (operation, name) in UNDECLARED
    require(known or name in tolerated, "{} is not an error of this operation", name)
    require(status == COMMON.get(name, 400) or name in tolerated, "{} with status {}", name, status)
    require((name == "UnknownOperationException") <= (operation not in OPERATIONS), "the operation is known")
    key = "Message" if name in CAPITAL_MESSAGE else "message"
    if key not in answer and name in MAY_HAVE_NO_MESSAGE | tolerated:
        require(list(answer) == ["__type"], "unknown keys in {}", answer)
    else:
        require(list(answer) == ["__type", key], "the keys of {} are not __type, {}", answer, key)
        require(isinstance(answer[key], str) and answer[key], "the {} is empty", key)
    return name


def check_output(operation, body):
    require(operation in OPERATIONS, "status 200 for an operation that does not exist")
    output = OPERATIONS[operation].get("output")
    if output is None:
        require(body == b"", "this operation's answer is empty")
    else:
        check_shape(output, parse(body), output)


# ---- shapes ----


def check_shape(name, value, path):
    shape = SHAPES[name]
    if value == [] and name in MAY_BE_EMPTY:
        return
    CHECKS[shape["type"]](shape, value, path)
    for member in shape.get("required", []):
        other, then = MAY_LACK.get((name, member), (None, None))
        require(member in value or other and value.get(other) == then, "{} lacks {}", path, member)


def check_structure(shape, value, path):
    require(isinstance(value, dict), "{} must be an object", path)
    members = shape["members"]
    unknown = [key for key in value if key not in members]
    require(not unknown, "{} has members that the model does not know: {}", path, unknown)
    in_order = [key for key in members if key in value]
    require(list(value) == in_order, "{} has its members in another order than the model", path)
    for key, member in value.items():
        check_shape(members[key], member, f"{path}.{key}")


def check_list(shape, value, path):
    require(isinstance(value, list), "{} must be a list", path)
    check_size(shape, len(value), path)
    for index, element in enumerate(value):
        check_shape(shape["element"], element, f"{path}[{index}]")


def check_map(shape, value, path):
    require(isinstance(value, dict), "{} must be a map", path)
    check_size(shape, len(value), path)
    for key, element in value.items():
        check_shape(shape["key"], key, f"{path} key {key}")
        check_shape(shape["value"], element, f"{path}[{key}]")


def check_string(shape, value, path):
    require(isinstance(value, str), "{} must be a string", path)
    check_size(shape, len(value.encode("utf-16-le")) // 2, path)  # as Java counts
    if "enum" in shape:
        require(value in shape["enum"], "{}: {} is none of {}", path, value, shape["enum"])


def check_number(shape, value, path):
    require(isinstance(value, (int, float)) and not isinstance(value, bool), "{} must be a number", path)
    check_size(shape, value, path)


def check_integer(shape, value, path):
    require(isinstance(value, int), "{} must be a whole number", path)
    check_number(shape, value, path)


def check_timestamp(shape, value, path):
    check_number(shape, value, path)
    require(round(value, 3) == value, "{} must be epoch seconds with milliseconds", path)


def check_boolean(_shape, value, path):
    require(isinstance(value, bool), "{} must be true or false", path)


def check_blob(_shape, value, path):
    require(isinstance(value, str), "{} must be base64", path)
    try:
        base64.b64decode(value, validate=True)
    except ValueError:
        raise Violation(f"{path} is no base64") from None


def check_size(shape, size, path):
    low, high = shape.get("min", size), shape.get("max", size)
    require(low <= size <= high, "{}: {} is not within {} to {}", path, size, low, high)


CHECKS = {
    "structure": check_structure,
    "list": check_list,
    "map": check_map,
    "string": check_string,
    "integer": check_integer,
    "long": check_integer,
    "float": check_number,
    "double": check_number,
    "timestamp": check_timestamp,
    "boolean": check_boolean,
    "blob": check_blob,
}


# ---- what a whole run must have seen ----


def implemented():
    """The operations that have code."""
    rows = (ROOT / "server/operations/operations.def").read_text(encoding="utf-8")
    return re.findall(r"^X\((\w+),", rows, re.MULTILINE)


def never_seen(seen):
    """In words, what of the implemented operations a run did not see."""
    lines = []
    for operation in implemented():
        for outcome in ["", *OPERATIONS[operation]["errors"]]:
            if (operation, outcome) not in seen and (operation, outcome) not in UNRAISED:
                lines.append(f"{operation}: {outcome or 'success'}")
    return lines
