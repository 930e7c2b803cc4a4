/* The world as a whole: back to the start, or more of it. */
#include "server/control/call.h"
#include "server/world.h"

#include <string.h>

static void write_packs(struct control_call *call)
{
    int64_t packs = 0;
    if (store_count_packs(call->control->store, &packs) != STORE_OK) {
        control_failed(call);
        return;
    }
    json_begin_object(&call->output);
    json_key(&call->output, "packs");
    json_integer(&call->output, packs);
    json_end_object(&call->output);
}

static void answer(struct control_call *call, enum fixture_rc rc, const char *message)
{
    if (rc == FIXTURE_OK)
        write_packs(call);
    else if (rc == FIXTURE_INVALID)
        control_error(call, 400, "InvalidFixture", NULL, message);
    else
        control_error(call, 500, "InternalFailure", NULL, message);
}

void control_reset(struct control_call *call)
{
    char message[FIXTURE_MESSAGE] = "the store failed";
    const struct control *control = call->control;
    const char *to = control_query(call, "to");
    if (to == NULL) {
        answer(call, world_reset(control->store, control->options, message), message);
    } else if (strcmp(to, "empty") == 0) {
        const bool emptied = world_empty(control->store, control->options) == STORE_OK;
        answer(call, emptied ? FIXTURE_OK : FIXTURE_FAILED, message);
    } else {
        control_error(call, 400, "InvalidQuery", "to", "can only be empty");
    }
}

void control_add_state(struct control_call *call)
{
    char message[FIXTURE_MESSAGE];
    const struct request *request = call->request;
    if (request->body_too_large) {
        control_error(call, 413, "BodyTooLarge", NULL, "the body is over 256 MiB");
        return;
    }
    const enum fixture_rc rc =
        world_add(call->control->store, call->control->options, request->body, request->body_length, message);
    answer(call, rc, message);
}
