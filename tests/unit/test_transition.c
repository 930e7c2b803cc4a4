/* How packs stand at the store's clock, and what moves them. Times below are seconds from T0, when the clock stands. */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define T0           1767225600000LL

static const struct scope scope = {"123456789012", "us-east-1"};

static int set_up(void **state)
{
    char message[STORE_MESSAGE];
    struct store *store = NULL;
    const struct store_options options = {.has_seed = true, .seed = 42};
    if (store_open(&store, &options, message) != STORE_OK)
        return -1;
    *state = store;
    return store_set_clock(store, &(struct store_clock){.now = T0, .frozen = true}) == STORE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    store_close(*state);
    return 0;
}

/* ---- what is there ---- */

struct look {
    char text[512];
    char id[64];
};

static void write_time(char text[32], int64_t instant)
{
    if (instant == TIMESTAMP_NONE)
        snprintf(text, 32, "-");
    else
        snprintf(text, 32, "%g", (double)(instant - T0) / 1000);
}

static void note(void *arg, const struct pack_status *status)
{
    struct look *look = arg;
    char requested[32];
    char completed[32];
    write_time(requested, status->standing.requested_at);
    write_time(completed, status->standing.completed_at);
    const size_t used = strlen(look->text);
    snprintf(look->text + used, sizeof look->text - used, "%s%s %s %s %s", used > 0 ? "; " : "",
             pack_state_name(status->standing.state), requested, completed,
             status->standing.reason != NULL ? status->standing.reason : "-");
    snprintf(look->id, sizeof look->id, "%s", status->id);
}

/* One poll of one pack: "STATE requested completed reason", or "" when it is gone. */
static struct look poll_pack(struct store *store, const char *name)
{
    struct look look = {0};
    bool more = true;
    const struct pack_query query = {.names = &name, .name_count = 1, .limit = 20};
    assert_int_equal(store_pack_status(store, &scope, &query, note, &look, &more), STORE_OK);
    assert_false(more);
    return look;
}

static void assert_polled(struct store *store, const char *text)
{
    assert_string_equal(poll_pack(store, "pack").text, text);
}

static void set_clock(struct store *store, double seconds)
{
    const struct store_clock clock = {.now = T0 + (int64_t)(seconds * 1000), .frozen = true};
    assert_int_equal(store_set_clock(store, &clock), STORE_OK);
}

static void assert_at(struct store *store, double seconds, const char *text)
{
    set_clock(store, seconds);
    const struct look look = poll_pack(store, "pack");
    if (strcmp(look.text, text) != 0)
        fail_msg("at %g: %s instead of %s", seconds, look.text, text);
}

/* ---- what is to come ---- */

#define IN_PROGRESS(to, by, amount)                                                                                    \
    {                                                                                                                  \
        .state = PACK_##to##_IN_PROGRESS, .trigger = TRIGGER_##by, .after = (amount)                                   \
    }
#define COMPLETE(by, amount)                                                                                           \
    {                                                                                                                  \
        .state = PACK_CREATE_COMPLETE, .trigger = TRIGGER_##by, .after = (amount)                                      \
    }
#define GONE(by, amount)                                                                                               \
    {                                                                                                                  \
        .state = PACK_DELETED, .trigger = TRIGGER_##by, .after = (amount)                                              \
    }
#define FAILED(to, by, amount, why)                                                                                    \
    {                                                                                                                  \
        .state = PACK_##to##_FAILED, .trigger = TRIGGER_##by, .after = (amount), .reason = (why)                       \
    }

static void add_standing(struct store *store, const struct pack_standing *standing, const struct transition *steps,
                         size_t count)
{
    const struct pack_description pack = {.name = "pack"};
    size_t index = 0;
    const char *message = "";
    if (!movement_check(standing->state, steps, count, &index, &message))
        fail_msg("step %zu %s", index, message);
    assert_int_equal(store_add_pack(store, &scope, &pack, standing, steps, count), STORE_OK);
}

static void add(struct store *store, enum pack_state state, int64_t requested_at, const struct transition *steps,
                size_t count)
{
    const struct pack_standing standing = {state, NULL, requested_at, TIMESTAMP_NONE};
    add_standing(store, &standing, steps, count);
}

static void move(struct store *store, enum pack_state to, const char *reason, bool force, enum store_rc wanted)
{
    assert_int_equal(store_move_pack(store, &scope, "pack", to, reason, force), wanted);
}

/* ---- by time ---- */

static void stands_as_the_last_step_due_says(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, TIME, 30000, "no role"), COMPLETE(TIME, 60000),
                                              IN_PROGRESS(DELETE, TIME, 90000), GONE(TIME, 120000)};
    static const struct {
        double at;
        const char *text;
    } table[] = {
        {0, "CREATE_IN_PROGRESS 0 - -"},
        {29.999, "CREATE_IN_PROGRESS 0 - -"},
        {30, "CREATE_FAILED 0 - no role"},
        {59.999, "CREATE_FAILED 0 - no role"},
        {60, "CREATE_COMPLETE 0 60 -"},
        {89.999, "CREATE_COMPLETE 0 60 -"},
        {90, "DELETE_IN_PROGRESS 0 60 -"},
        {119.999, "DELETE_IN_PROGRESS 0 60 -"},
        {120, ""},
        {1e9, ""},
    };
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    for (size_t i = 0; i < COUNT(table); i++)
        assert_at(*state, table[i].at, table[i].text);
    for (size_t i = COUNT(table); i-- > 0;) /* and back again: nothing is lost */
        assert_at(*state, table[i].at, table[i].text);
    assert_at(*state, -1e6, "CREATE_IN_PROGRESS 0 - -"); /* before the pack was: its first step */
}

static void times_count_from_the_request_of_a_creation(void **state)
{
    static const struct transition steps[] = {COMPLETE(TIME, 30000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0 - 20000, steps, COUNT(steps));
    assert_at(*state, 0, "CREATE_IN_PROGRESS -20 - -");
    assert_at(*state, 9.999, "CREATE_IN_PROGRESS -20 - -");
    assert_at(*state, 10, "CREATE_COMPLETE -20 10 -");
}

static void a_creation_requested_long_ago_is_over(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, TIME, 30000, "why")};
    add(*state, PACK_CREATE_IN_PROGRESS, T0 - 3600000, steps, COUNT(steps));
    assert_polled(*state, "CREATE_FAILED -3600 - why");
}

static void a_creation_may_be_requested_in_the_future(void **state)
{
    static const struct transition steps[] = {COMPLETE(TIME, 30000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0 + 100000, steps, COUNT(steps));
    assert_at(*state, 0, "CREATE_IN_PROGRESS 100 - -");
    assert_at(*state, 129.999, "CREATE_IN_PROGRESS 100 - -");
    assert_at(*state, 130, "CREATE_COMPLETE 100 130 -");
}

static void times_count_from_now_where_no_creation_is_under_way(void **state)
{
    static const struct transition steps[] = {IN_PROGRESS(CREATE, TIME, 10000), FAILED(CREATE, TIME, 25000, "update"),
                                              IN_PROGRESS(CREATE, TIME, 30000), COMPLETE(TIME, 45000)};
    const struct pack_standing standing = {PACK_CREATE_COMPLETE, NULL, T0 - 5000000, T0 - 4000000};
    add_standing(*state, &standing, steps, COUNT(steps));
    assert_at(*state, 9.999, "CREATE_COMPLETE -5000 -4000 -");
    assert_at(*state, 10, "CREATE_IN_PROGRESS 10 -4000 -");
    assert_at(*state, 25, "CREATE_FAILED 10 -4000 update"); /* the last success stays */
    assert_at(*state, 30, "CREATE_IN_PROGRESS 30 -4000 -");
    assert_at(*state, 45, "CREATE_COMPLETE 30 45 -");
}

static void steps_without_a_time_come_with_the_one_before(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, TIME, 10000, "first"), IN_PROGRESS(CREATE, NOW, 0),
                                              COMPLETE(TIME, 20000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_at(*state, 9.999, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 10, "CREATE_IN_PROGRESS 10 - -");
    assert_at(*state, 20, "CREATE_COMPLETE 10 20 -");
}

static void moves_at_an_instant(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, AT, T0 + 10000, "why"), IN_PROGRESS(CREATE, POLLS, 1),
                                              COMPLETE(AT, T0 + 20000), IN_PROGRESS(DELETE, AT, T0 + 30000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0 - 500000, steps, COUNT(steps));
    assert_at(*state, 9.999, "CREATE_IN_PROGRESS -500 - -");
    assert_at(*state, 25, "CREATE_FAILED -500 - why"); /* the poll, which comes later than the instant behind it */
    assert_at(*state, 25, "CREATE_COMPLETE 25 25 -");
    assert_at(*state, 29.999, "CREATE_COMPLETE 25 25 -");
    assert_at(*state, 30, "DELETE_IN_PROGRESS 25 25 -");
    assert_at(*state, 10, "CREATE_FAILED -500 - why");
}

static void moves_on_a_clock_that_runs(void **state)
{
    static const struct transition steps[] = {COMPLETE(TIME, 3600000)};
    struct store *store = *state;
    assert_int_equal(store_set_clock(store, &(struct store_clock){.now = T0}), STORE_OK);
    add(store, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_polled(store, "CREATE_IN_PROGRESS 0 - -");
    assert_int_equal(store_advance_clock(store, 3600000), STORE_OK);
    assert_polled(store, "CREATE_COMPLETE 0 3600 -");
    assert_int_equal(store_advance_clock(store, -1800000), STORE_OK);
    assert_polled(store, "CREATE_IN_PROGRESS 0 - -");
}

/* ---- by polls ---- */

static void moves_after_so_many_polls(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, POLLS, 3, "why"), COMPLETE(POLLS, 1)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_at(*state, 5, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 5, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 7, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 7, "CREATE_FAILED 0 - why");
    assert_at(*state, 9, "CREATE_COMPLETE 0 7 -"); /* when the poll before showed the failure */
    assert_at(*state, 9, "CREATE_COMPLETE 0 7 -");
}

static void count_row(void *arg, const struct pack_status *status)
{
    (void)status;
    ++*(size_t *)arg;
}

static void details_row(void *arg, const struct pack_details *details)
{
    (void)details;
    ++*(size_t *)arg;
}

static void only_a_status_that_shows_the_pack_is_a_poll(void **state)
{
    static const struct transition steps[] = {COMPLETE(POLLS, 1)};
    static const char *const others[] = {"other"};
    struct store *store = *state;
    size_t rows = 0;
    bool more = false;
    int64_t count = 0;
    const struct pack_standing standing = {PACK_CREATE_COMPLETE, NULL, T0, T0};
    const struct pack_description other = {.name = "other"};
    add(store, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_int_equal(store_add_pack(store, &scope, &other, &standing, NULL, 0), STORE_OK);

    const struct pack_query page = {.limit = 1}; /* ends before it */
    assert_int_equal(store_pack_status(store, &scope, &page, count_row, &rows, &more), STORE_OK);
    assert_true(more);
    const struct pack_query named = {.names = others, .name_count = 1, .limit = 20};
    assert_int_equal(store_pack_status(store, &scope, &named, count_row, &rows, &more), STORE_OK);
    const struct pack_query behind = {.after = "pack", .limit = 20};
    assert_int_equal(store_pack_status(store, &scope, &behind, count_row, &rows, &more), STORE_OK);
    const struct scope elsewhere = {"123456789012", "us-east-2"};
    assert_int_equal(store_pack_status(store, &elsewhere, &(struct pack_query){.limit = 20}, count_row, &rows, &more),
                     STORE_OK);
    assert_int_equal(rows, 2);
    assert_int_equal(store_pack_details(store, &scope, &(struct pack_query){.limit = 20}, details_row, &rows, &more),
                     STORE_OK);
    assert_int_equal(rows, 4);
    assert_int_equal(store_find_pack(store, &scope, "pack"), STORE_OK);
    assert_int_equal(store_count_packs(store, &count), STORE_OK);

    assert_polled(store, "CREATE_IN_PROGRESS 0 - -");
    assert_polled(store, "CREATE_COMPLETE 0 0 -");
}

static void one_answer_counts_a_poll_for_each_pack_it_shows(void **state)
{
    struct store *store = *state;
    bool more = false;
    for (int i = 0; i < PACK_QUERY_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "pack-%02d", i);
        const struct pack_description pack = {.name = name};
        const struct pack_standing standing = {PACK_CREATE_IN_PROGRESS, NULL, T0, TIMESTAMP_NONE};
        const struct transition step = COMPLETE(POLLS, 2);
        assert_int_equal(store_add_pack(store, &scope, &pack, &standing, &step, 1), STORE_OK);
    }
    size_t rows = 0;
    const struct pack_query all = {.limit = PACK_QUERY_MAX};
    assert_int_equal(store_pack_status(store, &scope, &all, count_row, &rows, &more), STORE_OK);
    assert_int_equal(store_pack_status(store, &scope, &all, count_row, &rows, &more), STORE_OK);
    assert_int_equal(rows, 2 * PACK_QUERY_MAX);
    assert_string_equal(poll_pack(store, "pack-24").text, "CREATE_COMPLETE 0 0 -");
}

static void times_behind_a_poll_count_from_it(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, POLLS, 2, "why"), IN_PROGRESS(CREATE, TIME, 10000),
                                              COMPLETE(TIME, 15000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_at(*state, 100, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 107, "CREATE_IN_PROGRESS 0 - -"); /* the second poll: it fails now */
    assert_at(*state, 116.999, "CREATE_FAILED 0 - why");
    assert_at(*state, 117, "CREATE_IN_PROGRESS 117 - -");
    assert_at(*state, 122, "CREATE_COMPLETE 117 122 -");
}

static void polls_count_only_when_it_is_their_turn(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, TIME, 10000, "why"), COMPLETE(POLLS, 2)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    for (int i = 0; i < 5; i++)
        assert_at(*state, 5, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 10, "CREATE_FAILED 0 - why");
    assert_at(*state, 11, "CREATE_FAILED 0 - why");
    assert_at(*state, 11, "CREATE_COMPLETE 0 11 -");
}

static void what_polls_did_is_replayed_when_the_clock_is_set_back(void **state)
{
    static const struct transition steps[] = {COMPLETE(POLLS, 1)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_at(*state, 10, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 9, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 9, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 10, "CREATE_COMPLETE 0 10 -");
}

/* ---- by hand ---- */

static void waits_for_the_hand(void **state)
{
    static const struct transition steps[] = {COMPLETE(HAND, 0), IN_PROGRESS(CREATE, TIME, 10000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    for (int i = 0; i < 5; i++)
        assert_at(*state, i * 1e6, "CREATE_IN_PROGRESS 0 - -");
    set_clock(*state, 5000);
    move(*state, PACK_CREATE_COMPLETE, NULL, false, STORE_OK);
    assert_polled(*state, "CREATE_COMPLETE 0 5000 -");
    assert_at(*state, 5009.999, "CREATE_COMPLETE 0 5000 -");
    assert_at(*state, 5010, "CREATE_IN_PROGRESS 5010 5000 -"); /* what follows stays ahead */
}

static void the_hand_may_come_before_the_time_or_the_poll(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, TIME, 60000, "by time"), COMPLETE(POLLS, 9),
                                              IN_PROGRESS(DELETE, TIME, 5000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    set_clock(*state, 3);
    move(*state, PACK_CREATE_FAILED, NULL, false, STORE_OK);
    assert_polled(*state, "CREATE_FAILED 0 - by time"); /* the step's own reason */
    move(*state, PACK_CREATE_COMPLETE, NULL, false, STORE_OK);
    assert_at(*state, 7.999, "CREATE_COMPLETE 0 3 -");
    assert_at(*state, 8, "DELETE_IN_PROGRESS 0 3 -");
}

static void the_hand_may_give_another_reason(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, TIME, 60000, "the step's")};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    move(*state, PACK_CREATE_FAILED, "the hand's", false, STORE_OK);
    assert_polled(*state, "CREATE_FAILED 0 - the hand's");
    assert_at(*state, 61, "CREATE_FAILED 0 - the hand's");
}

static void another_way_drops_the_steps_ahead(void **state)
{
    static const struct transition steps[] = {COMPLETE(TIME, 30000), IN_PROGRESS(DELETE, TIME, 60000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    set_clock(*state, 10);
    move(*state, PACK_CREATE_FAILED, "by hand", false, STORE_OK);
    assert_polled(*state, "CREATE_FAILED 0 - by hand");
    assert_at(*state, 1e6, "CREATE_FAILED 0 - by hand");
    assert_at(*state, 9, "CREATE_IN_PROGRESS 0 - -"); /* the past is kept */
}

static void refuses_a_move_that_is_not_allowed(void **state)
{
    static const struct transition steps[] = {COMPLETE(TIME, 30000)};
    static const enum pack_state others[] = {PACK_CREATE_IN_PROGRESS, PACK_DELETE_IN_PROGRESS, PACK_DELETE_FAILED,
                                             PACK_DELETED};
    struct store *store = *state;
    add(store, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    for (size_t i = 0; i < COUNT(others); i++)
        move(store, others[i], "why", false, STORE_REFUSED);
    assert_polled(store, "CREATE_IN_PROGRESS 0 - -");
    assert_at(store, 30, "CREATE_COMPLETE 0 30 -"); /* what was ahead still is */
    assert_int_equal(store_move_pack(store, &scope, "absent", PACK_CREATE_COMPLETE, NULL, true), STORE_NOT_FOUND);
    const struct scope elsewhere = {"123456789013", "us-east-1"};
    assert_int_equal(store_move_pack(store, &elsewhere, "pack", PACK_CREATE_COMPLETE, NULL, true), STORE_NOT_FOUND);
}

static void force_moves_anywhere(void **state)
{
    struct store *store = *state;
    add(store, PACK_CREATE_COMPLETE, T0, NULL, 0);
    set_clock(store, 5);
    for (int to = 0; to < PACK_STATES - 1; to++) {
        move(store, (enum pack_state)to, "forced", true, STORE_OK);
        const struct look look = poll_pack(store, "pack");
        assert_memory_equal(look.text, pack_state_name((enum pack_state)to),
                            strlen(pack_state_name((enum pack_state)to)));
        assert_non_null(strstr(look.text, " forced"));
    }
    move(store, PACK_DELETED, NULL, true, STORE_OK);
    assert_polled(store, "");
    move(store, PACK_CREATE_COMPLETE, NULL, true, STORE_NOT_FOUND); /* who is gone is gone */
}

static void force_to_the_state_it_stands_in_begins_it_anew(void **state)
{
    static const struct transition steps[] = {COMPLETE(TIME, 30000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    set_clock(*state, 10);
    move(*state, PACK_CREATE_IN_PROGRESS, "again", true, STORE_OK);
    assert_polled(*state, "CREATE_IN_PROGRESS 10 - again");
    assert_at(*state, 1e6, "CREATE_IN_PROGRESS 10 - again");
}

static void a_hand_moves_on_a_clock_that_was_set_back(void **state)
{
    static const struct transition steps[] = {COMPLETE(TIME, 30000)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_at(*state, 40, "CREATE_COMPLETE 0 30 -");
    set_clock(*state, 20);
    move(*state, PACK_CREATE_FAILED, "earlier", false, STORE_OK);
    assert_at(*state, 20, "CREATE_FAILED 0 - earlier");
    assert_at(*state, 40, "CREATE_FAILED 0 - earlier");
    set_clock(*state, -5); /* before the pack was */
    move(*state, PACK_CREATE_COMPLETE, NULL, false, STORE_OK);
    assert_at(*state, -5, "CREATE_COMPLETE 0 0 -"); /* no success before its request */
    assert_at(*state, 40, "CREATE_COMPLETE 0 0 -");
}

static void a_step_retaken_earlier_does_not_keep_later_ones_reached(void **state)
{
    static const struct transition steps[] = {FAILED(CREATE, POLLS, 1, "why"), COMPLETE(POLLS, 1)};
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_at(*state, 10, "CREATE_IN_PROGRESS 0 - -");
    assert_at(*state, 20, "CREATE_FAILED 0 - why");
    assert_at(*state, 20, "CREATE_COMPLETE 0 20 -");
    set_clock(*state, 5);
    move(*state, PACK_CREATE_FAILED, NULL, false, STORE_OK); /* a new past: nobody has polled it since */
    assert_at(*state, 30, "CREATE_FAILED 0 - why");
    assert_at(*state, 30, "CREATE_COMPLETE 0 30 -");
}

/* ---- all of it ---- */

static void mixes_all_triggers(void **state)
{
    static const struct transition steps[] = {
        FAILED(CREATE, TIME, 10000, "time"),
        IN_PROGRESS(CREATE, POLLS, 2),
        FAILED(CREATE, TIME, 5000, "polls"),
        IN_PROGRESS(DELETE, HAND, 0),
        FAILED(DELETE, TIME, 20000, "by hand"),
        IN_PROGRESS(DELETE, NOW, 0),
        GONE(POLLS, 1),
    };
    add(*state, PACK_CREATE_IN_PROGRESS, T0, steps, COUNT(steps));
    assert_at(*state, 10, "CREATE_FAILED 0 - time");
    assert_at(*state, 12, "CREATE_FAILED 0 - time");
    assert_at(*state, 12, "CREATE_IN_PROGRESS 12 - -");
    assert_at(*state, 17, "CREATE_FAILED 12 - polls");
    assert_at(*state, 1000, "CREATE_FAILED 12 - polls");
    move(*state, PACK_DELETE_IN_PROGRESS, NULL, false, STORE_OK);
    assert_at(*state, 1019.999, "DELETE_IN_PROGRESS 12 - -");
    assert_at(*state, 1020, "DELETE_IN_PROGRESS 12 - -"); /* failed and begun again at once; this is the poll */
    assert_at(*state, 1020, "");
}

static void a_name_used_again_is_another_pack(void **state)
{
    static const struct transition steps[] = {GONE(TIME, 10000)};
    struct store *store = *state;
    char ids[4][64];
    for (size_t i = 0; i < COUNT(ids); i++) {
        const struct pack_standing standing = {PACK_DELETE_IN_PROGRESS, NULL, TIMESTAMP_NONE, TIMESTAMP_NONE};
        add_standing(store, &standing, steps, COUNT(steps));
        const struct pack_description again = {.name = "pack"};
        assert_int_equal(store_add_pack(store, &scope, &again, &standing, NULL, 0), STORE_EXISTS);
        memcpy(ids[i], poll_pack(store, "pack").id, sizeof ids[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(ids[i], ids[k]);
        assert_int_equal(store_advance_clock(store, 10000), STORE_OK);
        assert_int_equal(store_find_pack(store, &scope, "pack"), STORE_NOT_FOUND);
    }
}

static void without_a_time_the_request_is_now(void **state)
{
    set_clock(*state, 33);
    add(*state, PACK_CREATE_IN_PROGRESS, TIMESTAMP_NONE, NULL, 0);
    assert_at(*state, 1e6, "CREATE_IN_PROGRESS 33 - -");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stands_as_the_last_step_due_says),
        TEST(times_count_from_the_request_of_a_creation),
        TEST(a_creation_requested_long_ago_is_over),
        TEST(a_creation_may_be_requested_in_the_future),
        TEST(times_count_from_now_where_no_creation_is_under_way),
        TEST(steps_without_a_time_come_with_the_one_before),
        TEST(moves_at_an_instant),
        TEST(moves_on_a_clock_that_runs),
        TEST(moves_after_so_many_polls),
        TEST(only_a_status_that_shows_the_pack_is_a_poll),
        TEST(one_answer_counts_a_poll_for_each_pack_it_shows),
        TEST(times_behind_a_poll_count_from_it),
        TEST(polls_count_only_when_it_is_their_turn),
        TEST(what_polls_did_is_replayed_when_the_clock_is_set_back),
        TEST(waits_for_the_hand),
        TEST(the_hand_may_come_before_the_time_or_the_poll),
        TEST(the_hand_may_give_another_reason),
        TEST(another_way_drops_the_steps_ahead),
        TEST(refuses_a_move_that_is_not_allowed),
        TEST(force_moves_anywhere),
        TEST(force_to_the_state_it_stands_in_begins_it_anew),
        TEST(a_hand_moves_on_a_clock_that_was_set_back),
        TEST(a_step_retaken_earlier_does_not_keep_later_ones_reached),
        TEST(mixes_all_triggers),
        TEST(a_name_used_again_is_another_pack),
        TEST(without_a_time_the_request_is_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
