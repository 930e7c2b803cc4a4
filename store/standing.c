/* Where packs stand at the store's clock: what DescribeConformancePackStatus shows. */
#include "store/identity.h"
#include "store/internal.h"

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

/* One describe under way. */
struct showing {
    struct store *store;
    const struct scope *scope;
    const struct pack_query *query;
    pack_status_fn *each;
    void *arg;
    int64_t now;
    size_t shown;
    bool more;
    struct standing_row polled[PACK_QUERY_MAX]; /* shown packs that wait for polls */
    size_t polled_count;
};

static const char *stack_arn(const struct showing *showing, const struct query *row, char made[IDENTITY_ARN])
{
    const char *given = query_text(row, STACK_ARN);
    if (given != NULL)
        return *given != '\0' ? given : NULL;
    return identity_stack_arn(showing->scope, query_text(row, NAME), query_text(row, ID),
                              query_integer(row, CREATED_AT), made);
}

static void show(struct showing *showing, const struct query *row)
{
    char arn[IDENTITY_ARN];
    char stack[IDENTITY_ARN];
    const struct standing_row standing = standing_row(row);
    const char *given_arn = query_text(row, ARN);
    const struct pack_status status = {
        .name = query_text(row, NAME),
        .id = query_text(row, ID),
        .arn = given_arn != NULL
                   ? given_arn
                   : identity_pack_arn(showing->scope, query_text(row, NAME), query_text(row, ID), arn),
        .stack_arn = stack_arn(showing, row, stack),
        .standing = standing.standing,
    };
    showing->each(showing->arg, &status);
    showing->shown++;
    if (standing.waits_for_polls)
        showing->polled[showing->polled_count++] = standing;
}

static struct query begin_standing(struct store *store, enum statement statement, const struct scope *scope,
                                   int64_t now)
{
    struct query query = query_begin(store, statement);
    query_bind_text(&query, ":account", scope->account);
    query_bind_text(&query, ":region", scope->region);
    query_bind_integer(&query, ":now", now);
    return query;
}

/* Shows the rows of `rows` while the limit allows it; one row too many says that there are more. */
static enum store_rc show_rows(struct showing *showing, struct query *rows)
{
    while (query_next(rows)) {
        if (showing->shown == showing->query->limit)
            showing->more = true;
        else
            show(showing, rows);
    }
    return query_end(rows);
}

static enum store_rc show_all(struct showing *showing)
{
    struct query rows = begin_standing(showing->store, SQL_STANDING_PAGE, showing->scope, showing->now);
    query_bind_text(&rows, ":after", showing->query->after != NULL ? showing->query->after : "");
    query_bind_integer(&rows, ":limit", (int64_t)showing->query->limit + 1);
    return show_rows(showing, &rows);
}

static enum store_rc show_named(struct showing *showing)
{
    const struct pack_query *query = showing->query;
    enum store_rc rc = STORE_OK;
    for (size_t i = 0; i < query->name_count && rc == STORE_OK && !showing->more; i++) {
        if (query->after != NULL && strcmp(query->names[i], query->after) <= 0)
            continue;
        struct query rows = begin_standing(showing->store, SQL_STANDING_BY_NAME, showing->scope, showing->now);
        query_bind_text(&rows, ":name", query->names[i]);
        rc = show_rows(showing, &rows);
    }
    return rc;
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
    store_lock(store);
    struct showing showing = {store, scope, query, each, arg, .now = store_now(store)};
    enum store_rc rc = query->name_count > 0 ? show_named(&showing) : show_all(&showing);
    if (rc == STORE_OK && showing.polled_count > 0)
        rc = store_transaction(store, count_polls, &showing);
    store_unlock(store);
    *more = showing.more;
    return rc;
}

enum store_rc standing_find(struct store *store, const struct scope *scope, const char *name,
                            struct standing_row *row)
{
    struct query query = begin_standing(store, SQL_STANDING_BY_NAME, scope, store_now(store));
    query_bind_text(&query, ":name", name);
    const bool found = query_next(&query);
    if (found)
        *row = standing_row(&query);
    row->standing.reason = NULL;
    const enum store_rc rc = query_end(&query);
    return rc == STORE_OK && !found ? STORE_NOT_FOUND : rc;
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
