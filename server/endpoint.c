#include "server/endpoint.h"

#include "base/json_tree.h"
#include "base/machine_clock.h"
#include "server/aws/account.h"
#include "server/aws/answers.h"
#include "server/aws/request_id.h"
#include "server/aws/sigv4.h"
#include "server/log.h"

#include <string.h>
#include <strings.h>

static const char media_type[] = "application/x-amz-json-1.1";
/* Holds any answer but lists and what fixtures prescribe. */
enum { SHORT_ANSWER = 4096 };

static const char no_memory[] = "{\"__type\":\"InternalFailure\"}";

/* A request on its way. */
struct call {
    struct aws_endpoint *endpoint;
    const struct request *request;
    struct reply *reply;
    const char *id;                    /* x-amzn-RequestId; NULL until there is one */
    const struct operation *operation; /* NULL until, and unless, the target names one */
    struct sigv4_claim claim;
    char account[ACCOUNT_LENGTH + 1];
    struct scope scope;
    cJSON *input;
    bool is_answered; /* by a fixture's `responses`, or as before */
    struct aws_error error;
    const char *raw; /* set: the answer is not JSON but this text, with status error.status */
};

/* One step: true to go on; false when the answer is known, in `error` or `raw`. */
typedef bool step_fn(struct call *call);

static bool refuse(struct call *call, enum aws_error_id id, const char *message)
{
    aws_error_set(&call->error, id, message);
    return false;
}

/* What a fault says that was given an error without a message: Config's own words where they are known (seen, 2025). */
static const char *default_message(const char *error)
{
    return strcmp(error, "ThrottlingException") == 0 ? "Rate exceeded" : NULL;
}

static bool refuse_raw(struct call *call, int status, const char *text)
{
    call->error.status = status;
    call->raw = text;
    return false;
}

/* ---- the steps ---- */

static bool assign_request_id(struct call *call)
{
    char *id = arena_alloc(call->request->arena, REQUEST_ID_SIZE);
    if (id == NULL)
        return refuse(call, AWS_INTERNAL_FAILURE, NULL);
    request_id_write(call->endpoint->seed, atomic_fetch_add(&call->endpoint->requests, 1), id);
    call->id = id;
    reply_header(call->reply, "x-amzn-RequestId", id);
    return true;
}

/* X-Amz-Target: PREFIX.Operation. Both must be right, to the letter. */
static const struct operation *find_target(const char *target)
{
    const size_t prefix = strlen(model_target_prefix);
    if (target == NULL || strncmp(target, model_target_prefix, prefix) != 0 || target[prefix] != '.')
        return NULL;
    return model_find_operation(target + prefix + 1);
}

static bool is_media_type(const char *content_type)
{
    const size_t length = sizeof media_type - 1;
    if (content_type == NULL || strncasecmp(content_type, media_type, length) != 0)
        return false;
    return strchr("; \t", content_type[length]) != NULL; /* the NUL counts */
}

static bool is_signed(const struct request *request)
{
    return request_header(request, "Authorization") != NULL || strstr(request->query, "X-Amz-Algorithm=") != NULL;
}

/* What is no AWS JSON request is answered by the gateway before any service, in XML (seen on siblings). */
static bool check_method_and_media_type(struct call *call)
{
    const bool is_json = is_media_type(request_header(call->request, "Content-Type"));
    call->operation = find_target(request_header(call->request, "X-Amz-Target"));
    const bool is_post = strcmp(call->request->method, "POST") == 0;
    if (is_post && is_json)
        return true;
    if (is_post && call->operation != NULL)
        return refuse_raw(call, 404, "<UnknownOperationException/>\n");
    if (!is_signed(call->request))
        return refuse_raw(call, 403,
                          "<MissingAuthenticationTokenException>\n  <Message>Missing Authentication Token</Message>\n"
                          "</MissingAuthenticationTokenException>\n");
    return refuse_raw(call, 403,
                      "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be "
                      "authorized</Message>\n</AccessDeniedException>\n");
}

/* AWS's own limit and answer are not public. */
static bool check_size(struct call *call)
{
    if (call->request->body_lost)
        return refuse(call, AWS_INTERNAL_FAILURE, NULL);
    if (!call->request->body_too_large)
        return true;
    const char *message =
        arena_printf(call->request->arena, "Request must be smaller than %zu bytes", call->endpoint->body_cap);
    return refuse(call, AWS_REQUEST_ENTITY_TOO_LARGE, message);
}

/* JSON that is none is found before a wrong target is, but for an empty body (seen on siblings). */
static bool parse_body(struct call *call)
{
    struct json_fault fault;
    const struct request *request = call->request;
    if (request->body_length == 0)
        return refuse(call, call->operation != NULL ? AWS_SERIALIZATION : AWS_UNKNOWN_OPERATION, NULL);
    call->input = json_parse(request->arena, request->body, request->body_length, &fault);
    if (call->input == NULL && fault.message == JSON_OUT_OF_MEMORY)
        return refuse(call, AWS_INTERNAL_FAILURE, NULL);
    return cJSON_IsObject(call->input) || refuse(call, AWS_SERIALIZATION, NULL);
}

static bool resolve_operation(struct call *call)
{
    return call->operation != NULL || refuse(call, AWS_UNKNOWN_OPERATION, NULL);
}

static bool read_credentials(struct call *call)
{
    return sigv4_read_claim(call->request, &call->claim, &call->error);
}

/* Without --verify-signatures anything that is well-formed is believed, and nothing is needed. */
static bool verify_signature(struct call *call)
{
    if (!call->endpoint->verify_signatures)
        return true;
    return account_verify(call->endpoint->operations.store, call->request, &call->claim, &call->error);
}

static bool choose_scope(struct call *call)
{
    const struct sigv4_claim *claim = &call->claim;
    const char *region = claim->present ? claim->region : SCOPE_DEFAULT.region;
    if (!scope_is_region(region)) {
        const char *message =
            arena_printf(call->request->arena, "Credential should be scoped to a valid region, not '%.64s'. ", region);
        return refuse(call, message != NULL ? AWS_INVALID_SIGNATURE : AWS_INTERNAL_FAILURE, message);
    }
    if (!account_find(call->endpoint->operations.store, claim->present ? claim->access_key_id : "", call->account))
        return refuse(call, AWS_INTERNAL_FAILURE, NULL);
    call->scope = (struct scope){call->account, region};
    return true;
}

static bool check_types(struct call *call)
{
    return validate_types(call->request->arena, call->operation->input, call->input, &call->error);
}

static bool check_constraints(struct call *call)
{
    return validate_constraints(call->request->arena, call->operation, call->input, call->endpoint->errors,
                                &call->error);
}

static bool apply_fault(void *arg, const struct fault *fault)
{
    static const enum reply_fate fates[] = {
        [CONNECTION_KEPT] = REPLY_SENT,
        [CONNECTION_RESET] = REPLY_RESET,
        [CONNECTION_EMPTY] = REPLY_EMPTY,
        [CONNECTION_TRUNCATED] = REPLY_TRUNCATED,
    };
    struct call *call = arg;
    struct arena *arena = call->request->arena;
    call->reply->delay_ms = fault->delay_ms;
    call->reply->fate = fates[fault->connection];
    if (fault->error == NULL)
        return true;
    const char *name = arena_strdup(arena, fault->error);
    const char *message = fault->message != NULL ? arena_strdup(arena, fault->message) : default_message(fault->error);
    if (name == NULL || (fault->message != NULL && message == NULL))
        return false;
    aws_error_set_named(&call->error, name, fault->status, message);
    return true;
}

/* What follows may change something: then there must be an answer that says so. */
static bool make_room(struct call *call)
{
    return buffer_reserve(&call->reply->body, SHORT_ANSWER) != NULL || refuse(call, AWS_INTERNAL_FAILURE, NULL);
}

/* What somebody asked to go wrong. It hits requests that would have been good. */
static bool meet_faults(struct call *call)
{
    if (store_meet_fault(call->endpoint->operations.store, &call->scope, call->operation->name, apply_fault, call) ==
        STORE_OK)
        return call->error.name == NULL;
    call->reply->delay_ms = 0;
    call->reply->fate = REPLY_SENT;
    return refuse(call, AWS_INTERNAL_FAILURE, NULL);
}

/* What a fixture prescribes for an operation goes before the code there is for it. */
static bool give_written_answer(struct call *call)
{
    switch (answers_find(call->endpoint->operations.store, &call->scope, call->operation->name, call->request->arena,
                         &call->reply->body, &call->error)) {
    case ANSWER_NONE:
        return true;
    case ANSWER_BODY:
        call->is_answered = true;
        if (call->operation->output == NULL) /* such an operation answers with an empty body */
            buffer_clear(&call->reply->body);
        return true;
    case ANSWER_ERROR:
        return false;
    case ANSWER_FAILED:
        break;
    }
    return refuse(call, AWS_INTERNAL_FAILURE, NULL);
}

/* A 400, as SDKs retry what is 5xx. */
static bool refuse_without_code(struct call *call)
{
    const char *message = arena_printf(call->request->arena,
                                       "awsconfig-mock has no code for %s. Supply an answer in a fixture: "
                                       "{\"responses\": [{\"operation\": \"%s\", \"body\": {...}}]}",
                                       call->operation->name, call->operation->name);
    return refuse(call, message != NULL ? AWS_NOT_IMPLEMENTED : AWS_INTERNAL_FAILURE, message);
}

static struct question question_of(const struct call *call)
{
    return (struct question){call->operation->name, call->scope, call->request->body, call->request->body_length};
}

/* The same question again, to which the answer is still true. */
static bool recall_answer(struct call *call)
{
    const struct question question = question_of(call);
    struct recall *recall = call->endpoint->recall;
    if (!call->is_answered && recall != NULL)
        call->is_answered = recall_find(recall, call->endpoint->operations.store, &question, &call->reply->body);
    return true;
}

static void keep_answer(const struct call *call, const struct store_lease *lease)
{
    const struct question question = question_of(call);
    if (call->endpoint->recall != NULL && lease->until > lease->from && !call->reply->body.failed)
        recall_keep(call->endpoint->recall, &question, lease, &call->reply->body);
}

static bool run_operation(struct call *call)
{
    if (call->is_answered)
        return true;
    operation_fn *handler = operations_find(call->operation->name);
    if (handler == NULL)
        return refuse_without_code(call);
    struct json_writer output = {&call->reply->body, false};
    struct store_lease lease = {0};
    const struct operation_call operation_call = {
        .settings = &call->endpoint->operations,
        .scope = call->scope,
        .arena = call->request->arena,
        .input = call->input,
        .output = &output,
        .lease = &lease,
    };
    const bool has_output = call->operation->output != NULL;
    if (has_output)
        json_begin_object(&output);
    if (!handler(&operation_call, &call->error))
        return false;
    if (has_output)
        json_end_object(&output);
    keep_answer(call, &lease);
    return true;
}

/* A request's path, in the order in which AWS was seen to check. */
static const struct {
    const char *name;
    step_fn *run;
} steps[] = {
    {"request id", assign_request_id},
    {"method and media type", check_method_and_media_type},
    {"size", check_size},
    {"body", parse_body},
    {"target", resolve_operation},
    {"credentials", read_credentials},
    {"signature", verify_signature},
    {"account and region", choose_scope},
    {"types", check_types},
    {"constraints", check_constraints},
    {"room", make_room},
    {"faults", meet_faults},
    {"written answer", give_written_answer},
    {"recalled answer", recall_answer},
    {"operation", run_operation},
};

/* ---- the answer ---- */

static void write_error(struct reply *reply, const struct aws_error *error)
{
    struct json_writer writer = {&reply->body, false};
    buffer_clear(&reply->body);
    json_begin_object(&writer);
    json_member_string(&writer, "__type", error->name);
    json_optional_string(&writer, error->message_key, error->message);
    json_end_object(&writer);
}

static void write_raw(struct reply *reply, const char *text)
{
    buffer_clear(&reply->body);
    buffer_append_text(&reply->body, text);
}

static const char *run_steps(struct call *call)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (!steps[i].run(call))
            return steps[i].name;
    }
    return NULL;
}

/* One that a fixture asked for has its name from there. */
static void log_own_failure(const struct call *call, const char *stopped_at)
{
    if (call->error.name == aws_error_name(AWS_INTERNAL_FAILURE))
        log_line(LOG_ERROR, "%s: InternalFailure, at the step \"%s\"",
                 call->operation != NULL ? call->operation->name : call->request->path, stopped_at);
}

/* Fills in the reply from what the steps left. */
static void finish(struct call *call, const char *stopped_at)
{
    struct reply *reply = call->reply;
    if (stopped_at == NULL && reply->body.failed) { /* the answer did not fit into memory */
        aws_error_internal(&call->error);
        stopped_at = "answer";
    }
    reply->status = stopped_at != NULL ? call->error.status : 200;
    reply->no_memory = no_memory;
    if (call->raw != NULL)
        write_raw(reply, call->raw);
    else if (stopped_at != NULL)
        write_error(reply, &call->error);
    log_own_failure(call, stopped_at);
    if (call->raw == NULL)
        reply_header(reply, "Content-Type", media_type);
}

/* What an answer shows of the request's Authorization is kept nowhere. */
static bool echoes_authorization(const struct aws_error *error)
{
    return error->name != NULL && (strcmp(error->name, aws_error_name(AWS_INCOMPLETE_SIGNATURE)) == 0 ||
                                   strcmp(error->name, aws_error_name(AWS_INVALID_SIGNATURE)) == 0);
}

static void record(const struct call *call, int64_t began)
{
    const struct request *request = call->request;
    const struct reply *reply = call->reply;
    const char *operation = call->operation != NULL ? call->operation->name : NULL;
    const struct journal_entry entry = {
        .id = call->id != NULL ? call->id : "",
        .time = machine_now(),
        .operation = operation,
        .account = call->account,
        .region = call->scope.region != NULL ? call->scope.region : "",
        .input = request->body,
        .input_length = request->body_length,
        .answer = reply->body.data != NULL ? reply->body.data : "",
        .answer_length = echoes_authorization(&call->error) ? 0 : reply->body.length,
        .status = reply->status,
        .error = call->error.name,
        .duration_us = machine_ticks() - began + reply->delay_ms * 1000,
    };
    journal_add(call->endpoint->journal, &entry);
    metrics_count(call->endpoint->metrics, operation, reply->status, entry.error, entry.duration_us);
    if (log_enabled(LOG_DEBUG))
        log_line(LOG_DEBUG, "%s %s: %d %s", request->method, operation != NULL ? operation : request->path,
                 reply->status, entry.error != NULL ? entry.error : "");
}

void aws_endpoint_answer(struct aws_endpoint *endpoint, const struct request *request, struct reply *reply)
{
    const int64_t began = machine_ticks();
    struct call call = {.endpoint = endpoint, .request = request, .reply = reply};
    finish(&call, run_steps(&call));
    record(&call, began);
}
