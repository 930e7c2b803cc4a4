#include "fixtures/fixture.h"

#include "base/buffer.h"
#include "base/json_tree.h"
#include "base/machine_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define T0           1767225600000LL

static const struct scope standard = {"123456789012", "us-east-1"};

static int set_up(void **state)
{
    char message[STORE_MESSAGE];
    struct store *store = NULL;
    json_tree_init();
    if (store_open(&store, &(struct store_options){.has_seed = true, .seed = 42}, message) != STORE_OK)
        return -1;
    *state = store;
    return store_set_clock(store, &(struct store_clock){.now = T0, .frozen = true}) == STORE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    store_close(*state);
    return 0;
}

/* A loaded text is held in memory of just its size, so that the sanitizers see a byte read too many. */
static enum fixture_rc load(struct store *store, const char *text, char message[FIXTURE_MESSAGE])
{
    const struct fixture_options options = {.keep_clock = false};
    const size_t length = strlen(text);
    char *copy = strdup(text);
    assert_non_null(copy);
    const enum fixture_rc rc = fixture_load_text(store, &options, "world.json", copy, length, message);
    free(copy);
    return rc;
}

static void assert_loads(struct store *store, const char *text)
{
    char message[FIXTURE_MESSAGE] = "";
    if (load(store, text, message) != FIXTURE_OK)
        fail_msg("%s: %s", text, message);
}

/* ---- what is there then ---- */

static void append_time(struct buffer *out, int64_t instant)
{
    if (instant == TIMESTAMP_NONE)
        buffer_append_text(out, " -");
    else
        buffer_printf(out, " %g", (double)(instant - T0) / 1000);
}

static void append_status(void *arg, const struct pack_status *status)
{
    buffer_printf(arg, "%s %s", status->name, pack_state_name(status->standing.state));
    append_time(arg, status->standing.requested_at);
    append_time(arg, status->standing.completed_at);
    buffer_printf(arg, " %s\n", status->standing.reason != NULL ? status->standing.reason : "-");
}

static void append_names(void *arg, const struct pack_status *status)
{
    buffer_printf(arg, "%s %s %s\n", status->id, status->arn, status->stack_arn != NULL ? status->stack_arn : "-");
}

static void append_details(void *arg, const struct pack_details *details)
{
    const struct pack_description *pack = &details->description;
    const char *const texts[] = {pack->name,
                                 pack->created_by,
                                 pack->delivery_s3_bucket,
                                 pack->delivery_s3_key_prefix,
                                 pack->ssm_document_name,
                                 pack->ssm_document_version};
    for (size_t i = 0; i < COUNT(texts); i++)
        buffer_printf(arg, "%s ", texts[i] != NULL ? texts[i] : "-");
    for (size_t i = 0; i < pack->parameter_count; i++)
        buffer_printf(arg, "%s=%s ", pack->parameters[i].name, pack->parameters[i].value);
    append_time(arg, details->requested_at);
    buffer_append_char(arg, '\n');
}

static void assert_rows(struct store *store, const struct scope *scope, pack_status_fn *append, const char *wanted)
{
    struct buffer rows = {0};
    bool more = false;
    const struct pack_query query = {.limit = PACK_QUERY_MAX};
    assert_int_equal(store_pack_status(store, scope, &query, append, &rows, &more), STORE_OK);
    buffer_append(&rows, "", 1);
    assert_string_equal(rows.data, wanted);
    buffer_free(&rows);
}

static void assert_world(struct store *store, const char *wanted)
{
    assert_rows(store, &standard, append_status, wanted);
}

static void assert_details(struct store *store, const struct scope *scope, const char *wanted)
{
    struct buffer rows = {0};
    bool more = false;
    const struct pack_query query = {.limit = PACK_QUERY_MAX};
    assert_int_equal(store_pack_details(store, scope, &query, append_details, &rows, &more), STORE_OK);
    buffer_append(&rows, "", 1);
    assert_string_equal(rows.data, wanted);
    buffer_free(&rows);
}

static int64_t count_packs(struct store *store)
{
    int64_t count = -1;
    assert_int_equal(store_count_packs(store, &count), STORE_OK);
    return count;
}

static void advance(struct store *store, int64_t seconds)
{
    assert_int_equal(store_advance_clock(store, seconds * 1000), STORE_OK);
}

/* ---- what is loaded ---- */

static void little_is_enough(void **state)
{
    struct store *store = *state;
    assert_loads(store, "{}");
    assert_loads(store,
                 " {\"$schema\": \"fixture.schema.json\", \"NextToken\": \"x\", \"conformancePacks\": [],"
                 " \"credentials\": [], \"ConformancePackStatusDetails\": [], \"ConformancePackDetails\": []}\n");
    assert_int_equal(count_packs(store), 0);
    assert_int_equal(store_now(store), T0);
    assert_loads(store, "{\"conformancePacks\": [{\"ConformancePackName\": \"p\"}]}");
    assert_world(store, "p CREATE_COMPLETE 0 0 -\n");
}

static void a_pack_may_say_everything(void **state)
{
    struct store *store = *state;
    const struct scope scope = {"111122223333", "cn-north-1"};
    assert_loads(store,
                 "{\"conformancePacks\": [{\"account\": \"111122223333\", \"region\": \"cn-north-1\","
                 "\"ConformancePackName\": \"full\", \"ConformancePackId\": \"conformance-pack-uday4bbox\","
                 "\"ConformancePackArn\": \"arn:x\", \"StackArn\": \"arn:stack\", \"CreatedBy\": \"me\","
                 "\"DeliveryS3Bucket\": \"bucket\", \"DeliveryS3KeyPrefix\": \"prefix\","
                 "\"ConformancePackInputParameters\": [{\"ParameterName\": \"Days\", \"ParameterValue\": \"90\"},"
                 "{\"ParameterName\": \"Empty\", \"ParameterValue\": \"\"}],"
                 "\"TemplateSSMDocumentDetails\": {\"DocumentName\": \"doc\", \"DocumentVersion\": \"3\"},"
                 "\"ConformancePackState\": \"CREATE_FAILED\", \"ConformancePackStatusReason\": \"why\","
                 "\"LastUpdateRequestedTime\": 1767225601.5,"
                 "\"LastUpdateCompletedTime\": \"2025-12-31T23:59:50Z\"}]}");
    assert_rows(store, &scope, append_status, "full CREATE_FAILED 1.5 -10 why\n");
    assert_rows(store, &scope, append_names, "conformance-pack-uday4bbox arn:x arn:stack\n");
    assert_details(store, &scope, "full me bucket prefix doc 3 Days=90 Empty=  1.5\n");
    assert_world(store, "");
}

/* How a pack begins, by what it says. */
static void begins_as_it_should(void **state)
{
    static const struct {
        const char *members;
        const char *stands;
    } table[] = {
        {"", "CREATE_COMPLETE 0 0 -"},
        {", \"LastUpdateRequestedTime\": 1767225590", "CREATE_COMPLETE -10 -10 -"},
        {", \"LastUpdateCompletedTime\": 1767225590", "CREATE_COMPLETE -10 -10 -"},
        {", \"LastUpdateRequestedTime\": 1767225590, \"LastUpdateCompletedTime\": 1767225595",
         "CREATE_COMPLETE -10 -5 -"},
        {", \"ConformancePackState\": \"CREATE_IN_PROGRESS\"", "CREATE_IN_PROGRESS 0 - -"},
        {", \"ConformancePackState\": \"CREATE_IN_PROGRESS\", \"LastUpdateCompletedTime\": 1767225590",
         "CREATE_IN_PROGRESS 0 -10 -"},
        {", \"ConformancePackState\": \"DELETE_FAILED\", \"ConformancePackStatusReason\": \"r\"",
         "DELETE_FAILED 0 - r"},
        {", \"ConformancePackStatusReason\": \"\"", "CREATE_COMPLETE 0 0 "},
        {", \"transitions\": [{\"ConformancePackState\": \"CREATE_IN_PROGRESS\"}]", "CREATE_IN_PROGRESS 0 - -"},
        {", \"transitions\": [{\"ConformancePackState\": \"CREATE_FAILED\", \"ConformancePackStatusReason\": \"r\"}]",
         "CREATE_FAILED 0 - r"},
        {", \"transitions\": [{\"ConformancePackState\": \"CREATE_COMPLETE\", \"afterSeconds\": 1}]",
         "CREATE_IN_PROGRESS 0 - -"},
        {", \"transitions\": [{\"ConformancePackState\": \"CREATE_COMPLETE\", \"afterSeconds\": 0}]",
         "CREATE_COMPLETE 0 0 -"},
        {", \"transitions\": [{\"ConformancePackState\": \"DELETED\", \"afterPolls\": 2}]", "DELETE_IN_PROGRESS 0 - -"},
        {", \"transitions\": [{\"ConformancePackState\": \"DELETE_FAILED\", \"manual\": true}]",
         "DELETE_IN_PROGRESS 0 - -"},
        {", \"ConformancePackState\": \"CREATE_IN_PROGRESS\","
         " \"transitions\": [{\"ConformancePackState\": \"CREATE_COMPLETE\"}]",
         "CREATE_COMPLETE 0 0 -"}, /* the first step, without a trigger: at once */
    };
    struct store *store = *state;
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[1024];
        char wanted[128];
        assert_int_equal(store_clear(store), STORE_OK);
        assert_int_equal(store_set_clock(store, &(struct store_clock){.now = T0, .frozen = true}), STORE_OK);
        snprintf(text, sizeof text, "{\"conformancePacks\": [{\"ConformancePackName\": \"p\"%s}]}", table[i].members);
        assert_loads(store, text);
        snprintf(wanted, sizeof wanted, "p %s\n", table[i].stands);
        assert_world(store, wanted);
    }
}

static void transitions_move_the_pack(void **state)
{
    struct store *store = *state;
    assert_loads(store, "{\"conformancePacks\": [{\"ConformancePackName\": \"p\", \"transitions\": ["
                        "{\"ConformancePackState\": \"CREATE_IN_PROGRESS\"},"
                        "{\"ConformancePackState\": \"CREATE_FAILED\", \"afterSeconds\": 30.5,"
                        " \"ConformancePackStatusReason\": \"why\"},"
                        "{\"ConformancePackState\": \"CREATE_IN_PROGRESS\", \"afterPolls\": 2},"
                        "{\"ConformancePackState\": \"CREATE_COMPLETE\", \"manual\": true}]}]}");
    advance(store, 30);
    assert_world(store, "p CREATE_IN_PROGRESS 0 - -\n");
    advance(store, 1);
    assert_world(store, "p CREATE_FAILED 0 - why\n");
    assert_world(store, "p CREATE_FAILED 0 - why\n");
    assert_world(store, "p CREATE_IN_PROGRESS 31 - -\n");
    advance(store, 1000000);
    assert_world(store, "p CREATE_IN_PROGRESS 31 - -\n");
    assert_int_equal(store_move_pack(store, &standard, "p", PACK_CREATE_COMPLETE, NULL, false), STORE_OK);
}

static void sets_the_clock_before_all_else(void **state)
{
    static const struct {
        const char *clock;
        int64_t now; /* below T0: what it is ahead of the machine's */
        bool frozen;
    } table[] = {
        {"{\"now\": \"2026-01-01T00:01:00Z\", \"mode\": \"frozen\"}", T0 + 60000, true},
        {"{\"now\": 1767225660.25}", T0 + 60250, true},
        {"{\"mode\": \"frozen\"}", T0, true},
        {"{}", T0, true},
        {"{\"mode\": \"real\"}", 0, false},
        {"{\"mode\": \"real\", \"aheadSeconds\": -3600.5}", -3600500, false},
        {"{\"now\": \"2026-01-01T00:01:00Z\", \"mode\": \"real\"}", T0 + 60000, false},
    };
    struct store *store = *state;
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[512];
        assert_int_equal(store_clear(store), STORE_OK);
        assert_int_equal(store_set_clock(store, &(struct store_clock){.now = T0, .frozen = true}), STORE_OK);
        /* behind the packs in the file, but before them in the world */
        snprintf(text, sizeof text, "{\"conformancePacks\": [{\"ConformancePackName\": \"p\"}], \"clock\": %s}",
                 table[i].clock);
        assert_loads(store, text);
        const struct store_clock clock = store_clock(store);
        const int64_t now = table[i].now >= T0 ? table[i].now : machine_now() + table[i].now - 5000;
        assert_int_equal(clock.frozen, table[i].frozen);
        assert_in_range(clock.now, now, now + (table[i].frozen ? 0 : 10000));
        if (table[i].frozen) {
            char wanted[64];
            const double seconds = (double)(table[i].now - T0) / 1000;
            snprintf(wanted, sizeof wanted, "p CREATE_COMPLETE %g %g -\n", seconds, seconds);
            assert_world(store, wanted);
        }
    }
}

static void leaves_the_clock_where_it_is_told_to(void **state)
{
    static const char good[] = "{\"clock\": {\"now\": 0}}";
    static const char bad[] = "{\"clock\": {\"now\": true}}";
    struct store *store = *state;
    char message[FIXTURE_MESSAGE];
    const struct fixture_options options = {.keep_clock = true};
    assert_int_equal(fixture_load_text(store, &options, "w", good, strlen(good), message), FIXTURE_OK);
    assert_int_equal(store_now(store), T0);
    assert_int_equal(fixture_load_text(store, &options, "w", bad, strlen(bad), message), FIXTURE_INVALID);
}

static void note_credential(void *arg, const struct credential *credential)
{
    snprintf(arg, 256, "%s %s %s", credential->secret,
             credential->session_token != NULL ? credential->session_token : "-", credential->account);
}

static void adds_credentials(void **state)
{
    struct store *store = *state;
    char text[256];
    assert_loads(store, "{\"credentials\": [{\"AccessKeyId\": \"K1\", \"SecretAccessKey\": \"s\","
                        " \"account\": \"111122223333\"}, {\"AccessKeyId\": \"K2\", \"SecretAccessKey\": \"t\","
                        " \"SessionToken\": \"u\", \"account\": \"111122223333\"}]}");
    assert_int_equal(store_credential(store, "K1", note_credential, text), STORE_OK);
    assert_string_equal(text, "s - 111122223333");
    assert_int_equal(store_credential(store, "K2", note_credential, text), STORE_OK);
    assert_string_equal(text, "t u 111122223333");
}

/* ---- what is refused, and where ---- */

#define PACK(members)       "{\"conformancePacks\": [\n {\"ConformancePackName\": \"p\"" members "}]}"
#define STATE               "\"ConformancePackState\": "
#define TRANSITIONS(steps)  PACK(",\n  \"transitions\": [" steps "]")
#define CREDENTIAL(members) "{\"credentials\": [\n {" members "}]}"
#define ONE_OF                                                                                                         \
    " must be one of CREATE_IN_PROGRESS, CREATE_COMPLETE, CREATE_FAILED, DELETE_IN_PROGRESS, DELETE_FAILED, or "       \
    "DELETED in a transition"
#define AN_INSTANT " must be an ISO 8601 instant or epoch seconds"

static const struct {
    const char *text;
    const char *error; /* behind "world.json:" */
} refused[] = {
    /* no JSON */
    {"", "1:1: the text ends where a value was expected"},
    {"{\"clock\": }", "1:11: a value was expected"},
    {"{\n \"\xc3\xa4\": 01}", "2:8: a number may not begin with 0"}, /* columns are characters */
    {"{\n\"conformancePacks\": [\n{},\n]}", "4:1: a value was expected"},
    {"{} {}", "1:4: something stands behind the value"},
    /* the whole */
    {"[]", "1:1: a fixture must be an object"},
    {"\n null", "2:2: a fixture must be an object"},
    {"{\n \"conformancePack\": []}", "2:2: unknown key \"conformancePack\""},
    {"{\"clock\": {},\n \"clock\": {}}", "2:2: this key is given twice"},
    {"{\n \"conformancePacks\": {}}", "2:2: must be a list"},
    {"{\"credentials\": null}", "1:2: must be a list"},
    /* the clock */
    {"{\"clock\":\n []}", "2:2: must be an object"},
    {"{\"clock\": {\n\"now\": \"soon\"}}", "2:1: now" AN_INSTANT},
    {"{\"clock\": {\"now\": null}}", "1:12: now" AN_INSTANT},
    {"{\"clock\": {\"mode\": \"Frozen\"}}", "1:12: mode must be real or frozen"},
    {"{\"clock\": {\"mode\": 1}}", "1:12: mode must be real or frozen"},
    {"{\"clock\": {\"mode\": \"real\", \"aheadSeconds\": \"1\"}}",
     "1:28: aheadSeconds must be a number of seconds from -316224000000 to 316224000000"},
    {"{\"clock\":\n {\"now\": 1, \"aheadSeconds\": 1, \"mode\": \"real\"}}",
     "2:2: only one of now and aheadSeconds may be given"},
    {"{\"clock\":\n {\"aheadSeconds\": 1}}", "2:2: aheadSeconds is for mode real"},
    {"{\"clock\": {\"time\": 1}}", "1:12: unknown key time"},
    {"{\"clock\": {\"now\": 1, \"now\": 2}}", "1:22: now is given twice"},
    /* credentials */
    {"{\"credentials\": [\n 1]}", "2:2: must be an object"},
    {CREDENTIAL(""), "2:2: AccessKeyId is missing"},
    {CREDENTIAL("\"AccessKeyId\": \"K\""), "2:2: SecretAccessKey is missing"},
    {CREDENTIAL("\"AccessKeyId\": \"K\", \"SecretAccessKey\": \"s\""), "2:2: account is missing"},
    {CREDENTIAL("\"AccessKeyId\": \"\""), "2:3: AccessKeyId must have 1 to 256 characters"},
    {CREDENTIAL("\"SecretAccessKey\": 1"), "2:3: SecretAccessKey must be text"},
    {CREDENTIAL("\"account\": 111122223333"), "2:3: account must be 12 digits, in quotes"},
    {CREDENTIAL("\"account\": \"11112222333\""), "2:3: account must be 12 digits, in quotes"},
    {CREDENTIAL("\"account\": \"11112222333x\""), "2:3: account must be 12 digits, in quotes"},
    {CREDENTIAL("\"accessKeyId\": \"K\""), "2:3: unknown key accessKeyId"},
    {CREDENTIAL("\"AccessKeyId\": \"K\", \"SecretAccessKey\": \"s\", \"account\": \"111122223333\"},\n"
                " {\"account\": \"111122223333\", \"AccessKeyId\": \"K\", \"SecretAccessKey\": \"s\""),
     "3:30: this access key is there already"},
    /* packs */
    {"{\"conformancePacks\": [\n \"p\"]}", "2:2: must be an object"},
    {"{\"conformancePacks\": [\n {}]}", "2:2: ConformancePackName is missing"},
    {"{\"conformancePacks\": [{\"ConformancePackName\": 1}]}", "1:24: ConformancePackName must be text"},
    {"{\"conformancePacks\": [{\"ConformancePackName\": null}]}", "1:24: ConformancePackName must be text"},
    {"{\"conformancePacks\": [{\"ConformancePackName\": \"\"}]}",
     "1:24: ConformancePackName must have 1 to 256 characters"},
    {"{\"conformancePacks\": [{\"ConformancePackName\": \"1st\"}]}",
     "1:24: ConformancePackName must match [a-zA-Z][-a-zA-Z0-9]*"},
    {"{\"conformancePacks\": [{\"ConformancePackName\": \"a_b\"}]}",
     "1:24: ConformancePackName must match [a-zA-Z][-a-zA-Z0-9]*"},
    {"{\"conformancePacks\": [{\"ConformancePackName\": \"p\"},\n {\"ConformancePackName\": \"p\"}]}",
     "2:3: account 123456789012, region us-east-1 has a pack p already"},
    {PACK(", \"state\": \"CREATE_COMPLETE\""), "2:31: unknown key state"},
    {PACK(", \"region\": \"us-east-1\", \"region\": \"us-east-1\""), "2:54: region is given twice"},
    {PACK(", \"region\": \"\""), "2:31: region must be a region, like us-east-1"},
    {PACK(", \"region\": \"US-EAST-1\""), "2:31: region must be a region, like us-east-1"},
    {PACK(", \"account\": \"\""), "2:31: account must be 12 digits, in quotes"},
    {PACK(", \"ConformancePackId\": \"\""), "2:31: ConformancePackId must have 1 to 1024 characters"},
    {PACK(", \"ConformancePackStatusReason\": \"why\", \"transitions\": [{" STATE "\"CREATE_FAILED\"}]"),
     "2:31: without a ConformancePackState, the reason belongs to the first transition"},
    {PACK(", " STATE "\"COMPLETE\""), "2:31: ConformancePackState" ONE_OF},
    {PACK(", " STATE "0"), "2:31: ConformancePackState" ONE_OF},
    {PACK(", " STATE "\"DELETED\""), "2:31: a pack that is DELETED is gone: only a transition can lead there"},
    {PACK(", \"LastUpdateRequestedTime\": \"2026-01-01T00:00:00\""), "2:31: LastUpdateRequestedTime" AN_INSTANT},
    {PACK(", \"LastUpdateRequestedTime\": 1767225600000"), "2:31: LastUpdateRequestedTime" AN_INSTANT},
    {PACK(", \"LastUpdateRequestedTime\": 10,\n \"LastUpdateCompletedTime\": 9"),
     "3:2: in CREATE_COMPLETE, LastUpdateCompletedTime can't be before LastUpdateRequestedTime"},
    {PACK(", \"ConformancePackInputParameters\": {}"),
     "2:31: ConformancePackInputParameters must be a list of at most 60"},
    {PACK(", \"ConformancePackInputParameters\": [\n {\"ParameterName\": \"a\"}]"), "3:2: ParameterValue is missing"},
    {PACK(", \"ConformancePackInputParameters\": [\n {\"ParameterName\": \"a\", \"ParameterValue\": 9}]"),
     "3:25: ParameterValue must be text"},
    {PACK(", \"TemplateSSMDocumentDetails\": []"), "2:31: must be an object"},
    {PACK(", \"TemplateSSMDocumentDetails\": {\"DocumentVersion\": \"1\"}"), "2:31: DocumentName is missing"},
    {PACK(", \"TemplateSSMDocumentDetails\": {\n \"Name\": \"1\"}"), "3:2: unknown key Name"},
    /* transitions */
    {PACK(", \"transitions\": {}"), "2:31: transitions must be a list of at most 1000"},
    {TRANSITIONS("1"), "3:19: must be an object"},
    {TRANSITIONS("{}"), "3:19: ConformancePackState is missing"},
    {TRANSITIONS("{" STATE "\"gone\"}"), "3:20: ConformancePackState" ONE_OF},
    {TRANSITIONS("{\"afterSeconds\": -1}"), "3:20: afterSeconds must be a number of seconds from 0 to 3162240000"},
    {TRANSITIONS("{\"afterSeconds\": \"2s\"}"), "3:20: afterSeconds must be a number of seconds from 0 to 3162240000"},
    {TRANSITIONS("{\"afterSeconds\": 3162240001}"),
     "3:20: afterSeconds must be a number of seconds from 0 to 3162240000"},
    {TRANSITIONS("{\"afterPolls\": 0}"), "3:20: afterPolls must be a whole number from 1 to 1000000"},
    {TRANSITIONS("{\"afterPolls\": 1.5}"), "3:20: afterPolls must be a whole number from 1 to 1000000"},
    {TRANSITIONS("{\"afterPolls\": 1000001}"), "3:20: afterPolls must be a whole number from 1 to 1000000"},
    {TRANSITIONS("{\"at\": \"noon\"}"), "3:20: at" AN_INSTANT},
    {TRANSITIONS("{\"manual\": false}"), "3:20: manual can only be true"},
    {TRANSITIONS("{" STATE "\"CREATE_COMPLETE\", \"afterSeconds\": 0, \"manual\": true}"),
     "3:19: only one of afterSeconds, afterPolls, manual and at may be given"},
    {TRANSITIONS("{" STATE "\"CREATE_IN_PROGRESS\"},\n {" STATE "\"CREATE_COMPLETE\"}"),
     "4:2: one of afterSeconds, afterPolls, manual and at is missing"},
    {TRANSITIONS("{" STATE "\"CREATE_COMPLETE\", \"after\": 1}"), "3:63: unknown key after"},
    {TRANSITIONS("{" STATE "\"DELETED\"}"), "3:3: a pack cannot begin DELETED: it would not be there"},
    {TRANSITIONS("{" STATE "\"CREATE_IN_PROGRESS\"},\n {" STATE "\"DELETED\", \"manual\": true}"),
     "4:2: CREATE_IN_PROGRESS to DELETED: a pack cannot go there from the state before"},
    {PACK(", " STATE "\"DELETE_FAILED\", \"transitions\": [\n {" STATE "\"CREATE_COMPLETE\"}]"),
     "3:2: DELETE_FAILED to CREATE_COMPLETE: a pack cannot go there from the state before"},
    {TRANSITIONS("{" STATE "\"CREATE_FAILED\", \"afterSeconds\": 9},\n {" STATE "\"CREATE_COMPLETE\", "
                 "\"afterSeconds\": 8.999}"),
     "4:2: CREATE_FAILED to CREATE_COMPLETE: goes back in time (seconds count from the request, or the last step by "
     "polls or by hand)"},
};

static void refuses_and_says_where(void **state)
{
    struct store *store = *state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        char message[FIXTURE_MESSAGE] = "";
        if (load(store, refused[i].text, message) != FIXTURE_INVALID)
            fail_msg("row %zu was taken: %s", i, refused[i].text);
        if (strncmp(message, "world.json:", 11) != 0 || strcmp(message + 11, refused[i].error) != 0)
            fail_msg("row %zu: '%s' instead of '%s'", i, message, refused[i].error);
        assert_int_equal(count_packs(store), 0);
    }
}

/* A text of `length` times "x", or of a character of three bytes, in `members` where its %s is. */
static void assert_length(struct store *store, const char *members, size_t length, bool fits)
{
    static const char *const characters[] = {"x", "\xe2\x82\xac"};
    for (size_t i = 0; i < COUNT(characters); i++) {
        struct buffer text = {0};
        char message[FIXTURE_MESSAGE];
        const char *at = strstr(members, "%s");
        buffer_append_text(&text, "{\"conformancePacks\": [{\"ConformancePackName\": \"p\", ");
        buffer_append(&text, members, (size_t)(at - members));
        for (size_t k = 0; k < length; k++)
            buffer_append_text(&text, characters[i]);
        buffer_append_text(&text, at + 2);
        buffer_append(&text, "}]}", 4);
        assert_int_equal(store_clear(store), STORE_OK);
        if ((load(store, text.data, message) == FIXTURE_OK) != fits)
            fail_msg("%s with %zu characters", members, length);
        buffer_free(&text);
    }
}

static void holds_to_the_models_lengths(void **state)
{
    static const struct {
        const char *members;
        size_t least;
        size_t most;
    } table[] = {
        {"\"ConformancePackId\": \"%s\"", 1, 1024},
        {"\"ConformancePackArn\": \"%s\"", 1, 2048},
        {"\"StackArn\": \"%s\"", 0, 2048},
        {"\"CreatedBy\": \"%s\"", 1, 256},
        {"\"ConformancePackStatusReason\": \"%s\"", 0, 2000},
        {"\"DeliveryS3KeyPrefix\": \"%s\"", 0, 1024},
        {"\"ConformancePackInputParameters\": [{\"ParameterName\": \"n\", \"ParameterValue\": \"%s\"}]", 0, 4096},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_length(*state, table[i].members, table[i].least, true);
        if (table[i].least > 0)
            assert_length(*state, table[i].members, table[i].least - 1, false);
        assert_length(*state, table[i].members, table[i].most, true);
        assert_length(*state, table[i].members, table[i].most + 1, false);
    }
}

/* Recordings of packs, whose id is "id". */
#define ARN(name, id) "arn:aws:config:us-east-1:123456789012:conformance-pack/" name "/" id
#define NAMES(name, id)                                                                                                \
    "\"ConformancePackName\": \"" name "\", \"ConformancePackId\": \"" id                                              \
    "\", \"ConformancePackArn\": \"" ARN(name, id) "\""
#define STATUS(name, members)  "{" NAMES(name, "id") ", " STATE members "}"
#define DETAILS(name, members) "{" NAMES(name, "id") members "}"
#define STATUSES(list)         "{\"ConformancePackStatusDetails\": [" list "]}"
#define DETAILED(list)         "{\"ConformancePackDetails\": [" list "]}"
#define FAILED_AT_0            "\"CREATE_FAILED\", \"ConformancePackStatusReason\": \"why\", \"LastUpdateRequestedTime\": "

/* ---- all or nothing ---- */

static void nothing_of_a_bad_fixture_stays(void **state)
{
    static const char *const tails[] = {
        "\"conformancePacks\": [{\"ConformancePackName\": \"a\"}, {\"ConformancePackName\": \"old\"}]",
        "\"conformancePacks\": [{\"ConformancePackName\": \"a\"}, {\"ConformancePackName\": 7}]",
        "\"ConformancePackStatusDetails\": [{}], \"conformancePacks\": [{\"ConformancePackName\": \"a\"}]",
        "\"conformancePacks\": [{\"ConformancePackName\": \"a\"}], \"other\": 1",
        "\"ConformancePackDetails\": [" DETAILS("old", "") "]",
    };
    struct store *store = *state;
    char text[1024];
    char message[FIXTURE_MESSAGE];
    assert_loads(store, PACK(""));
    assert_loads(store, "{\"conformancePacks\": [{\"ConformancePackName\": \"old\"}]}");
    for (size_t i = 0; i < COUNT(tails); i++) {
        snprintf(text, sizeof text,
                 "{\"clock\": {\"now\": 0}, \"credentials\": [{\"AccessKeyId\": \"K\", \"SecretAccessKey\": \"s\","
                 " \"account\": \"111122223333\"}], %s}",
                 tails[i]);
        assert_int_equal(load(store, text, message), FIXTURE_INVALID);
        assert_int_equal(store_now(store), T0);
        assert_int_equal(store_credential(store, "K", note_credential, text), STORE_NOT_FOUND);
        assert_world(store, "old CREATE_COMPLETE 0 0 -\np CREATE_COMPLETE 0 0 -\n");
    }
}

/* ---- recordings ---- */

static void replays_a_status(void **state)
{
    struct store *store = *state;
    const struct scope frankfurt = {"111122223333", "eu-central-1"};
    assert_loads(
        store, STATUSES(STATUS("sample", FAILED_AT_0 "1573865201.619, \"LastUpdateCompletedTime\": 1573864244.653,"
                                                     " \"StackArn\": \"arn:stack\"") ", " //
                        STATUS("plain", "\"CREATE_COMPLETE\", \"LastUpdateRequestedTime\": "
                                        "\"2026-01-01T00:00:00+00:00\"") ", {\"ConformancePackName\": \"far\", "
                                                                         "\"ConformancePackId\": \"id\", "
                                                                         "\"ConformancePackArn\":"
                                                                         " \"arn:aws:config:eu-central-1:111122223333:"
                                                                         "conformance-pack/far/id\", " STATE
                                                                         "\"DELETE_IN_PROGRESS\", "
                                                                         "\"LastUpdateRequestedTime\": 1767225600}"));
    advance(store, 1000); /* a recording stands still */
    assert_world(store, "plain CREATE_COMPLETE 0 0 -\nsample CREATE_FAILED -1.9336e+08 -1.93361e+08 why\n");
    assert_rows(store, &standard, append_names, "id " ARN("plain", "id") " -\nid " ARN("sample", "id") " arn:stack\n");
    assert_rows(store, &frankfurt, append_status, "far DELETE_IN_PROGRESS 0 - -\n");
}

static void details_alone_are_a_pack_that_stands(void **state)
{
    struct store *store = *state;
    assert_loads(store,
                 DETAILED(DETAILS("a", ", \"LastUpdateRequestedTime\": 1767225590, \"CreatedBy\": \"me\"") ", " //
                          DETAILS("b", "")));
    assert_world(store, "a CREATE_COMPLETE -10 -10 -\nb CREATE_COMPLETE 0 0 -\n");
    assert_details(store, &standard, "a me - - - -  -10\nb - - - - -  0\n");
}

static const char both_details[] = DETAILED(
    DETAILS("a", ", \"DeliveryS3Bucket\": \"bucket\", \"DeliveryS3KeyPrefix\": \"prefix\", \"CreatedBy\": \"me\","
                 " \"LastUpdateRequestedTime\": 1767225600, \"ConformancePackInputParameters\":"
                 " [{\"ParameterName\": \"n\", \"ParameterValue\": \"v\"}],"
                 " \"TemplateSSMDocumentDetails\": {\"DocumentName\": \"doc\"}"));
static const char both_status[] = STATUSES(STATUS("a", FAILED_AT_0 "1767225600, \"StackArn\": \"arn:stack\""));

static void status_and_details_are_one_pack_in_either_order(void **state)
{
    struct store *store = *state;
    char joined[4096];
    char inner[2048];
    snprintf(inner, sizeof inner, "%.*s", (int)strlen(both_details) - 2, both_details + 1);
    for (int order = 0; order < 2; order++) {
        assert_int_equal(store_clear(store), STORE_OK);
        if (order == 0)
            snprintf(joined, sizeof joined, "{%s, %s", inner, both_status + 1);
        else
            snprintf(joined, sizeof joined, "%.*s, %s}", (int)strlen(both_status) - 1, both_status, inner);
        assert_loads(store, joined);
        assert_world(store, "a CREATE_FAILED 0 - why\n");
        assert_rows(store, &standard, append_names, "id " ARN("a", "id") " arn:stack\n");
        assert_details(store, &standard, "a me bucket prefix doc - n=v  0\n");
    }
}

static void recordings_that_contradict_are_refused(void **state)
{
    static const struct {
        const char *text;
        const char *error;
    } table[] = {
        {STATUSES("{}"), "1:35: ConformancePackName is missing"},
        {STATUSES("{" NAMES("a", "id") "}"), "1:35: ConformancePackState is missing"},
        {STATUSES(STATUS("a", "\"CREATE_COMPLETE\"")), "1:35: LastUpdateRequestedTime is missing"},
        {STATUSES("{" NAMES("a", "id") ",\n " STATE "\"DELETED\", \"LastUpdateRequestedTime\": 0}"),
         "2:2: AWS has no state DELETED"},
        {STATUSES("\n" STATUS("a", FAILED_AT_0 "0") ",\n" STATUS("a", FAILED_AT_0 "0")), "3:2: a is recorded twice"},
        {DETAILED("\n" DETAILS("a", "") ",\n" DETAILS("a", "")), "3:2: a is recorded twice"},
        {STATUSES(DETAILS("a", ",\n \"CreatedBy\": \"me\"")), "2:2: unknown key CreatedBy"},
        {DETAILED("{" NAMES("a", "id") ",\n \"StackArn\": \"x\"}"), "2:2: unknown key StackArn"},
        {"{\"ConformancePackDetails\": [\n" DETAILS(
             "a", ",\n \"LastUpdateRequestedTime\": 1") "],\n"
                                                        "\"ConformancePackStatusDetails\": [" STATUS("a", FAILED_AT_0
                                                                                                     "2") "]}",
         "3:2: is not the LastUpdateRequestedTime of a in the other recording"},
        {"{\"conformancePacks\": [{\"ConformancePackName\": \"a\"}],\n"
         "\"ConformancePackDetails\": [\n" DETAILS("a", "") "]}",
         "3:1: account 123456789012, region us-east-1 has a pack a already"},
    };
    struct store *store = *state;
    for (size_t i = 0; i < COUNT(table); i++) {
        char message[FIXTURE_MESSAGE] = "";
        assert_int_equal(load(store, table[i].text, message), FIXTURE_INVALID);
        if (strcmp(message + strlen("world.json:"), table[i].error) != 0)
            fail_msg("row %zu: %s", i, message);
        assert_int_equal(count_packs(store), 0);
    }
}

static void a_recorded_arn_must_be_the_packs(void **state)
{
    static const struct {
        const char *arn;
        bool fits;
    } table[] = {
        {ARN("a", "id"), true},
        {"arn:aws-cn:config:cn-north-1:123456789012:conformance-pack/a/id", true},
        {ARN("b", "id"), false},
        {ARN("a", "id2"), false},
        {ARN("a", ""), false},
        {"arn:aws:config:us-east-1:123456789012:conformance-pack/a/id/more", false},
        {"arn:aws:config:us-east-1:12345678901:conformance-pack/a/id", false},
        {"arn:aws:config:us-east-1:12345678901x:conformance-pack/a/id", false},
        {"arn:aws:config::123456789012:conformance-pack/a/id", false},
        {"arn:aws:s3:us-east-1:123456789012:conformance-pack/a/id", false},
        {"arm:aws:config:us-east-1:123456789012:conformance-pack/a/id", false},
        {"conformance-pack/a/id", false},
        {"arn:aws:config", false},
        {"x", false},
    };
    struct store *store = *state;
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[512];
        char message[FIXTURE_MESSAGE] = "";
        snprintf(
            text, sizeof text,
            DETAILED(
                "{\"ConformancePackName\": \"a\", \"ConformancePackId\": \"id\",\n \"ConformancePackArn\": \"%s\"}"),
            table[i].arn);
        assert_int_equal(store_clear(store), STORE_OK);
        const enum fixture_rc rc = load(store, text, message);
        if ((rc == FIXTURE_OK) != table[i].fits)
            fail_msg("%s: %s", table[i].arn, message);
        if (!table[i].fits)
            assert_string_equal(message, "world.json:2:2: must be arn:PARTITION:config:REGION:ACCOUNT:conformance-pack/"
                                         "NAME/ID, with the name and id of this pack");
    }
}

/* ---- files ---- */

struct place {
    struct store *store;
    char directory[64];
};

static int make_place(void **state)
{
    static struct place place;
    void *store = NULL;
    if (set_up(&store) != 0)
        return -1;
    place.store = store;
    snprintf(place.directory, sizeof place.directory, "/tmp/test-fixture-XXXXXX");
    if (mkdtemp(place.directory) == NULL)
        return -1;
    *state = &place;
    return 0;
}

static int remove_place(void **state)
{
    static const char *const files[] = {"a.json", "b.json",     "c.json",    ".hidden.json",       "note.txt",
                                        "A.json", "empty.json", "data.JSON", "fixture.schema.json"};
    struct place *place = *state;
    char path[256];
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/%s", place->directory, files[i]);
        unlink(path);
    }
    store_close(place->store);
    return rmdir(place->directory);
}

static void write_file(const struct place *place, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", place->directory, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Loads files of the place, "" for the directory; the message without the directory's name. */
static enum fixture_rc load_files(const struct place *place, const char *const *names, char message[FIXTURE_MESSAGE])
{
    const struct fixture_options options = {.keep_clock = false};
    char paths[4][256];
    const char *given[4];
    char full[FIXTURE_MESSAGE] = "";
    size_t count = 0;
    for (; names[count] != NULL; count++) {
        snprintf(paths[count], sizeof paths[count], "%s%s%s", place->directory, *names[count] != '\0' ? "/" : "",
                 names[count]);
        given[count] = paths[count];
    }
    const enum fixture_rc rc = fixture_load_paths(place->store, &options, given, count, full);
    const size_t length = strlen(place->directory);
    const bool named = strncmp(full, place->directory, length) == 0;
    snprintf(message, FIXTURE_MESSAGE, "%s", named ? full + length : full);
    return rc;
}

#define FILES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void a_directory_is_its_json_files_in_order(void **state)
{
    const struct place *place = *state;
    char message[FIXTURE_MESSAGE] = "";
    assert_int_equal(load_files(place, FILES(""), message), FIXTURE_OK); /* none: nothing */
    write_file(place, "b.json",
               "{\"conformancePacks\": [{\"ConformancePackName\": \"b\"}, {\"ConformancePackName\": \"p\"}]}");
    write_file(place, "a.json", "{\"conformancePacks\": [{\"ConformancePackName\": \"a\"}]}");
    write_file(place, "note.txt", "not for us");
    write_file(place, ".hidden.json", "not for us");
    write_file(place, "data.JSON", "not for us");
    write_file(place, "fixture.schema.json", "{\"type\": \"object\"}");
    if (load_files(place, FILES(""), message) != FIXTURE_OK)
        fail_msg("%s", message);
    assert_int_equal(count_packs(place->store), 3);

    /* the order shows in who is refused: whoever comes second */
    static const char *const names[] = {"c.json", "b.json", "A.json", "a.json"};
    assert_int_equal(store_clear(place->store), STORE_OK);
    for (size_t i = 0; i < COUNT(names); i++)
        write_file(place, names[i], "{\"conformancePacks\": [\n{\"ConformancePackName\": \"p\"}]}");
    assert_int_equal(load_files(place, FILES(""), message), FIXTURE_INVALID);
    assert_string_equal(message, "/a.json:2:2: account 123456789012, region us-east-1 has a pack p already");
    assert_int_equal(count_packs(place->store), 0);
}

static void files_are_one_world(void **state)
{
    const struct place *place = *state;
    char message[FIXTURE_MESSAGE] = "";
    write_file(place, "a.json", both_details);
    write_file(place, "b.json", both_status);
    write_file(place, "c.json",
               "{\"clock\": {\"now\": \"2026-01-01T00:00:05Z\"}, \"conformancePacks\":"
               " [{\"ConformancePackName\": \"p\"}]}");
    for (int order = 0; order < 2; order++) {
        assert_int_equal(store_clear(place->store), STORE_OK);
        const enum fixture_rc rc = order == 0 ? load_files(place, FILES("a.json", "b.json", "c.json"), message)
                                              : load_files(place, FILES("c.json", "b.json", "a.json"), message);
        if (rc != FIXTURE_OK)
            fail_msg("%s", message);
        assert_world(place->store, "a CREATE_FAILED 0 - why\np CREATE_COMPLETE 5 5 -\n");
        assert_details(place->store, &standard, "a me bucket prefix doc - n=v  0\np - - - - -  5\n");
    }
}

static void files_that_contradict_are_refused(void **state)
{
    const struct place *place = *state;
    char message[FIXTURE_MESSAGE] = "";
    write_file(place, "a.json", "{\"clock\": {\"now\": 1}}");
    write_file(place, "b.json", "{\"conformancePacks\": [{\"ConformancePackName\": \"p\"}],\n \"clock\": {}}");
    assert_int_equal(load_files(place, FILES("a.json", "b.json"), message), FIXTURE_INVALID);
    assert_memory_equal(message, "/b.json:2:11: the clock is set in ", strlen("/b.json:2:11: the clock is set in "));
    assert_non_null(strstr(message, "/a.json already"));
    assert_int_equal(store_now(place->store), T0);
    assert_int_equal(count_packs(place->store), 0);

    write_file(place, "a.json", both_status);
    write_file(place, "b.json", both_status);
    assert_int_equal(load_files(place, FILES("a.json", "b.json"), message), FIXTURE_INVALID);
    assert_string_equal(message, "/b.json:1:36: a is recorded twice");

    write_file(place, "c.json", "{]");
    assert_int_equal(load_files(place, FILES("c.json", "a.json"), message), FIXTURE_INVALID);
    assert_string_equal(message, "/c.json:1:2: a key in double quotes was expected");
}

static void says_which_file_cannot_be_read(void **state)
{
    const struct place *place = *state;
    char message[FIXTURE_MESSAGE] = "";
    assert_int_equal(load_files(place, FILES("absent.json"), message), FIXTURE_FAILED);
    assert_string_equal(message, "/absent.json: No such file or directory");
    write_file(place, "empty.json", "");
    assert_int_equal(load_files(place, FILES("empty.json"), message), FIXTURE_INVALID);
    assert_string_equal(message, "/empty.json:1:1: the text ends where a value was expected");
    assert_int_equal(fixture_load_paths(place->store, &(struct fixture_options){0}, FILES("/dev/null"), 1, message),
                     FIXTURE_FAILED);
}

static void loads_a_great_many_packs(void **state)
{
    enum { PACKS = 5000 };
    struct store *store = *state;
    struct buffer text = {0};
    buffer_append_text(&text, "{\"conformancePacks\": [");
    for (int i = 0; i < PACKS; i++)
        buffer_printf(&text, "%s{\"ConformancePackName\": \"pack-%d\"}", i > 0 ? "," : "", i);
    buffer_append(&text, "]}", 3);
    assert_loads(store, text.data);
    assert_int_equal(count_packs(store), PACKS);
    buffer_free(&text);
}

#define TEST(function)    cmocka_unit_test_setup_teardown(function, set_up, tear_down)
#define ON_DISK(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(little_is_enough),
        TEST(a_pack_may_say_everything),
        TEST(begins_as_it_should),
        TEST(transitions_move_the_pack),
        TEST(sets_the_clock_before_all_else),
        TEST(leaves_the_clock_where_it_is_told_to),
        TEST(adds_credentials),
        TEST(refuses_and_says_where),
        TEST(holds_to_the_models_lengths),
        TEST(nothing_of_a_bad_fixture_stays),
        TEST(replays_a_status),
        TEST(details_alone_are_a_pack_that_stands),
        TEST(status_and_details_are_one_pack_in_either_order),
        TEST(recordings_that_contradict_are_refused),
        TEST(a_recorded_arn_must_be_the_packs),
        ON_DISK(a_directory_is_its_json_files_in_order),
        ON_DISK(files_are_one_world),
        ON_DISK(files_that_contradict_are_refused),
        ON_DISK(says_which_file_cannot_be_read),
        TEST(loads_a_great_many_packs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
