/* The one place that asks the machine what time it is. */
#include "store/internal.h"

#include <time.h>

int64_t clock_machine_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t clock_machine_ticks(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

struct store_clock store_clock(struct store *store)
{
    store_lock(store);
    const struct store_clock clock = {
        .now = store->clock_frozen ? store->clock_frozen_at : clock_machine_now() + store->clock_offset,
        .frozen = store->clock_frozen,
        .ahead = store->clock_offset,
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
        offset = clock->now - clock_machine_now();
    struct query query = query_begin(store, SQL_SET_CLOCK);
    query_bind_instant(&query, ":frozen_at", clock->frozen ? clock->now : TIMESTAMP_NONE);
    query_bind_integer(&query, ":offset", offset);
    const enum store_rc rc = query_run(&query);
    if (rc == STORE_OK) {
        store->clock_frozen = clock->frozen;
        store->clock_frozen_at = clock->now;
        store->clock_offset = offset;
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
    const int64_t now = by_offset ? clock_machine_now() + clock->ahead : clock->now;
    return in_range(now) ? store_transaction(store, write_clock, &copy) : STORE_REFUSED;
}

static enum store_rc advance(struct store *store, void *arg)
{
    const int64_t *milliseconds = arg;
    struct store_clock clock = store_clock(store);
    if (__builtin_add_overflow(clock.now, *milliseconds, &clock.now) || !in_range(clock.now))
        return STORE_REFUSED;
    return write_clock(store, &clock);
}

enum store_rc store_advance_clock(struct store *store, int64_t milliseconds)
{
    return store_transaction(store, advance, &milliseconds);
}
