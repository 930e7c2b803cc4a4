/* Answers that somebody wrote for operations. */
#include "store/internal.h"

static enum store_rc add_response(struct store *store, void *arg)
{
    const struct response *response = arg;
    struct query query = query_begin(store, SQL_ADD_RESPONSE);
    query_bind_text(&query, ":operation", response->operation);
    query_bind_text(&query, ":account", response->account);
    query_bind_text(&query, ":region", response->region);
    query_bind_text(&query, ":body", response->body);
    query_bind_text(&query, ":error", response->error);
    query_bind_text(&query, ":message", response->message);
    query_bind_integer(&query, ":status", response->status);
    query_bind_count(&query, ":remaining", response->times);
    return query_run(&query);
}

enum store_rc store_add_response(struct store *store, const struct response *response)
{
    struct response copy = *response;
    return store_transaction(store, add_response, &copy);
}

/* The columns of RESPONSES and FIND_RESPONSE */
static struct response response_row(const struct query *query)
{
    return (struct response){
        .operation = query_text(query, 1),
        .account = query_text(query, 2),
        .region = query_text(query, 3),
        .body = query_text(query, 4),
        .error = query_text(query, 5),
        .message = query_text(query, 6),
        .status = (int)query_integer(query, 7),
        .times = query_integer(query, 8),
    };
}

static enum store_rc count_response(struct store *store, void *arg)
{
    const int64_t *number = arg;
    struct query query = query_begin(store, SQL_COUNT_RESPONSE);
    query_bind_integer(&query, ":response", *number);
    return query_run(&query);
}

enum store_rc store_response(struct store *store, const struct scope *scope, const char *operation,
                             response_use_fn *use, void *arg)
{
    store_lock(store);
    if (!store->world.has_responses) {
        store_unlock(store);
        return STORE_NOT_FOUND;
    }
    struct query query = query_begin(store, SQL_FIND_RESPONSE);
    query_bind_text(&query, ":operation", operation);
    query_bind_text(&query, ":account", scope->account);
    query_bind_text(&query, ":region", scope->region);
    const bool found = query_next(&query);
    int64_t number = found ? query_integer(&query, 0) : 0;
    const bool counted = found && !query_is_null(&query, 8);
    const struct response response = found ? response_row(&query) : (struct response){0};
    const bool used = !found || use(arg, &response);
    enum store_rc rc = query_end(&query);
    if (rc == STORE_OK && !used)
        rc = STORE_FAILED;
    if (rc == STORE_OK && counted)
        rc = store_transaction(store, count_response, &number);
    store_unlock(store);
    return rc == STORE_OK && !found ? STORE_NOT_FOUND : rc;
}

enum store_rc store_has_response(struct store *store, const char *operation)
{
    store_lock(store);
    struct query query = query_begin(store, SQL_HAS_RESPONSE);
    query_bind_text(&query, ":operation", operation);
    const bool found = query_next(&query);
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc == STORE_OK && !found ? STORE_NOT_FOUND : rc;
}

enum store_rc store_responses(struct store *store, const struct scope *within, response_fn *each, void *arg)
{
    store_lock(store);
    struct query query = query_begin(store, SQL_RESPONSES);
    query_bind_text(&query, ":account", within->account);
    query_bind_text(&query, ":region", within->region);
    while (query_next(&query)) {
        const struct response response = response_row(&query);
        each(arg, &response);
    }
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc;
}
