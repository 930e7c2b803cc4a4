/* How the server is, and what it can answer. */
#include "base/embed.h"
#include "base/machine_clock.h"
#include "server/aws/model/model.h"
#include "server/control/call.h"
#include "server/operations/operations.h"
#include "server/version.h"

EMBED(openapi_document, "server/control/openapi.json");

void control_health(struct control_call *call)
{
    int64_t packs = 0;
    const struct store_clock clock = store_clock(call->control->store);
    if (store_count_packs(call->control->store, &packs) != STORE_OK) {
        control_failed(call);
        return;
    }
    json_begin_object(&call->output);
    json_member_string(&call->output, "status", "ok");
    json_member_string(&call->output, "version", VERSION);
    json_member_integer(&call->output, "packs", packs);
    json_member_integer(&call->output, "uptimeSeconds", (machine_ticks() - call->control->started) / 1000000);
    json_key(&call->output, "clock");
    json_begin_object(&call->output);
    json_member_instant(&call->output, "now", clock.now);
    json_member_string(&call->output, "mode", clock.frozen ? "frozen" : "real");
    json_end_object(&call->output);
    json_end_object(&call->output);
}

/* Who answers an operation: a fixture, code, or nobody. */
static const char *answered_by(const struct control_call *call, const char *operation)
{
    if (store_has_response(call->control->store, operation) == STORE_OK)
        return "canned";
    return operations_find(operation) != NULL ? "stateful" : "none";
}

void control_operations(struct control_call *call)
{
    json_begin_object(&call->output);
    json_key(&call->output, "operations");
    json_begin_array(&call->output);
    for (size_t i = 0; i < model_operation_count; i++) {
        json_begin_object(&call->output);
        json_member_string(&call->output, "operation", model_operations[i].name);
        json_member_string(&call->output, "answer", answered_by(call, model_operations[i].name));
        json_end_object(&call->output);
    }
    json_end_array(&call->output);
    json_end_object(&call->output);
}

void control_openapi(struct control_call *call)
{
    control_send(call, "application/json", openapi_document, (size_t)(openapi_document_end - openapi_document));
}
