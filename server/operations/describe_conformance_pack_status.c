#include "server/operations/pack_page.h"

#include <string.h>

enum { CLOSING_BRACE = 1 };

struct answer {
    const struct operation_call *call;
    struct json_writer *output;
    struct pack_page page;
    struct aws_error *error;
    char last[PACK_NAME_SIZE]; /* the name the page ends with */
};

/* One ConformancePackStatusDetail, its members in the model's order. */
static void write_status(void *arg, const struct pack_status *status)
{
    struct answer *answer = arg;
    struct json_writer *output = answer->output;
    json_begin_object(output);
    json_member_string(output, "ConformancePackName", status->name);
    json_member_string(output, "ConformancePackId", status->id);
    json_member_string(output, "ConformancePackArn", status->arn);
    json_member_string(output, "ConformancePackState", pack_state_name(status->standing.state));
    json_optional_string(output, "StackArn", status->stack_arn);
    json_optional_string(output, "ConformancePackStatusReason", status->standing.reason);
    json_optional_epoch_seconds(output, "LastUpdateRequestedTime", status->standing.requested_at);
    json_optional_epoch_seconds(output, "LastUpdateCompletedTime", status->standing.completed_at);
    json_end_object(output);
    memcpy(answer->last, status->name, strlen(status->name) + 1);
}

/* Behind the last pack: ends the list, and writes the token where more follow. */
static bool end_page(void *arg, bool more)
{
    const struct answer *answer = arg;
    json_end_array(answer->output);
    if (more && !operation_write_token(answer->call, &answer->page.binding, answer->last, answer->error))
        return false;
    return buffer_reserve(answer->output->out, CLOSING_BRACE) != NULL;
}

bool describe_conformance_pack_status(const struct operation_call *call, struct aws_error *error)
{
    struct answer answer = {.call = call, .output = call->output, .error = error};
    struct pack_page *page = &answer.page;
    bool more = false;
    if (!pack_page_read(call, "DescribeConformancePackStatus", page, error))
        return false;
    if (call->settings->unknown_pack_is_error && !pack_page_check_names(call, page, error))
        return false;

    page->query.is_made = end_page;
    if (!call->settings->unknown_pack_is_error) /* else names are looked at beyond the page */
        page->query.lease = call->lease;
    json_key(call->output, "ConformancePackStatusDetails");
    json_begin_array(call->output);
    const enum store_rc rc =
        store_pack_status(call->settings->store, &call->scope, &page->query, write_status, &answer, &more);
    return rc == STORE_OK || operation_failed(error);
}
