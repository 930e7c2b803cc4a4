#include "store/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void knows_the_states_by_name(void **state)
{
    static const char *const names[PACK_STATES] = {"CREATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED",
                                                   "DELETE_IN_PROGRESS", "DELETE_FAILED",   "DELETED"};
    static const char *const strangers[] = {"",       "create_complete", "CREATE_COMPLETE ",
                                            "CREATE", "UPDATE_COMPLETE", "DELETE_COMPLETE"};
    (void)state;
    for (size_t i = 0; i < PACK_STATES; i++) {
        enum pack_state found = (enum pack_state)PACK_STATES;
        assert_string_equal(pack_state_name((enum pack_state)i), names[i]);
        assert_true(pack_state_from_name(names[i], &found));
        assert_int_equal(found, i);
    }
    for (size_t i = 0; i < COUNT(strangers); i++) {
        enum pack_state found = (enum pack_state)PACK_STATES;
        assert_false(pack_state_from_name(strangers[i], &found));
        assert_int_equal(found, PACK_STATES);
    }
}

/* The whole table: from the row's state to the column's. */
static const char *const allowed[PACK_STATES] = {
    /*                            CIP CC  CF  DIP DF  D */
    [PACK_CREATE_IN_PROGRESS] = " .   x   x   .   .   . ", [PACK_CREATE_COMPLETE] = "    x   .   .   x   .   . ",
    [PACK_CREATE_FAILED] = "      x   x   .   x   .   . ", [PACK_DELETE_IN_PROGRESS] = " .   .   .   .   x   x ",
    [PACK_DELETE_FAILED] = "      x   .   .   x   .   x ", [PACK_DELETED] = "            .   .   .   .   .   . ",
};

static void allows_these_moves_and_no_others(void **state)
{
    (void)state;
    for (size_t from = 0; from < PACK_STATES; from++) {
        const char *cell = allowed[from];
        for (size_t to = 0; to < PACK_STATES; to++, cell++) {
            cell += strspn(cell, " ");
            if (movement_allowed((enum pack_state)from, (enum pack_state)to) != (*cell == 'x'))
                fail_msg("%s to %s", pack_state_name((enum pack_state)from), pack_state_name((enum pack_state)to));
        }
    }
}

#define STEP(to, by, amount)                                                                                           \
    {                                                                                                                  \
        .state = PACK_##to, .trigger = TRIGGER_##by, .after = (amount)                                                 \
    }
#define CANNOT "a pack cannot go there from the state before"
#define BACK   "goes back in time (seconds count from the request, or the last step by polls or by hand)"

static void checks_a_list_of_steps(void **state)
{
    static const struct {
        enum pack_state from;
        size_t count;
        struct transition steps[5];
        size_t wrong; /* the step that may not; as many as there are: all may */
        const char *message;
    } table[] = {
        {PACK_CREATE_COMPLETE, 0, {STEP(DELETED, NOW, 0)}, 0, NULL},
        {PACK_CREATE_IN_PROGRESS, 1, {STEP(CREATE_COMPLETE, NOW, 0)}, 1, NULL},
        {PACK_CREATE_IN_PROGRESS, 1, {STEP(DELETED, NOW, 0)}, 0, CANNOT},
        {PACK_CREATE_COMPLETE, 1, {STEP(CREATE_COMPLETE, NOW, 0)}, 0, CANNOT},
        {PACK_CREATE_IN_PROGRESS, 2, {STEP(CREATE_FAILED, TIME, 5), STEP(CREATE_COMPLETE, TIME, 5)}, 2, NULL},
        {PACK_CREATE_IN_PROGRESS, 2, {STEP(CREATE_FAILED, TIME, 5), STEP(CREATE_COMPLETE, TIME, 4)}, 1, BACK},
        {PACK_CREATE_IN_PROGRESS, 2, {STEP(CREATE_FAILED, TIME, 5), STEP(CREATE_FAILED, TIME, 9)}, 1, CANNOT},
        {PACK_CREATE_IN_PROGRESS,
         3,
         {STEP(CREATE_FAILED, TIME, 9), STEP(CREATE_IN_PROGRESS, NOW, 0), STEP(CREATE_COMPLETE, TIME, 8)},
         2,
         BACK}, /* a step that comes with the one before it starts no new count */
        {PACK_CREATE_IN_PROGRESS,
         3,
         {STEP(CREATE_FAILED, TIME, 9), STEP(CREATE_IN_PROGRESS, POLLS, 1), STEP(CREATE_COMPLETE, TIME, 1)},
         3,
         NULL}, /* but polls and hands do */
        {PACK_CREATE_IN_PROGRESS,
         3,
         {STEP(CREATE_FAILED, TIME, 9), STEP(DELETE_IN_PROGRESS, HAND, 0), STEP(DELETED, TIME, 0)},
         3,
         NULL},
        {PACK_DELETE_IN_PROGRESS,
         5,
         {STEP(DELETE_FAILED, POLLS, 2), STEP(DELETE_IN_PROGRESS, TIME, 3), STEP(DELETE_FAILED, TIME, 2),
          STEP(DELETE_IN_PROGRESS, TIME, 4), STEP(DELETED, TIME, 5)},
         2,
         BACK},
        {PACK_CREATE_IN_PROGRESS,
         4,
         {STEP(CREATE_FAILED, AT, 9), STEP(CREATE_IN_PROGRESS, POLLS, 1), STEP(CREATE_FAILED, AT, 9),
          STEP(CREATE_IN_PROGRESS, AT, 8)},
         3,
         BACK}, /* instants stay what they are, polls or not */
        {PACK_CREATE_IN_PROGRESS, 1, {STEP(CREATE_FAILED, AT, -9)}, 1, NULL},
        {PACK_DELETE_IN_PROGRESS, 2, {STEP(DELETED, NOW, 0), STEP(CREATE_IN_PROGRESS, NOW, 0)}, 1, CANNOT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        size_t index = 99;
        const char *message = NULL;
        const bool may = movement_check(table[i].from, table[i].steps, table[i].count, &index, &message);
        if (may != (table[i].message == NULL) || index != table[i].wrong)
            fail_msg("row %zu: %d at %zu", i, may, index);
        if (!may)
            assert_string_equal(message, table[i].message);
    }
}

static void arriving_sets_the_times_that_it_should(void **state)
{
    static const struct {
        enum pack_state to;
        int64_t requested_at;
        int64_t completed_at;
    } table[] = {
        {PACK_CREATE_IN_PROGRESS, 50, 20}, {PACK_CREATE_COMPLETE, 10, 50}, {PACK_CREATE_FAILED, 10, 20},
        {PACK_DELETE_IN_PROGRESS, 10, 20}, {PACK_DELETE_FAILED, 10, 20},   {PACK_DELETED, 10, 20},
    };
    const struct pack_standing before = {PACK_CREATE_COMPLETE, "before", 10, 20};
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct pack_standing after = movement_arrive(&before, table[i].to, "after", 50);
        assert_int_equal(after.state, table[i].to);
        assert_int_equal(after.requested_at, table[i].requested_at);
        assert_int_equal(after.completed_at, table[i].completed_at);
        assert_string_equal(after.reason, "after");
    }
    assert_null(movement_arrive(&before, PACK_CREATE_FAILED, NULL, 50).reason);
    const struct pack_standing never = {PACK_CREATE_IN_PROGRESS, NULL, 10, TIMESTAMP_NONE};
    assert_int_equal(movement_arrive(&never, PACK_CREATE_FAILED, NULL, 50).completed_at, TIMESTAMP_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_states_by_name),
        cmocka_unit_test(allows_these_moves_and_no_others),
        cmocka_unit_test(checks_a_list_of_steps),
        cmocka_unit_test(arriving_sets_the_times_that_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
