#include "server/operations/pack_page.h"

#include "base/json_tree.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The names asked for, sorted, each once. */
static bool read_names(const struct operation_call *call, struct pack_query *query)
{
    const cJSON *list = json_member(call->input, "ConformancePackNames");
    const size_t given = (size_t)cJSON_GetArraySize(list);
    const char **names = arena_calloc(call->arena, given, sizeof *names);
    if (names == NULL)
        return false;
    size_t count = 0;
    const cJSON *name = NULL;
    cJSON_ArrayForEach(name, list) names[count++] = name->valuestring;
    qsort(names, count, sizeof *names, compare_names);
    size_t distinct = 0;
    for (size_t i = 0; i < count; i++) {
        if (distinct == 0 || strcmp(names[distinct - 1], names[i]) != 0)
            names[distinct++] = names[i];
    }
    query->names = names;
    query->name_count = distinct;
    return true;
}

static bool read_token(const struct operation_call *call, struct pack_page *page, struct aws_error *error)
{
    char *position = NULL;
    const char *token = json_member_text(call->input, "NextToken");
    if (token == NULL)
        return true;
    switch (page_token_read(call->arena, &call->settings->page_key, &page->binding, token, &position)) {
    case PAGE_TOKEN_OK:
        page->query.after = position;
        return true;
    case PAGE_TOKEN_NO_MEMORY:
        aws_error_internal(error);
        return false;
    case PAGE_TOKEN_INVALID:
        break;
    }
    /* the text is moto's; what AWS says is not public */
    aws_error_set(error, AWS_INVALID_NEXT_TOKEN, "The nextToken provided is invalid");
    return false;
}

bool pack_page_read(const struct operation_call *call, const char *operation, struct pack_page *page,
                    struct aws_error *error)
{
    const double limit = cJSON_GetNumberValue(json_member(call->input, "Limit"));
    *page = (struct pack_page){.query.limit = limit >= 1 ? (size_t)limit : PACK_PAGE_LIMIT};
    if (!read_names(call, &page->query)) {
        aws_error_internal(error);
        return false;
    }
    page->binding = (struct page_binding){
        .scope = call->scope,
        .operation = operation,
        .filter = page->query.names,
        .filter_count = page->query.name_count,
    };
    return read_token(call, page, error);
}

bool pack_page_check_names(const struct operation_call *call, const struct pack_page *page, struct aws_error *error)
{
    for (size_t i = 0; i < page->query.name_count; i++) {
        const char *name = page->query.names[i];
        const enum store_rc rc = store_find_pack(call->settings->store, &call->scope, name);
        if (rc == STORE_OK)
            continue;
        const char *message = NULL;
        if (rc == STORE_NOT_FOUND)
            message = arena_printf(call->arena, "Cannot find conformance pack '%s'.", name);
        if (message != NULL)
            aws_error_set(error, AWS_NO_SUCH_CONFORMANCE_PACK, message);
        else
            aws_error_internal(error);
        return false;
    }
    return true;
}

bool pack_page_write_token(const struct operation_call *call, const struct pack_page *page, const char *last,
                           struct aws_error *error)
{
    const char *token = page_token_make(call->arena, &call->settings->page_key, &page->binding, last);
    if (token == NULL) {
        aws_error_internal(error);
        return false;
    }
    json_member_string(call->output, "NextToken", token);
    return true;
}
