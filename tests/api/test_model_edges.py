"""Every constraint and type of every operation's input, from both sides of its edge, against the running server."""

import collections
import http.client
import json
import urllib.parse

import pytest

import model_edges

CASES = collections.defaultdict(list)
for _case in model_edges.cases():
    CASES[_case.operation].append(_case)


class Endpoint:
    """One connection, kept alive, that posts as an account of its own."""

    def __init__(self, url, account):
        address = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        self.headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Date": "20260101T000000Z",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/config/aws4_request, "
            f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
        }

    def post(self, operation, body):
        """Status, error name and message (of either spelling) of the answer; no name where it is no error."""
        headers = {**self.headers, "X-Amz-Target": f"{model_edges.MODEL['targetPrefix']}.{operation}"}
        self.connection.request("POST", "/", json.dumps(body).encode(), headers)
        response = self.connection.getresponse()
        text = response.read()
        answer = json.loads(text) if text else {}
        return response.status, answer.get("__type"), answer.get("message", answer.get("Message"))


def wrong_with(case, mode, status, name, message):
    """What differs from what the case expects; None when nothing does."""
    expected = case.expected(mode)
    if expected is not None:
        wanted = (400, expected, case.message)
        return None if (status, name, message) == wanted else f"wanted {wanted}"
    refused = name == "SerializationException" or "validation error" in (message or "")
    return "it is valid" if refused or status >= 500 else None


def check(url, operation, account, mode):
    endpoint = Endpoint(url, account)
    wrong = []
    for case in CASES[operation]:
        answer = endpoint.post(operation, case.body)
        difference = wrong_with(case, mode, *answer)
        if difference:
            wrong.append(f"{case.label}: {json.dumps(case.body)[:300]}\n  {difference[:1000]}\n  got {str(answer)[:1000]}")
    endpoint.connection.close()
    assert not wrong, f"{len(wrong)} of {len(CASES[operation])}:\n" + "\n".join(wrong[:5])


def test_there_are_cases_for_every_operation():
    assert set(CASES) == set(model_edges.OPERATIONS)
    assert sum(map(len, CASES.values())) > 5000
    outcomes = collections.Counter(case.documented for case in model_edges.cases())
    assert all(outcomes[name] > 100 for name in (None, "SerializationException", "ValidationException"))
    assert outcomes["InvalidLimitException"] > 50 and outcomes["InvalidParameterValueException"] > 100


@pytest.mark.parametrize("operation", sorted(model_edges.OPERATIONS))
def test_edges(server, operation):
    account = 900000000000 + sorted(model_edges.OPERATIONS).index(operation)
    check(server.url, operation, account, "documented")
