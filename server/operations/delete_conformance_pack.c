#include "base/json_tree.h"
#include "server/operations/operations.h"

bool delete_conformance_pack(const struct operation_call *call, struct aws_error *error)
{
    const char *name = json_member_text(call->input, "ConformancePackName");
    switch (store_delete_pack(call->settings->store, &call->scope, name, &call->settings->progression)) {
    case STORE_OK:
        return true;
    case STORE_NOT_FOUND:
        return operation_no_such_pack(call, name, error);
    case STORE_IN_USE:
        return operation_pack_in_use(call, name, error);
    default:
        return operation_failed(error);
    }
}
