"""What is measured: the worlds, and for each work the requests, as bytes that are ready to be sent."""

import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass

ACCOUNT = "123456789012"
REGION = "us-east-1"
ACCESS_KEY = "AKIABENCHBENCHBENCH0"
SECRET = "bench/secret"
TARGET = "StarlingDoveService"
MEDIA_TYPE = "application/x-amz-json-1.1"
STATUS = "DescribeConformancePackStatus"

DISTINCT = 500  # requests for different packs, sent in rotation
ANEW = 16384  # questions in rotation where each answer is to be made anew: more than server/recall.h keeps
PUT_PACKS = 40  # in each account that is put to: fewer than the quota
ROUND = "########"  # tests/bench/load.c puts the rotation's number there

RULES = 3
TEMPLATE = "Parameters:\n  MaximumAge:\n    Type: String\n    Default: '90'\nResources:\n" + "".join(
    f"""  Rule{number}:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: s3-bucket-versioning-{number}
      InputParameters:
        maxAge: !Ref MaximumAge
      Source:
        Owner: AWS
        SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED
"""
    for number in range(RULES)
)


@dataclass(frozen=True)
class Work:
    """`bodies` makes the requests' bodies for a world of that many packs; None where it has no such work."""

    name: str
    title: str
    bodies: object
    operation: str = STATUS
    status: int = 200
    is_put: bool = False
    is_anew: bool = False


def pack_name(number):
    return f"pack-{number:07}"


def _spread(packs, index):
    """A pack of the world; the next index finds one far from it."""
    return pack_name(index * 7919 % packs)


def _one(packs, _token):
    return [{"ConformancePackNames": [_spread(packs, index)]} for index in range(DISTINCT)]


def _names(packs, _token):
    return [
        {"ConformancePackNames": [_spread(packs, index * 25 + position) for position in range(min(25, packs))]}
        for index in range(DISTINCT)
    ]


def _put(_packs, _token):
    return [{"ConformancePackName": f"put-{number:02}", "TemplateBody": TEMPLATE} for number in range(PUT_PACKS)]


WORKS = [
    Work("one", "one pack by name", _one),
    Work("one-anew", "one pack by name, each answer made anew", _one, is_anew=True),
    Work("names", "25 packs by name", _names),
    Work("page", "a page of 20, the first", lambda packs, token: [{}]),
    Work("page-anew", "a page of 20, each answer made anew", lambda packs, token: [{}], is_anew=True),
    Work("deep", "a page of 20, from the middle", lambda packs, token: [{"NextToken": token}] if token else None),
    Work("empty", "an empty answer", lambda packs, token: [{"ConformancePackNames": ["nobody"]}]),
    Work("error", "an error", lambda packs, token: [{"Limit": 21}], status=400),
    Work("put", "PutConformancePack", _put, operation="PutConformancePack", is_put=True),
]

# moto knows no DescribeConformancePackStatus: what it has that is nearest, for a world of 20 packs. It does not page.
MOTO_STATUSES = "DescribeOrganizationConformancePackStatuses"
MOTO_PACKS = 20


def _moto_names(name):
    return {"OrganizationConformancePackNames": [name]}


def _moto_put(packs, _token):
    source = {"TemplateBody": TEMPLATE, "TemplateS3Uri": "s3://bucket/key"}  # it wants both
    return [{"OrganizationConformancePackName": pack_name(number), **source} for number in range(packs)]


MOTO_WORKS = {
    "put": Work("put", "", _moto_put, "PutOrganizationConformancePack"),
    "one": Work("one", "", lambda packs, token: [_moto_names(pack_name(7))], MOTO_STATUSES),
    "page": Work("page", "", lambda packs, token: [{}], MOTO_STATUSES),
    "error": Work("error", "", lambda packs, token: [_moto_names("nobody")], MOTO_STATUSES, 400),
}


# ---- requests ----


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _authorization(headers, body, now, access_key):
    """Signature Version 4 of these headers."""
    day = now[:8]
    lines = sorted((name.lower(), value) for name, value in headers)
    signed = ";".join(name for name, _ in lines)
    canonical = "POST\n/\n\n" + "".join(f"{name}:{value}\n" for name, value in lines)
    canonical += f"\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{REGION}/config/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4" + SECRET.encode()
    for part in (day, REGION, "config", "aws4_request"):
        key = _hmac(key, part)
    signature = _hmac(key, to_sign).hex()
    return f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"


def request(operation, body, access_key=ACCOUNT, keep_alive=True, blanks=""):
    """One request, with the headers that boto3 sends. Its signature is right where the key is ACCESS_KEY."""
    payload = (blanks + json.dumps(body)).encode()
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    signed = [
        ("Content-Type", MEDIA_TYPE),
        ("Host", "127.0.0.1:4566"),
        ("X-Amz-Date", now),
        ("X-Amz-Target", f"{TARGET}.{operation}"),
    ]
    headers = signed + [
        ("User-Agent", "Boto3/1.26.27 Python/3.11.2 Linux/6.1.0 Botocore/1.29.27"),
        ("Authorization", _authorization(signed, payload, now, access_key)),
        ("amz-sdk-invocation-id", "b7c1b5a3-6f6f-4c0e-9d3c-2f1f0d8f0a11"),
        ("amz-sdk-request", "attempt=1"),
        ("Accept-Encoding", "identity"),
        ("Content-Length", str(len(payload))),
    ]
    if not keep_alive:
        headers.append(("Connection", "close"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + payload


def _variants(bodies, is_anew):
    """Pairs of blanks and body. In front of JSON blanks change nothing but the bytes: the question is another one."""
    if not is_anew:
        return [("", body) for body in bodies]
    blanks = itertools.islice(itertools.product(" \t\n\r", repeat=7), ANEW)
    return [("".join(one), body) for one, body in zip(blanks, itertools.cycle(bodies))]


def write_requests(path, work, packs, token=None, signed=False, keep_alive=True):
    """The file that tests/bench/load.c reads; False where there is no such work."""
    bodies = work.bodies(packs, token)
    if bodies is None or (work.is_put and signed):  # what is filled in at each rotation can't be signed before
        return False
    access_key = ACCESS_KEY if signed else f"1000{ROUND}" if work.is_put else ACCOUNT
    with open(path, "wb") as file:
        for blanks, body in _variants(bodies, work.is_anew):
            data = request(work.operation, body, access_key, keep_alive, blanks)
            file.write(b"%d\n%b" % (len(data), data))
    return True


# ---- worlds ----


def write_world(path, packs):
    """A fixture of that many packs."""
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"conformancePacks": [')
        for number in range(packs):
            file.write(",\n" if number else "\n")
            file.write(
                f'{{"ConformancePackName": "{pack_name(number)}", "ConformancePackState": "CREATE_COMPLETE", '
                '"LastUpdateRequestedTime": "2026-01-01T00:00:00Z", "LastUpdateCompletedTime": "2026-01-01T00:01:00Z"}'
            )
        file.write("\n]}\n")


def write_credentials(path):
    """A fixture with the credentials that sign."""
    credential = {"AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET, "account": ACCOUNT}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"credentials": [credential]}, file)
