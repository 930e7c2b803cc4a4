"""Inputs just inside and just outside every constraint of every operation, with the answer that each must get.

An oracle for the server's validation. It reads the same description of the model but shares nothing else with the
server: it makes one valid input for each operation, puts one value somewhere into it, and says from the place and the
value what must come of it.

    cases()     yields a Case each; several thousand
"""

import copy
import json
import math
import pathlib
import re
from dataclasses import dataclass
from typing import Optional

MODEL_FILE = pathlib.Path(__file__).resolve().parents[2] / "server" / "aws" / "model" / "config-2014-11-12.json"
MODEL = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
OPERATIONS = MODEL["operations"]
SHAPES = MODEL["shapes"]
NUMBERS = {"integer", "long", "float", "double"}
MOST_FAILURES = 10


@dataclass(frozen=True)
class Case:
    operation: str
    label: str  # what was put where
    body: dict
    documented: Optional[str] = None  # the error's name with --errors documented; None: it gets past validation
    observed: Optional[str] = None  # … with --errors observed
    message: Optional[str] = None

    def expected(self, mode):
        return self.observed if mode == "observed" else self.documented


# --- strings that a pattern takes, of a wanted length, and strings that it does not --------------------------------


def _repeat(prefix, filler, suffix=""):
    """Makes texts of any length: prefix, then as much filler as is needed, then suffix."""

    def make(length):
        room = length - len(prefix) - len(suffix)
        return prefix + filler * room + suffix if room >= 0 else None

    return make


def _fixed(*texts):
    return lambda length: next((text for text in texts if len(text) == length), None)


_ARN = "arn:aws:config:us-east-1:123456789012:"

# pattern -> (a text it takes, how to make one of a length, texts it does not take)
PATTERNS = {
    r"\d{12}": ("123456789012", _fixed("123456789012"), ["12345678901", "1234567890123", "12345678901a", "١" * 12]),
    r".*\S.*": ("a rule", _repeat("r", "x"), ["", " ", "\t \t", "a\n", "a\nb"]),
    r"arn:aws[a-z\-]*:config:[a-z\-\d]+:\d+:config-aggregator/config-aggregator-[a-z\d]+": (
        _ARN + "config-aggregator/config-aggregator-abc123",
        _repeat(_ARN + "config-aggregator/config-aggregator-", "a"),
        [_ARN + "config-aggregator/abc", "arn:aws:s3:us-east-1:1:config-aggregator/config-aggregator-a", ""],
    ),
    r"[\w\-]+": ("a_name-1", _repeat("a", "_"), ["", "a b", "a.b", "né", "a\n"]),
    r"^[0-9a-zA-Z\\*\\.\\\/\\?-]*$": ("us-east-1", _repeat("", "*"), ["a b", "a_b", "é", "a\n"]),
    r"[a-zA-Z][-a-zA-Z0-9]*": ("pack-1", _repeat("p", "-"), ["", "1pack", "-pack", "a_b", "a b", "pack\n", "é"]),
    r"^[a-z][a-z0-9\-]*@[a-z][a-z0-9\-]*[a-z0-9]\.iam\.gserviceaccount\.com$": (
        "sa@project-1.iam.gserviceaccount.com",
        _repeat("s", "a", "@pp.iam.gserviceaccount.com"),
        ["sa@p.iam.gserviceaccount.com", "SA@pp.iam.gserviceaccount.com", "sa@pp.iam.gserviceaccountXcom", ""],
    ),
    r"^projects/[0-9]+/locations/global/workloadIdentityPools/[^/]+/providers/[^/]+$": (
        "projects/1/locations/global/workloadIdentityPools/pool/providers/aws",
        _repeat("projects/1/locations/global/workloadIdentityPools/p/providers/", "x"),
        ["projects/x/locations/global/workloadIdentityPools/p/providers/a", "projects/1", "projects//x", ""],
    ),
    r"[A-Za-z0-9-_]+": ("rule_1-a", _repeat("r", "-"), ["", "a.b", "a b", "é"]),
    r"guard\-2\.x\.x": ("guard-2.x.x", _fixed("guard-2.x.x"), ["guard-2.0.0", "guard-2axax", "guard-2.x.xx", ""]),
    r"^arn:aws[a-z\-]*:config:[a-z\-\d]+:\d+:stored-query/[a-zA-Z0-9-_]+/query-[a-zA-Z\d-_/]+$": (
        _ARN + "stored-query/q_1/query-a-b_c/d",
        _repeat(_ARN + "stored-query/q/query-", "-"),
        [_ARN + "stored-query/q/a", _ARN + "stored-query/q.1/query-a", _ARN + "stored-query/q/query-a.b", ""],
    ),
    r"[\s\S]*": ("any\nthing", _repeat("", "x"), []),
    r"^\S+$": ("id", _repeat("i", "d"), ["", "a b", "a\n", "\t"]),
    r"^[a-zA-Z0-9-_]+$": ("query_1", _repeat("q", "-"), ["", "a.b", "a b", "a\n"]),
    r"[a-zA-Z0-9]{2,64}::[a-zA-Z0-9]{2,64}::[a-zA-Z0-9]{2,64}": (
        "AWS::EC2::VPC",
        lambda length: "A" * 64 + "::" + "B" * 64 + "::" + "C" * (length - 132) if 134 <= length <= 196 else None,
        ["AWS::EC2", "A::EC2::VPC", "AWS::EC2::V", "AWS::EC2::" + "V" * 65, "AWS:EC2:VPC", ""],
    ),
    r"^[a-zA-Z0-9_\-.:/]{3,200}$": ("a-document", _repeat("", "d"), ["", "ab", "d" * 201, "a b c", "abc\n"]),
    r"([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$)": ("$LATEST", _repeat("1", "0"), ["", "0", "LATEST", "$latest", "1a", "01"]),
    r"[A-Za-z0-9-]+": ("schema-1", _repeat("s", "-"), ["", "a_b", "a b", "é"]),
    r"[\w+=,.@-]+": ("config.amazonaws.com", _repeat("p", "."), ["", "a b", "a/b", "é"]),
    r"s3://.*": ("s3://bucket/key", _repeat("s3://", "k"), ["", "http://bucket/key", "S3://b", "xs3://b", "s3://a\nb"]),
}


def pattern_takes(pattern, text):
    """Java's matches(): the whole text; its classes are of ASCII; a hyphen behind \\d is one, not a bad range."""
    return re.fullmatch(re.sub(r"(\\[dsw])-", r"\1\\-", pattern), text, re.ASCII) is not None


def check_pattern_table():
    """Every pattern of the model has examples here, and they are what they claim to be."""
    for pattern in {shape["pattern"] for shape in SHAPES.values() if "pattern" in shape}:
        assert pattern in PATTERNS, f"a new pattern: give examples of {pattern}"
    for pattern, (good, make, bad) in PATTERNS.items():
        assert pattern_takes(pattern, good), (pattern, good)
        for length in range(1, 600):
            made = make(length)
            assert made is None or len(made) == length, (pattern, made)
        assert any(pattern_takes(pattern, make(length) or "\n") for length in range(1, 600)), pattern
        for text in bad:
            assert not pattern_takes(pattern, text), (pattern, text)


check_pattern_table()


# --- valid values ----------------------------------------------------------------------------------------------


def text_of(shape, length):
    """A text of that length, one that the pattern takes where that can be."""
    made = PATTERNS[shape["pattern"]][1](length) if "pattern" in shape else None
    return made if made is not None and pattern_takes(shape["pattern"], made) else "x" * length


def sample(name):
    """The least valid value of a shape."""
    shape = SHAPES[name]
    kind = shape["type"]
    if kind == "structure":
        return {member: sample(shape["members"][member]) for member in shape.get("required", [])}
    if kind == "list":
        return [sample(shape["element"]) for _ in range(shape.get("min", 0))]
    if kind == "map":
        return {f"key{i}": sample(shape["value"]) for i in range(shape.get("min", 0))}
    if kind == "string":
        if "enum" in shape:
            return shape["enum"][0]
        if "pattern" in shape:
            return PATTERNS[shape["pattern"]][0]
        return "x" * max(1, shape.get("min", 0))
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return 1767225600.5
    if kind in NUMBERS:
        return shape.get("min", 1)
    raise ValueError(f"no sample for {name}: {kind}")


# --- places ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """Where in an operation's input a value of `shape` stands."""

    steps: tuple  # of (kind, name, shape in which the step is made)
    shape: str

    @property
    def kind(self):
        return self.steps[-1][0]

    @property
    def holder(self):
        return self.steps[-1][2]

    def up(self):
        return Site(self.steps[:-1], self.holder)

    def path(self):
        """As messages write it: evaluations.1.member.annotation."""
        words = {
            "member": lambda name: name[:1].lower() + name[1:],
            "element": lambda _: "1.member",
            "value": lambda key: f"{key}.member",
        }
        return ".".join(words[kind](name) for kind, name, _ in self.steps)


MAP_KEY = "aKey"


def sites_of(name, steps=()):
    """Every place in a shape, outside in."""
    shape = SHAPES[name]
    if shape["type"] == "structure":
        inner = [("member", member, target) for member, target in shape["members"].items()]
    elif shape["type"] == "list":
        inner = [("element", "", shape["element"])]
    elif shape["type"] == "map":
        inner = [("key", "", shape["key"]), ("value", MAP_KEY, shape["value"])]
    else:
        inner = []
    for kind, step_name, target in inner:
        site = Site(steps + ((kind, step_name, name),), target)
        yield site
        yield from sites_of(target, site.steps)


ABSENT = object()


def plant(name, steps, value):
    """The least valid value of a shape, but with `value` (or nothing) at the end of `steps`."""
    if not steps:
        return value
    (kind, step_name, _), rest = steps[0], steps[1:]
    whole = sample(name)
    shape = SHAPES[name]
    if kind == "member":
        planted = plant(shape["members"][step_name], rest, value)
        if planted is ABSENT:
            whole.pop(step_name, None)
        else:
            whole[step_name] = planted
    elif kind == "element":
        planted = plant(shape["element"], rest, value)
        whole = [planted] + whole[1:]
    elif kind == "value":
        whole = {step_name: plant(shape["value"], rest, value)}
    else:  # a map's key
        whole = {value: sample(shape["value"])}
    return whole


def at(value, steps):
    for kind, name, _ in steps:
        value = value[0] if kind == "element" else value[name]
    return value


# --- what AWS says ---------------------------------------------------------------------------------------------


def units(text):
    """Length as Java counts."""
    return len(text.encode("utf-16-le")) // 2


def measure(shape, value):
    if shape["type"] in NUMBERS:
        return math.floor(value)
    return units(value) if shape["type"] == "string" else len(value)


def fnv1a(data):
    state = 0x811C9DC5
    for byte in data:
        state = ((state ^ byte) * 0x01000193) % 2**32
    return state


def shown(name, value):
    """As Java's toString() would; a structure by its class and a hash of what is in it."""
    shape = SHAPES[name]
    kind = shape["type"]
    if kind == "structure":
        present = [member for member in shape["members"] if member in value]
        content = "".join(f"{member}={shown(shape['members'][member], value[member])};" for member in present)
        return f"com.amazonaws.starling.dove.{name}@{fnv1a(content.encode()):x}"
    if kind == "list":
        return "[" + ", ".join(shown(shape["element"], item) for item in value) + "]"
    if kind == "map":
        return "{" + ", ".join(f"{key}={shown(shape['value'], item)}" for key, item in value.items()) + "}"
    if kind == "boolean":
        return "true" if value else "false"
    if kind in ("integer", "long"):
        return str(math.floor(value))
    return str(value) if kind != "timestamp" else format(value, ".17g")


def texts(shape):
    """What is said of each constraint that the shape has, by kind."""
    noun = "value" if shape["type"] in NUMBERS else "length"
    said = {}
    if "enum" in shape:
        said["enum"] = "Member must satisfy enum value set: [" + ", ".join(shape["enum"]) + "]"
    if "pattern" in shape:
        said["pattern"] = "Member must satisfy regular expression pattern: " + shape["pattern"]
    if "min" in shape:
        said["min"] = f"Member must have {noun} greater than or equal to {shape['min']}"
    if "max" in shape:
        said["max"] = f"Member must have {noun} less than or equal to {shape['max']}"
    return said


def broken(shape, value):
    """Which of its constraints a value breaks, in the order in which they are listed."""
    tests = {
        "enum": lambda: value in shape["enum"],
        "pattern": lambda: pattern_takes(shape["pattern"], value),
        "min": lambda: measure(shape, value) >= shape["min"],
        "max": lambda: measure(shape, value) <= shape["max"],
    }
    return [kind for kind in texts(shape) if not tests[kind]()]


def failures_at(site, body, value):
    """What the value planted at `site` of `body` is answered with; no more than it breaks itself."""
    shape = SHAPES[site.shape]
    bad = broken(shape, value)
    if not bad:
        return []
    said = texts(shape)
    if site.kind == "member":
        seen = f"Value '{shown(site.shape, value)}' at '{site.path()}' failed to satisfy constraint: "
        return [seen + said[kind] for kind in bad]
    subject = {"element": "Member", "key": "Map keys", "value": "Map value"}[site.kind]
    whole = at(body, site.up().steps)
    listed = ", ".join(said[kind] for kind in ("max", "min", "pattern", "enum") if kind in said)
    return [
        f"Value '{shown(site.holder, whole)}' at '{site.up().path()}' failed to satisfy constraint: "
        f"{subject} must satisfy constraint: [{listed}]"
    ]


def missing_at(site):
    return f"Value null at '{site.path()}' failed to satisfy constraint: Member must not be null"


def constraint_case(operation, label, body, failures, limit_broken):
    if not failures:
        return Case(operation, label, body)
    failures = failures[:MOST_FAILURES]
    declared = OPERATIONS[operation]["errors"]
    documented = "ValidationException"
    if limit_broken and "InvalidLimitException" in declared:
        documented = "InvalidLimitException"
    elif "InvalidParameterValueException" in declared:
        documented = "InvalidParameterValueException"
    plural = "s" if len(failures) > 1 else ""
    message = f"{len(failures)} validation error{plural} detected: " + "; ".join(failures)
    return Case(operation, label, body, documented, "ValidationException", message)


JAVA_CLASS = {str: "java.lang.String", bool: "java.lang.Boolean"}
JAVA_NUMBER = "com.amazon.coral.value.json.numbers.TruncatingBigNumber"
TARGETS = {"string": "an String", "integer": "an Integer", "long": "an Long", "timestamp": "milliseconds since epoch"}
GROUP_TEXTS = {"structure": "Expected null", "list": "Expected list or null", "map": "Expected map or null"}


def type_text(kind, value):
    """What is said of a value of the wrong type; None where the type is right or near enough."""
    if isinstance(value, list):
        return None if kind == "list" else "Start of list found where not expected"
    if isinstance(value, dict):
        return None if kind in ("structure", "map") else "Start of structure or map found where not expected."
    if kind in GROUP_TEXTS:
        return GROUP_TEXTS[kind]
    if kind == "boolean":
        if isinstance(value, str):
            word = value.upper()
            taken = word in ("TRUE", "FALSE", "YES", "NO", "1", "0")
            return None if taken else f"'{word}' can not be converted to an Boolean"
        whole = not isinstance(value, bool) and value == math.floor(value)
        return f"class {JAVA_NUMBER} can not be converted to an Boolean" if whole else None
    wanted = (str,) if kind == "string" else (int, float)
    if isinstance(value, wanted) and not isinstance(value, bool):
        return None
    return f"class {JAVA_CLASS.get(type(value), JAVA_NUMBER)} can not be converted to {TARGETS[kind]}"


# --- values worth trying at a place ----------------------------------------------------------------------------


def number_values(shape):
    low, high = shape.get("min"), shape.get("max")
    if low is not None:
        yield from (low, low - 1, low - 0.5, low + 0.25, -(2**31) - 1)
    if high is not None:
        yield from (high, high + 1, high + 0.5, 2**31, 2**53, 1e30)


def string_values(shape):
    if "enum" in shape:
        first, last = shape["enum"][0], shape["enum"][-1]
        yield from (first, last, "", "NOT_A_VALUE", first + " ", " " + last, first.swapcase(), "é")
        return
    good, _, bad = PATTERNS.get(shape.get("pattern"), ("x", None, []))
    yield good
    yield from bad
    for limit in (shape[kind] for kind in ("min", "max") if kind in shape):
        for length in (limit - 1, limit, limit + 1):
            if length >= 0:
                yield text_of(shape, length)
    if "max" in shape and "pattern" not in shape:
        yield "😀" * (shape["max"] // 2)
        yield "😀" * (shape["max"] // 2 + 1)
        yield "é" * shape["max"]
        yield "'\"\\;\n" if shape["max"] >= 5 else "'"


def list_values(shape):
    for limit in (shape[kind] for kind in ("min", "max") if kind in shape):
        for size in (limit - 1, limit, limit + 1):
            if size >= 0:
                yield [sample(shape["element"]) for _ in range(size)]


def map_values(shape):
    for limit in (shape[kind] for kind in ("min", "max") if kind in shape):
        for size in (limit - 1, limit, limit + 1):
            if size >= 0:
                yield {f"key{i}": sample(shape["value"]) for i in range(size)}


MAKERS = {"string": string_values, "list": list_values, "map": map_values}


def values_for(shape):
    maker = number_values if shape["type"] in NUMBERS else MAKERS.get(shape["type"], lambda _: ())
    tried = []
    for value in maker(shape):
        if value not in tried:
            tried.append(value)
            yield value


def wrong_types(kind):
    """A value of every JSON type but the right one, and those near enough to be taken."""
    yield from ("text", 7, 7.5, True, [], {})
    if kind == "boolean":
        yield from ("true", "No", "1", 0.5, -1.5)


# --- the cases -------------------------------------------------------------------------------------------------


def dotted(site):
    return ".".join(name or kind for kind, name, _ in site.steps)


def edge_cases(operation, input_name, site):
    for value in values_for(SHAPES[site.shape]):
        body = plant(input_name, site.steps, value)
        label = f"{dotted(site)} = {json.dumps(value)[:60]}"
        is_limit = len(site.steps) == 1 and site.steps[0][1] in ("Limit", "limit")
        yield constraint_case(operation, label, body, failures_at(site, body, value), is_limit)


def type_cases(operation, input_name, site):
    kind = SHAPES[site.shape]["type"]
    if site.kind == "key":  # in JSON always a string
        return
    for value in wrong_types(kind):
        text = type_text(kind, value)
        accepted_word = kind == "boolean" and text is None
        if text is None and not accepted_word:
            continue
        body = plant(input_name, site.steps, value)
        label = f"{dotted(site)} of type {type(value).__name__}"
        name = None if text is None else "SerializationException"
        yield Case(operation, label, body, name, name, text)


def required_cases(operation, input_name, site):
    """Without the member, and with null instead: missing only where it is required."""
    if site.kind != "member":
        return
    required = site.steps[-1][1] in SHAPES[site.holder].get("required", [])
    failures = [missing_at(site)] if required else []
    for label, value in (("absent", ABSENT), ("null", None)):
        body = plant(input_name, site.steps, value)
        yield constraint_case(operation, f"{dotted(site)} {label}", body, failures, False)


def first_bad(name):
    """A value that breaks its own constraints; ABSENT where there is none to break."""
    shape = SHAPES[name]
    return next((value for value in values_for(shape) if broken(shape, value)), ABSENT)


def together_cases(operation, input_name):
    """All that can go wrong at the top at once, in the model's order, ten at the most."""
    members = SHAPES[input_name]["members"]
    required = SHAPES[input_name].get("required", [])
    sites = {member: Site((("member", member, input_name),), target) for member, target in members.items()}
    missing = [missing_at(sites[member]) for member in members if member in required]
    yield constraint_case(operation, "nothing at all", {}, missing, False)

    body = {}
    failures = []
    for member, site in sites.items():
        bad = first_bad(site.shape)
        if bad is not ABSENT:
            body[member] = bad
            failures += failures_at(site, body, bad)
        elif member in required:
            failures.append(missing_at(site))
    limit_broken = any("' at 'limit' failed" in failure for failure in failures[:MOST_FAILURES])
    # written backwards: the order of the failures is the model's, not the request's
    backwards = dict(reversed(list(body.items())))
    yield constraint_case(operation, "everything at once", backwards, failures, limit_broken)


def crowd_cases(operation, input_name, site):
    """Lists of structures, all wrong: every one is named by its place, until the message is full."""
    if site.kind != "element" or SHAPES[site.shape]["type"] != "structure":
        return
    shape, holder = SHAPES[site.shape], SHAPES[site.holder]
    required = shape.get("required", [])
    if not required or any(kind == "element" for kind, _, _ in site.steps[:-1]):
        return
    fine = sample(site.shape)
    for crowd in ([fine, {}], [fine, fine, {}, fine, {}], [{}] * 12):
        body = plant(input_name, site.up().steps, crowd)
        failures = failures_at(site.up(), body, crowd)
        for place, one in enumerate(crowd, start=1):
            for member in required if not one else []:
                path = f"{site.up().path()}.{place}.member.{member[:1].lower()}{member[1:]}"
                failures.append(f"Value null at '{path}' failed to satisfy constraint: Member must not be null")
        yield constraint_case(operation, f"{dotted(site.up())} a crowd of {len(crowd)}", body, failures, False)


def plain_cases(operation, input_name):
    least = sample(input_name)
    yield Case(operation, "the least input", least)
    more = copy.deepcopy(least)
    more.update({"NoSuchMember": {"a": [1, None]}, "": 1})
    more.update({member.swapcase(): [[]] for member in SHAPES[input_name]["members"]})  # case counts
    yield Case(operation, "unknown members are dropped", more)


def cases():
    for operation, description in OPERATIONS.items():
        input_name = description.get("input")
        if input_name is None:
            yield Case(operation, "no input", {})
            yield Case(operation, "no input, unknown member", {"Limit": "x"})
            continue
        yield from plain_cases(operation, input_name)
        yield from together_cases(operation, input_name)
        for site in sites_of(input_name):
            yield from required_cases(operation, input_name, site)
            yield from edge_cases(operation, input_name, site)
            yield from type_cases(operation, input_name, site)
            yield from crowd_cases(operation, input_name, site)
