#include "base/buffer.h"
#include "base/json_tree.h"
#include "server/aws/pattern.h"
#include "server/aws/validate.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- shapes that the model of today does not have, or not at hand -------------------------------------------- */

#define UNLIMITED .min = SHAPE_NO_MIN, .max = SHAPE_NO_MAX

static const struct shape any_string = {.name = "Any", .type = SHAPE_STRING, UNLIMITED};
static const struct shape any_integer = {.name = "Any", .type = SHAPE_INTEGER, UNLIMITED};
static const struct shape any_long = {.name = "Any", .type = SHAPE_LONG, UNLIMITED};
static const struct shape any_double = {.name = "Any", .type = SHAPE_DOUBLE, .min = 0, .max = 1};
static const struct shape any_boolean = {.name = "Any", .type = SHAPE_BOOLEAN, UNLIMITED};
static const struct shape any_time = {.name = "Any", .type = SHAPE_TIMESTAMP, UNLIMITED};
static const struct shape blob = {.name = "Blob", .type = SHAPE_BLOB, .min = 2, .max = 4};
static const struct shape short_string = {.name = "Short", .type = SHAPE_STRING, .min = 2, .max = 4};
static const struct shape short_list = {
    .name = "Shorts", .type = SHAPE_LIST, .element = &short_string, .min = 1, .max = 2};
static const struct shape matrix = {.name = "Matrix", .type = SHAPE_LIST, .element = &short_list, UNLIMITED};
static const struct shape string_map = {
    .name = "Map", .type = SHAPE_MAP, .key = &short_string, .element = &short_string, UNLIMITED};
static const struct shape list_map = {
    .name = "ListMap", .type = SHAPE_MAP, .key = &any_string, .element = &short_list, UNLIMITED};
static const struct shape_member inner_members[] = {{.name = "Deep", .shape = &short_string, .required = true},
                                                    {.name = "Flag", .shape = &any_boolean}};
static const struct shape inner = {
    .name = "Inner", .type = SHAPE_STRUCTURE, UNLIMITED, .members = inner_members, .member_count = 2};
static const struct shape inner_list = {.name = "Inners", .type = SHAPE_LIST, .element = &inner, .min = 0, .max = 20};
static const struct shape inner_map = {
    .name = "InnerMap", .type = SHAPE_MAP, .key = &any_string, .element = &inner, UNLIMITED};
static const struct shape_member members[] = {
    {.name = "String", .shape = &any_string},   {.name = "Integer", .shape = &any_integer},
    {.name = "Long", .shape = &any_long},       {.name = "Double", .shape = &any_double},
    {.name = "Boolean", .shape = &any_boolean}, {.name = "Time", .shape = &any_time},
    {.name = "Blob", .shape = &blob},           {.name = "Short", .shape = &short_string},
    {.name = "Shorts", .shape = &short_list},   {.name = "Matrix", .shape = &matrix},
    {.name = "Map", .shape = &string_map},      {.name = "ListMap", .shape = &list_map},
    {.name = "Inner", .shape = &inner},         {.name = "Inners", .shape = &inner_list},
    {.name = "InnerMap", .shape = &inner_map},
};
static const struct shape everything = {.name = "Everything",
                                        .type = SHAPE_STRUCTURE,
                                        UNLIMITED,
                                        .members = members,
                                        .member_count = sizeof members / sizeof members[0]};
static const struct operation test_operation = {.name = "Test", .input = &everything};

/* --- helpers ------------------------------------------------------------------------------------------------- */

static int empty_arena(void **state)
{
    static struct arena arena;
    json_tree_init();
    *state = &arena;
    return 0;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static cJSON *parse(struct arena *arena, const char *text)
{
    struct json_fault fault;
    cJSON *tree = json_parse(arena, text, strlen(text), &fault);
    if (tree == NULL)
        fail_msg("%s: %s", text, fault.message);
    return tree;
}

/* What stays of `text` after the types pass, printed without spaces; or its SerializationException's message. */
static const char *after_types(struct arena *arena, const char *text)
{
    cJSON *input = parse(arena, text);
    struct aws_error error = {0};
    if (!validate_types(arena, &everything, input, &error)) {
        assert_string_equal(error.name, "SerializationException");
        assert_int_equal(error.status, 400);
        assert_string_equal(error.message_key, "Message");
        return error.message;
    }
    char *room = arena_alloc(arena, 4096);
    assert_true(cJSON_PrintPreallocated(input, room, 4096, 0));
    return room;
}

struct pair {
    const char *given;
    const char *expected;
};

static void assert_types(struct arena *arena, const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(after_types(arena, pairs[i].given), pairs[i].expected);
}

#define ASSERT_TYPES(arena, pairs) assert_types(arena, pairs, sizeof(pairs) / sizeof(pairs)[0])

/* What both passes say of `text`: NULL when nothing is wrong. */
static const struct aws_error *fault_of(struct arena *arena, const struct operation *operation, const char *text,
                                        enum errors_mode mode)
{
    cJSON *input = parse(arena, text);
    struct aws_error *error = arena_calloc(arena, 1, sizeof *error);
    assert_non_null(error);
    return validate_types(arena, operation->input, input, error) &&
                   validate_constraints(arena, operation, input, mode, error)
               ? NULL
               : error;
}

static void assert_fine(struct arena *arena, const char *text)
{
    const struct aws_error *error = fault_of(arena, &test_operation, text, ERRORS_DOCUMENTED);
    if (error != NULL)
        fail_msg("%s: %s", text, error->message);
}

static void assert_broken(struct arena *arena, const char *text, const char *message)
{
    const struct aws_error *error = fault_of(arena, &test_operation, text, ERRORS_DOCUMENTED);
    assert_non_null(error);
    assert_string_equal(error->name, "ValidationException");
    assert_string_equal(error->message_key, "message");
    assert_string_equal(error->message, message);
}

/* --- types --------------------------------------------------------------------------------------------------- */

static void says_what_aws_says_of_wrong_types(void **state)
{
    static const struct pair pairs[] = {
        {"{\"Integer\":\"23\"}", "class java.lang.String can not be converted to an Integer"},
        {"{\"Integer\":true}", "class java.lang.Boolean can not be converted to an Integer"},
        {"{\"Long\":\"23\"}", "class java.lang.String can not be converted to an Long"},
        {"{\"Double\":false}", "class java.lang.Boolean can not be converted to an Double"},
        {"{\"String\":23}",
         "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"},
        {"{\"String\":true}", "class java.lang.Boolean can not be converted to an String"},
        {"{\"String\":[]}", "Start of list found where not expected"},
        {"{\"Integer\":{}}", "Start of structure or map found where not expected."},
        {"{\"Boolean\":1}",
         "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Boolean"},
        {"{\"Boolean\":\"maybe\"}", "'MAYBE' can not be converted to an Boolean"},
        {"{\"Time\":\"2026-01-01T00:00:00Z\"}",
         "class java.lang.String can not be converted to milliseconds since epoch"},
        {"{\"Time\":true}", "class java.lang.Boolean can not be converted to milliseconds since epoch"},
        {"{\"Shorts\":\"ab\"}", "Expected list or null"},
        {"{\"Shorts\":{}}", "Start of structure or map found where not expected."},
        {"{\"Shorts\":[7]}",
         "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"},
        {"{\"Map\":1}", "Expected map or null"},
        {"{\"Map\":[]}", "Start of list found where not expected"},
        {"{\"Map\":{\"ab\":[]}}", "Start of list found where not expected"},
        {"{\"Inner\":\"x\"}", "Expected null"},
        {"{\"Inner\":[]}", "Start of list found where not expected"},
        {"{\"Inners\":[{\"Deep\":\"ab\"},{\"Deep\":1.5}]}",
         "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"},
        {"{\"Boolean\":\"maybe\",\"Integer\":\"1\"}", "'MAYBE' can not be converted to an Boolean"},
        {"[]", "Start of list found where not expected"},
        {"7", "Expected null"},
    };
    ASSERT_TYPES(*state, pairs);
}

static void says_what_aws_says_of_bad_base64(void **state)
{
    static const struct pair pairs[] = {
        {"{\"Blob\":true}", "class java.lang.Boolean can not be converted to a Blob"},
        {"{\"Blob\":\"23456\"}", "'23456' can not be converted to a Blob: Base64 encoded length is expected a multiple "
                                 "of 4 bytes but found: 5"},
        {"{\"Blob\":\"=+/=\"}", "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='"},
        {"{\"Blob\":\"abé1\"}", "'abé1' can not be converted to a Blob: Invalid Base64 character: 'é'"},
        {"{\"Blob\":\"+/+=\"}",
         "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected"},
        {"{\"Blob\":\"a===\"}",
         "'a===' can not be converted to a Blob: Invalid last non-pad Base64 character dectected"},
        {"{\"Blob\":\"YWI=\"}", "{\"Blob\":\"YWI=\"}"},
        {"{\"Blob\":\"YQ==\"}", "{\"Blob\":\"YQ==\"}"},
    };
    ASSERT_TYPES(*state, pairs);
}

static void drops_nulls_strangers_and_all_but_the_last_of_a_key(void **state)
{
    static const struct pair pairs[] = {
        {"{}", "{}"},
        {"{\"string\":1,\"Stranger\":[{}],\"\":0}", "{}"},
        {"{\"String\":null,\"Shorts\":[null,\"a\",null],\"Map\":{\"a\":null,\"b\":\"c\"}}",
         "{\"Shorts\":[\"a\"],\"Map\":{\"b\":\"c\"}}"},
        {"{\"Inner\":{\"Other\":1,\"Deep\":\"x\",\"Flag\":null}}", "{\"Inner\":{\"Deep\":\"x\"}}"},
        {"{\"String\":1,\"Short\":\"a\",\"String\":\"last\"}", "{\"Short\":\"a\",\"String\":\"last\"}"},
        {"{\"String\":\"first\",\"String\":null}", "{}"},
        {"{\"Map\":{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\",\"c\":\"4\",\"a\":\"5\"}}",
         "{\"Map\":{\"b\":\"2\",\"c\":\"4\",\"a\":\"5\"}}"},
        {"{\"Map\":{\"a\":1,\"a\":\"3\"}}", "{\"Map\":{\"a\":\"3\"}}"},
    };
    ASSERT_TYPES(*state, pairs);
}

static void takes_what_is_near_enough(void **state)
{
    static const struct pair pairs[] = {
        {"{\"Integer\":7.9}", "{\"Integer\":7}"},         {"{\"Integer\":-0.5}", "{\"Integer\":-1}"},
        {"{\"Integer\":-0.0}", "{\"Integer\":0}"},        {"{\"Long\":2147483648.5}", "{\"Long\":2147483648}"},
        {"{\"Double\":0.5}", "{\"Double\":0.5}"},         {"{\"Time\":1767225600.5}", "{\"Time\":1767225600.5}"},
        {"{\"Boolean\":\"true\"}", "{\"Boolean\":true}"}, {"{\"Boolean\":\"No\"}", "{\"Boolean\":false}"},
        {"{\"Boolean\":\"1\"}", "{\"Boolean\":true}"},    {"{\"Boolean\":-1.5}", "{\"Boolean\":true}"},
        {"{\"Boolean\":0.5}", "{\"Boolean\":false}"},
    };
    ASSERT_TYPES(*state, pairs);
}

/* --- constraints --------------------------------------------------------------------------------------------- */

static void names_the_error_that_the_documentation_declares(void **state)
{
    static const char limit[] = "1 validation error detected: Value '21' at 'limit' failed to satisfy constraint: "
                                "Member must have value less than or equal to 20";
    static const char both[] =
        "2 validation errors detected: Value '[1]' at 'conformancePackNames' failed to satisfy constraint: Member must "
        "satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than "
        "or equal to 1, Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*]; Value '-1' at 'limit' "
        "failed to satisfy constraint: Member must have value greater than or equal to 0";
    static const struct {
        const char *operation;
        const char *input;
        const char *documented;
        const char *message; /* NULL: not looked at */
    } rows[] = {
        {"DescribeConformancePackStatus", "{\"Limit\":21}", "InvalidLimitException", limit},
        {"DescribeConformancePackStatus", "{\"Limit\":-1,\"ConformancePackNames\":[\"1\"]}", "InvalidLimitException",
         both},
        {"DescribeConformancePackStatus", "{\"ConformancePackNames\":[\"\"]}", "InvalidParameterValueException", NULL},
        {"DescribeConformancePackStatus", "{\"Limit\":3e9}", "InvalidLimitException",
         "1 validation error detected: Value '3000000000' at 'limit' failed to satisfy constraint: Member must have "
         "value less than or equal to 20"},
        {"DescribeConformancePackStatus", "{\"Limit\":-1e999}", "InvalidLimitException",
         "1 validation error detected: Value '-9223372036854775808' at 'limit' failed to satisfy constraint: Member "
         "must have "
         "value greater than or equal to 0"},
        {"ListDiscoveredResources", "{\"resourceType\":\"AWS::S3::Bucket\",\"limit\":101}", "InvalidLimitException",
         NULL},
        {"DeleteConformancePack", "{}", "ValidationException",
         "1 validation error detected: Value null at 'conformancePackName' failed to satisfy constraint: Member must "
         "not be null"},
    };
    struct arena *arena = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct operation *operation = model_find_operation(rows[i].operation);
        const struct aws_error *error = fault_of(arena, operation, rows[i].input, ERRORS_DOCUMENTED);
        assert_string_equal(error->name, rows[i].documented);
        if (rows[i].message != NULL)
            assert_string_equal(error->message, rows[i].message);
        const struct aws_error *observed = fault_of(arena, operation, rows[i].input, ERRORS_OBSERVED);
        assert_string_equal(observed->name, "ValidationException");
        assert_string_equal(observed->message, error->message);
    }
}

static void names_the_path(void **state)
{
    assert_broken(*state, "{\"Inner\":{\"Deep\":\"x\"}}",
                  "1 validation error detected: Value 'x' at 'inner.deep' failed to satisfy constraint: Member must "
                  "have length greater than or equal to 2");
    assert_broken(*state, "{\"Inners\":[{\"Deep\":\"ab\"},{}]}",
                  "1 validation error detected: Value null at 'inners.2.member.deep' failed to satisfy constraint: "
                  "Member must not be null");
    assert_broken(*state, "{\"InnerMap\":{\"My Key\":{\"Deep\":\"abcde\"}}}",
                  "1 validation error detected: Value 'abcde' at 'innerMap.My Key.member.deep' failed to satisfy "
                  "constraint: Member must have length less than or equal to 4");
}

static void says_of_a_list_or_map_what_its_elements_must_hold(void **state)
{
    static const char lengths[] =
        "[Member must have length less than or equal to 4, Member must have length greater than or equal to 2]";
    struct arena *arena = *state;
    assert_broken(arena, "{\"Shorts\":[\"ab\",\"x\"]}",
                  arena_printf(arena,
                               "1 validation error detected: Value '[ab, x]' at 'shorts' failed to satisfy "
                               "constraint: Member must satisfy constraint: %s",
                               lengths));
    assert_broken(arena, "{\"Map\":{\"k\":\"abcde\",\"ab\":\"ab\"}}",
                  arena_printf(arena,
                               "2 validation errors detected: Value '{k=abcde, ab=ab}' at 'map' failed to satisfy "
                               "constraint: Map keys must satisfy constraint: %s; Value '{k=abcde, ab=ab}' at 'map' "
                               "failed to satisfy constraint: Map value must satisfy constraint: %s",
                               lengths, lengths));
    assert_broken(arena, "{\"Matrix\":[[\"ab\"],[\"ab\",\"x\"]]}",
                  arena_printf(arena,
                               "1 validation error detected: Value '[ab, x]' at 'matrix.2.member' failed to satisfy "
                               "constraint: Member must satisfy constraint: %s",
                               lengths));
    assert_broken(arena, "{\"ListMap\":{\"k\":[]}}",
                  "1 validation error detected: Value '{k=[]}' at 'listMap' failed to satisfy constraint: Map value "
                  "must satisfy constraint: [Member must have length less than or equal to 2, Member must have length "
                  "greater than or equal to 1]");
}

static void shows_structures_by_class_and_a_hash_of_their_content(void **state)
{
    struct arena *arena = *state;
    struct buffer list = {0};
    buffer_append_text(&list, "{\"Inners\":[");
    for (int i = 0; i < 21; i++)
        buffer_printf(&list, "%s{\"Flag\":true,\"Deep\":\"ab\"}", i > 0 ? "," : "");
    buffer_append(&list, "]}", sizeof "]}");
    const struct aws_error *error = fault_of(arena, &test_operation, list.data, ERRORS_DOCUMENTED);
    buffer_free(&list);
    /* FNV-1a of "Deep=ab;Flag=true;", in the model's order */
    static const char start[] = "1 validation error detected: Value '[com.amazonaws.starling.dove.Inner@8ae44a4, ";
    assert_memory_equal(error->message, start, sizeof start - 1);
    assert_non_null(strstr(error->message, "' at 'inners' failed to satisfy constraint: Member must have length less "
                                           "than or equal to 20"));
}

static void counts_as_java_does(void **state)
{
    assert_fine(*state, "{\"Short\":\"éééé\"}");
    assert_fine(*state, "{\"Short\":\"\\ud83d\\ude00\"}"); /* two UTF-16 units */
    assert_fine(*state, "{\"Short\":\"😀😀\"}");
    assert_broken(*state, "{\"Short\":\"😀😀x\"}",
                  "1 validation error detected: Value '😀😀x' at 'short' failed to satisfy constraint: Member must "
                  "have length less than or equal to 4");
    assert_fine(*state, "{\"Blob\":\"YWI=\"}");
    assert_fine(*state, "{\"Blob\":\"YWJjZA==\"}");
    assert_broken(*state, "{\"Blob\":\"YQ==\"}",
                  "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=1 cap=1]' at 'blob' failed "
                  "to satisfy constraint: Member must have length greater than or equal to 2");
    assert_fine(*state, "{\"Double\":1}");
    assert_broken(*state, "{\"Double\":1.5}",
                  "1 validation error detected: Value '1.5' at 'double' failed to satisfy constraint: Member must have "
                  "value less than or equal to 1");
}

static void stops_at_ten(void **state)
{
    const struct aws_error *error =
        fault_of(*state, &test_operation, "{\"Inners\":[{},{},{},{},{},{},{},{},{},{},{}]}", ERRORS_DOCUMENTED);
    static const char start[] = "10 validation errors detected: Value null at 'inners.1.member.deep' failed";
    assert_memory_equal(error->message, start, sizeof start - 1);
    assert_non_null(strstr(error->message, "'inners.10.member.deep'"));
    assert_null(strstr(error->message, "'inners.11.member.deep'"));
}

/* --- patterns ------------------------------------------------------------------------------------------------ */

static size_t index_of_pattern(const char *pattern)
{
    for (size_t i = 0; i < model_pattern_count; i++) {
        if (strcmp(model_patterns[i], pattern) == 0)
            return i;
    }
    fail_msg("the model has no pattern %s", pattern);
    return 0;
}

static void every_pattern_of_the_model_compiles(void **state)
{
    struct pattern_matcher matcher = {.arena = *state};
    for (size_t i = 0; i < model_pattern_count; i++) {
        if (pattern_match(&matcher, i, "x") == PATTERN_FAILED)
            fail_msg("%s does not compile", model_patterns[i]);
    }
}

static void a_pattern_matches_the_whole_text_or_not_at_all(void **state)
{
    static const struct {
        const char *pattern;
        const char *text;
        enum pattern_match expected;
    } rows[] = {
        {"[a-zA-Z][-a-zA-Z0-9]*", "pack-1", PATTERN_MATCHES},
        {"[a-zA-Z][-a-zA-Z0-9]*", "1pack", PATTERN_DIFFERS},
        {"[a-zA-Z][-a-zA-Z0-9]*", "pack_1", PATTERN_DIFFERS},
        {"[a-zA-Z][-a-zA-Z0-9]*", "pack\n", PATTERN_DIFFERS},
        {"[a-zA-Z][-a-zA-Z0-9]*", "", PATTERN_DIFFERS},
        {"[\\w\\-]+", "n\xc3\xa9", PATTERN_DIFFERS}, /* Java's \w is of ASCII */
        {"\\d{12}", "\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1",
         PATTERN_DIFFERS},
        {"s3://.*", "s3://b/\xc3\xa9", PATTERN_MATCHES},
        {"s3://.*", "s3://b\nc", PATTERN_DIFFERS},
        {"s3://.*",
         "s3://b\xe2\x80\xa8"
         "c",
         PATTERN_DIFFERS}, /* U+2028 ends a line, too */
        {"[\\s\\S]*", "a\nb", PATTERN_MATCHES},
        {"^arn:aws[a-z\\-]*:config:[a-z\\-\\d]+:\\d+:stored-query/[a-zA-Z0-9-_]+/query-[a-zA-Z\\d-_/]+$",
         "arn:aws:config:us-east-1:1:stored-query/q/query-a-1_/", PATTERN_MATCHES},
        {"^arn:aws[a-z\\-]*:config:[a-z\\-\\d]+:\\d+:stored-query/[a-zA-Z0-9-_]+/query-[a-zA-Z\\d-_/]+$",
         "arn:aws:config:us-east-1:1:stored-query/q/query-a?", PATTERN_DIFFERS},
    };
    struct pattern_matcher matcher = {.arena = *state};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t index = index_of_pattern(rows[i].pattern);
        if (pattern_match(&matcher, index, rows[i].text) != rows[i].expected)
            fail_msg("%s on %s", rows[i].pattern, rows[i].text);
    }
}

/* A request of a megabyte must not hold a thread: no pattern may take more than the steps it is given. */
static void no_pattern_runs_away(void **state)
{
    enum { LENGTH = 1024 * 1024 };
    struct arena *arena = *state;
    char *text = arena_alloc(arena, LENGTH + 1);
    static const char fillers[] = " a-:/@1";
    struct pattern_matcher matcher = {.arena = arena};
    for (const char *filler = fillers; *filler != '\0'; filler++) {
        memset(text, *filler, LENGTH);
        text[LENGTH] = '\0';
        for (size_t i = 0; i < model_pattern_count; i++)
            assert_int_not_equal(pattern_match(&matcher, i, text), PATTERN_FAILED);
    }
}

static void *match_all_patterns(void *unused)
{
    (void)unused;
    struct arena arena = {0};
    struct pattern_matcher matcher = {.arena = &arena};
    size_t failed = 0;
    for (size_t i = 0; i < model_pattern_count; i++)
        failed += pattern_match(&matcher, i, "x") == PATTERN_FAILED;
    arena_free(&arena);
    static char some_failed;
    return failed == 0 ? NULL : &some_failed;
}

/* Runs first, while nothing is compiled yet; worth most under the thread sanitizer. */
static void threads_may_compile_at_once(void **state)
{
    (void)state;
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, match_all_patterns, NULL), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_null(result);
    }
}

/* --- memory -------------------------------------------------------------------------------------------------- */

/* With each size of arena, from none to enough, the answer is the right one or InternalFailure. */
static void says_internal_failure_when_memory_is_out(void **state)
{
    static const char text[] = "{\"Map\":{\"a\":\"b\",\"c\":\"d\"},\"Inners\":[{}],\"Blob\":\"YWI=\"}";
    size_t refused = 0;
    bool enough = false;
    for (size_t cap = 1; !enough; cap += 8) {
        arena_reset(*state);
        cJSON *input = parse(*state, text);
        struct arena small = {.cap = cap};
        struct aws_error error = {0};
        assert_false(validate_types(&small, &everything, input, &error) &&
                     validate_constraints(&small, &test_operation, input, ERRORS_DOCUMENTED, &error));
        enough = strcmp(error.name, "ValidationException") == 0;
        if (!enough)
            assert_string_equal(error.name, "InternalFailure");
        refused += !enough;
        arena_free(&small);
    }
    assert_true(refused > 10);
}

/* --- answers ------------------------------------------------------------------------------------------------- */

static void finds_what_is_wrong_with_an_answer(void **state)
{
    struct arena *arena = *state;
    static const struct {
        const char *answer;
        const char *wrong; /* NULL: nothing */
    } rows[] = {
        {"{}", NULL},
        {"{\"ConformancePackStatusDetails\":[]}", NULL},
        {"{\"ConformancePackStatusDetails\":[{\"ConformancePackName\":\"a\",\"ConformancePackId\":\"b\","
         "\"ConformancePackArn\":\"c\",\"ConformancePackState\":\"CREATE_COMPLETE\",\"StackArn\":\"d\","
         "\"LastUpdateRequestedTime\":1767225600.5}],\"NextToken\":\"t\"}",
         NULL},
        {"[]", "an object is wanted"},
        {"{\"nextToken\":\"t\"}", "nextToken: the model knows no such member"},
        {"{\"NextToken\":7}", "NextToken: a string is wanted"},
        {"{\"NextToken\":null}", "NextToken: a string is wanted"},
        {"{\"ConformancePackStatusDetails\":{}}", "ConformancePackStatusDetails: an array is wanted"},
        {"{\"ConformancePackStatusDetails\":[{\"LastUpdateRequestedTime\":\"2026-01-01T00:00:00Z\"}]}",
         "ConformancePackStatusDetails[0].LastUpdateRequestedTime: a time is wanted as a number, seconds since 1970"},
        {"{\"ConformancePackStatusDetails\":[{\"ConformancePackName\":\"a\"}]}",
         "ConformancePackStatusDetails[0].ConformancePackId: it is missing, and required"},
        {"{\"ConformancePackStatusDetails\":[{\"ConformancePackName\":\"\"}]}",
         "ConformancePackStatusDetails[0].ConformancePackName: Member must have length greater than or equal to 1"},
    };
    const struct shape *shape = model_find_operation("DescribeConformancePackStatus")->output;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *wrong = validate_answer(arena, shape, parse(arena, rows[i].answer));
        if (rows[i].wrong == NULL && wrong != NULL)
            fail_msg("%s: %s", rows[i].answer, wrong);
        if (rows[i].wrong != NULL) {
            assert_non_null(wrong);
            assert_string_equal(wrong, rows[i].wrong);
        }
    }
}

static void knows_the_enums_of_an_answer(void **state)
{
    struct arena *arena = *state;
    const struct shape *shape = model_find_operation("DescribeConformancePackStatus")->output;
    const char *wrong = validate_answer(
        arena, shape, parse(arena, "{\"ConformancePackStatusDetails\":[{\"ConformancePackState\":\"CREATE\"}]}"));
    static const char start[] = "ConformancePackStatusDetails[0].ConformancePackState: Member must satisfy enum value "
                                "set: [CREATE_IN_PROGRESS, CREATE_COMPLETE, ";
    assert_non_null(wrong);
    assert_memory_equal(wrong, start, sizeof start - 1);
}

static void wants_nothing_where_there_is_no_output(void **state)
{
    struct arena *arena = *state;
    assert_null(validate_answer(arena, NULL, parse(arena, "{}")));
    assert_non_null(validate_answer(arena, NULL, parse(arena, "{\"a\":1}")));
    assert_non_null(validate_answer(arena, NULL, parse(arena, "[]")));
}

static void names_the_place_in_maps_of_an_answer(void **state)
{
    struct arena *arena = *state;
    assert_string_equal(validate_answer(arena, &everything, parse(arena, "{\"InnerMap\":{\"k\":{\"Flag\":1}}}")),
                        "InnerMap.k.Flag: true or false is wanted");
    assert_string_equal(validate_answer(arena, &everything, parse(arena, "{\"Matrix\":[[\"ab\"],[\"ab\",7]]}")),
                        "Matrix[1][1]: a string is wanted");
    struct arena none = {.cap = 1};
    assert_ptr_equal(validate_answer(&none, &everything, parse(arena, "{\"String\":7}")), VALIDATE_OUT_OF_MEMORY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, empty_arena, drop_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(threads_may_compile_at_once),
        TEST(says_what_aws_says_of_wrong_types),
        TEST(says_what_aws_says_of_bad_base64),
        TEST(drops_nulls_strangers_and_all_but_the_last_of_a_key),
        TEST(takes_what_is_near_enough),
        TEST(names_the_error_that_the_documentation_declares),
        TEST(names_the_path),
        TEST(says_of_a_list_or_map_what_its_elements_must_hold),
        TEST(shows_structures_by_class_and_a_hash_of_their_content),
        TEST(counts_as_java_does),
        TEST(stops_at_ten),
        TEST(every_pattern_of_the_model_compiles),
        TEST(a_pattern_matches_the_whole_text_or_not_at_all),
        TEST(no_pattern_runs_away),
        TEST(says_internal_failure_when_memory_is_out),
        TEST(finds_what_is_wrong_with_an_answer),
        TEST(knows_the_enums_of_an_answer),
        TEST(wants_nothing_where_there_is_no_output),
        TEST(names_the_place_in_maps_of_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
