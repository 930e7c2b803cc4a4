"""Worlds at random, and what happens in them: the same from the same seed.

    RandomWorld(seed).fixture(is_frozen)      a fixture that uses whatever a fixture may have
    RandomWorld(seed).happenings(count)       functions of a server: requests, moves, the clock; each gives what was seen
"""

import http.client
import random

from support.server import MEDIA_TYPE, authorization, target

ACCOUNTS = ["123456789012", "210987654321"]
REGIONS = ["us-east-1", "cn-north-1"]
SCOPES = [{"account": account, "region": region} for account in ACCOUNTS for region in REGIONS]
NAMES = ["a", "b-1", "Security-Baseline", "zz", "x" * 256, "bad-one", "bad-two"]

TEXTS = ["", "x", "denied", 'a "quoted" \\ word', "<script>alert(1)</script>", "two\nlines\tand a tab", "\u2603 \U0001f600 \u00fc", "\u007f\u0001",
         "a" * 255, "null", "{}"]

# store/movement.c's rules
NEXT = {
    "CREATE_IN_PROGRESS": ["CREATE_COMPLETE", "CREATE_FAILED"],
    "CREATE_COMPLETE": ["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"],
    "CREATE_FAILED": ["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "CREATE_COMPLETE"],
    "DELETE_IN_PROGRESS": ["DELETED", "DELETE_FAILED"],
    "DELETE_FAILED": ["DELETE_IN_PROGRESS", "CREATE_IN_PROGRESS", "DELETED"],
    "DELETED": [],
}
STATES = [state for state in NEXT if state != "DELETED"]

START = 1767225600  # 2026-01-01T00:00:00Z

TEMPLATE = """Parameters:
  Days: {Type: String, Default: "90"}
Resources:
  Rule%d:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: rule-%d
      InputParameters: {days: !Ref Days}
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
"""


class RandomWorld:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.far = False

    def maybe(self, members, chance=0.4):
        """Some of them; each a value, or a function that makes it."""
        return {key: value() if callable(value) else value for key, value in members.items() if self.random.random() < chance}

    def text(self, shortest=0):
        return self.random.choice([text for text in TEXTS if len(text) >= shortest])

    def instant(self, seconds):
        """As one may write it."""
        if self.random.random() < 0.5:
            return round(START + seconds, 3)
        days, rest = divmod(round(seconds * 1000) + START * 1000, 86400000)
        year_day = days - START // 86400
        clock = f"{rest // 3600000:02}:{rest // 60000 % 60:02}:{rest // 1000 % 60:02}.{rest % 1000:03}Z"
        return f"2026-01-{year_day + 1:02}T{clock}" if year_day >= 0 else f"2025-12-{32 + year_day:02}T{clock}"

    # ---- the parts of a fixture ----

    def fixture(self, is_frozen=True):
        """Of a world whose clock runs, no step is due for as long as a test takes."""
        self.far = not is_frozen
        choice = self.random
        parts = {
            "clock": {"now": self.instant(choice.choice([0, 0.001, 30, 1234.567])), "mode": "frozen" if is_frozen else "real"},
            "credentials": [
                {"AccessKeyId": f"AKIA{number}", "SecretAccessKey": self.text(1), "account": choice.choice(ACCOUNTS),
                 **self.maybe({"SessionToken": self.text})} for number in range(choice.randrange(3))
            ],
            "templates": [
                {choice.choice(["TemplateS3Uri", "DocumentName"]): f"s3://bucket/{number}.yaml", "TemplateBody": TEMPLATE % (number, number)}
                for number in range(choice.randrange(3))
            ],
            "conformancePacks": self.packs(),
            "scripts": [self.script() for _ in range(choice.randrange(4))],
            "responses": [self.response() for _ in range(choice.randrange(3))],
            "faults": [self.fault() for _ in range(choice.randrange(3))],
        }
        return {key: value for key, value in parts.items() if value or choice.random() < 0.3}

    def packs(self):
        return [self.pack(name, scope) for scope in SCOPES for name in NAMES if self.random.random() < 0.35]

    def pack(self, name, scope):
        described = {
            "ConformancePackId": f"conformance-pack-{self.random.randrange(10**9):09}",
            "StackArn": lambda: self.text(1),
            "CreatedBy": lambda: self.text(1),
            "DeliveryS3Bucket": lambda: self.text()[:63],
            "DeliveryS3KeyPrefix": lambda: self.text(),
            "ConformancePackInputParameters": lambda: [
                {"ParameterName": self.text(1)[:250] + str(number), "ParameterValue": self.text()} for number in range(self.random.randrange(3))
            ],
            "TemplateSSMDocumentDetails": lambda: {"DocumentName": "document", **self.maybe({"DocumentVersion": "1"})},
            "ConformancePackStatusReason": lambda: self.text(),
        }
        pack = {"ConformancePackName": name, **scope, **self.maybe(described)}
        if scope == SCOPES[0] and self.random.random() < 0.3:
            del pack["account"], pack["region"]
        requested = -self.random.choice([0, 0, 1, 30.5, 100])
        pack |= self.maybe({"LastUpdateRequestedTime": lambda: self.instant(requested)})
        state = self.random.choice(STATES)
        if self.random.random() < 0.6:
            pack["ConformancePackState"] = state
            steps = self.steps(state)
        elif self.random.random() < 0.5:
            pack.pop("ConformancePackStatusReason", None)
            pack["transitions"] = [{"ConformancePackState": state, **self.reason()}, *self.steps(state)]
            steps = None
        else:
            return pack
        # a state after a success says when that was; in CREATE_COMPLETE it is the state's own
        completed = requested if state == "CREATE_COMPLETE" else requested - 50
        if "LastUpdateRequestedTime" in pack:
            pack |= self.maybe({"LastUpdateCompletedTime": lambda: self.instant(completed)})
        return pack if steps is None else pack | self.maybe({"transitions": steps}, 0.7)

    def reason(self):
        return self.maybe({"ConformancePackStatusReason": self.text}, 0.5)

    def steps(self, state):
        steps, seconds = [], 10000 if self.far else 0
        for _ in range(self.random.randrange(5)):
            if not NEXT[state]:
                break
            state = self.random.choice(NEXT[state])
            kind = self.random.choice(["afterSeconds", "afterSeconds", "afterPolls", "manual"])
            if kind == "afterSeconds":
                seconds = round(seconds + self.random.choice([0, 0.001, 1, 5, 31.5, 100]), 3)
                trigger = seconds
            else:
                trigger = self.random.randrange(1, 4) if kind == "afterPolls" else True
                seconds = 10000 if self.far else 0
            steps.append({"ConformancePackState": state, kind: trigger, **self.reason()})
        return steps

    def scope(self):
        return self.maybe(self.random.choice(SCOPES), 0.3)

    def script(self):
        script = {**self.maybe({"match": "bad-*", "times": 2}), **self.scope()}
        if self.random.random() < 0.4:
            progressions = ["after 24h", "polls 3", "manual"] + ([] if self.far else ["immediate", "after 5s", "after 1500ms"])
            return {**script, **self.maybe({"on": self.random.choice(["create", "update", "delete"])}),
                    "progression": self.random.choice(progressions)}
        begins = self.random.choice(["CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"])
        event = self.random.choice(["create", "update"]) if begins == "CREATE_IN_PROGRESS" else "delete"
        return {**script, "on": event, "transitions": self.steps(begins)}

    def response(self):
        error = {"__type": "NoSuchConfigRuleException", "message": self.text(1), **self.maybe({"status": 400})}
        return {"operation": "DescribeConfigRules", **self.scope(), **self.maybe({"times": self.random.randrange(1, 4)}),
                **self.random.choice([{"body": {"ConfigRules": [], "NextToken": self.text()}}, {"error": error}])}

    def fault(self):
        return {
            "operation": self.random.choice(["DescribeDeliveryChannels", "DescribeDeliveryChannels", "ListDiscoveredResources"]),
            **self.scope(),
            **self.random.choice([{"error": "ThrottlingException"}, {"error": "AccessDeniedException", "message": self.text()},
                                  {"error": "InternalServerError", "status": 503}, {"delayMs": 1, "jitterMs": 2}, {"connection": "truncate"}]),
            **self.maybe({"times": self.random.randrange(1, 4), "skip": self.random.randrange(3)}),
        }

    # ---- what happens ----

    def happenings(self, count, *, creating=True):
        kinds = [self.poll, self.poll, self.advance, self.move, self.describe, self.meet_fault]
        kinds += [self.put, self.put, self.delete, self.tag, self.untag] if creating else []
        return [self.random.choice(kinds)() for _ in range(count)]

    def call(self, operation, **members):
        scope = self.random.choice(SCOPES)
        return lambda server: _seen(server.post(operation, members, **scope))

    def poll(self):
        names = self.random.sample(NAMES, self.random.randrange(4))
        return self.call("DescribeConformancePackStatus", **({"ConformancePackNames": names} if names else {}))

    def describe(self):
        return self.call(self.random.choice(["DescribeConformancePacks", "DescribeConfigRules"]))

    def meet_fault(self):
        scope = self.random.choice(SCOPES)

        def meet(server):
            try:
                reply = server.http("POST", "/", b"{}", _headers("DescribeDeliveryChannels", scope))
            except (OSError, http.client.HTTPException) as error:
                return type(error).__name__
            return reply.status, reply.json

        return meet

    def advance(self):
        seconds = self.random.choice([0.001, 1, 5, 31.5, 100])
        return lambda server: server.advance(seconds)

    def move(self):
        scope = self.random.choice(SCOPES)
        name, state = self.random.choice(NAMES), self.random.choice(list(NEXT))
        members = self.maybe({"force": True, "ConformancePackStatusReason": self.text})
        query = f"?account={scope['account']}&region={scope['region']}"
        return lambda server: _seen(server.move(name, state, query, **members))

    def put(self):
        number = self.random.randrange(3)
        template = self.random.choice([{"TemplateBody": TEMPLATE % (number, number)}, {"TemplateS3Uri": f"s3://bucket/{number}.yaml"}])
        optional = {
            "DeliveryS3Bucket": "awsconfigconforms-x",
            "DeliveryS3KeyPrefix": "prefix",
            "ConformancePackInputParameters": [{"ParameterName": "Days", "ParameterValue": self.text()}],
            "Tags": [{"Key": "team", "Value": self.text()}, {"Key": "\u2603", "Value": ""}],
        }
        return self.call("PutConformancePack", ConformancePackName=self.random.choice(NAMES), **template, **self.maybe(optional))

    def delete(self):
        return self.call("DeleteConformancePack", ConformancePackName=self.random.choice(NAMES))

    def tag(self):
        return self._on_arn("TagResource", Tags=[{"Key": self.random.choice("abc"), "Value": self.text()}])

    def untag(self):
        return self._on_arn("UntagResource", TagKeys=[self.random.choice(["a", "b", "team"])])

    def _on_arn(self, operation, **members):
        scope, choice = self.random.choice(SCOPES), self.random.random()

        def act(server):
            packs = server.post("DescribeConformancePacks", {}, **scope).json["ConformancePackDetails"]
            if not packs:
                return None
            arn = packs[int(choice * len(packs))]["ConformancePackArn"]
            return _seen(server.post(operation, {"ResourceArn": arn, **members}, **scope))

        return act


def look(server):
    """What AWS's own operations show of a world; a poll for each pack. The order of the scopes is fixed."""
    shown = []
    for scope in SCOPES:
        packs = server.post("DescribeConformancePacks", {}, **scope).json["ConformancePackDetails"]
        tags = [_seen(server.post("ListTagsForResource", {"ResourceArn": pack["ConformancePackArn"]}, **scope)) for pack in packs]
        shown.append((packs, tags, _seen(server.post("DescribeConformancePackStatus", {}, **scope))))
    return shown


def _seen(reply):
    return reply.status, reply.json


def _headers(operation, scope):
    return {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(operation), **authorization(**scope)}
