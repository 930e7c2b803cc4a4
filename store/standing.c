/* Where packs stand at the store's clock: what DescribeConformancePackStatus shows. */
#include "store/internal.h"

#include <string.h>

struct query scoped_begin(struct store *store, enum statement statement, const struct scope *scope)
{
    struct query query = query_begin(store, statement);
    query_bind_text(&query, ":account", scope->account);
    query_bind_text(&query, ":region", scope->region);
    return query;
}

/* ---- from pack to pack ---- */

struct standing_walk standing_begin(struct store *store, enum statement statement, const struct scope *scope,
                                    int64_t now)
{
    return (struct standing_walk){
        .query = scope != NULL ? scoped_begin(store, statement, scope) : query_begin(store, statement),
        .now = now,
        .until = INT64_MAX,
    };
}

/* Whether the pack's step under the walk (0: there is only its first one) is due. Else notes when it comes. */
static bool is_due(struct standing_walk *walk, int64_t step)
{
    if (step == 0)
        return false;
    const int64_t due_at = query_instant(&walk->query, STANDING_DUE_AT);
    if (due_at != TIMESTAMP_NONE && due_at <= walk->now)
        return true;
    walk->polls = query_integer(&walk->query, STANDING_POLLS); /* those read last are the nearest's */
    if (due_at != TIMESTAMP_NONE && due_at < walk->until)
        walk->until = due_at;
    return false;
}

/* Comes to the pack whose row is under the walk, unless that is a step far ahead of where it stands. */
static bool arrive(struct standing_walk *walk, int64_t pack)
{
    const struct query *row = &walk->query;
    const int64_t first = query_integer(row, STANDING_FIRST_STEP);
    const int64_t step = query_integer(row, STANDING_STEP);
    walk->in_first = !is_due(walk, step);
    if (walk->in_first && step > first + 1)
        return false;
    walk->pack = pack;
    walk->step = walk->in_first ? first : step;
    walk->state = (enum pack_state)query_integer(row, walk->in_first ? STANDING_FIRST_STATE : STANDING_STATE);
    return true;
}

bool standing_next(struct standing_walk *walk)
{
    walk->polls = 0;
    while (query_next(&walk->query)) {
        const int64_t pack = query_integer(&walk->query, STANDING_PACK);
        if (pack == walk->pack || !arrive(walk, pack))
            continue;
        if (walk->state != PACK_DELETED)
            return true;
        walk->polls = 0;
    }
    return false;
}

struct standing_row standing_row(const struct standing_walk *walk)
{
    const bool in_first = walk->in_first;
    const struct query *query = &walk->query;
    return (struct standing_row){
        .pack = walk->pack,
        .step = walk->step,
        .standing =
            {
                .state = walk->state,
                .reason = query_text(query, in_first ? STATUS_FIRST_REASON : STATUS_REASON),
                .requested_at = query_instant(query, in_first ? STATUS_FIRST_REQUESTED_AT : STATUS_REQUESTED_AT),
                .completed_at = query_instant(query, in_first ? STATUS_FIRST_COMPLETED_AT : STATUS_COMPLETED_AT),
            },
        .polls = walk->polls,
    };
}

/* ---- pages ---- */

/* A page under way. */
struct page {
    const struct pack_query *query;
    standing_fn *each;
    void *arg;
    size_t shown;
    struct page_end *end;
    enum store_rc rc;
};

/* Shows the next pack while the limit allows it; one too many says that there are more. False when that was all. */
static bool show_next(struct page *page, struct standing_walk *packs)
{
    if (!standing_next(packs))
        return false;
    page->end->more = page->shown++ == page->query->limit;
    if (!page->end->more)
        page->rc = page->each(page->arg, packs);
    return !page->end->more && page->rc == STORE_OK;
}

static void end(struct page *page, struct standing_walk *packs)
{
    const enum store_rc read = query_end(&packs->query);
    if (packs->until < page->end->until)
        page->end->until = packs->until;
    if (page->rc == STORE_OK)
        page->rc = read;
}

enum store_rc standing_page(struct store *store, const struct scope *scope, const struct pack_query *query,
                            enum statement all, enum statement by_name, standing_fn *each, void *arg,
                            struct page_end *at_end)
{
    struct page page = {query, each, arg, 0, at_end, STORE_OK};
    const char *after = query->after != NULL ? query->after : "";
    const int64_t now = store_now(store);
    *at_end = (struct page_end){.now = now, .until = INT64_MAX};
    if (query->name_count == 0) {
        struct standing_walk packs = standing_begin(store, all, scope, now);
        query_bind_text(&packs.query, ":after", after);
        while (show_next(&page, &packs)) {
        }
        end(&page, &packs);
    }
    for (size_t i = 0; i < query->name_count && page.rc == STORE_OK && !at_end->more; i++) {
        if (strcmp(query->names[i], after) <= 0)
            continue;
        struct standing_walk pack = standing_begin(store, by_name, scope, now);
        query_bind_text(&pack.query, ":name", query->names[i]);
        show_next(&page, &pack);
        end(&page, &pack);
    }
    return page.rc;
}

/* ---- DescribeConformancePackStatus ---- */

struct showing {
    struct arns arns;
    pack_status_fn *each;
    void *arg;
    struct standing_row polled[PACK_QUERY_MAX]; /* shown packs that wait for polls */
    size_t polled_count;
};

struct pack_identity pack_identity_row(const struct query *row, const struct arns *arns, char arn[ARN_SIZE],
                                       char stack_arn[ARN_SIZE])
{
    struct pack_identity pack = {
        .name = query_text(row, STATUS_NAME),
        .id = query_text(row, STATUS_ID),
        .arn = query_text(row, STATUS_ARN),
        .stack_arn = query_text(row, STATUS_STACK_ARN),
    };
    if (pack.arn == NULL)
        pack.arn = identity_pack_arn(arns, pack.name, pack.id, arn);
    if (pack.stack_arn == NULL)
        pack.stack_arn = identity_stack_arn(arns, pack.name, pack.id, query_integer(row, STATUS_CREATED_AT), stack_arn);
    return pack;
}

static enum store_rc show(void *arg, const struct standing_walk *walk)
{
    struct showing *showing = arg;
    char arn[ARN_SIZE];
    char stack_arn[ARN_SIZE];
    const struct pack_identity pack = pack_identity_row(&walk->query, &showing->arns, arn, stack_arn);
    const struct standing_row standing = standing_row(walk);
    const struct pack_status status = {
        .name = pack.name,
        .id = pack.id,
        .arn = pack.arn,
        .stack_arn = *pack.stack_arn != '\0' ? pack.stack_arn : NULL,
        .standing = standing.standing,
    };
    showing->each(showing->arg, &status);
    if (standing.polls > 0)
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

/* A pack that waits for polls moves by being asked for: what was said of it does not hold. */
static struct store_lease lease_of(const struct store *store, const struct page_end *end, bool polled)
{
    return polled ? (struct store_lease){0} : (struct store_lease){store->changes, end->now, end->until};
}

enum store_rc store_pack_status(struct store *store, const struct scope *scope, const struct pack_query *query,
                                pack_status_fn *each, void *arg, bool *more)
{
    struct showing showing = {.arns = identity_arns(scope), .each = each, .arg = arg};
    struct page_end end;
    store_lock(store);
    enum store_rc rc = standing_page(store, scope, query, SQL_STATUS_PAGE, SQL_STATUS_BY_NAME, show, &showing, &end);
    *more = end.more;
    if (rc == STORE_OK && query->lease != NULL)
        *query->lease = lease_of(store, &end, showing.polled_count > 0);
    if (rc == STORE_OK && query->is_made != NULL && !query->is_made(arg, *more))
        rc = STORE_FAILED;
    if (rc == STORE_OK && showing.polled_count > 0)
        rc = store_transaction(store, count_polls, &showing);
    store_unlock(store);
    return rc;
}

bool store_lease_holds(struct store *store, const struct store_lease *lease)
{
    store_lock(store);
    const int64_t now = store_now(store);
    const bool holds = lease->changes == store->changes && now >= lease->from && now < lease->until;
    store_unlock(store);
    return holds;
}

/* ---- one pack ---- */

enum store_rc standing_find(struct store *store, const struct scope *scope, const char *name, int64_t now,
                            struct standing_row *row)
{
    struct standing_walk pack = standing_begin(store, SQL_STATUS_BY_NAME, scope, now);
    query_bind_text(&pack.query, ":name", name);
    const bool found = standing_next(&pack);
    if (found) {
        *row = standing_row(&pack);
        row->standing.reason = NULL;
    }
    const enum store_rc rc = query_end(&pack.query);
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
