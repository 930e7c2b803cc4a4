/* The text of templates that requests only point at. */
#include "store/internal.h"

struct addition {
    const char *location;
    const char *body;
};

static enum store_rc add_template(struct store *store, void *arg)
{
    const struct addition *addition = arg;
    struct query query = query_begin(store, SQL_ADD_TEMPLATE);
    query_bind_text(&query, ":location", addition->location);
    query_bind_text(&query, ":body", addition->body);
    const enum store_rc rc = query_run(&query);
    return rc == STORE_OK && sqlite3_changes(store->database) == 0 ? STORE_EXISTS : rc;
}

enum store_rc store_add_template(struct store *store, const char *location, const char *body)
{
    struct addition addition = {location, body};
    return store_transaction(store, add_template, &addition);
}

enum store_rc store_template(struct store *store, const char *location, template_fn *each, void *arg)
{
    store_lock(store);
    struct query query = query_begin(store, SQL_TEMPLATE);
    query_bind_text(&query, ":location", location);
    const bool found = query_next(&query);
    if (found)
        each(arg, query_text(&query, 0));
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc == STORE_OK && !found ? STORE_NOT_FOUND : rc;
}

enum store_rc store_templates(struct store *store, location_fn *each, void *arg)
{
    store_lock(store);
    struct query query = query_begin(store, SQL_TEMPLATES);
    while (query_next(&query))
        each(arg, query_text(&query, 0), query_text(&query, 1));
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc;
}
