#include "base/json_tree.h"
#include "server/operations/tags.h"

#include <stdio.h>

enum { LARGEST_PAGE = 100, LONGEST_KEY = 128 * 4 }; /* the service model's */

struct answer {
    struct json_writer *output;
    char last[LONGEST_KEY + 1]; /* the key the page ends with */
};

static void write_tag(void *arg, const struct tag *tag)
{
    struct answer *answer = arg;
    json_begin_object(answer->output);
    json_member_string(answer->output, "Key", tag->key);
    json_member_string(answer->output, "Value", tag->value);
    json_end_object(answer->output);
    snprintf(answer->last, sizeof answer->last, "%s", tag->key);
}

bool list_tags_for_resource(const struct operation_call *call, struct aws_error *error)
{
    const char *after = "";
    const char *arn = json_member_text(call->input, "ResourceArn");
    const double limit = cJSON_GetNumberValue(json_member(call->input, "Limit"));
    const struct page_binding binding = {call->scope, "ListTagsForResource", &arn, 1};
    struct answer answer = {.output = call->output};
    bool more = false;
    if (!operation_read_token(call, &binding, &after, error))
        return false;
    json_key(call->output, "Tags");
    json_begin_array(call->output);
    const enum store_rc rc = store_tags(call->settings->store, &call->scope, arn, after,
                                        limit >= 1 ? (size_t)limit : LARGEST_PAGE, write_tag, &answer, &more);
    json_end_array(call->output);
    if (rc == STORE_NOT_FOUND)
        return tags_no_such_resource(call, error);
    if (rc != STORE_OK)
        return operation_failed(error);
    return !more || operation_write_token(call, &binding, answer.last, error);
}
