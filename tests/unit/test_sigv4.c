#include "server/aws/sigv4.h"
#include "server/aws/sigv4_canonical.h"
#include "server/aws/sigv4_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* The secret of AWS's own examples. */
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define MISMATCH                                                                                                       \
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " \
    "and signing method. Consult the service documentation for details."

#define HOST                                                                                                           \
    {                                                                                                                  \
        "Host", "localhost:4566"                                                                                       \
    }
#define TYPE                                                                                                           \
    {                                                                                                                  \
        "Content-Type", "application/x-amz-json-1.1"                                                                   \
    }
#define TARGET                                                                                                         \
    {                                                                                                                  \
        "X-Amz-Target", "StarlingDoveService.DescribeConformancePackStatus"                                            \
    }
#define DATE                                                                                                           \
    {                                                                                                                  \
        "X-Amz-Date", "20260101T000000Z"                                                                               \
    }
#define AUTHORIZATION(scope, signed_headers, signature)                                                                \
    {                                                                                                                  \
        "Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" scope                                              \
                         "/aws4_request, SignedHeaders=" signed_headers ", Signature=" signature                       \
    }
#define USUAL "content-type;host;x-amz-date;x-amz-target"

#define NEW_YEAR     1767225600000LL /* 2026-01-01T00:00:00Z */
#define MINUTE       60000LL
#define MOST_HEADERS 40

struct vector {
    const char *method; /* NULL: POST */
    const char *path;   /* NULL: "/" */
    const char *query;  /* NULL: "" */
    const char *body;   /* NULL: "{}" */
    const char *service;
    int64_t now; /* 0: NEW_YEAR */
    struct header headers[MOST_HEADERS];
};

/* Signatures made by botocore 1.29 with SigV4Auth and SigV4QueryAuth; the first two are AWS's own examples. */
static const struct vector vectors[] = {
    {
        .method = "GET",
        .query = "Action=ListUsers&Version=2010-05-08",
        .body = "",
        .service = "iam",
        .now = 1440938160000,
        .headers = {{"Host", "iam.amazonaws.com"},
                    {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                    {"X-Amz-Date", "20150830T123600Z"},
                    AUTHORIZATION("20150830/us-east-1/iam", "content-type;host;x-amz-date",
                                  "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")},
    },
    {
        .method = "GET",
        .body = "",
        .service = "service",
        .now = 1440938160000,
        .headers = {{"Host", "example.amazonaws.com"},
                    {"X-Amz-Date", "20150830T123600Z"},
                    AUTHORIZATION("20150830/us-east-1/service", "host;x-amz-date",
                                  "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")},
    },
    {
        .headers = {HOST, TYPE, TARGET, DATE,
                    AUTHORIZATION("20260101/us-east-1/config", USUAL,
                                  "d190bba29a029685b727ce3efcbee3fbb4931a2f49fbf16c1de94b1f03b7df43")},
    },
    {
        /* a session token, another region */
        .body = "{\"Limit\": 5}",
        .headers = {HOST,
                    TYPE,
                    TARGET,
                    DATE,
                    {"X-Amz-Security-Token", "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQ=="},
                    AUTHORIZATION("20260101/eu-central-1/config",
                                  "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                                  "bbb5a37fa47b3ad869d151a979b803f0321b8065f8994e6fad628259ef00dcf0")},
    },
    {
        .body = "{\"NextToken\": \"na\303\257ve \342\230\203 \360\237\230\200\"}",
        .headers = {HOST, TYPE, TARGET, DATE,
                    AUTHORIZATION("20260101/us-east-1/config", USUAL,
                                  "dae076b6e68507308aedd96d00a52a0e76bd2ba5f330ed4c8f8dcffd939d4097")},
    },
    {
        .path = "/a%20b/../c//d/./%E2%98%83/e+f~g;h=i/",
        .headers = {HOST, TYPE, TARGET, DATE,
                    AUTHORIZATION("20260101/us-east-1/config", USUAL,
                                  "d813d91ddc04d1185a35ee245beec10cab181eef03f896e255715ed5b63c43e0")},
    },
    {
        .path = "/../..", /* the signature of "/" */
        .headers = {HOST, TYPE, TARGET, DATE,
                    AUTHORIZATION("20260101/us-east-1/config", USUAL,
                                  "d190bba29a029685b727ce3efcbee3fbb4931a2f49fbf16c1de94b1f03b7df43")},
    },
    {
        .query = "b=2&a=3&a=1&a-b=%2F&c&%C3%A9=%20&A=z",
        .headers = {HOST, TYPE, TARGET, DATE,
                    AUTHORIZATION("20260101/us-gov-west-1/config", USUAL,
                                  "f8bea186f7d626ab183a5d0585dd9b014cc6420b6dca6369ef95aaa3fb176ffc")},
    },
    {
        .headers = {HOST,
                    {"X-Twice", "2"},
                    {"X-Twice", "1"},
                    {"X-Amz-Meta", "  a   b\t c  "},
                    {"X-Empty", ""},
                    TARGET,
                    TYPE,
                    DATE,
                    AUTHORIZATION("20260101/us-east-1/config",
                                  "content-type;host;x-amz-date;x-amz-meta;x-amz-target;x-empty;x-twice",
                                  "b4fed35e86c93e6cd0943ede404e64ec5653ca3cf3b749806ff4535aa592cd74")},
    },
    {
        .now = 1835481599000, /* Date instead of X-Amz-Date; botocore writes the zone so */
        .headers = {HOST,
                    TYPE,
                    TARGET,
                    {"Date", "Tue, 29 Feb 2028 23:59:59 -0000"},
                    AUTHORIZATION("20280229/cn-north-1/config", "content-type;date;host;x-amz-target",
                                  "3a785a117ef439b3230ec447742694f489c8e5bc77aba8e028ffe415e9266e40")},
    },
    {
        .body = "",
        .headers = {HOST, TARGET, DATE,
                    AUTHORIZATION("20260101/us-east-1/config", "host;x-amz-date;x-amz-target",
                                  "6db32afb1a4d4c86fbb71402d3f4a73a10296d6e2beb2e1db879c5d92c4f2bc1")},
    },
    {
        .query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Fus-east-1%2Fconfig%2F"
                 "aws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=content-type%3Bhost%3B"
                 "x-amz-target&X-Amz-Signature=a32189ebe0549fdfee64438c992f7ec4795b1aa6f324bf0d4256764ab7a54154",
        .body = "{\"Limit\": 1}",
        .headers = {HOST, TYPE, TARGET},
    },
    {
        .path = "/x%20y",
        .query = "z=1&a=b%2Bc&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2F"
                 "ap-southeast-2%2Fconfig%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=604800&"
                 "X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-target&X-Amz-Security-Token=abc%2F%2B%3D&"
                 "X-Amz-Signature=5559ea29f49a4f754a90a95c20a11abc811c1e28e72dc6e8d106b9805710ca84",
        .headers = {HOST, TYPE, TARGET},
    },
};

enum { VECTORS = sizeof vectors / sizeof vectors[0], PLAIN = 2, TOKEN = 3, REPEATED = 8, PRESIGNED = 11, WEEK = 12 };

/* A vector as a request that may be bent. */
struct exchange {
    struct arena arena;
    struct header headers[MOST_HEADERS];
    struct request request;
    const char *service;
    const char *secret;
    int64_t now;
    struct sigv4_claim claim;
    struct aws_error error;
};

static void set_body(struct exchange *exchange, const char *body)
{
    exchange->request.body = body;
    exchange->request.body_length = strlen(body);
}

static void begin(struct exchange *exchange, size_t index)
{
    const struct vector *vector = &vectors[index];
    *exchange = (struct exchange){
        .service = vector->service != NULL ? vector->service : "config",
        .secret = SECRET,
        .now = vector->now != 0 ? vector->now : NEW_YEAR,
    };
    memcpy(exchange->headers, vector->headers, sizeof exchange->headers);
    exchange->request = (struct request){
        .method = vector->method != NULL ? vector->method : "POST",
        .path = vector->path != NULL ? vector->path : "/",
        .query = vector->query != NULL ? vector->query : "",
        .headers = exchange->headers,
        .arena = &exchange->arena,
    };
    while (exchange->request.header_count < MOST_HEADERS &&
           exchange->headers[exchange->request.header_count].name != NULL)
        exchange->request.header_count++;
    set_body(exchange, vector->body != NULL ? vector->body : "{}");
}

static void set_header(struct exchange *exchange, const char *name, const char *value)
{
    size_t i = 0;
    while (i < exchange->request.header_count && strcmp(exchange->headers[i].name, name) != 0)
        i++;
    assert_true(i < MOST_HEADERS);
    exchange->headers[i] = (struct header){name, value};
    if (i == exchange->request.header_count)
        exchange->request.header_count++;
}

static void drop_header(struct exchange *exchange, const char *name)
{
    set_header(exchange, name, "");
    for (size_t i = 0, kept = 0; i < exchange->request.header_count; i++) {
        exchange->headers[kept] = exchange->headers[i];
        kept += strcmp(exchange->headers[i].name, name) != 0;
    }
    exchange->request.header_count--;
}

/* `text` with its first `old` replaced. */
static const char *replaced(struct exchange *exchange, const char *text, const char *old, const char *new)
{
    const char *place = strstr(text, old);
    assert_non_null(place);
    return arena_printf(&exchange->arena, "%.*s%s%s", (int)(place - text), text, new, place + strlen(old));
}

static void bend_authorization(struct exchange *exchange, const char *old, const char *new)
{
    set_header(exchange, "Authorization",
               replaced(exchange, request_header(&exchange->request, "Authorization"), old, new));
}

static void bend_query(struct exchange *exchange, const char *old, const char *new)
{
    exchange->request.query = replaced(exchange, exchange->request.query, old, new);
}

static bool accepted(struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    return sigv4_read_claim(request, &exchange->claim, &exchange->error) &&
           sigv4_check_claim(request, &exchange->claim, exchange->service, exchange->now, &exchange->error) &&
           sigv4_verify(request, &exchange->claim, exchange->secret, &exchange->error);
}

/* Ends the exchange, which must be refused so. */
static void assert_refused(struct exchange *exchange, const char *name, const char *message)
{
    assert_false(accepted(exchange));
    assert_string_equal(exchange->error.name, name);
    if (message != NULL)
        assert_string_equal(exchange->error.message, message);
    else
        assert_null(exchange->error.message);
    arena_free(&exchange->arena);
}

static void assert_incomplete(struct exchange *exchange, const char *message)
{
    assert_refused(exchange, "IncompleteSignatureException", message);
}

static void assert_invalid(struct exchange *exchange, const char *message)
{
    assert_refused(exchange, "InvalidSignatureException", message);
}

/* Ends the exchange, which must be accepted. */
static void assert_accepted(struct exchange *exchange)
{
    const bool good = accepted(exchange);
    if (!good)
        print_error("%s: %s\n", exchange->error.name, exchange->error.message);
    assert_true(good);
    arena_free(&exchange->arena);
}

static void test_signing_key(void **state)
{
    (void)state;
    static const unsigned char known[SIGV4_KEY_LENGTH] = {
        0xf4, 0x78, 0x0e, 0x2d, 0x9f, 0x65, 0xfa, 0x89, 0x5f, 0x9c, 0x67, 0xb3, 0x2c, 0xe1, 0xba, 0xf0,
        0xb0, 0xd8, 0xa4, 0x35, 0x05, 0xa0, 0x00, 0xa1, 0xa9, 0xe0, 0x90, 0xd4, 0x14, 0xdb, 0x40, 0x4d,
    };
    struct arena arena = {0};
    unsigned char key[SIGV4_KEY_LENGTH];
    assert_true(sigv4_signing_key(&arena, SECRET, "20120215", "us-east-1", "iam", key));
    assert_memory_equal(key, known, sizeof key);
    assert_true(sigv4_signing_key(&arena, "", "20120215", "us-east-1", "iam", key));
    assert_memory_not_equal(key, known, sizeof key);
    arena_free(&arena);
}

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct exchange exchange;
        begin(&exchange, i);
        assert_accepted(&exchange);
    }
}

static void test_claim_of_header(void **state)
{
    (void)state;
    struct exchange exchange;
    begin(&exchange, TOKEN);
    assert_true(sigv4_read_claim(&exchange.request, &exchange.claim, &exchange.error));
    assert_true(exchange.claim.present);
    assert_false(exchange.claim.presigned);
    assert_string_equal(exchange.claim.algorithm, "AWS4-HMAC-SHA256");
    assert_string_equal(exchange.claim.access_key_id, "AKIDEXAMPLE");
    assert_string_equal(exchange.claim.date, "20260101");
    assert_string_equal(exchange.claim.region, "eu-central-1");
    assert_string_equal(exchange.claim.service, "config");
    assert_string_equal(exchange.claim.terminator, "aws4_request");
    assert_string_equal(exchange.claim.signed_headers,
                        "content-type;host;x-amz-date;x-amz-security-token;x-amz-target");
    assert_string_equal(exchange.claim.signature, "bbb5a37fa47b3ad869d151a979b803f0321b8065f8994e6fad628259ef00dcf0");
    assert_string_equal(exchange.claim.time, "20260101T000000Z");
    assert_string_equal(exchange.claim.session_token, "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==");
    assert_null(exchange.claim.expires);
    arena_free(&exchange.arena);
}

static void test_claim_of_query(void **state)
{
    (void)state;
    struct exchange exchange;
    begin(&exchange, WEEK);
    assert_true(sigv4_read_claim(&exchange.request, &exchange.claim, &exchange.error));
    assert_true(exchange.claim.present);
    assert_true(exchange.claim.presigned);
    assert_string_equal(exchange.claim.access_key_id, "AKIDEXAMPLE");
    assert_string_equal(exchange.claim.region, "ap-southeast-2");
    assert_string_equal(exchange.claim.signed_headers, "content-type;host;x-amz-target");
    assert_string_equal(exchange.claim.session_token, "abc/+=");
    assert_string_equal(exchange.claim.expires, "604800");
    arena_free(&exchange.arena);
}

static void test_unsigned(void **state)
{
    (void)state;
    struct exchange exchange;
    begin(&exchange, PLAIN);
    set_header(&exchange, "Authorization", ""); /* empty is as good as none */
    exchange.request.query =
        "X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d&x-amz-algorithm=e";
    assert_true(sigv4_read_claim(&exchange.request, &exchange.claim, &exchange.error));
    assert_false(exchange.claim.present);
    assert_null(exchange.claim.access_key_id);
    arena_free(&exchange.arena);
}

static void test_both(void **state)
{
    (void)state;
    static const char *const queries[] = {"X-Amz-Algorithm", "a=b&X-Amz-Algorithm=c", "X%2dAmz%2DAlgorithm="};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        exchange.request.query = queries[i];
        assert_invalid(&exchange,
                       "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    }
}

#define NO_CREDENTIAL     "Authorization header requires 'Credential' parameter. "
#define NO_SIGNATURE      "Authorization header requires 'Signature' parameter. "
#define NO_SIGNED_HEADERS "Authorization header requires 'SignedHeaders' parameter. "
#define NO_DATE           "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "

/* The texts that kinesalite's tests found on Kinesis, and their like. */
static void test_incomplete_header(void **state)
{
    (void)state;
    static const struct {
        const char *authorization;
        const char *date; /* NULL: no header */
        const char *message;
    } cases[] = {
        {"X", NULL, NO_CREDENTIAL NO_SIGNATURE NO_SIGNED_HEADERS NO_DATE "Authorization=X"},
        {"X", "", NO_CREDENTIAL NO_SIGNATURE NO_SIGNED_HEADERS NO_DATE "Authorization=X"},
        {"X", "a", NO_CREDENTIAL NO_SIGNATURE NO_SIGNED_HEADERS "Authorization=X"},
        {", ,", "a", NO_CREDENTIAL NO_SIGNATURE NO_SIGNED_HEADERS "Authorization=, ,"},
        {"AWS4- Signature=b Credential=a", "a", NO_SIGNED_HEADERS "Authorization=AWS4- Signature=b Credential=a"},
        {"AWS4- Signature=b,Credential=a", "a", NO_SIGNED_HEADERS "Authorization=AWS4- Signature=b,Credential=a"},
        {"AWS4- Signature=b, Credential=a", "a", NO_SIGNED_HEADERS "Authorization=AWS4- Signature=b, Credential=a"},
        {"AWS4- SignedHeaders=,Signature=,Credential=", "a",
         NO_CREDENTIAL NO_SIGNATURE "Authorization=AWS4- SignedHeaders=,Signature=,Credential="},
        {"AWS4- signature=b, Credential=a, SignedHeaders=c", "a",
         NO_SIGNATURE "Authorization=AWS4- signature=b, Credential=a, SignedHeaders=c"},
        {"AWS4-HMAC-SHA256 Signature=b,    Credential,    SignedHeaders", "a",
         "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 "
         "Signature=b,    Credential,    SignedHeaders'."},
        {"Bearer xyz", "a",
         "'xyz' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer xyz'."},
        {"X \303\251z\001\177z", "a",
         "'??z??z' not a valid key=value pair (missing equal-sign) in Authorization header: 'X ??z??z'."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        set_header(&exchange, "Authorization", cases[i].authorization);
        if (cases[i].date != NULL)
            set_header(&exchange, "X-Amz-Date", cases[i].date);
        else
            drop_header(&exchange, "X-Amz-Date");
        assert_incomplete(&exchange, cases[i].message);
    }
}

static void test_incomplete_query(void **state)
{
    (void)state;
#define NO(part) "AWS query-string parameters must include 'X-Amz-" part "'. "
#define TAIL     "Re-examine the query-string parameters."
    static const struct {
        const char *query;
        const char *message;
    } cases[] = {
        {"X-Amz-Algorithm", NO("Algorithm") NO("Credential") NO("Signature") NO("SignedHeaders") NO("Date") TAIL},
        {"X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=", NO("Date") TAIL},
        {"X-Amz-Algorithm=&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=e",
         NO("Algorithm") TAIL},
        {"X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-SignedHeaders=d&X-Amz-Date=e&X-Amz-Signature",
         NO("Signature") TAIL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PRESIGNED);
        exchange.request.query = cases[i].query;
        assert_incomplete(&exchange, cases[i].message);
    }
}

static void test_credential_elements(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "a", "a/b/c/d", "a/b/c/d///", "a/b/c/d/e/f", "/", "key/with/2026/r/s/t", "AK/20260101/us-east-1/config/"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct exchange exchange;
        char message[200];
        (void)snprintf(message, sizeof message,
                       "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
                       "got '%s'",
                       wrong[i]);
        begin(&exchange, PLAIN);
        bend_authorization(&exchange, "AKIDEXAMPLE/20260101/us-east-1/config/aws4_request", wrong[i]);
        assert_incomplete(&exchange, message);
    }
    struct exchange exchange;
    begin(&exchange, PLAIN);
    bend_authorization(&exchange, "aws4_request", "aws4_request//");
    assert_accepted(&exchange);
}

/* The parameters' order and what stands between them do not matter. */
static void test_spellings(void **state)
{
    (void)state;
#define CREDENTIAL_ "Credential=AKIDEXAMPLE/20260101/us-east-1/config/aws4_request"
#define SIGNATURE_  "Signature=d190bba29a029685b727ce3efcbee3fbb4931a2f49fbf16c1de94b1f03b7df43"
    static const char *const spellings[] = {
        "AWS4-HMAC-SHA256 " CREDENTIAL_ ",SignedHeaders=" USUAL "," SIGNATURE_,
        "AWS4-HMAC-SHA256 " SIGNATURE_ " SignedHeaders=" USUAL " " CREDENTIAL_,
        "AWS4-HMAC-SHA256,\t" SIGNATURE_ " , " CREDENTIAL_ ",,SignedHeaders=" USUAL ", ",
        "AWS4-HMAC-SHA256 Signature=0 Extra=1 =2 " SIGNATURE_ " " CREDENTIAL_ " SignedHeaders=" USUAL,
        "AWS4-HMAC-SHA256 " CREDENTIAL_ ",SignedHeaders=Content-Type;Host;X-Amz-Date;X-Amz-Target," SIGNATURE_,
    };
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        set_header(&exchange, "Authorization", spellings[i]);
        assert_accepted(&exchange);
    }
}

static void test_skew(void **state)
{
    (void)state;
    static const int64_t good[] = {NEW_YEAR, NEW_YEAR + 15 * MINUTE, NEW_YEAR + 15 * MINUTE + 999,
                                   NEW_YEAR - 15 * MINUTE};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        exchange.now = good[i];
        assert_accepted(&exchange);
    }
    struct exchange exchange;
    begin(&exchange, PLAIN);
    exchange.now = NEW_YEAR + 30 * MINUTE;
    assert_invalid(&exchange, "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z "
                              "(20260101T003000Z - 15 min.)");
    begin(&exchange, PLAIN);
    exchange.now = NEW_YEAR + 15 * MINUTE + 1000;
    assert_invalid(&exchange, "Signature expired: 20260101T000000Z is now earlier than 20260101T000001Z "
                              "(20260101T001501Z - 15 min.)");
    begin(&exchange, PLAIN);
    exchange.now = NEW_YEAR - 30 * MINUTE;
    assert_invalid(&exchange, "Signature not yet current: 20260101T000000Z is still later than 20251231T234500Z "
                              "(20251231T233000Z + 15 min.)");
    begin(&exchange, PLAIN);
    exchange.now = NEW_YEAR - 15 * MINUTE - 1; /* 23:44:59.999 is 23:44:59 */
    assert_invalid(&exchange, "Signature not yet current: 20260101T000000Z is still later than 20251231T235959Z "
                              "(20251231T234459Z + 15 min.)");
}

static void test_stale_before_wrong(void **state)
{
    (void)state;
    struct exchange exchange;
    begin(&exchange, PLAIN);
    bend_authorization(&exchange, "Signature=d", "Signature=e");
    bend_authorization(&exchange, "/config/", "/iam/");
    bend_authorization(&exchange, "host", "hose");
    exchange.now = NEW_YEAR + 16 * MINUTE;
    assert_invalid(&exchange, "Signature expired: 20260101T000000Z is now earlier than 20260101T000100Z "
                              "(20260101T001600Z - 15 min.)");
}

static void test_presigned_lifetime(void **state)
{
    (void)state;
    struct exchange exchange;
    begin(&exchange, PRESIGNED);
    exchange.now = NEW_YEAR + MINUTE;
    assert_accepted(&exchange);
    begin(&exchange, PRESIGNED);
    exchange.now = NEW_YEAR + MINUTE + 1000;
    assert_invalid(
        &exchange,
        "Signature expired: 20260101T000000Z is now earlier than 20260101T000001Z (20260101T000101Z - 1 min.)");
    begin(&exchange, WEEK);
    exchange.now = NEW_YEAR + MINUTE * 7 * 24 * 60;
    assert_accepted(&exchange);
    begin(&exchange, WEEK);
    exchange.now = NEW_YEAR - 16 * MINUTE;
    assert_invalid(&exchange, "Signature not yet current: 20260101T000000Z is still later than 20251231T235900Z "
                              "(20251231T234400Z + 15 min.)");
    begin(&exchange, PRESIGNED);
    bend_query(&exchange, "X-Amz-Expires=60", "X-Amz-Expires=61");
    exchange.now = NEW_YEAR + 2 * MINUTE;
    assert_invalid(
        &exchange,
        "Signature expired: 20260101T000000Z is now earlier than 20260101T000059Z (20260101T000200Z - 61 sec.)");
    begin(&exchange, PRESIGNED);
    bend_query(&exchange, "&X-Amz-Expires=60", ""); /* without it, as a header's; and the signature is another */
    exchange.now = NEW_YEAR + 15 * MINUTE;
    assert_invalid(&exchange, MISMATCH);
}

static void test_presigned_expires(void **state)
{
    (void)state;
#define LONG                                                                                                           \
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 "  \
    "seconds"
    static const char *const cases[][2] = {
        {"0", "X-Amz-Expires must be non-negative"},
        {"-1", "X-Amz-Expires must be non-negative"},
        {"-", "X-Amz-Expires should be a number"},
        {"soon", "X-Amz-Expires should be a number"},
        {"1.5", "X-Amz-Expires should be a number"},
        {"60%00", "X-Amz-Expires should be a number"},
        {"604801", LONG},
        {"99999999999999999999999999", LONG},
        {"604800", MISMATCH},
        {"1", MISMATCH},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PRESIGNED);
        bend_query(&exchange, "X-Amz-Expires=60", arena_printf(&exchange.arena, "X-Amz-Expires=%s", cases[i][0]));
        assert_refused(&exchange,
                       strcmp(cases[i][1], MISMATCH) == 0 ? "InvalidSignatureException"
                                                          : "IncompleteSignatureException",
                       cases[i][1]);
    }
}

static void test_date_format(void **state)
{
    (void)state;
    static const char *const wrong[] = {"201",
                                        "2026-01-01T00:00:00Z",
                                        "20260101T000000",
                                        "20260101T000000ZZ",
                                        "20261301T000000Z",
                                        "20260230T000000Z",
                                        "20260101T240000Z",
                                        "Thu, 01 Foo 2026 00:00:00 GMT",
                                        "Thu, 01 Jan 2026 00:00:00 CET",
                                        "Thu, 01 Jan 2026 00:00:00",
                                        "00000101T000000Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct exchange exchange;
        char message[200];
        (void)snprintf(message, sizeof message,
                       "Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601",
                       wrong[i]);
        begin(&exchange, PLAIN);
        set_header(&exchange, "X-Amz-Date", wrong[i]);
        assert_incomplete(&exchange, message);
    }
}

static void test_times(void **state)
{
    (void)state;
    static const char *const same[] = {"20260101T000000Z", "Thu, 01 Jan 2026 00:00:00 GMT",
                                       "Thu, 01 Jan 2026 00:00:00 -0000", "Thu, 01 Jan 2026 00:00:00 +0000",
                                       "Thu, 01 Jan 2026 00:00:00 UTC"};
    char text[SIGV4_TIME_TEXT];
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        int64_t instant = 0;
        assert_true(sigv4_time_parse(same[i], &instant));
        assert_true(instant == NEW_YEAR);
    }
    int64_t last = 0;
    assert_true(sigv4_time_parse("Fri, 31 Dec 9999 23:59:59 GMT", &last));
    assert_string_equal(sigv4_time_format(last, text), "99991231T235959Z");
    assert_string_equal(sigv4_time_format(NEW_YEAR - 1, text), "20251231T235959Z");
}

static void test_host(void **state)
{
    (void)state;
    static const char *const without[] = {"content-type;x-amz-date;x-amz-target", "hosts;xhost;hos", ";;", ""};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        bend_authorization(&exchange, USUAL, without[i]);
        assert_invalid(&exchange, "'Host' must be a 'SignedHeader' in the AWS Authorization.");
    }
}

static void test_algorithm(void **state)
{
    (void)state;
    struct exchange exchange;
    begin(&exchange, PLAIN);
    bend_authorization(&exchange, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA25");
    assert_incomplete(&exchange, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ");
    begin(&exchange, PRESIGNED);
    bend_query(&exchange, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256");
    assert_incomplete(&exchange,
                      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now). ");
}

static void test_scope(void **state)
{
    (void)state;
#define REGION_ "Credential should be scoped to a valid region, not "
#define TERM    "Credential should be scoped with a valid terminator: 'aws4_request', not "
#define DAY     "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
    static const char *const cases[][2] = {
        {"20260101/us-east-1/configservice/aws4_request", "Credential should be scoped to correct service: 'config'. "},
        {"20260101/us-east-1/Config/aws4_request", "Credential should be scoped to correct service: 'config'. "},
        {"20260101/us-east-1/config/aws5_request", TERM "'aws5_request'. "},
        {"20260102/us-east-1/config/aws4_request", DAY "'20260102' != '20260101', from '20260101T000000Z'."},
        {"2026010/us-east-1/config/aws4_request", DAY "'2026010' != '20260101', from '20260101T000000Z'."},
        {"20260101T/us-east-1/config/aws4_request", DAY "'20260101T' != '20260101', from '20260101T000000Z'."},
        {"20260101//config/aws4_request", REGION_ "''. "},
        {"20260101/US-EAST-1/config/aws4_request", REGION_ "'US-EAST-1'. "},
        {"b/c!/d/e", REGION_ "'c!'. Credential should be scoped to correct service: 'config'. " TERM "'e'. " DAY
                             "'b' != '20260101', from '20260101T000000Z'."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        bend_authorization(&exchange, "20260101/us-east-1/config/aws4_request", cases[i][0]);
        assert_invalid(&exchange, cases[i][1]);
    }
}

static void wrong_secret(struct exchange *exchange)
{
    exchange->secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEZ";
}

static void wrong_method(struct exchange *exchange)
{
    exchange->request.method = "PUT";
}

static void wrong_path(struct exchange *exchange)
{
    exchange->request.path = "/a";
}

static void slash_behind_path(struct exchange *exchange)
{
    exchange->request.path = arena_printf(&exchange->arena, "%s/x", exchange->request.path);
}

static void more_query(struct exchange *exchange)
{
    exchange->request.query = arena_printf(&exchange->arena, "%s&x=y", exchange->request.query);
}

static void wrong_body(struct exchange *exchange)
{
    set_body(exchange, "{ }");
}

static void shorter_body(struct exchange *exchange)
{
    exchange->request.body_length--;
}

static void nul_behind_body(struct exchange *exchange)
{
    exchange->request.body_length++;
}

static void wrong_host(struct exchange *exchange)
{
    set_header(exchange, "Host", "localhost:4567");
}

static void wrong_target(struct exchange *exchange)
{
    set_header(exchange, "X-Amz-Target", "StarlingDoveService.DeleteConformancePack");
}

static void no_target(struct exchange *exchange)
{
    drop_header(exchange, "X-Amz-Target");
}

static void second_target(struct exchange *exchange)
{
    exchange->headers[exchange->request.header_count++] =
        (struct header){"x-amz-target", "StarlingDoveService.DeleteConformancePack"};
}

static void wrong_type(struct exchange *exchange)
{
    set_header(exchange, "Content-Type", "application/json");
}

static void test_tampering(void **state)
{
    (void)state;
    static void (*const tamperings[])(struct exchange *) = {
        wrong_secret,    wrong_method, wrong_path,   slash_behind_path, more_query,    wrong_body, shorter_body,
        nul_behind_body, wrong_host,   wrong_target, no_target,         second_target, wrong_type,
    };
    for (size_t i = 0; i < sizeof tamperings / sizeof tamperings[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        tamperings[i](&exchange);
        assert_invalid(&exchange, MISMATCH);
        begin(&exchange, PRESIGNED);
        tamperings[i](&exchange);
        assert_invalid(&exchange, MISMATCH);
    }
}

static void test_tampered_authorization(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"us-east-1", "us-east-2"},
        {"content-type;", ""},
        {";x-amz-target", ";x-amz-target;x-amz-target"},
        {";x-amz-target", ";x-amz-target;"},
        {";x-amz-target", ";x-amz-target;x-absent"},
        {"content-type;host", "host;content-type"},
        {"03b7df43", "03b7df4"},
        {"03b7df43", "03b7df433"},
        {"03b7df43", "03B7DF43"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        bend_authorization(&exchange, changes[i][0], changes[i][1]);
        assert_invalid(&exchange, MISMATCH);
    }
    for (int i = 1; i <= 64; i++) { /* each digit of the signature, which stands last */
        struct exchange exchange;
        begin(&exchange, PLAIN);
        char *header = arena_strdup(&exchange.arena, request_header(&exchange.request, "Authorization"));
        char *digit = header + strlen(header) - i;
        *digit = *digit == '0' ? '1' : '0';
        set_header(&exchange, "Authorization", header);
        assert_invalid(&exchange, MISMATCH);
    }
}

static void test_tampered_time(void **state)
{
    (void)state;
    struct exchange exchange;
    begin(&exchange, PLAIN);
    set_header(&exchange, "X-Amz-Date", "20260101T000001Z");
    assert_invalid(&exchange, MISMATCH);
    begin(&exchange, PRESIGNED);
    bend_query(&exchange, "T000000Z", "T000001Z");
    assert_invalid(&exchange, MISMATCH);
    begin(&exchange, TOKEN);
    set_header(&exchange, "X-Amz-Security-Token", "another");
    assert_invalid(&exchange, MISMATCH);
    begin(&exchange, WEEK);
    bend_query(&exchange, "Token=abc", "Token=abd");
    assert_invalid(&exchange, MISMATCH);
    begin(&exchange, REPEATED); /* the order of repeated headers is signed */
    exchange.headers[1].value = "1";
    exchange.headers[2].value = "2";
    assert_invalid(&exchange, MISMATCH);
}

/* Whatever x-amz-content-sha256 says, the body's own hash counts. */
static void test_unsigned_payload(void **state)
{
    (void)state;
    struct exchange exchange;
    begin(&exchange, PLAIN);
    set_header(&exchange, "X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD");
    assert_accepted(&exchange); /* unsigned itself, so it changes nothing */
    begin(&exchange, PLAIN);
    set_header(&exchange, "X-Amz-Content-SHA256", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    set_body(&exchange, "{ }");
    assert_invalid(&exchange, MISMATCH);
}

static void assert_canonical(struct exchange *exchange, const char *expected)
{
    assert_true(sigv4_read_claim(&exchange->request, &exchange->claim, &exchange->error));
    assert_string_equal(sigv4_canonical_request(&exchange->request, &exchange->claim, "HASH"), expected);
    arena_free(&exchange->arena);
}

#define CANONICAL(path, query)                                                                                         \
    "POST\n" path "\n" query "\ncontent-type:application/x-amz-json-1.1\nhost:localhost:4566\nx-amz-date:"             \
    "20260101T000000Z\nx-amz-target:StarlingDoveService.DescribeConformancePackStatus\n\n" USUAL "\nHASH"

static void test_canonical_path(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"/", CANONICAL("/", "")},
        {"", CANONICAL("/", "")},
        {"//", CANONICAL("/", "")},
        {"/.", CANONICAL("/", "")},
        {"/a/..", CANONICAL("/", "")},
        {"/a/b/..", CANONICAL("/a", "")},
        {"/a/b/../", CANONICAL("/a/", "")},
        {"/../../a/.../..b", CANONICAL("/a/.../..b", "")},
        {"/%41/+!*'()", CANONICAL("/%2541/%2B%21%2A%27%28%29", "")},
        {"/\303\251-._~", CANONICAL("/%C3%A9-._~", "")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        exchange.request.path = cases[i][0];
        assert_canonical(&exchange, cases[i][1]);
    }
}

static void test_canonical_query(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"&&", CANONICAL("/", "")},
        {"a", CANONICAL("/", "a=")},
        {"=a", CANONICAL("/", "=a")},
        {"a=b=c&&a=%3d", CANONICAL("/", "a=%3D&a=b%3Dc")},
        {"%41=%7e+%2B%zz%", CANONICAL("/", "A=~%20%2B%25zz%25")},
        {"n=%00x&m=%ff", CANONICAL("/", "m=%FF&n=%00x")},
        {"a1=&a=2&a-=1", CANONICAL("/", "a=2&a-=1&a1=")},
        {"X-Amz-Signature=1", CANONICAL("/", "X-Amz-Signature=1")}, /* left out of presigned requests only */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PLAIN);
        exchange.request.query = cases[i][0];
        assert_canonical(&exchange, cases[i][1]);
    }
}

#define TEN(text)        text text text text text text text text text text
#define SEMICOLONS(text) TEN(TEN(text))
#define COMMAS           TEN(",") TEN(",") TEN(",") ",,,,,,,,," /* one fewer than MOST_HEADERS */

/* Texts as long as they get for their request, so that one that outgrows its room is seen: many empty headers Y. */
static void test_canonical_headers(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"y", "y", "y:" COMMAS "\n"},
        {"y%3BY%3Bx-absent", "y;y;x-absent", "y:" COMMAS "\ny:\nx-absent:\n"},
        {"%3B", ";", ":\n:\n"},
        {SEMICOLONS("%3B"), SEMICOLONS(";"), ":\n" SEMICOLONS(":\n")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exchange exchange;
        begin(&exchange, PRESIGNED);
        exchange.request.header_count = 0;
        while (exchange.request.header_count < MOST_HEADERS)
            exchange.headers[exchange.request.header_count++] = (struct header){"Y", " "};
        const char *query = arena_printf(&exchange.arena,
                                         "X-Amz-Algorithm=a&X-Amz-Credential=a%%2Fb%%2Fc%%2Fd%%2Fe&X-Amz-Date=f&"
                                         "X-Amz-SignedHeaders=%s",
                                         cases[i][0]);
        exchange.request.query = arena_printf(&exchange.arena, "%s&X-Amz-Signature=g", query);
        assert_canonical(&exchange,
                         arena_printf(&exchange.arena, "POST\n/\n%s\n%s\n%s\nHASH", query, cases[i][2], cases[i][1]));
    }
}

static bool is_internal(const struct aws_error *error)
{
    return error->name != NULL && strcmp(error->name, "InternalFailure") == 0;
}

/* However little memory there is: InternalFailure, and nothing else, until there is enough. */
static void test_out_of_memory(void **state)
{
    (void)state;
    static const size_t indices[] = {PLAIN, WEEK, REPEATED};
    for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++) {
        bool enough = false;
        size_t failures = 0;
        for (size_t cap = 1; !enough; cap++) {
            struct exchange exchange;
            begin(&exchange, indices[i]);
            exchange.arena.cap = cap;
            enough = accepted(&exchange);
            if (!enough) {
                failures++;
                assert_true(is_internal(&exchange.error));
                assert_null(exchange.error.message);
            }
            arena_free(&exchange.arena);
        }
        assert_true(failures > 1000);
    }
}

/* The same for refusals: a message that finds no memory is an InternalFailure, not a message cut short. */
static void test_refusal_out_of_memory(void **state)
{
    (void)state;
    static const char *const refused[] = {"X", "X y", "X Credential=a Signature=b SignedHeaders=host",
                                          "AWS4-HMAC-SHA256 Credential=a/b/C/d/e Signature=b SignedHeaders=host",
                                          "Y Credential=a/b/C/d/e Signature=b SignedHeaders=host"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        bool enough = false;
        for (size_t cap = 1; !enough; cap++) {
            struct exchange exchange;
            begin(&exchange, PLAIN);
            set_header(&exchange, "Authorization", refused[i]);
            exchange.arena.cap = cap;
            assert_false(accepted(&exchange));
            enough = !is_internal(&exchange.error);
            assert_true(enough == (exchange.error.message != NULL));
            arena_free(&exchange.arena);
        }
    }
}

enum { HOSTILE = 1000 * 1000 };

/* `count` times `piece` behind `head`; the caller frees it. */
static char *hostile_text(const char *head, const char *piece, size_t count)
{
    const size_t size = strlen(piece);
    char *text = malloc(strlen(head) + size * count + 1);
    assert_non_null(text);
    char *end = stpcpy(text, head);
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, piece);
    return text;
}

/* Megabytes in the header or the query take milliseconds: quadratic work would take minutes. */
static void test_hostile_texts(void **state)
{
    (void)state;
    static const char *const pieces[][2] = {
        {"", ","},
        {"X ", ","},
        {"X", "x"},
        {"X ", "=,"},
        {"X ", "Credential=a,"},
        {"X Credential=", "/"},
        {"X Credential=", "a/"},
        {"X Signature=a,Credential=a/b/c/d/e,SignedHeaders=", "host;"},
        {"AWS4-HMAC-SHA256 Signature=a,Credential=a/20260101/c/config/aws4_request,SignedHeaders=host;", "a;"},
        {"AWS4-HMAC-SHA256 Signature=a,Credential=a/20260101/c/config/aws4_request,SignedHeaders=host", ";"},
        {"X Signature=a,Credential=a/b/c/d/e,SignedHeaders=", ";"},
    };
    const clock_t start = clock();
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct exchange exchange;
        char *text = hostile_text(pieces[i][0], pieces[i][1], HOSTILE / strlen(pieces[i][1]));
        begin(&exchange, PLAIN);
        set_header(&exchange, "Authorization", text);
        assert_false(accepted(&exchange));
        assert_non_null(exchange.error.name);
        arena_free(&exchange.arena);
        free(text);
    }
    static const char *const query_pieces[] = {"&", "a&", "%", "%25=%25&", "X-Amz-Date=1&"};
    for (size_t i = 0; i < sizeof query_pieces / sizeof query_pieces[0]; i++) {
        struct exchange exchange;
        char *text = hostile_text(vectors[PRESIGNED].query, query_pieces[i], 200000);
        begin(&exchange, PRESIGNED);
        exchange.request.query = text;
        assert_true(accepted(&exchange) == (i == 0)); /* empty pairs are no part of the query */
        arena_free(&exchange.arena);
        free(text);
    }
    char *path = hostile_text("/", "a/b/../../", HOSTILE / 10);
    struct exchange exchange;
    begin(&exchange, PLAIN);
    exchange.request.path = path;
    assert_accepted(&exchange);
    free(path);
    assert_true((clock() - start) / CLOCKS_PER_SEC < 10);
}

/* Thousands of headers, all signed. */
static void test_hostile_headers(void **state)
{
    (void)state;
    enum { COUNT = 50000, NAME = 12 };
    char(*names)[NAME] = calloc(COUNT, sizeof *names);
    struct header *headers = calloc(COUNT + 3, sizeof *headers);
    struct exchange exchange;
    begin(&exchange, PLAIN);
    char *authorization = hostile_text(
        "AWS4-HMAC-SHA256 Signature=a,Credential=a/20260101/c/config/aws4_request,SignedHeaders=host", " ", 0);
    authorization = realloc(authorization, strlen(authorization) + (size_t)COUNT * NAME + 1);
    if (names == NULL || headers == NULL || authorization == NULL)
        abort();
    char *end = authorization + strlen(authorization);
    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(names[i], NAME, "x-%zu", i * 7919 % COUNT);
        headers[i] = (struct header){names[i], "v"};
        end = stpcpy(stpcpy(end, ";"), names[i]);
    }
    headers[COUNT] = (struct header){"Host", "localhost:4566"};
    headers[COUNT + 1] = (struct header){"X-Amz-Date", "20260101T000000Z"};
    headers[COUNT + 2] = (struct header){"Authorization", authorization};
    exchange.request.headers = headers;
    exchange.request.header_count = COUNT + 3;
    const clock_t start = clock();
    assert_invalid(&exchange, MISMATCH);
    assert_true((clock() - start) / CLOCKS_PER_SEC < 5);
    free(authorization);
    free(headers);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signing_key),
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_claim_of_header),
        cmocka_unit_test(test_claim_of_query),
        cmocka_unit_test(test_unsigned),
        cmocka_unit_test(test_both),
        cmocka_unit_test(test_incomplete_header),
        cmocka_unit_test(test_incomplete_query),
        cmocka_unit_test(test_credential_elements),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_skew),
        cmocka_unit_test(test_stale_before_wrong),
        cmocka_unit_test(test_presigned_lifetime),
        cmocka_unit_test(test_presigned_expires),
        cmocka_unit_test(test_date_format),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_host),
        cmocka_unit_test(test_algorithm),
        cmocka_unit_test(test_scope),
        cmocka_unit_test(test_tampering),
        cmocka_unit_test(test_tampered_authorization),
        cmocka_unit_test(test_tampered_time),
        cmocka_unit_test(test_unsigned_payload),
        cmocka_unit_test(test_canonical_path),
        cmocka_unit_test(test_canonical_query),
        cmocka_unit_test(test_canonical_headers),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_refusal_out_of_memory),
        cmocka_unit_test(test_hostile_texts),
        cmocka_unit_test(test_hostile_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
