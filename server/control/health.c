#include "server/control/call.h"
#include "server/version.h"

void control_health(struct control_call *call)
{
    int64_t packs = 0;
    if (store_count_packs(call->control->store, &packs) != STORE_OK) {
        control_failed(call);
        return;
    }
    json_begin_object(&call->output);
    json_member_string(&call->output, "status", "ok");
    json_member_string(&call->output, "version", VERSION);
    json_key(&call->output, "packs");
    json_integer(&call->output, packs);
    json_end_object(&call->output);
}
