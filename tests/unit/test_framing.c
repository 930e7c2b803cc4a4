#include "server/http/framing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { MOST_HEADERS = 4 };

static void assert_says(size_t row, const char *said, const char *wanted)
{
    if ((said == NULL) != (wanted == NULL) || (said != NULL && strcmp(said, wanted) != 0))
        fail_msg("row %zu: %s", row, said != NULL ? said : "no fault");
}

/* ---- the first line ---- */

#define LINE "malformed request line\n"

static void a_request_line_is_a_token_and_a_target_without_blanks(void **state)
{
    static const struct {
        const char *method;
        const char *path;
        const char *query;
        const char *fault;
    } table[] = {
        {"POST", "/", "", NULL},        {"get-it!~9", "/a%20b", "a=b&c=%00", NULL},
        {"OPTIONS", "*", "", NULL},     {"", "/", "", LINE},
        {"PO ST", "/", "", LINE},       {"POST:", "/", "", LINE},
        {"P\303\226ST", "/", "", LINE}, {"POST", "/a b", "", LINE},
        {"POST", "/a\tb", "", LINE},    {"POST", "/a\r", "", LINE},
        {"POST", "/", "a b", LINE},     {"POST", "/", "a\177", LINE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct request request = {.method = table[i].method, .path = table[i].path, .query = table[i].query};
        assert_says(i, framing_fault(&request, "HTTP/1.1"), table[i].fault);
    }
}

/* ---- the headers ---- */

#define HEADER  "malformed header\n"
#define LENGTHS "more than one length\n"
#define CODING  "a Transfer-Encoding other than chunked\n"

static void headers_leave_no_doubt_about_the_length(void **state)
{
    static const struct {
        const char *version;
        const char *fault;
        struct header headers[MOST_HEADERS];
    } table[] = {
        {"HTTP/1.1", NULL, {{"Host", "a"}, {"X-Empty", ""}, {"X-Tab", "a\tb\303\266"}}},
        {"HTTP/1.1", NULL, {{"Content-Length", "2"}, {"Content-Length-2", "3"}}},
        {"HTTP/1.1", NULL, {{"transfer-encoding", "CHUNKED"}}},
        {"HTTP/1.0", NULL, {{"content-length", "2"}}},
        {"HTTP/1.1", LENGTHS, {{"Content-Length", "2"}, {"X", "y"}, {"content-length", "2"}}},
        {"HTTP/1.1", LENGTHS, {{"Content-Length", "2"}, {"Transfer-Encoding", "chunked"}}},
        {"HTTP/1.1", LENGTHS, {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}},
        {"HTTP/1.1", CODING, {{"Transfer-Encoding", "gzip, chunked"}}},
        {"HTTP/1.1", CODING, {{"Transfer-Encoding", ""}}},
        {"HTTP/1.0", CODING, {{"Transfer-Encoding", "chunked"}}},
        {"HTTP/1.1", HEADER, {{"Content-Length ", "2"}}},
        {"HTTP/1.1", HEADER, {{"", "2"}}},
        {"HTTP/1.1", HEADER, {{"X", "y"}, {"X(", "y"}}},
        {"HTTP/1.1", HEADER, {{"X", "a\rb"}}},
        {"HTTP/1.1", HEADER, {{"X", "a\t\001"}}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct request request = {.method = "POST", .path = "/", .query = "", .headers = table[i].headers};
        while (request.header_count < MOST_HEADERS && table[i].headers[request.header_count].name != NULL)
            request.header_count++;
        assert_says(i, framing_fault(&request, table[i].version), table[i].fault);
    }
}

/* ---- the bytes ---- */

struct cut_request {
    char bytes[128];
    struct header headers[MOST_HEADERS];
    size_t header_count;
    const char *body;
};

/* As a lenient library: a line ends at LF, whatever is before it, and a folded one is passed over. */
static void cut(struct cut_request *cut, const char *bytes, size_t length)
{
    memcpy(cut->bytes, bytes, length + 1);
    cut->header_count = 0;
    for (char *line = cut->bytes, *end; (end = memchr(line, '\n', length - (size_t)(line - cut->bytes)));
         line = end + 1) {
        char *last = end > line && end[-1] == '\r' ? end - 1 : end;
        char *colon = memchr(line, ':', (size_t)(last - line));
        *last = *end = '\0';
        cut->body = end + 1;
        if (line == last)
            break;
        if (colon == NULL || strchr(" \t", line[0]) != NULL)
            continue;
        *colon = '\0';
        cut->headers[cut->header_count++] = (struct header){line, colon + 1 + strspn(colon + 1, " \t")};
    }
}

static void headers_lie_side_by_side(void **state)
{
#define BYTES(text) text, sizeof(text) - 1
    static const struct {
        const char *bytes;
        size_t length;
        const char *fault;
    } table[] = {
        {BYTES("HTTP/1.1\r\n\r\n{}"), NULL},
        {BYTES("HTTP/1.1\r\nA: b\r\nC:d\r\nE: \t f\r\nG:\r\n\r\n{}"), NULL},
        {BYTES("HTTP/1.1\nA: b\r\n\r\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\nA: b\nC: d\r\n\r\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\nA: b\r\nC: d\n\r\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\nA: b\r\n\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\n X: y\r\nA: b\r\n\r\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\nA: b\r\n c\r\nD: e\r\n\r\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\nA: b\0c\r\nD: e\r\n\r\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\nA\0: b\r\n\r\n{}"), HEADER},
        {BYTES("HTTP/1.1\r\nno colon\r\n\r\n{}"), HEADER},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct cut_request pieces;
        cut(&pieces, table[i].bytes, table[i].length);
        const struct request request = {.headers = pieces.headers, .header_count = pieces.header_count};
        assert_string_equal(pieces.body, "{}");
        assert_says(i, framing_gap(&request, pieces.bytes, pieces.body), table[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_line_is_a_token_and_a_target_without_blanks),
        cmocka_unit_test(headers_leave_no_doubt_about_the_length),
        cmocka_unit_test(headers_lie_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
