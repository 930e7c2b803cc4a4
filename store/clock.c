/* The world's clock: the machine's, so much ahead of it, or one that stands still. */
#include "base/machine_clock.h"
#include "store/internal.h"

struct store_clock store_clock(struct store *store)
{
    store_lock(store);
    const struct store_clock clock = {
        .now = store->world.clock_frozen ? store->world.clock_frozen_at : machine_now() + store->world.clock_offset,
        .frozen = store->world.clock_frozen,
        .ahead = store->world.clock_offset,
    };
    store_unlock(store);
    return clock;
}

int64_t store_now(struct store *store)
{
    return store_clock(store).now;
}

static enum store_rc write_clock(struct store *store, void *arg)
{
    const struct store_clock *clock = arg;
    int64_t offset = clock->frozen ? 0 : clock->ahead;
    if (!clock->frozen && clock->now != TIMESTAMP_NONE)
        offset = clock->now - machine_now();
    struct query query = query_begin(store, SQL_SET_CLOCK);
    query_bind_instant(&query, ":frozen_at", clock->frozen ? clock->now : TIMESTAMP_NONE);
    query_bind_integer(&query, ":offset", offset);
    const enum store_rc rc = query_run(&query);
    if (rc == STORE_OK) {
        store->world.clock_frozen = clock->frozen;
        store->world.clock_frozen_at = clock->now;
        store->world.clock_offset = offset;
    }
    return rc;
}

static bool in_range(int64_t now)
{
    return now >= TIMESTAMP_MIN && now <= TIMESTAMP_MAX;
}

enum store_rc store_set_clock(struct store *store, const struct store_clock *clock)
{
    struct store_clock copy = *clock;
    const bool by_offset = clock->now == TIMESTAMP_NONE && !clock->frozen;
    const int64_t now = by_offset ? machine_now() + clock->ahead : clock->now;
    return in_range(now) ? store_transaction(store, write_clock, &copy) : STORE_REFUSED;
}

static enum store_rc advance(struct store *store, void *arg)
{
    const int64_t *milliseconds = arg;
    struct store_clock clock = store_clock(store);
    if (__builtin_add_overflow(clock.now, *milliseconds, &clock.now) || !in_range(clock.now))
        return STORE_REFUSED;
    if (!clock.frozen) { /* by how much it is ahead, as the machine's clock goes on meanwhile */
        clock.now = TIMESTAMP_NONE;
        clock.ahead += *milliseconds;
    }
    return write_clock(store, &clock);
}

enum store_rc store_advance_clock(struct store *store, int64_t milliseconds)
{
    return store_transaction(store, advance, &milliseconds);
}
