#include "server/control/control.h"

#include "base/json_tree.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "server/control/call.h"
#include "server/control/same_site.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How a handler wants the body. */
enum route_body { BODY_TREE, BODY_TEXT };

/* Every route: method, path behind /_mock (a '*' stands for one segment), handler. */
static const struct route {
    const char *method;
    const char *path;
    control_fn *run;
    enum route_body body;
    const char *query[7]; /* the parameters it takes; NULL behind the last */
} routes[] = {
    {"GET", "/health", control_health, BODY_TREE, {NULL}},
    {"GET", "/operations", control_operations, BODY_TREE, {NULL}},
    {"GET", "/openapi.json", control_openapi, BODY_TREE, {NULL}},
    {"POST", "/reset", control_reset, BODY_TREE, {"to", "account", "region"}},
    {"GET", "/state", control_export, BODY_TREE, {"account", "region"}},
    {"PUT", "/state", control_replace_state, BODY_TEXT, {"account", "region"}},
    {"POST", "/state", control_add_state, BODY_TEXT, {"account", "region"}},
    {"GET", "/clock", control_clock, BODY_TREE, {NULL}},
    {"PUT", "/clock", control_set_clock, BODY_TREE, {NULL}},
    {"POST", "/clock/advance", control_advance_clock, BODY_TREE, {NULL}},
    {"GET", "/worlds", control_worlds, BODY_TREE, {NULL}},
    {"GET", "/packs", control_packs, BODY_TREE, {"account", "region", "search", "state", "after", "limit"}},
    {"GET", "/packs/*", control_pack, BODY_TREE, {"account", "region"}},
    {"POST", "/packs/*/transition", control_move_pack, BODY_TREE, {"account", "region"}},
    {"GET", "/faults", control_faults, BODY_TREE, {"account", "region"}},
    {"POST", "/faults", control_add_fault, BODY_TEXT, {NULL}},
    {"DELETE", "/faults", control_remove_faults, BODY_TREE, {"account", "region"}},
    {"GET", "/faults/*", control_fault, BODY_TREE, {NULL}},
    {"DELETE", "/faults/*", control_remove_fault, BODY_TREE, {NULL}},
    {"GET", "/requests", control_requests, BODY_TREE, {"operation", "account", "region", "status", "limit"}},
    {"DELETE", "/requests", control_forget_requests, BODY_TREE, {"operation", "account", "region", "status"}},
    {"GET", "/metrics", control_metrics, BODY_TREE, {NULL}},
};
enum { ROUTES = sizeof routes / sizeof routes[0] };

enum { PREFIX_LENGTH = sizeof CONTROL_PREFIX - 1 };

/* Nothing from elsewhere, no script that is not the server's own, in no frame. */
static const char content_security_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/* ---- what handlers use ---- */

const char *control_path(const struct control_call *call)
{
    return call->request->path + PREFIX_LENGTH;
}

void control_error(struct control_call *call, int status, const char *code, const char *path, const char *message)
{
    call->reply->status = status;
    call->content_type = "application/json";
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

bool control_query_number(struct control_call *call, const char *name, int64_t most, int64_t standard, int64_t *value)
{
    const char *text = control_query(call, name);
    *value = standard;
    if (text == NULL)
        return true;
    if (*text != '\0' && strlen(text) < 10 && strspn(text, "0123456789") == strlen(text))
        *value = strtoll(text, NULL, 10);
    else
        *value = -1;
    if (*value >= 0 && *value <= most)
        return true;
    control_error(call, 400, "InvalidQuery", name, "must be a whole number that is not too large");
    return false;
}

bool control_scope(struct control_call *call, struct scope *scope)
{
    *scope = (struct scope){control_query(call, "account"), control_query(call, "region")};
    if (scope->account != NULL && !scope_is_account(scope->account)) {
        control_error(call, 400, "InvalidQuery", "account", "must be 12 digits");
        return false;
    }
    if (scope->region != NULL && !scope_is_region(scope->region)) {
        control_error(call, 400, "InvalidQuery", "region", "must be a region, like us-east-1");
        return false;
    }
    return true;
}

void control_send(struct control_call *call, const char *media_type, const char *text, size_t length)
{
    call->content_type = media_type;
    buffer_append(&call->reply->body, text, length);
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
        const bool is_repeated = cJSON_GetObjectItemCaseSensitive(call->body, member->string) != member;
        if (is_one_of(member->string, keys) && !is_repeated && !cJSON_IsNull(member))
            continue;
        control_error(call, 400, "InvalidBody", member->string,
                      is_repeated            ? "this key is given twice"
                      : cJSON_IsNull(member) ? "null is no value here"
                                             : "unknown key");
        return false;
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
    if (name == NULL)
        return false;
    const size_t decoded = percent_decode(path + before, length, name);
    name[decoded] = '\0';
    call->name = name;
    return strlen(name) == decoded && utf8_check(name, decoded);
}

static bool check_token(struct control_call *call)
{
    static const char scheme[] = "Bearer ";
    const char *wanted = call->control->options->control_token;
    const char *given = request_header(call->request, "Authorization");
    if (wanted == NULL)
        return true;
    if (given != NULL && strncasecmp(given, scheme, sizeof scheme - 1) == 0) {
        given += sizeof scheme - 1;
        if (strlen(given) == strlen(wanted) && gnutls_memcmp(given, wanted, strlen(wanted)) == 0)
            return true;
    }
    reply_header(call->reply, "WWW-Authenticate", "Bearer");
    control_error(call, 401, "Unauthorized", NULL, "/_mock wants Authorization: Bearer TOKEN, with --control-token's");
    return false;
}

static bool check_size(struct control_call *call)
{
    if (call->request->body_too_large)
        control_error(call, 413, "BodyTooLarge", NULL, "the body is over 256 MiB");
    return !call->request->body_too_large;
}

static bool parse_body(struct control_call *call)
{
    struct json_fault fault;
    const struct request *request = call->request;
    if (!check_size(call))
        return false;
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

/* The methods that a path knows, for the header Allow. */
static const char *allowed_methods(struct control_call *call, const char *path)
{
    const char *allowed = control_is_console(path) ? "GET" : NULL;
    for (size_t i = 0; i < ROUTES; i++) {
        if (!fits(call, path, routes[i].path))
            continue;
        allowed = allowed == NULL ? routes[i].method
                                  : arena_printf(call->request->arena, "%s, %s", allowed, routes[i].method);
        if (allowed == NULL)
            break;
    }
    return allowed;
}

/* The route of the call; NULL when an error was answered. */
static const struct route *find_route(struct control_call *call)
{
    const char *path = control_path(call);
    for (size_t i = 0; i < ROUTES; i++) {
        if (fits(call, path, routes[i].path) && strcmp(call->request->method, routes[i].method) == 0)
            return &routes[i];
    }
    const char *allowed = allowed_methods(call, path);
    if (allowed == NULL) {
        control_error(call, 404, "NotFound", NULL, "there is nothing under this path");
        return NULL;
    }
    reply_header(call->reply, "Allow", allowed);
    control_error(call, 405, "MethodNotAllowed", NULL, "this path knows other methods");
    return NULL;
}

/* A parameter that is misspelt must not be passed over: ?acount= would mean everybody. */
static bool is_known_parameter(const struct control_call *call, const struct route *route,
                               const struct query_pair *pair)
{
    const char *name = arena_strndup(call->request->arena, pair->name, pair->name_length);
    return name != NULL && is_one_of(name, route->query);
}

/* Text without NUL, in UTF-8. */
static bool is_text(const struct control_call *call, const struct query_pair *pair)
{
    char *value = arena_alloc(call->request->arena, pair->value_length + 1);
    if (value == NULL)
        return false;
    const size_t length = percent_decode(pair->value, pair->value_length, value);
    return memchr(value, '\0', length) == NULL && utf8_check(value, length);
}

static bool check_query(struct control_call *call, const struct route *route)
{
    const char *query = call->request->query;
    struct query_pair pair;
    while (query_next_pair(&query, &pair)) {
        const bool is_known = is_known_parameter(call, route, &pair);
        if (is_known && is_text(call, &pair))
            continue;
        char *name = arena_alloc(call->request->arena, pair.name_length + 1);
        const size_t length = name != NULL ? percent_decode(pair.name, pair.name_length, name) : 0;
        if (name != NULL)
            name[length] = '\0';
        control_error(call, 400, "InvalidQuery", name != NULL && utf8_check(name, length) ? name : NULL,
                      is_known ? "must be UTF-8 without NUL" : "unknown query parameter");
        return false;
    }
    return true;
}

static void run(struct control_call *call)
{
    if (control_console(call)) /* nothing in it is secret, and any page may have a link to it */
        return;
    if (!same_site_check(call->request, call->control->options->host)) {
        control_error(call, 403, "CrossSite", NULL, "this is for pages and programs of the server's own site only");
        return;
    }
    const struct route *route = find_route(call);
    if (route == NULL || !check_token(call) || !check_query(call, route))
        return;
    if (route->body == BODY_TEXT ? check_size(call) : parse_body(call))
        route->run(call);
}

void control_answer(const struct control *control, const struct request *request, struct reply *reply)
{
    struct control_call call = {
        .control = control,
        .request = request,
        .reply = reply,
        .content_type = "application/json",
        .output = {&reply->body, false},
    };
    reply->status = 200;
    run(&call);
    reply_header(reply, "Content-Type", call.content_type);
    reply_header(reply, "Cache-Control", "no-store");
    reply_header(reply, "X-Content-Type-Options", "nosniff");
    reply_header(reply, "Content-Security-Policy", content_security_policy);
    if (reply->body.failed)
        reply->status = 0; /* the transport says so */
}
