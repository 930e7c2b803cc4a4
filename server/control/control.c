#include "server/control/control.h"

#include "base/json_tree.h"
#include "base/percent.h"
#include "server/control/call.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

/* Every route: method, path behind /_mock (a '*' stands for one segment), handler. */
static const struct {
    const char *method;
    const char *path;
    control_fn *run;
} routes[] = {
    {"GET", "/health", control_health},
    {"POST", "/reset", control_reset},
    {"POST", "/state", control_add_state},
    {"GET", "/clock", control_clock},
    {"PUT", "/clock", control_set_clock},
    {"POST", "/clock/advance", control_advance_clock},
    {"POST", "/packs/*/transition", control_move_pack},
};
enum { ROUTES = sizeof routes / sizeof routes[0] };

enum { PREFIX_LENGTH = sizeof "/_mock" - 1 };

/* ---- what handlers use ---- */

void control_error(struct control_call *call, int status, const char *code, const char *path, const char *message)
{
    call->reply->status = status;
    buffer_clear(&call->reply->body);
    call->output.comma = false;
    json_begin_object(&call->output);
    json_key(&call->output, "error");
    json_begin_object(&call->output);
    json_member_string(&call->output, "code", code);
    json_member_string(&call->output, "message", message);
    json_optional_string(&call->output, "path", path);
    json_end_object(&call->output);
    json_end_object(&call->output);
}

void control_failed(struct control_call *call)
{
    control_error(call, 500, "InternalFailure", NULL, "the store failed, see the log");
}

const char *control_query(const struct control_call *call, const char *name)
{
    const char *query = call->request->query;
    struct query_pair pair;
    while (query_next_pair(&query, &pair)) {
        if (pair.name_length != strlen(name) || memcmp(pair.name, name, pair.name_length) != 0)
            continue;
        char *value = arena_alloc(call->request->arena, pair.value_length + 1);
        if (value != NULL)
            value[percent_decode(pair.value, pair.value_length, value)] = '\0';
        return value;
    }
    return NULL;
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words != NULL && strcmp(*words, text) != 0)
        words++;
    return *words != NULL;
}

bool control_check_keys(struct control_call *call, const char *const *keys)
{
    const cJSON *member = NULL;
    if (!cJSON_IsObject(call->body)) {
        control_error(call, 400, "InvalidBody", NULL, "a JSON object is wanted in the body");
        return false;
    }
    cJSON_ArrayForEach(member, call->body)
    {
        if (!is_one_of(member->string, keys)) {
            control_error(call, 400, "InvalidBody", member->string, "unknown key");
            return false;
        }
    }
    return true;
}

/* ---- one call ---- */

/* Whether the path fits the route's; `*name` is what stands for its '*'. */
static bool fits(struct control_call *call, const char *path, const char *pattern)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL)
        return strcmp(path, pattern) == 0;
    const size_t before = (size_t)(star - pattern);
    if (strncmp(path, pattern, before) != 0)
        return false;
    const size_t length = strcspn(path + before, "/");
    if (length == 0 || strcmp(path + before + length, star + 1) != 0)
        return false;
    char *name = arena_alloc(call->request->arena, length + 1);
    if (name != NULL)
        name[percent_decode(path + before, length, name)] = '\0';
    call->name = name;
    return name != NULL;
}

static bool check_token(struct control_call *call)
{
    static const char scheme[] = "Bearer ";
    const char *wanted = call->control->options->control_token;
    const char *given = request_header(call->request, "Authorization");
    if (wanted == NULL)
        return true;
    if (given != NULL && strncmp(given, scheme, sizeof scheme - 1) == 0) {
        given += sizeof scheme - 1;
        if (strlen(given) == strlen(wanted) && gnutls_memcmp(given, wanted, strlen(wanted)) == 0)
            return true;
    }
    control_error(call, 401, "Unauthorized", NULL, "/_mock wants Authorization: Bearer TOKEN, with --control-token's");
    return false;
}

static bool parse_body(struct control_call *call)
{
    struct json_fault fault;
    const struct request *request = call->request;
    if (request->body_too_large) {
        control_error(call, 413, "BodyTooLarge", NULL, "the body is over 256 MiB");
        return false;
    }
    if (request->body_length == 0)
        return true;
    call->body = json_parse(request->arena, request->body, request->body_length, &fault);
    if (call->body != NULL)
        return true;
    if (fault.message == JSON_OUT_OF_MEMORY) {
        control_error(call, 500, "InternalFailure", NULL, fault.message);
        return false;
    }
    char message[256];
    const struct json_place place = json_place_of(request->body, fault.offset);
    snprintf(message, sizeof message, "body:%zu:%zu: %s", place.line, place.column, fault.message);
    control_error(call, 400, "InvalidBody", NULL, message);
    return false;
}

static void route_call(struct control_call *call)
{
    bool path_known = false;
    const char *path = call->request->path + PREFIX_LENGTH;
    for (size_t i = 0; i < ROUTES; i++) {
        if (!fits(call, path, routes[i].path))
            continue;
        path_known = true;
        if (strcmp(call->request->method, routes[i].method) != 0)
            continue;
        /* a world is read by the fixtures' own reader */
        if (routes[i].run == control_add_state || parse_body(call))
            routes[i].run(call);
        return;
    }
    if (path_known)
        control_error(call, 405, "MethodNotAllowed", NULL, "this path knows other methods");
    else
        control_error(call, 404, "NotFound", NULL, "there is nothing under this path");
}

void control_answer(const struct control *control, const struct request *request, struct reply *reply)
{
    struct control_call call = {
        .control = control,
        .request = request,
        .reply = reply,
        .output = {&reply->body, false},
    };
    reply->status = 200;
    reply_header(reply, "Content-Type", "application/json");
    reply_header(reply, "Cache-Control", "no-store");
    if (check_token(&call))
        route_call(&call);
}
