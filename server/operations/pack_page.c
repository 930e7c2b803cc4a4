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

bool pack_page_read(const struct operation_call *call, const char *operation, struct pack_page *page,
                    struct aws_error *error)
{
    const double limit = cJSON_GetNumberValue(json_member(call->input, "Limit"));
    *page = (struct pack_page){.query.limit = limit >= 1 ? (size_t)limit : PACK_PAGE_LIMIT};
    if (!read_names(call, &page->query))
        return operation_failed(error);
    page->binding = (struct page_binding){
        .scope = call->scope,
        .operation = operation,
        .filter = page->query.names,
        .filter_count = page->query.name_count,
    };
    return operation_read_token(call, &page->binding, &page->query.after, error);
}

bool pack_page_check_names(const struct operation_call *call, const struct pack_page *page, struct aws_error *error)
{
    for (size_t i = 0; i < page->query.name_count; i++) {
        const char *name = page->query.names[i];
        const enum store_rc rc = store_find_pack(call->settings->store, &call->scope, name);
        if (rc == STORE_NOT_FOUND)
            return operation_no_such_pack(call, name, error);
        if (rc != STORE_OK)
            return operation_failed(error);
    }
    return true;
}
