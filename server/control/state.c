/* The world as a whole: back to the start, or more of it. */
#include "fixtures/fixture.h"
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
    struct scope within;
    const struct control *control = call->control;
    const char *to = control_query(call, "to");
    if (!control_scope(call, &within))
        return;
    if (to != NULL && strcmp(to, "empty") != 0) {
        control_error(call, 400, "InvalidQuery", "to", "can only be empty");
        return;
    }
    answer(call, world_reset(control->store, control->options, &within, to == NULL, message), message);
}

void control_export(struct control_call *call)
{
    struct scope within;
    if (control_scope(call, &within) && fixture_write(call->control->store, &within, &call->output) != STORE_OK)
        control_failed(call);
}

static void load(struct control_call *call, bool replace)
{
    char message[FIXTURE_MESSAGE];
    struct scope within;
    const struct control *control = call->control;
    const struct request *request = call->request;
    if (!control_scope(call, &within))
        return;
    const struct world_text text = {request->body, request->body_length, replace};
    answer(call, world_load(control->store, control->options, &within, &text, message), message);
}

void control_replace_state(struct control_call *call)
{
    load(call, true);
}

void control_add_state(struct control_call *call)
{
    load(call, false);
}
