"""A client that asks for everything, at random: the same from the same seed.

    client.py PORT SEED     asks until standard input ends; then prints what became of it, as JSON

A request that could not be foreseen (see `judge`) ends it with exit status 1.
"""

import collections
import http.client
import json
import random
import select
import sys

ACCOUNTS = ["111111111111", "222222222222", "333333333333"]
REGIONS = ["us-east-1", "eu-central-1"]
NAMES = [f"pack-{number:02}" for number in range(30)]
STATES = ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED", "DELETE_IN_PROGRESS", "DELETE_FAILED", "DELETED"]
PLANTED = "planted by the soak"
TEMPLATE = """Resources:
  Rule:
    Type: AWS::Config::ConfigRule
    Properties: {ConfigRuleName: rule-%d, Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}}
"""


class Client:
    def __init__(self, port, seed):
        self.random = random.Random(seed)
        self.port = port
        self.connection = None
        self.counts = collections.Counter()
        self.token = None  # of the page before
        self.arn = None  # of the last pack that was put
        self.scope = {}

    # ---- one request ----

    def send(self, method, path, body, headers):
        """(status, body); None where the connection broke, as a fault may have it."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            text = response.read()
        except (http.client.HTTPException, ConnectionError):
            self.close()
            return None
        if self.random.random() < 0.02:
            self.close()
        return response.status, text

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def judge(self, kind, what, answer):
        """Counts it. What nobody asked for ends it: an answer of 5xx that is no planted fault."""
        if answer is None:
            self.counts[f"{kind} broken off"] += 1
            return None
        status, text = answer
        self.counts[f"{kind} answered"] += 1
        value = json.loads(text) if text[:1] in (b"{", b"[") else None
        if status >= 400:
            name = value.get("__type") or value["error"]["code"] if value else "no JSON"
            self.counts[f"{kind} {status} {name}"] += 1
            if status >= 500 and PLANTED not in text.decode():
                sys.exit(f"{what} was answered with {status}: {text[:500]!r}")
        return value if status < 300 else None

    def aws(self, operation, body):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        credential = f"{self.scope['account']}/20260101/{self.scope['region']}/config/aws4_request"
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"StarlingDoveService.{operation}",
            "X-Amz-Date": "20260101T000000Z",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature={'0' * 64}",
        }
        return self.judge("aws", operation, self.send("POST", "/", text, headers))

    def control(self, method, path, body=None):
        text = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        return self.judge("control", f"{method} {path}", self.send(method, "/_mock" + path, text, {}))

    # ---- what it asks for ----

    @property
    def name(self):
        return self.random.choice(NAMES)

    @property
    def query(self):
        return f"?account={self.scope['account']}&region={self.scope['region']}"

    def status(self):
        some = self.random.sample(NAMES, self.random.randint(1, 25))
        self.aws("DescribeConformancePackStatus", self.random.choice([{}, {"ConformancePackNames": some}]))

    def page(self):
        operation = self.random.choice(["DescribeConformancePackStatus", "DescribeConformancePacks"])
        answer = self.aws(operation, {"Limit": self.random.randint(1, 20), **({"NextToken": self.token} if self.token else {})})
        self.token = answer.get("NextToken") if answer else None

    def put(self):
        number = self.random.randrange(100)
        source = self.random.choice([{"TemplateBody": TEMPLATE % number}, {"TemplateS3Uri": f"s3://bucket/{number}.yaml"}])
        answer = self.aws("PutConformancePack", {"ConformancePackName": self.name, **source})
        self.arn = answer["ConformancePackArn"] if answer else self.arn

    def delete(self):
        self.aws("DeleteConformancePack", {"ConformancePackName": self.name})

    def tags(self):
        key = f"key-{self.random.randrange(60)}"
        of = {"ResourceArn": self.arn or "arn:aws:config:us-east-1:111111111111:conformance-pack/a/conformance-pack-abcdefghi"}
        operation, rest = self.random.choice(
            [("TagResource", {"Tags": [{"Key": key, "Value": "v" * 20}]}), ("UntagResource", {"TagKeys": [key]}), ("ListTagsForResource", {})]
        )
        self.aws(operation, {**of, **rest})

    def wrong(self):
        operation, body = self.random.choice(
            [
                ("DescribeConformancePackStatus", {"Limit": 21}),
                ("DescribeConformancePackStatus", {"NextToken": "forged"}),
                ("DescribeConformancePackStatus", {"ConformancePackNames": ["1st", 7, {"a": []}]}),
                ("DescribeConformancePackStatus", b'{"ConformancePackNames":'),
                ("PutConformancePack", {"ConformancePackName": "x", "TemplateBody": "Resources: ["}),
                ("NoSuchOperation", {}),
                ("DescribeDeliveryChannels", {}),
                ("PutConformancePack", b" " * 1100000),
            ]
        )
        self.aws(operation, body)

    def canned(self):
        self.aws("DescribeConfigRules", {})

    def clock(self):
        if self.random.random() < 0.9:
            self.control("POST", "/clock/advance", {"seconds": self.random.choice([0.5, 2, 30])})
        else:
            self.control("PUT", "/clock", {"now": "2026-01-01T00:00:00Z", "mode": self.random.choice(["frozen", "real"])})

    def fault(self):
        what = self.random.choice(
            [
                {"error": "ThrottlingException", "message": PLANTED},
                {"error": "InternalFailure", "status": 500, "message": PLANTED},
                {"delayMs": 20, "jitterMs": 20},
                *({"connection": fate} for fate in ("reset", "empty", "truncate")),
            ]
        )
        operation = self.random.choice(["*", "DescribeConformancePackStatus", "PutConformancePack"])
        self.control("POST", "/faults", {"operation": operation, **self.scope, "times": self.random.randint(1, 3), **what})

    def forget_faults(self):
        self.control("DELETE", "/faults" + self.random.choice(["", self.query]))

    def load(self):
        world = {
            "conformancePacks": [{"ConformancePackName": name, **self.scope} for name in self.random.sample(NAMES, 3)],
            "scripts": [{"match": "pack-*", **self.scope, "times": 2, "transitions": [{"ConformancePackState": "CREATE_FAILED", "afterSeconds": 1}]}],
            "responses": [{"operation": "DescribeConfigRules", **self.scope, "body": {"ConfigRules": []}}],
        }
        self.control("PUT", "/state" + self.query, world)

    def add(self):
        self.control("POST", "/state", self.random.choice([{"conformancePacks": [{"ConformancePackName": self.name, **self.scope}]}, {"packs": 7}]))

    def reset(self):
        self.control("POST", "/reset" + self.random.choice([self.query, self.query, self.query, self.query + "&to=empty", ""]))

    def move(self):
        body = {"ConformancePackState": self.random.choice(STATES), "force": self.random.random() < 0.5}
        self.control("POST", f"/packs/{self.name}/transition{self.query}", body)

    def look(self):
        paths = ["/health", "/clock", "/worlds", "/metrics", "/operations", "/openapi.json", "/", "/app.js", "/faults", "/nowhere"]
        paths += ["/requests?limit=20", "/requests?status=400&limit=5", "/packs?limit=50", "/packs?search=1", f"/packs/{self.name}{self.query}"]
        self.control("GET", self.random.choice([*paths, "/state", "/state" + self.query, "/requests"]))

    def forget_requests(self):
        self.control("DELETE", "/requests" + self.random.choice(["", "?status=400"]))

    WORKS = {
        status: 30, page: 20, put: 20, delete: 10, tags: 10, canned: 3, wrong: 8, clock: 6, fault: 3, forget_faults: 1, load: 1, add: 3,
        reset: 0.5, move: 6, look: 12, forget_requests: 0.3,
    }  # fmt: skip

    def run(self):
        works, weights = list(self.WORKS), list(self.WORKS.values())
        while not select.select([sys.stdin], [], [], 0)[0]:
            self.scope = {"account": self.random.choice(ACCOUNTS), "region": self.random.choice(REGIONS)}
            for work in self.random.choices(works, weights, k=20):
                work(self)


def main():
    client = Client(int(sys.argv[1]), sys.argv[2])
    client.run()
    client.close()
    json.dump(client.counts, sys.stdout)


if __name__ == "__main__":
    main()
