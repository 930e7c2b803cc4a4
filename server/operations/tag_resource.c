#include "base/json_tree.h"
#include "server/operations/tags.h"

bool tag_resource(const struct operation_call *call, struct aws_error *error)
{
    const struct tag *tags = NULL;
    const size_t count = tags_read(call, &tags);
    if (tags == NULL)
        return operation_failed(error);
    switch (store_tag(call->settings->store, &call->scope, json_member_text(call->input, "ResourceArn"), tags, count)) {
    case STORE_OK:
        return true;
    case STORE_NOT_FOUND:
        return tags_no_such_resource(call, error);
    case STORE_TOO_MANY:
        return operation_refuse(call, error, AWS_TOO_MANY_TAGS, "A resource can have at most %d tags", TAGS_MAX);
    default:
        return operation_failed(error);
    }
}
