/* Where packs stand at the store's clock: what DescribeConformancePackStatus shows. */
#include "store/identity.h"
#include "store/internal.h"

#include <string.h>

struct standing_row standing_row(const struct query *query)
{
    return (struct standing_row){
        .pack = query_integer(query, STANDING_PACK),
        .step = query_integer(query, STANDING_STEP),
        .standing =
            {
                .state = (enum pack_state)query_integer(query, STANDING_STATE),
                .reason = query_text(query, STANDING_REASON),
                .requested_at = query_instant(query, STANDING_REQUESTED_AT),
                .completed_at = query_instant(query, STANDING_COMPLETED_AT),
            },
        .waits_for_polls = query_integer(query, STANDING_NEXT_TRIGGER) == TRIGGER_POLLS,
        .polls = query_integer(query, STANDING_NEXT_AFTER),
    };
}

/* ---- pages ---- */

struct query standing_begin(struct store *store, enum statement statement, const struct scope *scope, int64_t now)
{
    struct query query = query_begin(store, statement);
    query_bind_text(&query, ":account", scope->account);
    query_bind_text(&query, ":region", scope->region);
    query_bind_integer(&query, ":now", now);
    return query;
}

/* A page under way. */
struct page {
    const struct pack_query *query;
    standing_fn *each;
    void *arg;
    size_t shown;
    bool more;
};

/* Shows rows while the limit allows it; one row too many says that there are more. Ends the statement. */
static enum store_rc show_rows(struct page *page, struct query *rows)
{
    enum store_rc rc = STORE_OK;
    while (rc == STORE_OK && !page->more && query_next(rows)) {
        page->more = page->shown++ == page->query->limit;
        if (!page->more)
            rc = page->each(page->arg, rows);
    }
    const enum store_rc read = query_end(rows);
    return rc != STORE_OK ? rc : read;
}

enum store_rc standing_page(struct store *store, const struct scope *scope, const struct pack_query *query,
                            enum statement all, enum statement by_name, standing_fn *each, void *arg, bool *more)
{
    struct page page = {query, each, arg, 0, false};
    const char *after = query->after != NULL ? query->after : "";
    const int64_t now = store_now(store);
    enum store_rc rc = STORE_OK;
    if (query->name_count == 0) {
        struct query rows = standing_begin(store, all, scope, now);
        query_bind_text(&rows, ":after", after);
        query_bind_integer(&rows, ":limit", (int64_t)query->limit + 1);
        rc = show_rows(&page, &rows);
    }
    for (size_t i = 0; i < query->name_count && rc == STORE_OK && !page.more; i++) {
        if (strcmp(query->names[i], after) <= 0)
            continue;
        struct query rows = standing_begin(store, by_name, scope, now);
        query_bind_text(&rows, ":name", query->names[i]);
        rc = show_rows(&page, &rows);
    }
    *more = page.more;
    return rc;
}

/* ---- DescribeConformancePackStatus ---- */

struct showing {
    const struct scope *scope;
    pack_status_fn *each;
    void *arg;
    struct standing_row polled[PACK_QUERY_MAX]; /* shown packs that wait for polls */
    size_t polled_count;
};

const char *standing_pack_arn(const struct scope *scope, const struct query *row, char made[ARN_SIZE])
{
    const char *given = query_text(row, STANDING_ARN);
    return given != NULL ? given
                         : identity_pack_arn(scope, query_text(row, STANDING_NAME), query_text(row, STANDING_ID), made);
}

const char *standing_stack_arn(const struct scope *scope, const struct query *row, char made[ARN_SIZE])
{
    const char *given = query_text(row, STANDING_STACK_ARN);
    if (given != NULL)
        return given;
    return identity_stack_arn(scope, query_text(row, STANDING_NAME), query_text(row, STANDING_ID),
                              query_integer(row, STANDING_CREATED_AT), made);
}

static enum store_rc show(void *arg, const struct query *row)
{
    struct showing *showing = arg;
    char arn[ARN_SIZE];
    char stack[ARN_SIZE];
    const struct standing_row standing = standing_row(row);
    const char *stack_arn = standing_stack_arn(showing->scope, row, stack);
    const struct pack_status status = {
        .name = query_text(row, STANDING_NAME),
        .id = query_text(row, STANDING_ID),
        .arn = standing_pack_arn(showing->scope, row, arn),
        .stack_arn = *stack_arn != '\0' ? stack_arn : NULL,
        .standing = standing.standing,
    };
    showing->each(showing->arg, &status);
    if (standing.waits_for_polls)
        showing->polled[showing->polled_count++] = standing;
    return STORE_OK;
}

static enum store_rc count_polls(struct store *store, void *arg)
{
    const struct showing *showing = arg;
    enum store_rc rc = STORE_OK;
    for (size_t i = 0; i < showing->polled_count && rc == STORE_OK; i++)
        rc = transition_count_poll(store, &showing->polled[i]);
    return rc;
}

enum store_rc store_pack_status(struct store *store, const struct scope *scope, const struct pack_query *query,
                                pack_status_fn *each, void *arg, bool *more)
{
    struct showing showing = {.scope = scope, .each = each, .arg = arg};
    store_lock(store);
    enum store_rc rc =
        standing_page(store, scope, query, SQL_STANDING_PAGE, SQL_STANDING_BY_NAME, show, &showing, more);
    if (rc == STORE_OK && showing.polled_count > 0)
        rc = store_transaction(store, count_polls, &showing);
    store_unlock(store);
    return rc;
}

/* ---- one pack ---- */

enum store_rc standing_find(struct store *store, const struct scope *scope, const char *name, int64_t now,
                            struct standing_row *row)
{
    struct query query = standing_begin(store, SQL_STANDING_BY_NAME, scope, now);
    query_bind_text(&query, ":name", name);
    const bool found = query_next(&query);
    if (found) {
        *row = standing_row(&query);
        row->standing.reason = NULL;
    }
    const enum store_rc rc = query_end(&query);
    return rc == STORE_OK && !found ? STORE_NOT_FOUND : rc;
}

enum store_rc store_find_pack(struct store *store, const struct scope *scope, const char *name)
{
    struct standing_row row;
    store_lock(store);
    const enum store_rc rc = standing_find(store, scope, name, store_now(store), &row);
    store_unlock(store);
    return rc;
}
