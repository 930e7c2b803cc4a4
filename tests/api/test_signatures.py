"""Signature Version 4 with --verify-signatures: what botocore signs is accepted, whatever was changed afterwards is
refused with AWS's code and text. Requests go out as they are: no client normalises a path or a header.

The skew is held against the real clock, not the virtual one: clients sign with theirs.
"""

import dataclasses
import datetime
import hashlib
import json
import random
import re
from urllib.parse import quote, urlsplit

import boto3
import botocore.config
import botocore.exceptions
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support import oracle

LASTING = {
    "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "account": "111122223333",
}
OTHER = {
    "AccessKeyId": "AKIAI44QH8DHBEXAMPLE",
    "SecretAccessKey": "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    "account": "444455556666",
}
TEMPORARY = {
    "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG+temporary=EXAMPLEKEY",
    "SessionToken": "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==",
    "account": "111122223333",
}
KEYS = [LASTING, OTHER, TEMPORARY]
REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1"]

STATUS = "DescribeConformancePackStatus"
MEMBER = {STATUS: "ConformancePackStatusDetails", "DescribeConformancePacks": "ConformancePackDetails"}

INCOMPLETE = "IncompleteSignatureException"
INVALID = "InvalidSignatureException"
UNRECOGNIZED = "UnrecognizedClientException"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
UNKNOWN = "The security token included in the request is invalid."


@dataclasses.dataclass
class Request:
    """A signed request, as it goes over the wire."""

    target: str
    headers: dict
    body: bytes

    def bend(self, header, old, new):
        assert old in self.headers[header]
        self.headers[header] = self.headers[header].replace(old, new, 1)

    def bend_authorization(self, old, new):
        self.bend("Authorization", old, new)

    def bend_target(self, old, new):
        assert old in self.target
        self.target = self.target.replace(old, new, 1)


class Presigner(SigV4QueryAuth):
    """botocore moves a presigned request's body into its query; here it is to stay, and to be signed."""

    def __init__(self, body, *args, **options):
        super().__init__(*args, **options)
        self._body = body

    def payload(self, request):
        return hashlib.sha256(self._body).hexdigest()


def sign(
    url,
    key=LASTING,
    target="/",
    body=b"{}",
    operation=STATUS,
    region="us-east-1",
    service="config",
    headers=None,
    presigned=False,
    expires=300,
    shift=0,
):
    """Signs with botocore, `shift` seconds from now."""
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"], key.get("SessionToken"))
    sent = {
        "Host": urlsplit(url).netloc,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"StarlingDoveService.{operation}",
        **(headers or {}),
    }
    request = AWSRequest("POST", url.rstrip("/") + target, headers=sent, data=None if presigned else body)
    if presigned:
        signer = Presigner(body, credentials, service, region, expires=expires)
    else:
        signer = SigV4Auth(credentials, service, region)
    # The steps of add_auth, which takes the time from the clock.
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=shift)
    request.context["timestamp"] = now.strftime("%Y%m%dT%H%M%SZ")
    signer._modify_request_before_signing(request)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signer._inject_signature_to_request(request, signer.signature(text, request))
    parts = urlsplit(request.url)
    return Request(parts.path + (f"?{parts.query}" if parts.query else ""), dict(request.headers.items()), body)


def send(server, request):
    """The status and the answer, which the oracle has seen. server.http would add a Host of its own."""
    connection = server.connect()
    try:
        connection.putrequest("POST", request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value.encode())
        connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body)
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    operation_ = request.headers["X-Amz-Target"].split(".")[1]
    oracle.check_reply(operation_, response.status, response.getheaders(), answer)
    return response.status, json.loads(answer)


def assert_refused(server, request, code, message):
    """`message` is a text, or a compiled pattern."""
    status, answer = send(server, request)
    assert (status, answer.get("__type")) == (400, code), answer
    if isinstance(message, re.Pattern):
        assert message.fullmatch(answer["message"]), answer
    else:
        assert answer["message"] == message


@pytest.fixture
def server(start_server):
    return start_server("--verify-signatures", fixture={"credentials": KEYS})


# What is accepted.

PIECES = ["a", "b%20c", "%E2%98%83", "..", ".", "", "x;y=1", "e+f~g", "(!$'*,:@)", "%2F", "%2e%2e", "%25"]
TEXTS = ["", "a", "b c", "naïve", "☃", "😀", "1+1=2", "a&b", "x/y", "100%", "~-_.", "'\"*()!"]
VALUES = ["plain", "  two   runs  ", "tab\tbed", "", 'quoted "a  b"', "a,b", "x;q=1"]


def encoded(text):
    return quote(text, safe="-_.~")


def generated(random_, url):
    """One request of the many that botocore may sign: the operation, and the request."""
    operation = random_.choice([STATUS, "DescribeConformancePacks"])
    content = {"Limit": random_.randint(0, 20)} if random_.random() < 0.5 else {}
    for _ in range(random_.randint(0, 3)):  # keys unknown to the model are dropped, but signed
        content["x-" + random_.choice(TEXTS)] = random_.choice(TEXTS) * random_.choice([1, 1, 500])
    text = json.dumps(content, ensure_ascii=random_.random() < 0.3, indent=random_.choice([None, None, 2]))

    target = "/" + "/".join(random_.choice(PIECES) for _ in range(random_.choice([0, 0, 1, 3, 6])))
    pairs = [
        f"{encoded(random_.choice(TEXTS[1:]))}={encoded(random_.choice(TEXTS))}"
        for _ in range(random_.choice([0, 0, 1, 2, 5]))
    ]
    if pairs:
        target += "?" + "&".join(pairs)

    headers = {f"X-Custom-{i}": random_.choice(VALUES) for i in range(random_.choice([0, 0, 2, 8]))}
    presigned = random_.random() < 0.4
    if not presigned and random_.random() < 0.2:
        headers["Date"] = "now"  # then botocore signs Date in place of X-Amz-Date
    elif not presigned and random_.random() < 0.2:
        headers["X-Amz-Content-SHA256"] = hashlib.sha256(text.encode()).hexdigest()
    return operation, sign(
        url,
        key=random_.choice(KEYS),
        target=target,
        body=text.encode(),
        operation=operation,
        region=random_.choice(REGIONS),
        headers=headers,
        presigned=presigned,
        expires=random_.choice([30, 3600, 604800]),
        shift=random_.choice([0, 0, -600, 600]) if not presigned else random_.choice([0, -20, 600]),
    )


@pytest.mark.parametrize("seed", range(10))
def test_what_botocore_signs_verifies(server, seed):
    random_ = random.Random(seed)
    for number in range(50):
        operation, request = generated(random_, server.url)
        status, answer = send(server, request)
        assert status == 200, (number, request, answer)
        assert MEMBER[operation] in answer


@pytest.mark.parametrize("presigned", [False, True])
def test_odd_path(server, presigned):
    request = sign(server.url, target="/a%20b/../c?q=%2F", presigned=presigned)
    assert request.target.startswith("/a%20b/../c?q=%2F")
    assert send(server, request) == (200, {"ConformancePackStatusDetails": []})


def test_parameters_in_any_order(server):
    request = sign(server.url)
    algorithm, parameters = request.headers["Authorization"].split(" ", 1)
    for separator in (",", " ", " , ", ",,  "):
        request.headers["Authorization"] = f"{algorithm} {separator.join(reversed(parameters.split(', ')))}"
        assert send(server, request)[0] == 200


@pytest.mark.parametrize("shift", [-890, 890])
def test_within_the_skew(server, shift):
    assert send(server, sign(server.url, shift=shift))[0] == 200


def test_presigned_outlives_the_skew(server):
    assert send(server, sign(server.url, presigned=True, expires=604800, shift=-604700))[0] == 200


def test_skew_is_of_the_real_clock(start_server):
    server = start_server("--verify-signatures", "--clock", "2001-01-01T00:00:00Z", fixture={"credentials": KEYS})
    assert send(server, sign(server.url))[0] == 200


def client(url, key):
    return boto3.client(
        "config",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
        config=botocore.config.Config(retries={"max_attempts": 0}),
    )


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key["AccessKeyId"])
def test_boto3(server, key):
    assert client(server.url, key).describe_conformance_pack_status()["ConformancePackStatusDetails"] == []


def test_boto3_with_the_wrong_secret(server):
    wrong = {**LASTING, "SecretAccessKey": OTHER["SecretAccessKey"]}
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client(server.url, wrong).describe_conformance_pack_status()
    assert caught.value.response["Error"] == {"Code": INVALID, "Message": MISMATCH}


# What is refused. Each tampering takes the server's URL and gives a request that is not as it was signed.

TAMPERINGS = []


def tampering(code, message):
    def add(function):
        TAMPERINGS.append(pytest.param(function, code, message, id=function.__name__))
        return function

    return add


@tampering(INVALID, MISMATCH)
def body(url):
    request = sign(url, body=b'{"Limit": 1}')
    request.body = b'{"Limit": 2}'
    return request


@tampering(INVALID, MISMATCH)
def body_with_a_space_more(url):
    request = sign(url)
    request.body += b" "
    return request


@tampering(INVALID, MISMATCH)
def operation(url):
    request = sign(url)
    request.bend("X-Amz-Target", STATUS, "DescribeConformancePacks")
    return request


@tampering(INVALID, MISMATCH)
def content_type(url):
    request = sign(url)
    request.headers["Content-Type"] += "; charset=utf-8"
    return request


@tampering(INVALID, MISMATCH)
def custom_header(url):
    request = sign(url, headers={"X-Custom": "a b"})
    request.headers["X-Custom"] = "ab"
    return request


@tampering(INVALID, MISMATCH)
def custom_header_dropped(url):
    request = sign(url, headers={"X-Custom": "a b"})
    del request.headers["X-Custom"]
    return request


@tampering(INVALID, MISMATCH)
def host(url):
    request = sign(url)
    request.headers["Host"] = "config.us-east-1.amazonaws.com"
    return request


@tampering(INVALID, MISMATCH)
def path(url):
    request = sign(url, target="/a")
    request.target = "/b"
    return request


@tampering(INVALID, MISMATCH)
def slash_behind_the_path(url):
    request = sign(url, target="/a")
    request.target = "/a/"
    return request


@tampering(INVALID, MISMATCH)
def query(url):
    request = sign(url, target="/?a=1")
    request.bend_target("a=1", "a=2")
    return request


@tampering(INVALID, MISMATCH)
def query_added(url):
    request = sign(url)
    request.target += "?a"
    return request


@tampering(INVALID, MISMATCH)
def time(url):
    earlier, request = sign(url, shift=-60), sign(url)
    request.headers["X-Amz-Date"] = earlier.headers["X-Amz-Date"]
    return request


@tampering(
    INVALID,
    re.compile(
        r"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20010101' != "
        r"'(\d{8})', from '\1T\d{6}Z'\."
    ),
)
def scope_date(url):
    request = sign(url)
    request.headers["Authorization"] = re.sub(r"/\d{8}/", "/20010101/", request.headers["Authorization"])
    return request


@tampering(INVALID, MISMATCH)
def scope_region(url):
    request = sign(url)
    request.bend_authorization("us-east-1", "us-east-2")
    return request


@tampering(INVALID, "Credential should be scoped to a valid region, not 'US_EAST'. ")
def scope_region_that_is_none(url):
    return sign(url, region="US_EAST")


@tampering(INVALID, "Credential should be scoped to correct service: 'config'. ")
def scope_service(url):
    return sign(url, service="iam")


@tampering(INVALID, "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ")
def scope_terminator(url):
    request = sign(url)
    request.bend_authorization("aws4_request", "aws5_request")
    return request


@tampering(
    INVALID,
    "Credential should be scoped to correct service: 'config'. "
    "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ",
)
def scope_service_and_terminator(url):
    request = sign(url, service="iam")
    request.bend_authorization("aws4_request", "aws5_request")
    return request


@tampering(INCOMPLETE, re.compile(r"Credential must have exactly 5 slash-delimited elements, e\.g\. "
                                  r"keyid/date/region/service/term, got 'AKIA\w+/\d{8}/us-east-1/config'"))
def scope_cut_short(url):
    request = sign(url)
    request.bend_authorization("/aws4_request", "")
    return request


@tampering(INVALID, MISMATCH)
def signature(url):
    request = sign(url)
    head, last = request.headers["Authorization"][:-1], request.headers["Authorization"][-1]
    request.headers["Authorization"] = head + ("0" if last != "0" else "1")
    return request


@tampering(INVALID, MISMATCH)
def signature_cut_short(url):
    request = sign(url)
    request.headers["Authorization"] = request.headers["Authorization"][:-1]
    return request


@tampering(INVALID, MISMATCH)
def signature_in_capitals(url):
    request = sign(url)
    head, digits = request.headers["Authorization"].split("Signature=")
    request.headers["Authorization"] = f"{head}Signature={digits.upper()}"
    return request


@tampering(INVALID, MISMATCH)
def secret(url):
    return sign(url, key={**LASTING, "SecretAccessKey": OTHER["SecretAccessKey"]})


@tampering(INVALID, MISMATCH)
def key_of_another(url):
    request = sign(url)
    request.bend_authorization(LASTING["AccessKeyId"], OTHER["AccessKeyId"])
    return request


@tampering(UNRECOGNIZED, UNKNOWN)
def key_unknown(url):
    return sign(url, key={**LASTING, "AccessKeyId": "AKIAUNKNOWNNEXAMPLE0"})


@tampering(UNRECOGNIZED, UNKNOWN)
def token_of_another_session(url):
    return sign(url, key={**TEMPORARY, "SessionToken": "another"})


@tampering(UNRECOGNIZED, UNKNOWN)
def token_left_out(url):
    return sign(url, key={**TEMPORARY, "SessionToken": None})


@tampering(INVALID, MISMATCH)
def token_changed_after_signing(url):
    request = sign(url, key=TEMPORARY)
    request.headers["X-Amz-Security-Token"] = "another"
    return request


@tampering(INVALID, re.compile(r"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z "
                               r"\(\d{8}T\d{6}Z - 15 min\.\)"))
def expired(url):
    return sign(url, shift=-960)


@tampering(INVALID, re.compile(r"Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z "
                               r"\(\d{8}T\d{6}Z \+ 15 min\.\)"))
def not_yet_valid(url):
    return sign(url, shift=960)


@tampering(INVALID, re.compile(r"Signature expired: .*"))
def expired_and_wrong(url):
    request = sign(url, shift=-960)
    request.body += b" "
    return request


@tampering(INCOMPLETE, "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601")
def time_malformed(url):
    request = sign(url)
    request.headers["X-Amz-Date"] = "201"
    return request


@tampering(INVALID, "'Host' must be a 'SignedHeader' in the AWS Authorization.")
def host_unsigned(url):
    request = sign(url)
    request.bend_authorization("host;", "")
    return request


@tampering(INVALID, MISMATCH)
def target_unsigned(url):
    request = sign(url)
    request.bend_authorization(";x-amz-target", "")
    return request


@tampering(INCOMPLETE, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1' (only AWS4-HMAC-SHA256 for now). ")
def algorithm(url):
    request = sign(url)
    request.bend_authorization("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")
    return request


@tampering("MissingAuthenticationTokenException", "Missing Authentication Token")
def unsigned(url):
    request = sign(url)
    del request.headers["Authorization"]
    return request


@tampering(
    INCOMPLETE,
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
    "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a "
    "'X-Amz-Date' or a 'Date' header. Authorization=X",
)
def all_parts_missing(url):
    request = sign(url)
    request.headers["Authorization"] = "X"
    del request.headers["X-Amz-Date"]
    return request


@tampering(INCOMPLETE, re.compile(r"Authorization header requires 'Signature' parameter\. Authorization=AWS4-HMAC-.*"))
def signature_missing(url):
    request = sign(url)
    request.headers["Authorization"] = request.headers["Authorization"].split(", Signature=")[0]
    return request


@tampering(
    INCOMPLETE,
    "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 "
    "Signature=b, Credential'.",
)
def equal_sign_missing(url):
    request = sign(url)
    request.headers["Authorization"] = "AWS4-HMAC-SHA256 Signature=b, Credential"
    return request


@tampering(INVALID, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
def signed_twice(url):
    request = sign(url, presigned=True)
    request.headers["Authorization"] = sign(url).headers["Authorization"]
    return request


@tampering(INVALID, MISMATCH)
def presigned_body(url):
    request = sign(url, presigned=True)
    request.body = b'{"Limit": 2}'
    return request


@tampering(INVALID, MISMATCH)
def presigned_query(url):
    request = sign(url, presigned=True)
    request.target += "&a=1"
    return request


@tampering(INVALID, MISMATCH)
def presigned_expires(url):
    request = sign(url, presigned=True)
    request.bend_target("X-Amz-Expires=300", "X-Amz-Expires=301")
    return request


@tampering(INVALID, MISMATCH)
def presigned_token(url):
    request = sign(url, presigned=True, key=TEMPORARY)
    request.bend_target("X-Amz-Security-Token=I", "X-Amz-Security-Token=J")
    return request


@tampering(UNRECOGNIZED, UNKNOWN)
def presigned_token_of_another_session(url):
    return sign(url, presigned=True, key={**TEMPORARY, "SessionToken": "another"})


@tampering(INVALID, re.compile(r"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z "
                               r"\(\d{8}T\d{6}Z - 5 min\.\)"))
def presigned_expired(url):
    return sign(url, presigned=True, shift=-360)


@tampering(
    INCOMPLETE,
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 "
    "seconds",
)
def presigned_for_too_long(url):
    return sign(url, presigned=True, expires=604801)


@tampering(
    INCOMPLETE,
    "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include "
    "'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must "
    "include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string "
    "parameters.",
)
def presigned_parts_missing(url):
    request = sign(url, presigned=True)
    request.target = "/?X-Amz-Algorithm"
    return request


@pytest.mark.parametrize("tamper, code, message", TAMPERINGS)
def test_tampering(server, tamper, code, message):
    assert_refused(server, tamper(server.url), code, message)


def test_without_the_option_signatures_are_not_checked(start_server):
    server = start_server(fixture={"credentials": KEYS})
    for tamper in (body, secret, key_unknown, expired, signature):
        assert send(server, tamper(server.url))[0] == 200
