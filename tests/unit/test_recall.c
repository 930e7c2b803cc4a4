/* Answers that are still true: which ones are given again, and what ends that. */
#include "server/recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define T0           1767225600000LL

static const struct scope virginia = {"123456789012", "us-east-1"};

struct room {
    struct store *store;
    struct recall *recall;
};

static void freeze(struct store *store, int64_t now)
{
    assert_int_equal(store_set_clock(store, &(struct store_clock){.now = now, .frozen = true}), STORE_OK);
}

static int set_up(void **state)
{
    static struct room room;
    char message[STORE_MESSAGE];
    assert_int_equal(store_open(&room.store, &(struct store_options){.has_seed = true}, message), STORE_OK);
    room.recall = recall_new();
    assert_non_null(room.recall);
    freeze(room.store, T0);
    *state = &room;
    return 0;
}

static int tear_down(void **state)
{
    struct room *room = *state;
    recall_free(room->recall);
    store_close(room->store);
    return 0;
}

static void add(struct store *store, const char *name, const struct transition *steps, size_t count)
{
    const struct pack_description pack = {.name = name};
    const struct pack_standing standing = {PACK_CREATE_IN_PROGRESS, NULL, T0, TIMESTAMP_NONE};
    assert_int_equal(store_add_pack(store, &virginia, &pack, &standing, steps, count), STORE_OK);
}

static void ignore(void *arg, const struct pack_status *status)
{
    (void)arg, (void)status;
}

/* The lease of an answer that shows all packs, `limit` at the most. */
static struct store_lease look(struct store *store, size_t limit)
{
    struct store_lease lease = {0};
    bool more = false;
    const struct pack_query query = {.limit = limit, .lease = &lease};
    assert_int_equal(store_pack_status(store, &virginia, &query, ignore, NULL, &more), STORE_OK);
    return lease;
}

static struct buffer text(const char *bytes)
{
    return (struct buffer){.data = (char *)bytes, .length = strlen(bytes)};
}

static struct question ask(const char *operation, const char *account, const char *region, const char *input)
{
    return (struct question){operation, {account, region}, input, strlen(input)};
}

static void assert_recalls(struct room *room, const struct question *question, const char *wanted)
{
    struct buffer answer = {0};
    const bool found = recall_find(room->recall, room->store, question, &answer);
    assert_int_equal(found, wanted != NULL);
    if (wanted != NULL) {
        assert_int_equal(answer.length, strlen(wanted));
        assert_memory_equal(answer.data, wanted, answer.length);
    }
    buffer_free(&answer);
}

static void the_same_question_gets_the_same_answer(void **state)
{
    struct room *room = *state;
    const struct question question = ask("Describe", "123456789012", "us-east-1", "{}");
    const struct question others[] = {
        ask("Describes", "123456789012", "us-east-1", "{}"), ask("Describe", "123456789013", "us-east-1", "{}"),
        ask("Describe", "123456789012", "us-east-2", "{}"),  ask("Describe", "123456789012", "us-east-1", "{ }"),
        ask("Describe", "123456789012", "us-east-1", ""),    ask("Describe", "123456789012", "us-east-1{}", ""),
    };
    const struct store_lease lease = look(room->store, 20);
    const struct buffer answer = text("{\"all\":1}");
    assert_recalls(room, &question, NULL);
    recall_keep(room->recall, &question, &lease, &answer);
    assert_recalls(room, &question, "{\"all\":1}");
    for (size_t i = 0; i < COUNT(others); i++)
        assert_recalls(room, &others[i], NULL);
    const struct buffer newer = text("{}");
    recall_keep(room->recall, &question, &lease, &newer);
    assert_recalls(room, &question, "{}");
}

static void nothing_holds_without_a_lease(void **state)
{
    struct room *room = *state;
    assert_false(store_lease_holds(room->store, &(struct store_lease){0}));
}

static void a_lease_ends_when_a_pack_moves(void **state)
{
    static const struct transition steps[] = {{PACK_CREATE_FAILED, TRIGGER_TIME, 5000, NULL},
                                              {PACK_CREATE_COMPLETE, TRIGGER_TIME, 9000, NULL}};
    struct room *room = *state;
    add(room->store, "b", steps, COUNT(steps));
    const struct store_lease settled = look(room->store, 20);
    assert_int_equal(settled.from, T0);
    assert_int_equal(settled.until, T0 + 5000);
    freeze(room->store, T0 + 6000);
    assert_int_equal(look(room->store, 20).until, T0 + 9000);
    freeze(room->store, T0 + 9000);
    assert_int_equal(look(room->store, 20).until, INT64_MAX);
    freeze(room->store, T0 - 1000); /* set back before it all */
    assert_int_equal(look(room->store, 20).until, T0 + 5000);
}

/* The first pack behind a page decides whether there is a NextToken. */
static void a_lease_ends_when_the_pack_behind_the_page_goes(void **state)
{
    static const struct transition steps[] = {{PACK_CREATE_COMPLETE, TRIGGER_NOW, 0, NULL},
                                              {PACK_DELETE_IN_PROGRESS, TRIGGER_TIME, 1000, NULL},
                                              {PACK_DELETED, TRIGGER_TIME, 2000, NULL}};
    struct room *room = *state;
    add(room->store, "a", steps, 1);
    add(room->store, "b", steps, COUNT(steps));
    freeze(room->store, T0 + 1500);
    assert_int_equal(look(room->store, 1).until, T0 + 2000);
}

static void an_answer_that_counts_polls_is_not_kept(void **state)
{
    static const struct transition steps[] = {{PACK_CREATE_COMPLETE, TRIGGER_POLLS, 3, NULL}};
    struct room *room = *state;
    add(room->store, "a", steps, COUNT(steps));
    for (int poll = 0; poll < 3; poll++) {
        const struct store_lease lease = look(room->store, 20);
        assert_false(lease.until > lease.from);
        assert_false(store_lease_holds(room->store, &lease));
    }
    const struct store_lease lease = look(room->store, 20);
    assert_true(store_lease_holds(room->store, &lease));
}

static void put(struct store *store)
{
    add(store, "new", NULL, 0);
}

static void move_by_hand(struct store *store)
{
    assert_int_equal(store_move_pack(store, &virginia, "a", PACK_CREATE_FAILED, "why", false), STORE_OK);
}

static void clear(struct store *store)
{
    assert_int_equal(store_clear(store), STORE_OK);
}

static void set_back(struct store *store)
{
    freeze(store, T0 - 1);
}

static void advance(struct store *store)
{
    assert_int_equal(store_advance_clock(store, 1), STORE_OK);
}

static void run_on(struct store *store)
{
    assert_int_equal(store_set_clock(store, &(struct store_clock){.now = T0}), STORE_OK);
}

/* Whatever is changed, wherever: the store does not say what an answer depends on. */
static void every_change_ends_all_leases(void **state)
{
    static void (*const changes[])(struct store *) = {put, move_by_hand, set_back, advance, run_on, clear};
    struct room *room = *state;
    add(room->store, "a", NULL, 0);
    for (size_t i = 0; i < COUNT(changes); i++) {
        const struct store_lease lease = look(room->store, 20);
        assert_true(store_lease_holds(room->store, &lease));
        changes[i](room->store);
        assert_false(store_lease_holds(room->store, &lease));
    }
}

/* A running clock: the lease is asked for at the instant it is used. */
static void a_running_clock_comes_to_the_end_of_a_lease(void **state)
{
    static const struct transition steps[] = {{PACK_CREATE_COMPLETE, TRIGGER_TIME, 30, NULL}};
    struct room *room = *state;
    add(room->store, "a", steps, COUNT(steps));
    run_on(room->store);
    const struct store_lease lease = look(room->store, 20);
    while (store_now(room->store) < T0 + 30)
        continue;
    assert_false(store_lease_holds(room->store, &lease));
}

/* The memory has a bound, and what is beyond is made anew. */
static void keeps_no_more_than_there_is_room_for(void **state)
{
    enum { LARGE = RECALL_LARGEST / 2, ANSWERS = 100 };
    static char large[LARGE];
    struct room *room = *state;
    const struct store_lease lease = look(room->store, 20);
    size_t recalled = 0;
    for (int i = 0; i < ANSWERS; i++) {
        char input[16];
        snprintf(input, sizeof input, "%d", i);
        const struct question question = ask("Describe", "123456789012", "us-east-1", input);
        recall_keep(room->recall, &question, &lease, &(struct buffer){.data = large, .length = LARGE});
    }
    for (int i = 0; i < ANSWERS; i++) {
        char input[16];
        struct buffer answer = {0};
        snprintf(input, sizeof input, "%d", i);
        const struct question question = ask("Describe", "123456789012", "us-east-1", input);
        recalled += recall_find(room->recall, room->store, &question, &answer);
        buffer_free(&answer);
    }
    assert_in_range(recalled, 1, RECALL_BYTES / LARGE);
}

static void what_is_too_large_is_not_kept(void **state)
{
    static char large[RECALL_LARGEST];
    struct room *room = *state;
    const struct question question = ask("Describe", "123456789012", "us-east-1", "{}");
    const struct store_lease lease = look(room->store, 20);
    recall_keep(room->recall, &question, &lease, &(struct buffer){.data = large, .length = RECALL_LARGEST});
    assert_recalls(room, &question, NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_question_gets_the_same_answer),
        TEST(nothing_holds_without_a_lease),
        TEST(a_lease_ends_when_a_pack_moves),
        TEST(a_lease_ends_when_the_pack_behind_the_page_goes),
        TEST(an_answer_that_counts_polls_is_not_kept),
        TEST(every_change_ends_all_leases),
        TEST(a_running_clock_comes_to_the_end_of_a_lease),
        TEST(keeps_no_more_than_there_is_room_for),
        TEST(what_is_too_large_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
