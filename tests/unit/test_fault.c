/* Faults: what is drawn from the seed. Which one a request meets: tests/api/test_control_faults.py */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { DRAWS = 100, DELAY = 20, JITTER = 40 };

static const struct scope here = {"123456789012", "us-east-1"};

static bool note_delay(void *arg, const struct fault *fault)
{
    int64_t *delay = arg;
    assert_int_equal(fault->jitter_ms, 0);
    *delay = fault->delay_ms;
    return true;
}

/* The delays of so many requests that meet a fault, with jitter; -1 where it lets one pass. */
static void draw(uint64_t seed, double probability, int64_t delays[DRAWS])
{
    char message[STORE_MESSAGE];
    struct store *store = NULL;
    int64_t id = 0;
    assert_int_equal(store_open(&store, &(struct store_options){.has_seed = true, .seed = seed}, message), STORE_OK);
    const struct fault fault = {
        .operation = "*",
        .delay_ms = DELAY,
        .jitter_ms = JITTER,
        .probability = probability,
    };
    assert_int_equal(store_add_fault(store, &fault, &id), STORE_OK);
    for (size_t i = 0; i < DRAWS; i++) {
        delays[i] = -1;
        assert_int_equal(store_meet_fault(store, &here, "PutConformancePack", note_delay, &delays[i]), STORE_OK);
    }
    store_close(store);
}

static void jitter_is_between_none_and_all_of_it(void **state)
{
    (void)state;
    int64_t delays[DRAWS];
    bool low = false;
    bool high = false;
    draw(1, 1, delays);
    for (size_t i = 0; i < DRAWS; i++) {
        assert_in_range(delays[i], DELAY, DELAY + JITTER);
        low = low || delays[i] < DELAY + JITTER / 4;
        high = high || delays[i] > DELAY + JITTER * 3 / 4;
    }
    assert_true(low && high);
}

static void the_same_seed_draws_the_same(void **state)
{
    (void)state;
    int64_t first[DRAWS];
    int64_t again[DRAWS];
    int64_t other[DRAWS];
    draw(1, 0.5, first);
    draw(1, 0.5, again);
    draw(2, 0.5, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
}

static void a_chance_hits_about_so_many(void **state)
{
    (void)state;
    int64_t delays[DRAWS];
    size_t hits = 0;
    draw(1, 0.25, delays);
    for (size_t i = 0; i < DRAWS; i++)
        hits += delays[i] >= 0;
    assert_in_range(hits, DRAWS / 8, DRAWS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jitter_is_between_none_and_all_of_it),
        cmocka_unit_test(the_same_seed_draws_the_same),
        cmocka_unit_test(a_chance_hits_about_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
