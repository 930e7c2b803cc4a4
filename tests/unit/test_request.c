/* What packs are asked for: creation, update, deletion. Times below are seconds from T0, when the clock stands. */
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define T0           1767225600000LL

enum { QUOTA = 3 };

static const struct scope scope = {"123456789012", "us-east-1"};
static const struct progression after_two = {TRIGGER_TIME, 2000};

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

static void set_clock(struct store *store, double seconds)
{
    const struct store_clock clock = {.now = T0 + (int64_t)(seconds * 1000), .frozen = true};
    assert_int_equal(store_set_clock(store, &clock), STORE_OK);
}

/* ---- asking ---- */

static char last_arn[ARN_SIZE];

static enum store_rc put_as(struct store *store, const char *name, const struct progression *progression)
{
    const struct pack_put put = {.description.name = name};
    return store_put_pack(store, &scope, &put, progression, QUOTA, last_arn);
}

static enum store_rc put(struct store *store, const char *name)
{
    return put_as(store, name, &after_two);
}

static enum store_rc remove_pack(struct store *store, const char *name)
{
    return store_delete_pack(store, &scope, name, &after_two);
}

static void add_script(struct store *store, enum pack_request request, int64_t times, const struct transition *steps,
                       size_t count)
{
    const struct script script = {.match = "*", .request = request, .times = times, .steps = steps, .count = count};
    assert_int_equal(store_add_script(store, &script), STORE_OK);
}

/* ---- looking ---- */

struct look {
    char text[256]; /* "STATE requested completed reason" */
    char arn[ARN_SIZE];
    char stack[ARN_SIZE];
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
    snprintf(look->text, sizeof look->text, "%s %s %s %s", pack_state_name(status->standing.state), requested,
             completed, status->standing.reason != NULL ? status->standing.reason : "-");
    snprintf(look->arn, sizeof look->arn, "%s", status->arn);
    snprintf(look->stack, sizeof look->stack, "%s", status->stack_arn);
}

/* Counts as a poll. Empty when the pack is gone. */
static struct look look_at(struct store *store, const char *name)
{
    struct look look = {0};
    bool more = false;
    const struct pack_query query = {.names = &name, .name_count = 1, .limit = 20};
    assert_int_equal(store_pack_status(store, &scope, &query, note, &look, &more), STORE_OK);
    return look;
}

static void assert_looks(struct store *store, const char *name, const char *text)
{
    assert_string_equal(look_at(store, name).text, text);
}

static void assert_at(struct store *store, double seconds, const char *text)
{
    set_clock(store, seconds);
    const struct look look = look_at(store, "a");
    if (strcmp(look.text, text) != 0)
        fail_msg("at %g: '%s' instead of '%s'", seconds, look.text, text);
}

/* A pack's parameters, rules and tags as text, and how many steps it has. */
struct content {
    char text[512];
    size_t steps;
};

static void append(struct content *content, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(struct content *content, const char *format, ...)
{
    va_list arguments;
    const size_t used = strlen(content->text);
    va_start(arguments, format);
    vsnprintf(content->text + used, sizeof content->text - used, format, arguments);
    va_end(arguments);
}

static const char *or_none(const char *text)
{
    return text != NULL ? text : "-";
}

static void note_content(void *arg, const struct pack_record *record)
{
    struct content *content = arg;
    const struct pack_description *pack = &record->description;
    append(content, "%s %s %s %s", or_none(pack->delivery_s3_bucket), or_none(pack->ssm_document_name),
           or_none(record->content.template_body), or_none(record->content.template_s3_uri));
    for (size_t i = 0; i < pack->parameter_count; i++)
        append(content, "; %s=%s", pack->parameters[i].name, pack->parameters[i].value);
    for (size_t i = 0; i < record->content.rule_count; i++)
        append(content, "; rule %s", record->content.rules[i].name);
    for (size_t i = 0; i < record->content.tag_count; i++)
        append(content, "; tag %s=%s", record->content.tags[i].key, record->content.tags[i].value);
    content->steps = record->step_count;
}

static struct content content_of(struct store *store, const char *name)
{
    struct content content = {0};
    assert_int_equal(store_record(store, &scope, name, note_content, &content), STORE_OK);
    return content;
}

/* ---- creating ---- */

static void a_pack_is_created(void **state)
{
    struct store *store = *state;
    assert_int_equal(put(store, "a"), STORE_OK);
    const struct look look = look_at(store, "a");
    assert_string_equal(look.text, "CREATE_IN_PROGRESS 0 - -");
    assert_string_equal(look.arn, last_arn);
    assert_at(store, 1.999, "CREATE_IN_PROGRESS 0 - -");
    assert_at(store, 2, "CREATE_COMPLETE 0 2 -");
    assert_at(store, 1e9, "CREATE_COMPLETE 0 2 -");
}

static void moves_as_the_progression_says(void **state)
{
    static const struct {
        struct progression progression;
        const char *at_once;
        const char *polled;
        const char *later;
    } table[] = {
        {{TRIGGER_NOW, 0}, "CREATE_COMPLETE 0 0 -", "CREATE_COMPLETE 0 0 -", "CREATE_COMPLETE 0 0 -"},
        {{TRIGGER_TIME, 0}, "CREATE_COMPLETE 0 0 -", "CREATE_COMPLETE 0 0 -", "CREATE_COMPLETE 0 0 -"},
        {{TRIGGER_TIME, 9000}, "CREATE_IN_PROGRESS 0 - -", "CREATE_IN_PROGRESS 0 - -", "CREATE_COMPLETE 0 9 -"},
        {{TRIGGER_POLLS, 1}, "CREATE_IN_PROGRESS 0 - -", "CREATE_COMPLETE 0 0 -", "CREATE_COMPLETE 0 0 -"},
        {{TRIGGER_POLLS, 2}, "CREATE_IN_PROGRESS 0 - -", "CREATE_IN_PROGRESS 0 - -", "CREATE_COMPLETE 0 0 -"},
        {{TRIGGER_HAND, 0}, "CREATE_IN_PROGRESS 0 - -", "CREATE_IN_PROGRESS 0 - -", "CREATE_IN_PROGRESS 0 - -"},
    };
    struct store *store = *state;
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(store_clear(store), STORE_OK);
        set_clock(store, 0);
        assert_int_equal(put_as(store, "a", &table[i].progression), STORE_OK);
        assert_at(store, 0, table[i].at_once);
        assert_at(store, 0, table[i].polled);
        assert_at(store, 10, table[i].later);
    }
}

static void as_many_as_the_quota(void **state)
{
    struct store *store = *state;
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_int_equal(put(store, "b"), STORE_OK);
    assert_int_equal(put(store, "c"), STORE_OK);
    assert_int_equal(put(store, "d"), STORE_TOO_MANY);
    assert_int_equal(store_find_pack(store, &scope, "d"), STORE_NOT_FOUND);
    set_clock(store, 10);
    assert_int_equal(put(store, "b"), STORE_OK); /* an update */
    assert_int_equal(remove_pack(store, "a"), STORE_OK);
    assert_int_equal(put(store, "d"), STORE_TOO_MANY);
    set_clock(store, 12);
    assert_int_equal(put(store, "d"), STORE_OK);
    const struct scope elsewhere = {"123456789012", "eu-west-1"};
    const struct pack_put there = {.description.name = "e"};
    assert_int_equal(store_put_pack(store, &elsewhere, &there, &after_two, 0, last_arn), STORE_TOO_MANY);
    assert_int_equal(store_put_pack(store, &elsewhere, &there, &after_two, 1, last_arn), STORE_OK);
}

/* ---- updating ---- */

static void an_update_keeps_who_it_is(void **state)
{
    struct store *store = *state;
    assert_int_equal(put(store, "a"), STORE_OK);
    set_clock(store, 5);
    const struct look before = look_at(store, "a");
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_string_equal(last_arn, before.arn);
    assert_at(store, 5, "CREATE_IN_PROGRESS 5 2 -");
    assert_at(store, 6.999, "CREATE_IN_PROGRESS 5 2 -");
    assert_at(store, 7, "CREATE_COMPLETE 5 7 -");
    const struct look after = look_at(store, "a");
    assert_string_equal(after.arn, before.arn);
    assert_string_equal(after.stack, before.stack);
}

static void an_update_that_fails_keeps_the_success(void **state)
{
    static const struct transition fails[] = {{PACK_CREATE_FAILED, TRIGGER_TIME, 3000, "why"}};
    struct store *store = *state;
    assert_int_equal(put(store, "a"), STORE_OK);
    add_script(store, REQUEST_UPDATE, 1, fails, 1);
    set_clock(store, 10);
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_at(store, 13, "CREATE_FAILED 10 2 why");
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_at(store, 13, "CREATE_IN_PROGRESS 13 2 -");
    assert_at(store, 15, "CREATE_COMPLETE 13 15 -");
}

static void an_update_replaces_the_content_but_for_tags(void **state)
{
    static const struct input_parameter two[] = {{"P", "1"}, {"Q", "2"}};
    static const struct input_parameter one[] = {{"Q", "3"}};
    static const struct pack_rule rules[] = {{.name = "r1"}, {.name = "r2"}};
    static const struct tag old = {"k", "old"};
    static const struct tag other = {"k", "new"};
    const struct pack_put first = {
        .description = {.name = "a", .delivery_s3_bucket = "b", .parameters = two, .parameter_count = 2},
        .content = {.template_body = "body", .rules = rules, .rule_count = 2, .tags = &old, .tag_count = 1},
    };
    const struct pack_put second = {
        .description = {.name = "a", .ssm_document_name = "doc", .parameters = one, .parameter_count = 1},
        .content = {.template_s3_uri = "s3://b", .rules = rules + 1, .rule_count = 1, .tags = &other, .tag_count = 1},
    };
    struct store *store = *state;
    assert_int_equal(store_put_pack(store, &scope, &first, &after_two, QUOTA, last_arn), STORE_OK);
    assert_string_equal(content_of(store, "a").text, "b - body -; P=1; Q=2; rule r1; rule r2; tag k=old");
    assert_int_equal(store_put_pack(store, &scope, &second, &after_two, QUOTA, last_arn), STORE_IN_USE);
    assert_string_equal(content_of(store, "a").text, "b - body -; P=1; Q=2; rule r1; rule r2; tag k=old");
    set_clock(store, 2);
    assert_int_equal(store_put_pack(store, &scope, &second, &after_two, QUOTA, last_arn), STORE_OK);
    assert_string_equal(content_of(store, "a").text, "- doc - s3://b; Q=3; rule r2; tag k=old");
}

static void the_past_does_not_grow_for_ever(void **state)
{
    static const struct progression now = {TRIGGER_NOW, 0};
    struct store *store = *state;
    for (int i = 0; i < 500; i++) {
        set_clock(store, i);
        assert_int_equal(put_as(store, "a", &now), STORE_OK);
    }
    assert_in_range(content_of(store, "a").steps, 2, 60);
    assert_at(store, 490.5, "CREATE_COMPLETE 490 490 -"); /* but there is one */
}

/* ---- in use ---- */

static void one_request_at_a_time(void **state)
{
    static const struct {
        enum pack_state stands;
        enum store_rc put;
        enum store_rc delete;
    } table[] = {
        {PACK_CREATE_IN_PROGRESS, STORE_IN_USE, STORE_IN_USE},
        {PACK_CREATE_COMPLETE, STORE_OK, STORE_OK},
        {PACK_CREATE_FAILED, STORE_OK, STORE_OK},
        {PACK_DELETE_IN_PROGRESS, STORE_IN_USE, STORE_IN_USE},
        {PACK_DELETE_FAILED, STORE_OK, STORE_OK},
    };
    struct store *store = *state;
    const struct pack_description pack = {.name = "a"};
    for (size_t i = 0; i < 2 * COUNT(table); i++) {
        const struct pack_standing standing = {table[i / 2].stands, "why", T0 - 2000, T0 - 1000};
        const bool deleting = i % 2 == 1;
        const enum store_rc wanted = deleting ? table[i / 2].delete : table[i / 2].put;
        assert_int_equal(store_clear(store), STORE_OK);
        set_clock(store, 0);
        assert_int_equal(store_add_pack(store, &scope, &pack, &standing, NULL, 0), STORE_OK);
        const struct look before = look_at(store, "a");
        assert_int_equal(deleting ? remove_pack(store, "a") : put(store, "a"), wanted);
        assert_looks(store, "a",
                     wanted == STORE_IN_USE ? before.text
                     : deleting             ? "DELETE_IN_PROGRESS -2 -1 -"
                                            : "CREATE_IN_PROGRESS 0 -1 -");
    }
}

static void what_was_ahead_is_dropped(void **state)
{
    static const struct transition steps[] = {{PACK_CREATE_COMPLETE, TRIGGER_TIME, 10000, NULL},
                                              {PACK_DELETE_IN_PROGRESS, TRIGGER_TIME, 20000, NULL}};
    struct store *store = *state;
    const struct pack_description pack = {.name = "a"};
    const struct pack_standing standing = {PACK_CREATE_FAILED, "why", T0, TIMESTAMP_NONE};
    assert_int_equal(store_add_pack(store, &scope, &pack, &standing, steps, COUNT(steps)), STORE_OK);
    set_clock(store, 9);
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_at(store, 10.999, "CREATE_IN_PROGRESS 9 - -");
    assert_at(store, 100, "CREATE_COMPLETE 9 11 -");
}

/* ---- deleting ---- */

static void a_pack_is_deleted(void **state)
{
    struct store *store = *state;
    int64_t packs = 0;
    assert_int_equal(remove_pack(store, "a"), STORE_NOT_FOUND);
    assert_int_equal(put(store, "a"), STORE_OK);
    set_clock(store, 10);
    assert_int_equal(remove_pack(store, "a"), STORE_OK);
    assert_at(store, 11.999, "DELETE_IN_PROGRESS 0 2 -");
    assert_at(store, 12, "");
    assert_int_equal(remove_pack(store, "a"), STORE_NOT_FOUND);
    assert_int_equal(store_find_pack(store, &scope, "a"), STORE_NOT_FOUND);
    assert_int_equal(store_count_packs(store, &packs), STORE_OK);
    assert_int_equal(packs, 0);
}

static void a_deletion_that_fails_can_be_tried_again(void **state)
{
    static const struct transition fails[] = {{PACK_DELETE_FAILED, TRIGGER_TIME, 3000, "why"}};
    struct store *store = *state;
    add_script(store, REQUEST_DELETE, 1, fails, 1);
    assert_int_equal(put(store, "a"), STORE_OK);
    set_clock(store, 10);
    assert_int_equal(remove_pack(store, "a"), STORE_OK);
    assert_at(store, 13, "DELETE_FAILED 0 2 why");
    assert_int_equal(remove_pack(store, "a"), STORE_OK);
    assert_at(store, 13, "DELETE_IN_PROGRESS 0 2 -");
    assert_at(store, 15, "");
}

static void a_new_pack_under_an_old_name(void **state)
{
    static const struct input_parameter parameter = {"P", "1"};
    static const struct tag tag = {"k", "v"};
    const struct pack_put first = {
        .description = {.name = "a", .parameters = &parameter, .parameter_count = 1},
        .content = {.template_body = "body", .tags = &tag, .tag_count = 1},
    };
    char arns[10][ARN_SIZE];
    struct store *store = *state;
    for (size_t i = 0; i < COUNT(arns); i++) {
        set_clock(store, (double)i * 10);
        assert_int_equal(i == 0 ? store_put_pack(store, &scope, &first, &after_two, QUOTA, last_arn) : put(store, "a"),
                         STORE_OK);
        memcpy(arns[i], last_arn, sizeof last_arn);
        assert_string_equal(look_at(store, "a").arn, last_arn);
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(arns[other], arns[i]);
        assert_string_equal(content_of(store, "a").text, i == 0 ? "- - body -; P=1; tag k=v" : "- - - -");
        set_clock(store, (double)i * 10 + 5);
        assert_int_equal(remove_pack(store, "a"), STORE_OK);
    }
}

/* ---- scripts ---- */

static void a_script_goes_before_the_progression(void **state)
{
    static const struct transition fails[] = {{PACK_CREATE_FAILED, TRIGGER_NOW, 0, "at once"}};
    struct store *store = *state;
    add_script(store, REQUEST_CREATE, 1, fails, 1);
    add_script(store, REQUEST_CREATE, 1, NULL, 0);
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_int_equal(put(store, "b"), STORE_OK);
    assert_int_equal(put(store, "c"), STORE_OK);
    set_clock(store, 1000);
    assert_looks(store, "a", "CREATE_FAILED 0 - at once");
    assert_looks(store, "b", "CREATE_IN_PROGRESS 0 - -");
    assert_looks(store, "c", "CREATE_COMPLETE 0 2 -");
}

static void a_refused_request_counts_for_no_script(void **state)
{
    static const struct transition fails[] = {{PACK_CREATE_FAILED, TRIGGER_NOW, 0, "once"}};
    struct store *store = *state;
    for (int i = 0; i < QUOTA; i++)
        assert_int_equal(put(store, (const char *[]){"a", "b", "c"}[i]), STORE_OK);
    for (enum pack_request request = REQUEST_CREATE; request <= REQUEST_DELETE; request++)
        add_script(store, request, 1, fails, 1);
    assert_int_equal(put(store, "a"), STORE_IN_USE);
    assert_int_equal(remove_pack(store, "a"), STORE_IN_USE);
    assert_int_equal(put(store, "d"), STORE_TOO_MANY);
    assert_int_equal(remove_pack(store, "d"), STORE_NOT_FOUND);
    set_clock(store, 2);
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_looks(store, "a", "CREATE_FAILED 2 2 once");
}

static void gone_before_anyone_looks(void **state)
{
    static const struct transition steps[] = {{PACK_CREATE_COMPLETE, TRIGGER_NOW, 0, NULL},
                                              {PACK_DELETE_IN_PROGRESS, TRIGGER_NOW, 0, NULL},
                                              {PACK_DELETED, TRIGGER_NOW, 0, NULL}};
    struct store *store = *state;
    add_script(store, REQUEST_CREATE, 0, steps, COUNT(steps));
    add_script(store, REQUEST_UPDATE, 0, steps, COUNT(steps));
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_string_not_equal(last_arn, "");
    assert_looks(store, "a", "");
}

/* ---- the clock set back ---- */

static void a_request_made_earlier(void **state)
{
    struct store *store = *state;
    assert_int_equal(put(store, "a"), STORE_OK);
    set_clock(store, 10);
    assert_int_equal(remove_pack(store, "a"), STORE_OK);
    set_clock(store, 20);
    assert_looks(store, "a", "");
    assert_at(store, 5, "CREATE_COMPLETE 0 2 -"); /* it is not deleted yet */
    assert_int_equal(put(store, "a"), STORE_OK);  /* and now it never will be */
    assert_at(store, 7, "CREATE_COMPLETE 5 7 -");
    assert_at(store, 20, "CREATE_COMPLETE 5 7 -");
}

static void a_hand_undoes_what_was_asked_for_later(void **state)
{
    struct store *store = *state;
    assert_int_equal(put_as(store, "a", &(struct progression){TRIGGER_TIME, 5000}), STORE_OK);
    set_clock(store, 10);
    assert_int_equal(remove_pack(store, "a"), STORE_OK);
    set_clock(store, 1);
    assert_int_equal(store_move_pack(store, &scope, "a", PACK_CREATE_COMPLETE, NULL, false), STORE_OK);
    assert_at(store, 1, "CREATE_COMPLETE 0 1 -");
    assert_at(store, 100, "CREATE_COMPLETE 0 1 -");
}

/* ---- inside a transaction of others ---- */

static enum store_rc put_and_refuse(struct store *store, void *arg)
{
    (void)arg;
    assert_int_equal(put(store, "a"), STORE_OK);
    assert_looks(store, "a", "CREATE_IN_PROGRESS 0 - -");
    return STORE_REFUSED;
}

static void is_undone_whole(void **state)
{
    struct store *store = *state;
    assert_int_equal(store_transaction(store, put_and_refuse, NULL), STORE_REFUSED);
    assert_looks(store, "a", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pack_is_created),
        TEST(moves_as_the_progression_says),
        TEST(as_many_as_the_quota),
        TEST(an_update_keeps_who_it_is),
        TEST(an_update_that_fails_keeps_the_success),
        TEST(an_update_replaces_the_content_but_for_tags),
        TEST(the_past_does_not_grow_for_ever),
        TEST(one_request_at_a_time),
        TEST(what_was_ahead_is_dropped),
        TEST(a_pack_is_deleted),
        TEST(a_deletion_that_fails_can_be_tried_again),
        TEST(a_new_pack_under_an_old_name),
        TEST(a_script_goes_before_the_progression),
        TEST(a_refused_request_counts_for_no_script),
        TEST(gone_before_anyone_looks),
        TEST(a_request_made_earlier),
        TEST(a_hand_undoes_what_was_asked_for_later),
        TEST(is_undone_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
