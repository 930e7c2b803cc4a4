/* How much of everything there is. */
#include "store/internal.h"

#include <string.h>

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

enum store_rc store_count_states(struct store *store, int64_t counts[PACK_STATES])
{
    memset(counts, 0, PACK_STATES * sizeof *counts);
    store_lock(store);
    struct standing_walk packs = standing_begin(store, SQL_ALL_STANDING, NULL, store_now(store));
    while (standing_next(&packs))
        counts[packs.state]++;
    const enum store_rc rc = query_end(&packs.query);
    store_unlock(store);
    return rc;
}

enum store_rc store_scopes(struct store *store, scope_fn *each, void *arg)
{
    store_lock(store);
    struct query query = query_begin(store, SQL_SCOPES);
    query_bind_integer(&query, ":now", store_now(store));
    while (query_next(&query)) {
        const struct scope scope = {query_text(&query, 0), query_text(&query, 1)};
        each(arg, &scope, query_integer(&query, 2));
    }
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc;
}
