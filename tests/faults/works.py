"""What is asked of a server whose calls fail: a world with some of everything in it, and a request of every kind."""

import json

from support.lifecycle import DESCRIBE, LIST_TAGS, TAG, TEMPLATE, UNTAG, delete, parameters, put, script, tag_list
from support.server import STATUS
from support.worlds import moving, names, pack, step, world

PACKS = 30
ARN = "arn:aws:config:us-east-1:123456789012:conformance-pack/tagged/conformance-pack-tagged00a"

CREATING, CREATED, FAILED = "CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED"

WORLD = world(
    *names(PACKS),
    pack(
        "tagged",
        ConformancePackArn=ARN,
        ConformancePackId="conformance-pack-tagged00a",
        Tags=tag_list("one", two="2"),
        TemplateBody=TEMPLATE,
        ConformancePackInputParameters=parameters(one="1", two="2"),
    ),
    # its answers are counted, so that reading changes something too
    moving("polled", step(CREATING), step(CREATED, afterPolls=100000)),
    moving("moving", step(CREATING), step(FAILED, "No such role.", afterSeconds=30), step(CREATED, manual=True)),
    clock={"now": "2026-01-01T00:00:00Z", "mode": "frozen"},
    credentials=[{"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s", "account": "111111111111"}],
    scripts=[script("create", step(FAILED, "No.", afterSeconds=5), match="new-*", times=100000)],
    templates=[{"TemplateS3Uri": "s3://bucket/template.yaml", "TemplateBody": TEMPLATE}],
    responses=[{"operation": "DescribeConfigRules", "body": {"ConfigRules": []}, "times": 100000}],
    faults=[{"operation": "ListStoredQueries", "error": "ThrottlingException", "times": 100000}],
)

PARAMETERS = "Parameters: {a: {Type: String}}\n"

MORE = world(*names(20, prefix="more"), pack("more-tagged", Tags=tag_list("a", "b")))


def _advance(server):
    return server.control("POST", "/clock/advance", {"seconds": 31})


# Each is asked of WORLD; what it changes shows in what the world is afterwards.
WORKS = {
    "describe one": lambda server: server.post(STATUS, {"ConformancePackNames": ["pack-003"]}),
    "describe 25": lambda server: server.post(STATUS, {"ConformancePackNames": names(25)}),
    "describe a page": lambda server: server.post(STATUS),
    "describe polled": lambda server: server.post(STATUS, {"ConformancePackNames": ["polled", "tagged"], "Limit": 1}),
    "describe what packs are": lambda server: server.post(DESCRIBE, {"ConformancePackNames": ["tagged"]}),
    "put a new one": lambda server: put(
        server,
        "new-one",
        Tags=tag_list("one", "two"),
        TemplateBody=PARAMETERS + TEMPLATE,
        ConformancePackInputParameters=parameters(a="1"),
    ),
    "put from a template": lambda server: put(
        server, "new-one", TemplateS3Uri="s3://bucket/template.yaml"
    ),
    "put again": lambda server: put(
        server, "tagged", TemplateBody=PARAMETERS + TEMPLATE, ConformancePackInputParameters=parameters(a="1")
    ),
    "delete": lambda server: delete(server, "tagged"),
    "tag": lambda server: server.post(TAG, {"ResourceArn": ARN, "Tags": tag_list("three", two="II")}),
    "untag": lambda server: server.post(UNTAG, {"ResourceArn": ARN, "TagKeys": ["one", "two"]}),
    "list tags": lambda server: server.post(LIST_TAGS, {"ResourceArn": ARN}),
    "a written answer": lambda server: server.post("DescribeConfigRules", account="AKIAIOSFODNN7EXAMPLE"),
    "meet a fault": lambda server: server.post("ListStoredQueries"),
    "not in a way to be deleted": lambda server: delete(server, "moving"),
    "export": lambda server: server.control("GET", "/state"),
    "import": lambda server: server.control("PUT", "/state", MORE),
    "import within": lambda server: server.control(
        "PUT", "/state?account=123456789012&region=us-east-1", world(*names(5, prefix="more"))
    ),
    "add": lambda server: server.control("POST", "/state", MORE),
    "reset": lambda server: server.control("POST", "/reset"),
    "reset to empty": lambda server: server.control("POST", "/reset?to=empty&account=123456789012"),
    "advance": _advance,
    "set the clock": lambda server: server.control(
        "PUT", "/clock", {"now": "2027-01-01T00:00:00Z", "mode": "frozen"}
    ),
    "move": lambda server: server.move("moving", "CREATE_FAILED", ConformancePackStatusReason="By hand."),
    "packs": lambda server: server.control("GET", "/packs?search=pack&limit=10"),
    "a pack": lambda server: server.control("GET", "/packs/tagged"),
    "worlds": lambda server: server.control("GET", "/worlds"),
    "add a fault": lambda server: server.control(
        "POST", "/faults", {"operation": "*", "delayMs": 1, "account": "9" * 12}
    ),
    "remove faults": lambda server: server.control("DELETE", "/faults?account=123456789012"),
    "faults": lambda server: server.control("GET", "/faults"),
    "journal": lambda server: server.control("GET", "/requests?limit=10"),
    "metrics": lambda server: server.control("GET", "/metrics"),
    "console": lambda server: server.control("GET", "/"),
}

# Their answers tell of earlier requests too, or number what is there.
VARYING = {"journal", "metrics", "faults", "add a fault"}


def export(server):
    reply = server.control("GET", "/state")
    assert reply.status == 200, reply
    return reply.json


def restore(server, state):
    reply = server.control("PUT", "/state", json.dumps(state).encode())
    assert reply.status == 200, reply
