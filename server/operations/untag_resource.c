#include "base/json_tree.h"
#include "server/operations/tags.h"

bool untag_resource(const struct operation_call *call, struct aws_error *error)
{
    const cJSON *list = json_member(call->input, "TagKeys");
    const char **keys = arena_calloc(call->arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *keys);
    const cJSON *key = NULL;
    size_t count = 0;
    if (keys == NULL)
        return operation_failed(error);
    cJSON_ArrayForEach(key, list) keys[count++] = key->valuestring;
    const char *arn = json_member_text(call->input, "ResourceArn");
    switch (store_untag(call->settings->store, &call->scope, arn, keys, count)) {
    case STORE_OK:
        return true;
    case STORE_NOT_FOUND:
        return tags_no_such_resource(call, error);
    default:
        return operation_failed(error);
    }
}
