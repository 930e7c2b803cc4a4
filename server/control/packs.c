/* Packs, moved by hand. */
#include "base/json_tree.h"
#include "server/control/call.h"

static const char default_account[] = "123456789012";
static const char default_region[] = "us-east-1";

/* The world that ?account=&region= choose, or the default one. */
static struct scope scope_of(const struct control_call *call)
{
    const char *account = control_query(call, "account");
    const char *region = control_query(call, "region");
    return (struct scope){account != NULL ? account : default_account, region != NULL ? region : default_region};
}

void control_move_pack(struct control_call *call)
{
    static const char *const keys[] = {"ConformancePackState", "ConformancePackStatusReason", "force", NULL};
    if (!control_check_keys(call, keys))
        return;
    enum pack_state state = PACK_DELETED;
    const char *name = json_member_text(call->body, "ConformancePackState");
    const cJSON *reason = json_member(call->body, "ConformancePackStatusReason");
    const cJSON *force = json_member(call->body, "force");
    if (name == NULL || !pack_state_from_name(name, &state)) {
        control_error(call, 400, "InvalidBody", "ConformancePackState", "must be a state, or DELETED");
    } else if (reason != NULL && !cJSON_IsString(reason)) {
        control_error(call, 400, "InvalidBody", "ConformancePackStatusReason", "must be text");
    } else if (force != NULL && !cJSON_IsBool(force)) {
        control_error(call, 400, "InvalidBody", "force", "must be true or false");
    } else {
        const struct scope scope = scope_of(call);
        switch (store_move_pack(call->control->store, &scope, call->name, state, cJSON_GetStringValue(reason),
                                cJSON_IsTrue(force))) {
        case STORE_OK:
            json_begin_object(&call->output);
            json_member_string(&call->output, "ConformancePackName", call->name);
            json_member_string(&call->output, "ConformancePackState", name);
            json_end_object(&call->output);
            break;
        case STORE_NOT_FOUND:
            control_error(call, 404, "NoSuchConformancePack", NULL, "that account and region has no such pack");
            break;
        case STORE_REFUSED:
            control_error(call, 409, "IllegalMove", "ConformancePackState",
                          "a pack cannot go there from where it is; \"force\": true moves it all the same");
            break;
        default:
            control_failed(call);
        }
    }
}
