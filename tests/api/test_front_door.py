"""What happens to a request before any operation sees it: in the order in which siblings of AWS Config were seen to
check (step 1 to 7 of the wire notes), and what was decided where nothing is known.
"""

import http.client
import re
import socket

import pytest

from support import oracle
from support.server import MEDIA_TYPE, STATUS, authorization, target
from support.worlds import names, world

MISSING_TOKEN = (
    b"<MissingAuthenticationTokenException>\n  <Message>Missing Authentication Token</Message>\n"
    b"</MissingAuthenticationTokenException>\n"
)
UNDETERMINED = (
    b"<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized"
    b"</Message>\n</AccessDeniedException>\n"
)
UNKNOWN_PAGE = b"<UnknownOperationException/>\n"

SERIALIZATION = (400, {"__type": "SerializationException"})
UNKNOWN = (400, {"__type": "UnknownOperationException"})
GOOD = {"Content-Type": MEDIA_TYPE, "X-Amz-Target": target(STATUS)}


# ---- 1. method, content type and target ----


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("headers", [{}, GOOD], ids=["bare", "good headers"])
def test_not_post(server, method, headers):
    reply = server.http(method, "/", headers=headers)
    assert (reply.status, reply.body) == (403, MISSING_TOKEN)
    reply = server.http(method, "/", headers={**headers, **authorization()})
    assert (reply.status, reply.body) == (403, UNDETERMINED)
    assert {name for name, _ in reply.headers} == {"x-amzn-RequestId", "Content-Length", "Date"}


def test_head(server):
    reply = server.http("HEAD", "/")
    assert (reply.status, reply.body, reply.header("Content-Length")) == (403, b"", str(len(MISSING_TOKEN)))
    assert server.post(STATUS).status == 200  # the connection goes on


WRONG_TYPES = [
    None,
    "",
    "application/json",
    "application/x-amz-json-1.0",
    "application/x-amz-json-1.10",
    "text/plain",
    "application/x-www-form-urlencoded",
    "text/x; application/x-amz-json-1.1",
]


@pytest.mark.parametrize("content_type", WRONG_TYPES)
def test_wrong_content_type(server, content_type):
    # with a good target
    for headers in ({}, authorization()):
        reply = server.post(STATUS, headers={"Content-Type": content_type, **headers})
        assert (reply.status, reply.body) == (404, UNKNOWN_PAGE)
    # with none
    reply = server.post(STATUS, headers={"Content-Type": content_type, "X-Amz-Target": None})
    assert (reply.status, reply.body) == (403, MISSING_TOKEN)
    reply = server.post(STATUS, headers={"Content-Type": content_type, "X-Amz-Target": "X", **authorization()})
    assert (reply.status, reply.body) == (403, UNDETERMINED)


@pytest.mark.parametrize(
    "content_type", [MEDIA_TYPE, MEDIA_TYPE.upper(), MEDIA_TYPE + "; charset=utf-8", MEDIA_TYPE + " ;x"]
)
def test_right_content_type(server, content_type):
    assert server.post(STATUS, headers={"Content-Type": content_type}).status == 200


def test_a_browser_is_sent_to_the_console(server):
    # ours: AWS knows no browsers
    reply = server.http("GET", "/", headers={"Accept": "text/html,application/xhtml+xml;q=0.9"})
    assert (reply.status, reply.header("Location")) == (303, "/_mock/")


# ---- 2. the path ----


@pytest.mark.parametrize(
    "path", ["/", "/x", "/a/b?c=d", "/%00", "/_mockery", "/_mock%2F", "//", "/?", "/" + "x" * 2000]
)
def test_the_path_is_ignored(frozen_server, path):
    assert frozen_server(fixture=world("a")).post(STATUS, path=path).names == ["a"]


# ---- 3. the body ----


@pytest.mark.parametrize("body", [b"", b" ", b"\n", b"null", b"true", b"1", b'"x"', b"[]", b"[{}]", b"\xef\xbb\xbf{}"])
def test_no_object(server, body):
    # A byte order mark is no JSON (RFC 8259); siblings were not asked.
    reply = server.post(STATUS, body)
    assert (reply.status, reply.json) == SERIALIZATION


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"}",
        b"{]",
        b'{"a"}',
        b'{"a":}',
        b"{a:1}",
        b"{'a':1}",
        b'{"a":1,}',
        b"{,}",
        b'{"a" 1}',
        b'{"a":1 "b":2}',
        b'{"a":01}',
        b'{"a":+1}',
        b'{"a":.5}',
        b'{"a":1.}',
        b'{"a":1e}',
        b'{"a":0x1}',
        b'{"a":-}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":tru}',
        b'{"a":TRUE}',
        b'{"a":nul}',
        b'{"a":"x}',
        b'{"a":"\\x"}',
        b'{"a":"\\u12"}',
        b'{"a":"\n"}',
        b'{"a":"\x1f"}',
        b"{/**/}",
        b"{}//",
        b'{"a":[1,]}',
        b'{"a":[1 2]}',
        b'{"a":[}',
    ],
)
def test_no_json(server, body):
    reply = server.post(STATUS, body)
    assert (reply.status, reply.json) == SERIALIZATION


@pytest.mark.parametrize("rest", [b"x", b"{}", b"]", b",", b"\0", b"\xef\xbb\xbf", b" x"])
def test_something_behind_the_json(server, rest):
    reply = server.post(STATUS, b"{}" + rest)
    assert (reply.status, reply.json) == SERIALIZATION


@pytest.mark.parametrize(
    "body", [b" {}", b"{} ", b"\r\n\t{ }\r\n\t ", b'{"\\u0061":"\\/\\b\\f\\n\\r\\t\\"\\\\\\ud83d\\ude00"}']
)
def test_json_at_its_edges(server, body):
    assert server.post(STATUS, body).status == 200


@pytest.mark.parametrize(
    "text",
    [
        b"\xff",
        b"\xc3",
        b"\xc3\x28",
        b"\x80",
        b"\xc0\x80",
        b"\xe0\x80\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xe2\x98",
    ],
)
@pytest.mark.parametrize("form", [b'{"NextToken":"%s"}', b'{"%s":1}', b'{"x":["%s"]}'])
def test_invalid_utf8(server, form, text):
    # As no JSON: nothing is known of AWS.
    reply = server.post(STATUS, form % text)
    assert (reply.status, reply.json) == SERIALIZATION


@pytest.mark.parametrize("text", [b"\\ud800", b"\\udc00", b"\\ud800x", b"\\ud800\\u0041", b"\\udc00\\ud800"])
def test_half_a_surrogate_pair(server, text):
    # Java would take it, and could not send it back as UTF-8. As no JSON.
    reply = server.post(STATUS, b'{"NextToken":"%s"}' % text)
    assert (reply.status, reply.json) == SERIALIZATION


@pytest.mark.parametrize(
    "body",
    [b'{"NextToken":"\\u0000"}', b'{"NextToken":"a\\u0000b"}', b'{"\\u0000":1}', b'{"NextToken":"\0"}', b"\0", b"{}\0"],
)
def test_nul(server, body):
    # No string of the model may hold a NUL but by its pattern's leave; none does. As no JSON.
    reply = server.post(STATUS, body)
    assert (reply.status, reply.json) == SERIALIZATION


def nested(depth, opening=b"[", closing=b"]"):
    """A body that is `depth` deep, counting its own braces."""
    return b'{"x":' + opening * (depth - 1) + closing * (depth - 1) + b"}"


def test_depth(server):
    # 64 levels are taken; AWS's limit is not public, and its deepest input has 6.
    assert server.post(STATUS, nested(64)).status == 200
    for depth in (65, 66, 1000, 100000):
        reply = server.post(STATUS, nested(depth))
        assert (reply.status, reply.json) == SERIALIZATION
    objects = nested(65, b'{"x":', b"}").replace(b":}", b":1}")
    assert (server.post(STATUS, objects).status, server.post(STATUS, objects).json) == SERIALIZATION


LARGEST = 1024 * 1024


def padded(size):
    return b'{"x":"' + b"y" * (size - 8) + b'"}'


def test_the_largest_body(frozen_server):
    assert frozen_server(fixture=world("a")).post(STATUS, padded(LARGEST)).names == ["a"]


@pytest.mark.parametrize("size", [LARGEST + 1, 4 * LARGEST])
def test_too_large_a_body(server, size):
    # AWS's limit and answer are not public. It is answered, not cut off, and the connection goes on.
    reply = server.post(STATUS, padded(size))
    assert (reply.status, reply.error) == (413, "RequestEntityTooLargeException")
    assert server.post(STATUS).status == 200


def test_a_body_in_chunks(frozen_server):
    server = frozen_server(fixture=world(*names(3)))
    connection = server.connect()
    text = b'{"Limit":2}'
    chunks = (text[i : i + 1] for i in range(len(text)))
    connection.request("POST", "/", chunks, GOOD, encode_chunked=True)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    oracle.check_reply(STATUS, response.status, response.getheaders(), body)
    assert body.count(b'"ConformancePackName"') == 2


def test_expect_100_continue(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(request(b"{}", "Expect: 100-continue")[: -len(b"{}")])
        assert client.recv(4096).startswith(b"HTTP/1.1 100")
        client.sendall(b"{}")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")


# What the JSON holds. Unknown keys and nulls are dropped (SIBLING).


@pytest.mark.parametrize(
    "body, shown",
    [
        (b'{"Limit":1,"Limit":2}', 2),  # of duplicate keys the last one counts, as in Java's parsers
        (b'{"Limit":2,"Limit":null}', 3),
        (b'{"Limit":"x","Limit":2}', 2),
        (b'{"limit":1}', 3),  # keys are case-sensitive, and unknown ones are dropped
        (b'{"Limit ":1,"":1,"Limi":1,"LimitX":1}', 3),
        (b'{"unknown":{"deep":[1,{"x":null}]}}', 3),
        (b'{"Limit":null,"NextToken":null,"ConformancePackNames":null}', 3),
        (b'{"ConformancePackNames":["pack-000",null]}', 1),
        (b'{"Limi\\u0074":1}', 1),
        (b'{"Limit":1E0}', 1),
        (b'{"Limit":0.2e1}', 2),
        (b'{"Limit":-0}', 3),
    ],
)
def test_what_the_json_holds(frozen_server, body, shown):
    assert frozen_server(fixture=world(*names(3))).post(STATUS, body).names == names(shown)


@pytest.mark.parametrize(
    "number",
    [
        "9007199254740993",
        "9223372036854775808",
        "18446744073709551616",
        "-9223372036854775809",
        "1e19",
        "1e300",
        "1e400",
        "-1e400",
        "1" * 63,
    ],
)
def test_numbers_past_what_a_double_holds(server, number):
    # Whatever it is cut to, it is out of range; which digits AWS would show is not known.
    reply = server.post(STATUS, f'{{"Limit":{number}}}'.encode())
    assert (reply.status, reply.error) == (400, "InvalidLimitException")
    sign = "-" if number.startswith("-") else ""
    assert re.match(f"1 validation error detected: Value '{sign}[0-9]+' at 'limit' failed", reply.message)


@pytest.mark.parametrize("number", ["1" * 64, "1." + "0" * 62, "1e" + "0" * 62])
def test_numbers_of_more_than_63_characters(server, number):
    # The parser's limit; no SDK writes such a number. As no JSON.
    reply = server.post(STATUS, f'{{"Limit":{number}}}'.encode())
    assert (reply.status, reply.json) == SERIALIZATION


@pytest.mark.parametrize("number", ["1e-400", "0.0000000000000000000001"])
def test_numbers_next_to_nothing(frozen_server, number):
    server = frozen_server(fixture=world(*names(3)))
    assert server.post(STATUS, f'{{"Limit":{number}}}'.encode()).names == names(3)


# ---- 4. the target ----


TARGETS = [
    None,
    "",
    "X",
    "StarlingDoveService",
    "StarlingDoveService.",
    ".DescribeConformancePackStatus",
    STATUS,
    "StarlingDoveService.Nope",
    "StarlingDoveService.describeConformancePackStatus",
    "starlingdoveservice.DescribeConformancePackStatus",
    "Other.DescribeConformancePackStatus",
    "StarlingDoveService.DescribeConformancePackStatu",
    "StarlingDoveService.DescribeConformancePackStatusX",
    "StarlingDoveService.DescribeConformancePackStatus.X",
    "StarlingDoveService:DescribeConformancePackStatus",
    "StarlingDoveService." + "X" * 5000,
]


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("body", [b"{}", b""], ids=["object", "empty"])
def test_unknown_operation(server, body, name):
    # A 400, as every SDK retries what is 5xx. An empty body does not go before it.
    reply = server.http(
        "POST", "/", body, {"Content-Type": MEDIA_TYPE, **({"X-Amz-Target": name} if name is not None else {})}
    )
    assert (reply.status, reply.json) == UNKNOWN
    oracle.check_reply("no operation", *reply_parts(reply))


def reply_parts(reply):
    return reply.status, reply.headers, reply.body


def test_bad_json_goes_before_an_unknown_operation(server):
    reply = server.http("POST", "/", b"{", {"Content-Type": MEDIA_TYPE, "X-Amz-Target": "X"})
    assert (reply.status, reply.json) == SERIALIZATION


def test_an_unknown_operation_goes_before_bad_credentials(server):
    reply = server.http("POST", "/", b"{}", {"Content-Type": MEDIA_TYPE, "X-Amz-Target": "X", "Authorization": "X"})
    assert (reply.status, reply.json) == UNKNOWN


# ---- 5. to 7. credentials before types, types before constraints ----


def test_bad_credentials_go_before_types(server):
    reply = server.post(STATUS, {"Limit": "x"}, headers={"Authorization": "X"})
    assert (reply.status, reply.error) == (400, "IncompleteSignatureException")


def test_types_go_before_constraints(server):
    reply = server.post(STATUS, {"Limit": 21, "NextToken": 1})
    assert (reply.status, reply.error) == (400, "SerializationException")
    assert reply.json["Message"] == (
        "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"
    )


def test_constraints_go_before_the_operation(server):
    assert server.post(STATUS, {"Limit": 21, "NextToken": "x"}).error == "InvalidLimitException"


WITHOUT_CODE = sorted(set(oracle.OPERATIONS) - set(oracle.implemented()))


@pytest.mark.skipif(not WITHOUT_CODE, reason="every operation has code")
def test_an_operation_without_code_says_so(server):
    # AWS has no such answer; a 400, so that no SDK retries it.
    for operation in WITHOUT_CODE:
        reply = server.post(operation)
        if not (reply.message or "").startswith(tuple("123456789")):  # "1 validation error detected: …"
            assert (reply.status, reply.error) == (400, "NotImplementedException")
            assert operation in reply.message


# ---- headers and connections ----


@pytest.mark.parametrize("body", [b"{}", b"", b'{"Limit":21}'], ids=["success", "front door", "constraint"])
def test_the_set_of_headers(server, body):
    reply = server.post(STATUS, body)
    assert sorted(name for name, _ in reply.headers) == ["Content-Length", "Content-Type", "Date", "x-amzn-RequestId"]
    assert reply.header("Content-Type") == MEDIA_TYPE


def test_request_ids_differ(server):
    seen = [server.post(STATUS).header("x-amzn-RequestId") for _ in range(50)]
    assert len(set(seen)) == 50


def test_header_names_in_any_case(server):
    headers = {"content-type": MEDIA_TYPE, "X-AMZ-TARGET": target(STATUS)}
    assert server.http("POST", "/", b"{}", headers).status == 200


def request(body=b"{}", *headers, version="1.1"):
    lines = [
        f"POST / HTTP/{version}",
        "Host: localhost",
        *(f"{name}: {value}" for name, value in GOOD.items()),
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def read_all(client):
    received = b""
    while piece := client.recv(65536):
        received += piece
    return received


def test_keep_alive(server):
    connection = server.connect()
    sockets = set()
    for _ in range(3):
        connection.request("POST", "/", b"{}", GOOD)
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b'{"ConformancePackStatusDetails":[]}')
        sockets.add(connection.sock.getsockname())
    connection.close()
    assert len(sockets) == 1


@pytest.mark.parametrize("body", [b"", b"{", padded(LARGEST + 1)], ids=["empty", "no JSON", "too large"])
def test_a_refused_request_keeps_the_connection(server, body):
    connection = server.connect()
    connection.request("POST", "/", body, GOOD)
    response = connection.getresponse()
    assert response.status in (400, 413) and response.read()
    address = connection.sock.getsockname()
    connection.request("POST", "/", b"{}", GOOD)
    response = connection.getresponse()
    assert (response.status, connection.sock.getsockname()) == (200, address)
    connection.close()


def test_pipelined_requests_are_answered_in_order(frozen_server):
    server = frozen_server(fixture=world(*names(3)))
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        bodies = [b'{"Limit":%d}' % limit for limit in (1, 2, 3)]
        client.sendall(b"".join(map(request, bodies[:-1])) + request(bodies[-1], "Connection: close"))
        answers = read_all(client).split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert [answer.count(b'"ConformancePackName"') for answer in answers] == [1, 2, 3]


@pytest.mark.parametrize("wire", [request(b"{}", "Connection: close"), request(b"{}", version="1.0")])
def test_connections_that_are_to_close(server, wire):
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(wire)
        assert read_all(client).endswith(b'\r\n\r\n{"ConformancePackStatusDetails":[]}')


@pytest.mark.parametrize("piece", [1, 7, 64])
def test_a_request_in_small_pieces(server, piece):
    wire = request()
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(wire), piece):
            client.sendall(wire[start : start + piece])
        assert client.recv(4096).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "wire",
    [b"", b"\r\n", b"\r\n\r\n\r\n", b"GET", b"\0" * 100, request()[:50], request()[:-1], b"\x16\x03\x01" + b"x" * 200],
)
def test_a_client_that_goes_away(server, wire):
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.port), 10) as client:
            client.sendall(wire)
    assert server.post(STATUS).status == 200


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(b"HELLO\r\n\r\n", id="a word"),
        pytest.param(b"POST\r\n\r\n", id="no path"),
        pytest.param(b"POST / HTTP/9.9\r\n\r\n", id="version"),
        pytest.param(b"\xff\xfe\r\n\r\n", id="bytes"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", id="length of x"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", id="length of -1"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n", id="headers without end"),
        pytest.param(b"GET /" + b"x" * 200000, id="path without end"),
    ],
)
def test_what_is_no_http(server, wire):
    # The library's answer, or none; what matters is that the server goes on.
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        try:
            client.sendall(wire)
            client.shutdown(socket.SHUT_WR)
            read_all(client)
        except TimeoutError:
            raise
        except OSError:  # it has hung up already
            pass
    assert server.post(STATUS).status == 200


def test_many_connections_at_once(server):
    connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=10) for _ in range(100)]
    for connection in connections:
        connection.request("POST", "/", b"{}", GOOD)
    assert [connection.getresponse().status for connection in connections] == [200] * 100
    for connection in connections:
        connection.close()
