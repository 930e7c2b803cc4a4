#include "tests/fuzz/reply_check.h"

#include "base/json_tree.h"
#include "base/utf8.h"
#include "server/aws/validate.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const char *header(const struct reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcmp(reply->headers[i].name, name) == 0)
            return reply->headers[i].value;
    }
    return NULL;
}

static void check_headers(const struct reply *reply)
{
    REQUIRE(reply->header_count <= REPLY_HEADERS);
    for (size_t i = 0; i < reply->header_count; i++) {
        for (const char *at = reply->headers[i].value; *at != '\0'; at++)
            REQUIRE_OR_SAY(*at >= ' ' && *at <= '~', "%s: %s\n", reply->headers[i].name, reply->headers[i].value);
    }
}

/* The house reads no \u0000, but the journal may show one that came. */
static void hide_nul(char *text, size_t length)
{
    static const char nul[] = "\\u0000";
    const size_t size = sizeof nul - 1;
    for (char *at = text; (at = memmem(at, length - (size_t)(at - text), nul, size)) != NULL; at += size)
        at[size - 1] = '1';
}

static cJSON *parse(struct arena *arena, const struct reply *reply)
{
    struct json_fault fault = {0};
    char *text = arena_strndup(arena, reply->body.data != NULL ? reply->body.data : "", reply->body.length);
    REQUIRE(text != NULL);
    hide_nul(text, reply->body.length);
    cJSON *tree = json_parse(arena, text, reply->body.length, &fault);
    REQUIRE_OR_SAY(cJSON_IsObject(tree), "%s at %zu: %.*s\n", fault.message != NULL ? fault.message : "no object",
                   fault.offset, (int)reply->body.length, reply->body.data);
    return tree;
}

/* Whether an error of that name may be met: one of errors.def, or one that the operation declares. */
static bool is_known_error(const struct operation *operation, const char *name, int status)
{
    static const struct {
        const char *name;
        int status;
    } known[] = {
#define X(id, name, status, key) {name, status},
#include "server/aws/errors.def"
#undef X
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, name) == 0)
            return known[i].status == status;
    }
    return operation != NULL && operation_declares(operation, name) && status == 400;
}

static const struct operation *operation_of(const struct request *request)
{
    const char *target = request_header(request, "X-Amz-Target");
    const char *point = target != NULL ? strchr(target, '.') : NULL;
    return point != NULL ? model_find_operation(point + 1) : NULL;
}

static void check_error(const cJSON *tree, const struct operation *operation, int status, bool was_prescribed)
{
    const char *name = json_member_text(tree, "__type");
    REQUIRE(name != NULL && *name != '\0');
    REQUIRE_OR_SAY(was_prescribed || is_known_error(operation, name, status), "%d %s\n", status, name);
    REQUIRE(was_prescribed || strcmp(name, "InternalFailure") != 0);
}

/* The model wants one tag at least, in answers too; AWS answers with an empty list all the same. */
static const char no_tags[] = "Tags: Member must have length greater than or equal to 1";

static void check_output(struct arena *arena, const struct request *request, const struct reply *reply,
                         bool was_prescribed)
{
    const struct operation *operation = operation_of(request);
    if (reply->status == 200 && reply->body.length == 0) {
        REQUIRE(operation != NULL && operation->output == NULL);
        return;
    }
    const cJSON *tree = parse(arena, reply);
    if (reply->status != 200) {
        check_error(tree, operation, reply->status, was_prescribed);
        return;
    }
    REQUIRE(operation != NULL);
    const char *wrong = validate_answer(arena, operation->output, tree);
    if (wrong != NULL && strcmp(wrong, no_tags) == 0)
        wrong = NULL;
    REQUIRE_OR_SAY(wrong == NULL, "%s: %s\n", operation->name, wrong);
}

void reply_check_aws(const struct request *request, const struct reply *reply, bool was_prescribed)
{
    struct arena arena = {0};
    const char *type = header(reply, "Content-Type");
    check_headers(reply);
    REQUIRE(!reply->body.failed);
    if (type != NULL) {
        REQUIRE_OR_SAY(strcmp(type, "application/x-amz-json-1.1") == 0, "%s\n", type);
        REQUIRE(header(reply, "x-amzn-RequestId") != NULL);
        check_output(&arena, request, reply, was_prescribed);
    } else { /* the gateway's XML, or a browser's redirection */
        REQUIRE_OR_SAY(reply->status == 403 || reply->status == 404 || reply->status == 303, "%d\n", reply->status);
    }
    arena_free(&arena);
}

void reply_check_control(const struct reply *reply)
{
    struct arena arena = {0};
    const char *type = header(reply, "Content-Type");
    check_headers(reply);
    REQUIRE(type != NULL && !reply->body.failed);
    REQUIRE_OR_SAY(reply->status >= 200 && reply->status < 500, "%d\n", reply->status);
    REQUIRE(reply->status < 400 || strcmp(type, "application/json") == 0);
    if (strcmp(type, "application/json") == 0) {
        const cJSON *tree = parse(&arena, reply);
        const cJSON *error = json_member(tree, "error");
        REQUIRE(reply->status < 400 ||
                (json_member_text(error, "code") != NULL && json_member_text(error, "message") != NULL));
    }
    REQUIRE(reply->body.length == 0 || utf8_check(reply->body.data, reply->body.length));
    arena_free(&arena);
}
