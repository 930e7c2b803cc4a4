#include "server/operations/tags.h"

#include "base/json_tree.h"

size_t tags_read(const struct operation_call *call, const struct tag **tags)
{
    const cJSON *list = json_member(call->input, "Tags");
    struct tag *read = arena_calloc(call->arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *read);
    const cJSON *element = NULL;
    size_t count = 0;
    *tags = read;
    if (read == NULL)
        return 0;
    cJSON_ArrayForEach(element, list)
    {
        const char *key = json_member_text(element, "Key");
        const char *value = json_member_text(element, "Value");
        if (key != NULL)
            read[count++] = (struct tag){key, value != NULL ? value : ""};
    }
    return count;
}

bool tags_no_such_resource(const struct operation_call *call, struct aws_error *error)
{
    return operation_refuse(call, error, AWS_RESOURCE_NOT_FOUND, "ResourceArn '%s' does not exist",
                            json_member_text(call->input, "ResourceArn"));
}
