/* The world as a whole: clock, scopes, pages, transactions, credentials, durability. How packs move: test_transition.c
 */
#include "store/store.h"

#include "base/machine_clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define T0           1767225600000LL

static const struct scope virginia = {"123456789012", "us-east-1"};
static const struct scope ohio = {"123456789012", "us-east-2"};
static const struct scope other_account = {"111122223333", "us-east-1"};

static struct store *open_store(const struct store_options *options)
{
    char message[STORE_MESSAGE] = "";
    struct store *store = NULL;
    if (store_open(&store, options, message) != STORE_OK)
        fail_msg("%s", message);
    return store;
}

static void freeze(struct store *store, int64_t now)
{
    assert_int_equal(store_set_clock(store, &(struct store_clock){.now = now, .frozen = true}), STORE_OK);
}

static int set_up(void **state)
{
    *state = open_store(&(struct store_options){.has_seed = true, .seed = 42});
    freeze(*state, T0);
    return 0;
}

static int tear_down(void **state)
{
    store_close(*state);
    return 0;
}

static enum store_rc add(struct store *store, const struct scope *scope, const char *name)
{
    const struct pack_description pack = {.name = name};
    const struct pack_standing standing = {PACK_CREATE_COMPLETE, NULL, TIMESTAMP_NONE, TIMESTAMP_NONE};
    return store_add_pack(store, scope, &pack, &standing, NULL, 0);
}

static void add_all(struct store *store, const struct scope *scope, const char *names)
{
    char name[32];
    int read = 0;
    for (; sscanf(names, "%31s%n", name, &read) == 1; names += read)
        assert_int_equal(add(store, scope, name), STORE_OK);
}

enum { NAMES = 4096 };

static void note_name(void *arg, const struct pack_status *status)
{
    char *names = arg;
    const size_t used = strlen(names);
    snprintf(names + used, NAMES - used, "%s%s", used > 0 ? " " : "", status->name);
}

/* The names a query shows, with " ..." where it says that there are more. */
static const char *show(struct store *store, const struct scope *scope, const struct pack_query *query,
                        char names[NAMES])
{
    bool more = false;
    *names = '\0';
    assert_int_equal(store_pack_status(store, scope, query, note_name, names, &more), STORE_OK);
    const size_t used = strlen(names);
    snprintf(names + used, NAMES - used, "%s", more ? " ..." : "");
    return names;
}

static void assert_shows(struct store *store, const struct scope *scope, const char *wanted)
{
    char names[NAMES];
    assert_string_equal(show(store, scope, &(struct pack_query){.limit = PACK_QUERY_MAX}, names), wanted);
}

static int64_t count(struct store *store)
{
    int64_t packs = -1;
    assert_int_equal(store_count_packs(store, &packs), STORE_OK);
    return packs;
}

/* ---- the clock ---- */

static void a_frozen_clock_stands_still(void **state)
{
    struct store *store = *state;
    usleep(5000);
    assert_int_equal(store_now(store), T0);
    assert_true(store_clock(store).frozen);
    assert_int_equal(store_advance_clock(store, 1500), STORE_OK);
    assert_int_equal(store_now(store), T0 + 1500);
    assert_int_equal(store_advance_clock(store, -2000), STORE_OK);
    assert_int_equal(store_now(store), T0 - 500);
    assert_true(store_clock(store).frozen);
}

static void a_new_world_runs_with_the_machine(void **state)
{
    struct store *store = open_store(&(struct store_options){.path = NULL});
    (void)state;
    const int64_t before = machine_now();
    const int64_t now = store_now(store);
    assert_in_range(now, before, machine_now());
    assert_false(store_clock(store).frozen);
    store_close(store);
}

static void a_running_clock_runs_on_from_where_it_was_set(void **state)
{
    struct store *store = *state;
    const int64_t machine = machine_now();
    assert_int_equal(store_set_clock(store, &(struct store_clock){.now = T0 + 1000}), STORE_OK);
    usleep(20000);
    const int64_t passed = store_now(store) - (T0 + 1000);
    assert_in_range(passed, 15, machine_now() - machine + 1);
    assert_int_equal(store_advance_clock(store, 3600000), STORE_OK);
    assert_in_range(store_now(store), T0 + 1000 + 3600000 + passed, T0 + 1000 + 3600000 + 60000);
    assert_false(store_clock(store).frozen);
}

static void a_running_clock_may_be_ahead_of_the_machine(void **state)
{
    struct store *store = *state;
    assert_int_equal(store_set_clock(store, &(struct store_clock){.now = TIMESTAMP_NONE, .ahead = -86400000}),
                     STORE_OK);
    assert_in_range(store_now(store), machine_now() - 86400000 - 1000, machine_now() - 86400000);
    assert_int_equal(store_clock(store).ahead, -86400000);
    assert_false(store_clock(store).frozen);
    const struct store_clock too_far = {.now = TIMESTAMP_NONE, .ahead = TIMESTAMP_MAX};
    assert_int_equal(store_set_clock(store, &too_far), STORE_REFUSED);
}

static void a_running_clock_is_advanced_to_the_millisecond(void **state)
{
    struct store *store = *state;
    assert_int_equal(store_set_clock(store, &(struct store_clock){.now = TIMESTAMP_NONE}), STORE_OK);
    for (int i = 1; i <= 30000; i++) { /* whenever the machine's clock ticks */
        assert_int_equal(store_advance_clock(store, 1000), STORE_OK);
        assert_int_equal(store_clock(store).ahead, i * 1000);
    }
}

static void the_clock_stays_within_what_can_be_written(void **state)
{
    struct store *store = *state;
    const int64_t refused[] = {TIMESTAMP_MIN - 1, TIMESTAMP_MAX + 1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT(refused); i++) {
        const struct store_clock clock = {.now = refused[i], .frozen = true};
        assert_int_equal(store_set_clock(store, &clock), STORE_REFUSED);
    }
    const int64_t too_far[] = {TIMESTAMP_MAX - T0 + 1, TIMESTAMP_MIN - T0 - 1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT(too_far); i++)
        assert_int_equal(store_advance_clock(store, too_far[i]), STORE_REFUSED);
    assert_int_equal(store_now(store), T0);
    assert_int_equal(store_advance_clock(store, TIMESTAMP_MAX - T0), STORE_OK);
    assert_int_equal(store_now(store), TIMESTAMP_MAX);
    freeze(store, TIMESTAMP_MIN);
    assert_int_equal(store_now(store), TIMESTAMP_MIN);
}

/* ---- scopes and pages ---- */

static void each_account_and_region_is_a_world_of_its_own(void **state)
{
    struct store *store = *state;
    add_all(store, &virginia, "one two");
    add_all(store, &ohio, "two three");
    add_all(store, &other_account, "one");
    assert_shows(store, &virginia, "one two");
    assert_shows(store, &ohio, "three two");
    assert_shows(store, &other_account, "one");
    assert_shows(store, &(struct scope){"111122223333", "us-east-2"}, "");
    assert_shows(store, &(struct scope){"", ""}, "");
    assert_int_equal(count(store), 5);
    assert_int_equal(add(store, &virginia, "one"), STORE_EXISTS);
    assert_int_equal(count(store), 5);
    assert_int_equal(store_move_pack(store, &ohio, "two", PACK_DELETED, NULL, true), STORE_OK);
    assert_shows(store, &virginia, "one two");
    assert_shows(store, &ohio, "three");
    assert_int_equal(count(store), 4);
}

static void comes_in_order_of_name_page_by_page(void **state)
{
    static const struct {
        const char *after;
        size_t limit;
        const char *shown;
    } table[] = {
        {NULL, 25, "A B a a-b a1 b z"},
        {NULL, 7, "A B a a-b a1 b z"},
        {NULL, 6, "A B a a-b a1 b ..."},
        {NULL, 1, "A ..."},
        {"A", 2, "B a ..."},
        {"a", 2, "a-b a1 ..."},
        {"a-b", 2, "a1 b ..."},
        {"a0", 1, "a1 ..."}, /* a place whose pack is gone */
        {"b", 2, "z"},
        {"z", 2, ""},
        {"zz", 2, ""},
        {"", 1, "A ..."},
    };
    struct store *store = *state;
    char names[NAMES];
    add_all(store, &virginia, "b z a1 a a-b B A");
    add_all(store, &ohio, "c d");
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct pack_query query = {.after = table[i].after, .limit = table[i].limit};
        assert_string_equal(show(store, &virginia, &query, names), table[i].shown);
    }
}

static void packs_that_come_and_go_disturb_no_page(void **state)
{
    struct store *store = *state;
    char names[NAMES];
    add_all(store, &virginia, "b d f h");
    assert_string_equal(show(store, &virginia, &(struct pack_query){.limit = 2}, names), "b d ...");
    add_all(store, &virginia, "a c g");
    assert_int_equal(store_move_pack(store, &virginia, "d", PACK_DELETED, NULL, true), STORE_OK);
    const struct pack_query next = {.after = "d", .limit = 2};
    assert_string_equal(show(store, &virginia, &next, names), "f g ...");
}

static void a_pack_that_is_gone_makes_no_further_page(void **state)
{
    struct store *store = *state;
    char names[NAMES];
    add_all(store, &virginia, "a b c");
    assert_int_equal(store_move_pack(store, &virginia, "c", PACK_DELETED, NULL, true), STORE_OK);
    assert_string_equal(show(store, &virginia, &(struct pack_query){.limit = 2}, names), "a b");
}

static void shows_the_names_asked_for(void **state)
{
    static const char *const wanted[] = {"a", "absent", "c", "d", "e"};
    static const struct {
        size_t names;
        const char *after;
        size_t limit;
        const char *shown;
    } table[] = {
        {1, NULL, 20, "a"},         {2, NULL, 20, "a"},      {5, NULL, 20, "a c d e"}, {5, NULL, 2, "a c ..."},
        {5, "c", 2, "d e"},         {5, "c", 1, "d ..."},    {5, "e", 1, ""},          {2, "a", 20, ""},
        {5, "absent", 20, "c d e"}, {5, NULL, 4, "a c d e"},
    };
    struct store *store = *state;
    char names[NAMES];
    add_all(store, &virginia, "a b c d e f");
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct pack_query query = {wanted, table[i].names, table[i].after, table[i].limit, NULL, NULL};
        assert_string_equal(show(store, &virginia, &query, names), table[i].shown);
    }
    const struct pack_query elsewhere = {wanted, 5, NULL, 20, NULL, NULL};
    assert_string_equal(show(store, &ohio, &elsewhere, names), "");
    assert_int_equal(store_find_pack(store, &virginia, "a"), STORE_OK);
    assert_int_equal(store_find_pack(store, &virginia, "A"), STORE_NOT_FOUND);
    assert_int_equal(store_find_pack(store, &ohio, "a"), STORE_NOT_FOUND);
}

/* ---- what a pack says of itself ---- */

struct seen {
    char id[64];
    char arn[256];
    char stack_arn[256]; /* "none" */
};

static void note_identity(void *arg, const struct pack_status *status)
{
    struct seen *seen = arg;
    snprintf(seen->id, sizeof seen->id, "%s", status->id);
    snprintf(seen->arn, sizeof seen->arn, "%s", status->arn);
    snprintf(seen->stack_arn, sizeof seen->stack_arn, "%s", status->stack_arn != NULL ? status->stack_arn : "none");
}

static struct seen look(struct store *store, const char *name)
{
    struct seen seen = {0};
    bool more = false;
    const struct pack_query query = {.names = &name, .name_count = 1, .limit = 1};
    assert_int_equal(store_pack_status(store, &virginia, &query, note_identity, &seen, &more), STORE_OK);
    return seen;
}

static void keeps_what_it_is_given_and_makes_the_rest(void **state)
{
    struct store *store = *state;
    const struct pack_standing standing = {PACK_CREATE_COMPLETE, NULL, T0, T0};
    const struct pack_description given = {
        .name = "given", .id = "conformance-pack-given0000", .arn = "arn:given", .stack_arn = "arn:stack"};
    const struct pack_description no_stack = {.name = "bare", .id = "conformance-pack-uday4bbox", .stack_arn = ""};
    assert_int_equal(store_add_pack(store, &virginia, &given, &standing, NULL, 0), STORE_OK);
    assert_int_equal(store_add_pack(store, &virginia, &no_stack, &standing, NULL, 0), STORE_OK);
    assert_int_equal(add(store, &virginia, "made"), STORE_OK);

    struct seen seen = look(store, "given");
    assert_string_equal(seen.id, "conformance-pack-given0000");
    assert_string_equal(seen.arn, "arn:given");
    assert_string_equal(seen.stack_arn, "arn:stack");
    seen = look(store, "bare");
    assert_string_equal(seen.arn,
                        "arn:aws:config:us-east-1:123456789012:conformance-pack/bare/conformance-pack-uday4bbox");
    assert_string_equal(seen.stack_arn, "none");
    seen = look(store, "made");
    assert_int_equal(strspn(seen.id + 17, "abcdefghijklmnopqrstuvwxyz0123456789"), 9);
    assert_non_null(strstr(seen.stack_arn, seen.id));
    freeze(store, T0 + 1000000);
    const struct seen later = look(store, "made");
    assert_string_equal(later.stack_arn, seen.stack_arn);
    assert_string_equal(later.arn, seen.arn);
}

static void the_same_seed_makes_the_same_world(void **state)
{
    struct store *twin = open_store(&(struct store_options){.has_seed = true, .seed = 42});
    struct store *stranger = open_store(&(struct store_options){.has_seed = true, .seed = 43});
    struct store *chance = open_store(&(struct store_options){.has_seed = false});
    struct store *worlds[] = {*state, twin, stranger, chance};
    struct seen seen[COUNT(worlds)];
    for (size_t i = 0; i < COUNT(worlds); i++) {
        freeze(worlds[i], T0);
        assert_int_equal(add(worlds[i], &virginia, "pack"), STORE_OK);
        seen[i] = look(worlds[i], "pack");
    }
    assert_string_equal(seen[0].id, seen[1].id);
    assert_string_equal(seen[0].stack_arn, seen[1].stack_arn);
    assert_string_not_equal(seen[0].id, seen[2].id);
    assert_string_not_equal(seen[0].id, seen[3].id);
    assert_int_equal(store_seed(twin), 42);
    store_close(twin);
    store_close(stranger);
    store_close(chance);
}

/* ---- credentials ---- */

static void note_credential(void *arg, const struct credential *credential)
{
    snprintf(arg, 256, "%s %s %s %s", credential->access_key_id, credential->secret,
             credential->session_token != NULL ? credential->session_token : "-", credential->account);
}

static void finds_credentials_by_their_key(void **state)
{
    struct store *store = *state;
    char text[256] = "";
    const struct credential plain = {"AKIAIOSFODNN7EXAMPLE", "secret", NULL, "111122223333"};
    const struct credential session = {"ASIAIOSFODNN7EXAMPLE", "other", "token", "444455556666"};
    assert_int_equal(store_add_credential(store, &plain), STORE_OK);
    assert_int_equal(store_add_credential(store, &session), STORE_OK);
    assert_int_equal(store_add_credential(store, &plain), STORE_EXISTS);
    assert_int_equal(store_credential(store, "AKIAIOSFODNN7EXAMPLE", note_credential, text), STORE_OK);
    assert_string_equal(text, "AKIAIOSFODNN7EXAMPLE secret - 111122223333");
    assert_int_equal(store_credential(store, "ASIAIOSFODNN7EXAMPLE", note_credential, text), STORE_OK);
    assert_string_equal(text, "ASIAIOSFODNN7EXAMPLE other token 444455556666");
    *text = '\0';
    assert_int_equal(store_credential(store, "akiaiosfodnn7example", note_credential, text), STORE_NOT_FOUND);
    assert_int_equal(store_credential(store, "", note_credential, text), STORE_NOT_FOUND);
    assert_string_equal(text, "");
}

static void clearing_leaves_nothing(void **state)
{
    struct store *store = *state;
    char text[256];
    const struct credential credential = {"AKIAIOSFODNN7EXAMPLE", "secret", NULL, "111122223333"};
    add_all(store, &virginia, "a b");
    assert_int_equal(store_add_credential(store, &credential), STORE_OK);
    const struct seen before = look(store, "a");
    assert_int_equal(store_move_pack(store, &virginia, "a", PACK_DELETED, NULL, true), STORE_OK);
    add_all(store, &virginia, "a");
    assert_string_not_equal(look(store, "a").id, before.id);
    assert_int_equal(store_clear(store), STORE_OK);
    assert_int_equal(count(store), 0);
    assert_int_equal(store_credential(store, "AKIAIOSFODNN7EXAMPLE", note_credential, text), STORE_NOT_FOUND);
    assert_false(store_clock(store).frozen);
    assert_in_range(store_now(store), machine_now() - 1000, machine_now());
    for (int i = 0; i < 10000; i++) { /* to the millisecond, whenever the machine's clock ticks */
        assert_int_equal(store_clear(store), STORE_OK);
        assert_int_equal(store_clock(store).ahead, 0);
    }
    add_all(store, &virginia, "a"); /* not even a deletion is remembered */
    assert_string_equal(look(store, "a").id, before.id);
    assert_int_equal(store_seed(store), 42);
}

/* ---- transactions ---- */

struct change {
    enum store_rc rc;
    bool clear;
    store_body_fn *inner; /* run inside, its result not looked at */
};

static enum store_rc change_everything(struct store *store, void *arg)
{
    const struct change *change = arg;
    const struct credential credential = {"AKIAIOSFODNN7EXAMPLE", "secret", NULL, "111122223333"};
    if (change->clear)
        assert_int_equal(store_clear(store), STORE_OK);
    assert_int_equal(add(store, &virginia, "new"), STORE_OK);
    assert_int_equal(store_add_credential(store, &credential), STORE_OK);
    freeze(store, T0 + 5000);
    assert_int_equal(store_advance_clock(store, 5000), STORE_OK);
    assert_int_equal(store_now(store), T0 + 10000);
    if (change->inner != NULL)
        store_transaction(store, change->inner, NULL);
    return change->rc;
}

static void a_transaction_that_fails_leaves_all_as_it_was(void **state)
{
    static const enum store_rc results[] = {STORE_REFUSED, STORE_FAILED, STORE_NOT_FOUND, STORE_EXISTS};
    struct store *store = *state;
    char text[256];
    add_all(store, &virginia, "old");
    for (size_t i = 0; i < 2 * COUNT(results); i++) {
        struct change change = {.rc = results[i / 2], .clear = i % 2 == 1};
        assert_int_equal(store_transaction(store, change_everything, &change), change.rc);
        assert_shows(store, &virginia, "old");
        assert_int_equal(store_now(store), T0);
        assert_true(store_clock(store).frozen);
        assert_int_equal(store_credential(store, "AKIAIOSFODNN7EXAMPLE", note_credential, text), STORE_NOT_FOUND);
    }
    struct change kept = {.rc = STORE_OK};
    assert_int_equal(store_transaction(store, change_everything, &kept), STORE_OK);
    assert_shows(store, &virginia, "new old");
    assert_int_equal(store_now(store), T0 + 10000);
}

static void a_running_clock_is_undone_too(void **state)
{
    struct store *store = *state;
    struct change change = {.rc = STORE_REFUSED};
    assert_int_equal(store_set_clock(store, &(struct store_clock){.now = T0}), STORE_OK);
    assert_int_equal(store_transaction(store, change_everything, &change), STORE_REFUSED);
    assert_false(store_clock(store).frozen);
    assert_in_range(store_now(store), T0, T0 + 5000);
}

static enum store_rc add_inner(struct store *store, void *arg)
{
    (void)arg;
    return add(store, &ohio, "inner");
}

static void one_inside_another_is_part_of_it(void **state)
{
    struct store *store = *state;
    struct change change = {.rc = STORE_REFUSED, .inner = add_inner};
    assert_int_equal(store_transaction(store, change_everything, &change), STORE_REFUSED);
    assert_shows(store, &ohio, "");
    change.rc = STORE_OK;
    assert_int_equal(store_transaction(store, change_everything, &change), STORE_OK);
    assert_shows(store, &ohio, "inner");
}

enum { PAIRS = 300, ALL_OF_THEM = 2 * PAIRS };

static enum store_rc add_pair(struct store *store, void *arg)
{
    char name[32];
    for (int half = 0; half < 2; half++) {
        snprintf(name, sizeof name, "pack-%d-%d", *(const int *)arg, half);
        assert_int_equal(add(store, &virginia, name), STORE_OK);
    }
    return STORE_OK;
}

static void *add_pairs(void *arg)
{
    for (int i = 0; i < PAIRS; i++)
        store_transaction(arg, add_pair, &i);
    return NULL;
}

static void no_thread_sees_half_a_transaction(void **state)
{
    struct store *store = *state;
    pthread_t thread;
    int64_t packs = 0;
    assert_int_equal(pthread_create(&thread, NULL, add_pairs, store), 0);
    while (packs < ALL_OF_THEM) {
        packs = count(store);
        assert_int_equal(packs % 2, 0);
    }
    pthread_join(thread, NULL);
}

/* ---- a database file ---- */

struct place {
    char directory[64];
    char file[96];
};

static int make_place(void **state)
{
    static struct place place;
    snprintf(place.directory, sizeof place.directory, "/tmp/test-store-XXXXXX");
    if (mkdtemp(place.directory) == NULL)
        return -1;
    snprintf(place.file, sizeof place.file, "%s/world.db", place.directory);
    *state = &place;
    return 0;
}

static int remove_place(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    const struct place *place = *state;
    for (size_t i = 0; i < COUNT(suffixes); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->file, suffixes[i]);
        unlink(path);
    }
    return rmdir(place->directory);
}

static bool is_loaded(struct store *store)
{
    bool loaded = false;
    assert_int_equal(store_is_loaded(store, &loaded), STORE_OK);
    return loaded;
}

static void opens_again_as_it_was_closed(void **state)
{
    const struct place *place = *state;
    static const struct transition steps[] = {{.state = PACK_CREATE_FAILED, .trigger = TRIGGER_POLLS, .after = 2},
                                              {.state = PACK_CREATE_COMPLETE, .trigger = TRIGGER_TIME, .after = 1000}};
    const struct pack_standing standing = {PACK_CREATE_IN_PROGRESS, NULL, T0, TIMESTAMP_NONE};
    const struct pack_description moving = {.name = "moving"};
    const struct credential credential = {"AKIAIOSFODNN7EXAMPLE", "secret", NULL, "111122223333"};
    char text[256];

    struct store *store = open_store(&(struct store_options){.path = place->file});
    assert_false(is_loaded(store));
    assert_int_equal(store_set_loaded(store), STORE_OK);
    freeze(store, T0);
    add_all(store, &virginia, "a");
    assert_int_equal(store_add_pack(store, &virginia, &moving, &standing, steps, COUNT(steps)), STORE_OK);
    assert_int_equal(store_add_credential(store, &credential), STORE_OK);
    assert_shows(store, &virginia, "a moving"); /* the first poll */
    const struct seen before = look(store, "a");
    const uint64_t seed = store_seed(store);
    store_close(store);

    store = open_store(&(struct store_options){.path = place->file});
    assert_true(is_loaded(store));
    assert_int_equal(store_seed(store), seed);
    assert_int_equal(store_now(store), T0);
    assert_true(store_clock(store).frozen);
    assert_string_equal(look(store, "a").stack_arn, before.stack_arn);
    assert_int_equal(store_credential(store, "AKIAIOSFODNN7EXAMPLE", note_credential, text), STORE_OK);
    assert_shows(store, &virginia, "a moving"); /* the second: it fails now */
    assert_int_equal(store_move_pack(store, &virginia, "moving", PACK_CREATE_IN_PROGRESS, NULL, false), STORE_OK);
    store_close(store);

    store = open_store(&(struct store_options){.path = place->file, .has_seed = true, .seed = 7});
    assert_int_equal(store_seed(store), 7);
    store_close(store);
    store = open_store(&(struct store_options){.path = place->file});
    assert_int_equal(store_seed(store), 7);
    store_close(store);
}

static void what_was_answered_survives_a_sudden_death(void **state)
{
    const struct place *place = *state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *store = NULL;
        char message[STORE_MESSAGE];
        if (store_open(&store, &(struct store_options){.path = place->file}, message) != STORE_OK ||
            add(store, &virginia, "kept") != STORE_OK || store_advance_clock(store, 3600000) != STORE_OK)
            _exit(1);
        _exit(0); /* without closing */
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct store *store = open_store(&(struct store_options){.path = place->file});
    assert_shows(store, &virginia, "kept");
    assert_true(store_now(store) > machine_now() + 3000000);
    store_close(store);
}

static void a_file_in_use_is_refused(void **state)
{
    const struct place *place = *state;
    struct store *second = NULL;
    char message[STORE_MESSAGE] = "";
    struct store *store = open_store(&(struct store_options){.path = place->file});
    add_all(store, &virginia, "a");
    assert_int_equal(store_open(&second, &(struct store_options){.path = place->file}, message), STORE_FAILED);
    assert_null(second);
    assert_memory_equal(message, place->file, strlen(place->file));
    assert_non_null(strstr(message, "locked"));
    assert_shows(store, &virginia, "a");
    store_close(store);
    store = open_store(&(struct store_options){.path = place->file});
    store_close(store);
}

static void closing_nothing_does_nothing(void **state)
{
    (void)state;
    store_close(NULL);
}

#define IN_MEMORY(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
#define ON_DISK(function)   cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_MEMORY(a_frozen_clock_stands_still),
        cmocka_unit_test(a_new_world_runs_with_the_machine),
        IN_MEMORY(a_running_clock_runs_on_from_where_it_was_set),
        IN_MEMORY(a_running_clock_may_be_ahead_of_the_machine),
        IN_MEMORY(a_running_clock_is_advanced_to_the_millisecond),
        IN_MEMORY(the_clock_stays_within_what_can_be_written),
        IN_MEMORY(each_account_and_region_is_a_world_of_its_own),
        IN_MEMORY(comes_in_order_of_name_page_by_page),
        IN_MEMORY(packs_that_come_and_go_disturb_no_page),
        IN_MEMORY(a_pack_that_is_gone_makes_no_further_page),
        IN_MEMORY(shows_the_names_asked_for),
        IN_MEMORY(keeps_what_it_is_given_and_makes_the_rest),
        IN_MEMORY(the_same_seed_makes_the_same_world),
        IN_MEMORY(finds_credentials_by_their_key),
        IN_MEMORY(clearing_leaves_nothing),
        IN_MEMORY(a_transaction_that_fails_leaves_all_as_it_was),
        IN_MEMORY(a_running_clock_is_undone_too),
        IN_MEMORY(one_inside_another_is_part_of_it),
        IN_MEMORY(no_thread_sees_half_a_transaction),
        ON_DISK(opens_again_as_it_was_closed),
        ON_DISK(what_was_answered_survives_a_sudden_death),
        ON_DISK(a_file_in_use_is_refused),
        cmocka_unit_test(closing_nothing_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
