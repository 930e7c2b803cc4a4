/* Where packs stand at the store's clock: what DescribeConformancePackStatus shows. */
#include "store/identity.h"
#include "store/internal.h"

#include <stdio.h>
#include <string.h>

/* The columns of STANDING_… */
enum {
    PACK,
    NAME,
    ID,
    ARN,
    STACK_ARN,
    CREATED_AT,
    STEP,
    STATE,
    REASON,
    REQUESTED_AT,
    COMPLETED_AT,
    NEXT_TRIGGER,
    NEXT_AFTER,
};

struct standing_row standing_row(const struct query *query)
{
    return (struct standing_row){
        .pack = query_integer(query, PACK),
        .step = query_integer(query, STEP),
        .standing =
            {
                .state = (enum pack_state)query_integer(query, STATE),
                .reason = query_text(query, REASON),
                .requested_at = query_instant(query, REQUESTED_AT),
                .completed_at = query_instant(query, COMPLETED_AT),
            },
        .waits_for_polls = query_integer(query, NEXT_TRIGGER) == TRIGGER_POLLS,
        .polls = query_integer(query, NEXT_AFTER),
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

static const char *pack_arn(const struct scope *scope, const struct query *row, char made[ARN_SIZE])
{
    const char *given = query_text(row, ARN);
    return given != NULL ? given : identity_pack_arn(scope, query_text(row, NAME), query_text(row, ID), made);
}

static const char *stack_arn(const struct scope *scope, const struct query *row, char made[ARN_SIZE])
{
    const char *given = query_text(row, STACK_ARN);
    if (given != NULL)
        return *given != '\0' ? given : NULL;
    return identity_stack_arn(scope, query_text(row, NAME), query_text(row, ID), query_integer(row, CREATED_AT), made);
}

static enum store_rc show(void *arg, const struct query *row)
{
    struct showing *showing = arg;
    char arn[ARN_SIZE];
    char stack[ARN_SIZE];
    const struct standing_row standing = standing_row(row);
    const struct pack_status status = {
        .name = query_text(row, NAME),
        .id = query_text(row, ID),
        .arn = pack_arn(showing->scope, row, arn),
        .stack_arn = stack_arn(showing->scope, row, stack),
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

/* Finds a pack by name; its ARN too where `arn` is not NULL. */
static enum store_rc find(struct store *store, const struct scope *scope, const char *name, struct standing_row *row,
                          char arn[ARN_SIZE])
{
    struct query query = standing_begin(store, SQL_STANDING_BY_NAME, scope, store_now(store));
    query_bind_text(&query, ":name", name);
    const bool found = query_next(&query);
    if (found) {
        *row = standing_row(&query);
        row->standing.reason = NULL;
        if (arn != NULL) {
            char made[ARN_SIZE];
            snprintf(arn, ARN_SIZE, "%s", pack_arn(scope, &query, made));
        }
    }
    const enum store_rc rc = query_end(&query);
    return rc == STORE_OK && !found ? STORE_NOT_FOUND : rc;
}

enum store_rc standing_find(struct store *store, const struct scope *scope, const char *name, struct standing_row *row)
{
    return find(store, scope, name, row, NULL);
}

enum store_rc standing_arn(struct store *store, const struct scope *scope, const char *name, char arn[ARN_SIZE])
{
    struct standing_row row;
    return find(store, scope, name, &row, arn);
}

enum store_rc store_find_pack(struct store *store, const struct scope *scope, const char *name)
{
    struct standing_row row;
    store_lock(store);
    const enum store_rc rc = standing_find(store, scope, name, &row);
    store_unlock(store);
    return rc;
}

enum store_rc store_count_packs(struct store *store, int64_t *count)
{
    store_lock(store);
    struct query query = query_begin(store, SQL_COUNT_PACKS);
    query_bind_integer(&query, ":now", store_now(store));
    *count = query_next(&query) ? query_integer(&query, 0) : 0;
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc;
}
