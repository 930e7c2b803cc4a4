#include "server/control/control.h"

#include "base/json_tree.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "server/control/call.h"
#include "server/control/same_site.h"
#include "server/log.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How a handler wants the body. */
enum route_body { BODY_TREE, BODY_TEXT };

/* What a handler does to the store. A change and the answer that tells of it are made both, or neither. */
enum route_effect { READS, CHANGES };

/* Every route: method, path behind /_mock (a '*' stands for one segment), handler. */
static const struct route {
    const char *method;
    const char *path;
    control_fn *run;
    enum route_body body;
    enum route_effect effect;
    const char *query[CONTROL_PARAMETERS]; /* the parameters it takes; NULL behind the last */
} routes[] = {
    {"GET", "/health", control_health, BODY_TREE, READS, {NULL}},
    {"GET", "/operations", control_operations, BODY_TREE, READS, {NULL}},
    {"GET", "/openapi.json", control_openapi, BODY_TREE, READS, {NULL}},
    {"POST", "/reset", control_reset, BODY_TREE, CHANGES, {"to", "account", "region"}},
    {"GET", "/state", control_export, BODY_TREE, READS, {"account", "region"}},
    {"PUT", "/state", control_replace_state, BODY_TEXT, CHANGES, {"account", "region"}},
    {"POST", "/state", control_add_state, BODY_TEXT, CHANGES, {"account", "region"}},
    {"GET", "/clock", control_clock, BODY_TREE, READS, {NULL}},
    {"PUT", "/clock", control_set_clock, BODY_TREE, CHANGES, {NULL}},
    {"POST", "/clock/advance", control_advance_clock, BODY_TREE, CHANGES, {NULL}},
    {"GET", "/worlds", control_worlds, BODY_TREE, READS, {NULL}},
    {"GET", "/packs", control_packs, BODY_TREE, READS, {"account", "region", "search", "state", "after", "limit"}},
    {"GET", "/packs/*", control_pack, BODY_TREE, READS, {"account", "region"}},
    {"POST", "/packs/*/transition", control_move_pack, BODY_TREE, CHANGES, {"account", "region"}},
    {"GET", "/faults", control_faults, BODY_TREE, READS, {"account", "region"}},
    {"POST", "/faults", control_add_fault, BODY_TEXT, CHANGES, {NULL}},
    {"DELETE", "/faults", control_remove_faults, BODY_TREE, CHANGES, {"account", "region"}},
    {"GET", "/faults/*", control_fault, BODY_TREE, READS, {NULL}},
    {"DELETE", "/faults/*", control_remove_fault, BODY_TREE, CHANGES, {NULL}},
    {"GET", "/requests", control_requests, BODY_TREE, READS, {"operation", "account", "region", "status", "limit"}},
    {"DELETE", "/requests", control_forget_requests, BODY_TREE, READS, {"operation", "account", "region", "status"}},
    {"GET", "/metrics", control_metrics, BODY_TREE, READS, {NULL}},
};
enum { ROUTES = sizeof routes / sizeof routes[0] };

enum { PREFIX_LENGTH = sizeof CONTROL_PREFIX - 1 };

/* Nothing from elsewhere, no script that is not the server's own, in no frame. */
static const char content_security_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static const char no_memory[] = "{\"error\":{\"code\":\"InternalFailure\",\"message\":\"memory is out\"}}";

/* ---- what handlers use ---- */

const char *control_path(const struct control_call *call)
{
    return call->request->path + PREFIX_LENGTH;
}

void control_error(struct control_call *call, int status, const char *code, const char *path, const char *message)
{
    if (status >= 500)
        log_line(LOG_ERROR, "%s %s: %s", call->request->method, call->request->path, message);
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
    for (size_t i = 0; i < CONTROL_PARAMETERS && call->query[i].name != NULL; i++) {
        if (strcmp(call->query[i].name, name) == 0)
            return call->query[i].value;
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
    if (name == NULL) {
        call->no_memory = true;
        return false;
    }
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
    call->no_memory = call->request->body_lost;
    return !call->request->body_too_large && !call->no_memory;
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
        call->no_memory = true;
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
        call->no_memory = call->no_memory || allowed == NULL;
        if (call->no_memory)
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

/* A piece of the query, decoded; NULL where that is no text (UTF-8 without NUL) or memory is out. */
static const char *decode(struct control_call *call, const char *text, size_t length)
{
    char *decoded = arena_alloc(call->request->arena, length + 1);
    call->no_memory = call->no_memory || decoded == NULL;
    if (decoded == NULL)
        return NULL;
    const size_t decoded_length = percent_decode(text, length, decoded);
    decoded[decoded_length] = '\0';
    return strlen(decoded) == decoded_length && utf8_check(decoded, decoded_length) ? decoded : NULL;
}

/* The route's own name of a parameter; NULL where it has none such. */
static const char *known_parameter(const struct route *route, const struct query_pair *pair)
{
    const char *const *name = route->query;
    while (*name != NULL && (strlen(*name) != pair->name_length || memcmp(*name, pair->name, pair->name_length) != 0))
        name++;
    return *name;
}

/* The first value of a parameter is the one that counts. */
static void keep_parameter(struct control_call *call, const char *name, const char *value)
{
    size_t i = 0;
    while (call->query[i].name != NULL && strcmp(call->query[i].name, name) != 0)
        i++;
    if (call->query[i].name == NULL)
        call->query[i] = (struct control_parameter){name, value};
}

/* A parameter that is misspelt must not be passed over: ?acount= would mean everybody. */
static bool read_query(struct control_call *call, const struct route *route)
{
    const char *query = call->request->query;
    struct query_pair pair;
    while (query_next_pair(&query, &pair)) {
        const char *name = known_parameter(route, &pair);
        const char *value = name != NULL ? decode(call, pair.value, pair.value_length) : NULL;
        if (value == NULL) {
            control_error(call, 400, "InvalidQuery", decode(call, pair.name, pair.name_length),
                          name != NULL ? "must be UTF-8 without NUL" : "unknown query parameter");
            return false;
        }
        keep_parameter(call, name, value);
    }
    return true;
}

struct change {
    struct control_call *call;
    control_fn *run;
};

static enum store_rc make_change(struct store *store, void *arg)
{
    const struct change *change = arg;
    (void)store;
    change->run(change->call);
    const struct reply *reply = change->call->reply;
    const bool is_made = reply->status < 400 && !reply->body.failed && !change->call->no_memory;
    return is_made ? STORE_OK : STORE_REFUSED;
}

static void run_route(struct control_call *call, const struct route *route)
{
    struct change change = {call, route->run};
    if (route->effect == READS)
        route->run(call);
    else if (store_transaction(call->control->store, make_change, &change) == STORE_FAILED)
        control_failed(call);
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
    if (route == NULL || !check_token(call) || !read_query(call, route))
        return;
    if (route->body == BODY_TEXT ? check_size(call) : parse_body(call))
        run_route(call, route);
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
    reply->no_memory = no_memory;
    run(&call);
    if (call.no_memory || reply->body.failed)
        control_error(&call, 500, "InternalFailure", NULL, "memory is out");
    reply_header(reply, "Content-Type", call.content_type);
    reply_header(reply, "Cache-Control", "no-store");
    reply_header(reply, "X-Content-Type-Options", "nosniff");
    reply_header(reply, "Content-Security-Policy", content_security_policy);
}
