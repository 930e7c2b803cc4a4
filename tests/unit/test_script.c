/* Scripts: which one counts for a request, how often, and what it prescribes. */
#include "base/arena.h"
#include "store/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const struct scope here = {"123456789012", "us-east-1"};

struct world {
    struct store *store;
    struct arena arena;
};

static int set_up(void **state)
{
    static struct world world;
    char message[STORE_MESSAGE];
    const struct store_options options = {.has_seed = true, .seed = 1};
    world = (struct world){0};
    *state = &world;
    return store_open(&world.store, &options, message) == STORE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    arena_free(&world->arena);
    store_close(world->store);
    return 0;
}

/* A script that fails at once, for the reason that names it. */
static void add(struct world *world, const struct script *template, const char *reason)
{
    const struct transition step = {PACK_CREATE_FAILED, TRIGGER_NOW, 0, reason};
    struct script script = *template;
    script.steps = &step;
    script.count = 1;
    assert_int_equal(store_add_script(world->store, &script), STORE_OK);
}

/* The reason of the script that counts, which is thereby counted; "-" where there is none. */
static const char *take_in(struct world *world, const struct scope *scope, const char *name, enum pack_request request)
{
    const struct transition *steps = NULL;
    size_t count = 0;
    bool found = false;
    assert_int_equal(script_take(world->store, scope, name, request, &world->arena, &steps, &count, &found), STORE_OK);
    if (!found)
        return "-";
    assert_int_equal(count, 1);
    return steps[0].reason;
}

static const char *take(struct world *world, const char *name)
{
    return take_in(world, &here, name, REQUEST_CREATE);
}

static void there_may_be_none(void **state)
{
    assert_string_equal(take(*state, "a"), "-");
}

static void a_glob_matches_names(void **state)
{
    static const struct {
        const char *match;
        const char *name;
        bool fits;
    } table[] = {
        {"*", "a", true},
        {"a", "a", true},
        {"a", "A", false},
        {"a", "aa", false},
        {"a*", "a", true},
        {"a*", "ba", false},
        {"*-a", "x-a", true},
        {"*-a", "x-a-", false},
        {"a?c", "abc", true},
        {"a?c", "ac", false},
        {"[ab]c", "bc", true},
        {"[ab]c", "cc", false},
        {"[a-c]*", "cat", true},
        {"[^a]*", "cat", true},
        {"[^a]*", "act", false},
        {"*a*b*", "xaxbx", true},
        {"%", "a", false},
        {"_", "a", false},
        {"a.*", "ab", false},
        {"", "a", false},
        {"bad-*-x", "bad-x", false},
        {"bad-*-x", "bad--x", true},
        {"'; --", "a", false},
        {"[", "[", false},
    };
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(store_clear(world->store), STORE_OK);
        add(world, &(struct script){.match = table[i].match, .request = REQUEST_CREATE}, "x");
        if ((*take(world, table[i].name) == 'x') != table[i].fits)
            fail_msg("'%s' and %s", table[i].match, table[i].name);
    }
}

static void the_first_that_fits_counts(void **state)
{
    struct world *world = *state;
    add(world, &(struct script){.match = "b*", .request = REQUEST_CREATE}, "first");
    add(world, &(struct script){.match = "*", .request = REQUEST_UPDATE}, "second");
    add(world, &(struct script){.match = "*", .request = REQUEST_CREATE}, "third");
    add(world, &(struct script){.match = "a", .request = REQUEST_CREATE}, "fourth");
    for (int i = 0; i < 3; i++) { /* without `times`, for ever */
        assert_string_equal(take(world, "b"), "first");
        assert_string_equal(take(world, "a"), "third");
        assert_string_equal(take_in(world, &here, "b", REQUEST_UPDATE), "second");
        assert_string_equal(take_in(world, &here, "b", REQUEST_DELETE), "-");
    }
}

static void counts_how_often(void **state)
{
    struct world *world = *state;
    add(world, &(struct script){.match = "a*", .request = REQUEST_CREATE, .times = 2}, "two");
    add(world, &(struct script){.match = "*", .request = REQUEST_CREATE, .times = 1}, "one");
    assert_string_equal(take_in(world, &here, "a", REQUEST_DELETE), "-"); /* what does not fit is not counted */
    assert_string_equal(take(world, "a1"), "two");
    assert_string_equal(take(world, "b"), "one");
    assert_string_equal(take(world, "b"), "-");
    assert_string_equal(take(world, "a2"), "two");
    assert_string_equal(take(world, "a3"), "-");
}

static void a_script_is_for_one_kind_of_request(void **state)
{
    struct world *world = *state;
    add(world, &(struct script){.match = "*", .request = REQUEST_DELETE, .times = 2}, "x");
    assert_string_equal(take_in(world, &here, "a", REQUEST_CREATE), "-");
    assert_string_equal(take_in(world, &here, "a", REQUEST_UPDATE), "-");
    assert_string_equal(take_in(world, &here, "a", REQUEST_DELETE), "x");
    assert_string_equal(take_in(world, &here, "a", REQUEST_DELETE), "x");
    assert_string_equal(take_in(world, &here, "a", REQUEST_DELETE), "-");
}

static void holds_in_its_account_and_region(void **state)
{
    static const struct scope scopes[] = {{"111111111111", "us-east-1"},
                                          {"111111111111", "eu-west-1"},
                                          {"222222222222", "us-east-1"},
                                          {"222222222222", "eu-west-1"}};
    static const char *const wanted[] = {"account", "both", "-", "region"};
    struct world *world = *state;
    const struct script any = {.match = "*", .request = REQUEST_CREATE};
    struct script script = any;
    script.account = "111111111111";
    script.region = "eu-west-1";
    add(world, &script, "both");
    script.region = NULL;
    add(world, &script, "account");
    script = any;
    script.region = "eu-west-1";
    add(world, &script, "region");
    for (size_t i = 0; i < COUNT(scopes); i++)
        assert_string_equal(take_in(world, &scopes[i], "a", REQUEST_CREATE), wanted[i]);
}

static void steps_come_as_they_were_given(void **state)
{
    static const struct transition given[] = {
        {PACK_CREATE_FAILED, TRIGGER_TIME, 30000, "one"},   {PACK_CREATE_IN_PROGRESS, TRIGGER_POLLS, 7, NULL},
        {PACK_CREATE_FAILED, TRIGGER_HAND, 0, ""},          {PACK_CREATE_IN_PROGRESS, TRIGGER_NOW, 0, NULL},
        {PACK_CREATE_COMPLETE, TRIGGER_AT, -1, "\xc3\xa9"},
    };
    struct world *world = *state;
    const struct script script = {.match = "*", .request = REQUEST_UPDATE, .steps = given, .count = COUNT(given)};
    const struct transition *steps = NULL;
    size_t count = 0;
    bool found = false;
    assert_int_equal(store_add_script(world->store, &script), STORE_OK);
    assert_int_equal(script_take(world->store, &here, "a", REQUEST_UPDATE, &world->arena, &steps, &count, &found),
                     STORE_OK);
    assert_int_equal(store_clear(world->store), STORE_OK); /* they are the arena's */
    assert_true(found);
    assert_int_equal(count, COUNT(given));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(steps[i].state, given[i].state);
        assert_int_equal(steps[i].trigger, given[i].trigger);
        assert_int_equal(steps[i].after, given[i].after);
        if (given[i].reason == NULL)
            assert_null(steps[i].reason);
        else
            assert_string_equal(steps[i].reason, given[i].reason);
    }
}

static void a_script_without_steps_is_one(void **state)
{
    struct world *world = *state;
    const struct script script = {.match = "*", .request = REQUEST_DELETE};
    const struct transition *steps = NULL;
    size_t count = 7;
    bool found = false;
    assert_int_equal(store_add_script(world->store, &script), STORE_OK);
    assert_int_equal(script_take(world->store, &here, "a", REQUEST_DELETE, &world->arena, &steps, &count, &found),
                     STORE_OK);
    assert_true(found);
    assert_int_equal(count, 0);
}

static void a_thousand_steps(void **state)
{
    static struct transition given[1000];
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(given); i++)
        given[i] = (struct transition){PACK_CREATE_FAILED, TRIGGER_TIME, (int64_t)i, NULL};
    const struct script script = {.match = "*", .request = REQUEST_CREATE, .steps = given, .count = COUNT(given)};
    const struct transition *steps = NULL;
    size_t count = 0;
    bool found = false;
    assert_int_equal(store_add_script(world->store, &script), STORE_OK);
    assert_int_equal(script_take(world->store, &here, "a", REQUEST_CREATE, &world->arena, &steps, &count, &found),
                     STORE_OK);
    assert_int_equal(count, COUNT(given));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(steps[i].after, i);
}

struct undone {
    struct world *world;
    const char *reason;
};

static enum store_rc take_and_refuse(struct store *store, void *arg)
{
    struct undone *undone = arg;
    (void)store;
    undone->reason = take(undone->world, "a");
    return STORE_REFUSED;
}

static void what_is_undone_was_not_counted(void **state)
{
    struct undone undone = {.world = *state};
    struct store *store = undone.world->store;
    add(undone.world, &(struct script){.match = "*", .request = REQUEST_CREATE, .times = 1}, "once");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(store_transaction(store, take_and_refuse, &undone), STORE_REFUSED);
        assert_string_equal(undone.reason, "once");
    }
    assert_string_equal(take(undone.world, "a"), "once");
    assert_string_equal(take(undone.world, "a"), "-");
}

static void fails_when_memory_is_out(void **state)
{
    struct world *world = *state;
    struct arena small = {.cap = 64};
    const struct transition *steps = NULL;
    size_t count = 0;
    bool found = false;
    add(world, &(struct script){.match = "*", .request = REQUEST_CREATE}, "x");
    assert_int_equal(script_take(world->store, &here, "a", REQUEST_CREATE, &small, &steps, &count, &found),
                     STORE_FAILED);
    arena_free(&small);
    assert_string_equal(take(world, "a"), "x"); /* the store is as it was */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(there_may_be_none),
        TEST(a_glob_matches_names),
        TEST(the_first_that_fits_counts),
        TEST(counts_how_often),
        TEST(a_script_is_for_one_kind_of_request),
        TEST(holds_in_its_account_and_region),
        TEST(steps_come_as_they_were_given),
        TEST(a_script_without_steps_is_one),
        TEST(a_thousand_steps),
        TEST(what_is_undone_was_not_counted),
        TEST(fails_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
