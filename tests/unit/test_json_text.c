#include "base/json_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table)  (sizeof(table) / sizeof(table)[0])
#define TEXT(literal) (literal), sizeof(literal) - 1

/* json_check on a copy that ends where the text does, so that the sanitizers see a byte read too many. */
static bool check(const char *text, size_t length, struct json_fault *fault)
{
    char *copy = malloc(length != 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, text, length);
    const bool valid = json_check(copy, length, fault);
    free(copy);
    return valid;
}

static void takes_what_is_json(void **state)
{
    static const char *const table[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "12",
        "-1.5",
        "0.1",
        "1e5",
        "1E+5",
        "1e-05",
        "0e0",
        "123456789012345678901234567890123456789012345678901234567890123", /* 63 characters */
        "\"\"",
        "\"a\"",
        "\" \\\" \\\\ \\/ \\b \\f \\n \\r \\t \"",
        "\"\\u0041\\u00e4\\uFFFF\\ud83d\\ude00\"",
        "\"\x7f\"",
        "\"\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf\"",
        "\"{[,:]}\"",
        "[]",
        "{}",
        " \t\r\n[ \t\r\n] \t\r\n",
        "[1,2]",
        "[ 1 , 2 ]",
        "[[],[[]],{}]",
        "[null,true,false,\"\",{},[]]",
        "{\"a\":1}",
        "{ \"a\" : 1 , \"b\" : [ ] }",
        "{\"\":{\"\":{}}}",
        "{\"a\":1,\"a\":2}", /* grammar has no word on it */
        "{\"\\u0061\":1}",
    };
    struct json_fault fault = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        if (!check(table[i], strlen(table[i]), &fault))
            fail_msg("%s: %s at %zu", table[i], fault.message, fault.offset);
    }
}

static const char control[] = "a control character in a string must be escaped";
static const char surrogate[] = "half a surrogate pair";
static const char separator[] = "a comma or the closing bracket was expected";
static const char value[] = "a value was expected";
static const char key[] = "a key in double quotes was expected";
static const char behind[] = "something stands behind the value";

static const struct {
    const char *text;
    size_t length;
    size_t offset;
    const char *message;
} invalid[] = {
    {TEXT(""), 0, "the text ends where a value was expected"},
    {TEXT("  "), 2, "the text ends where a value was expected"},
    {TEXT("\xef\xbb\xbf{}"), 0, value}, /* a byte order mark */
    {TEXT("\0"), 0, value},
    {TEXT("{}\0"), 2, behind},
    {TEXT("nul"), 0, value},
    {TEXT("nulll"), 4, behind},
    {TEXT("Null"), 0, value},
    {TEXT("True"), 0, value},
    {TEXT("undefined"), 0, value},
    {TEXT("NaN"), 0, value},
    {TEXT("Infinity"), 0, value},
    {TEXT("-Infinity"), 1, "a digit is missing in a number"},
    {TEXT("'a'"), 0, value},
    {TEXT("// c\n1"), 0, value},
    {TEXT("1 /* c */"), 2, behind},
    {TEXT("\x0b"
          "1"),
     0, value},
    {TEXT("\xc2\xa0"
          "1"),
     0, value}, /* a space, but not JSON's */
    /* numbers */
    {TEXT("-"), 1, "a digit is missing in a number"},
    {TEXT("+1"), 0, value},
    {TEXT(".5"), 0, value},
    {TEXT("1."), 2, "a digit is missing in a number"},
    {TEXT("1.e5"), 2, "a digit is missing in a number"},
    {TEXT("1e"), 2, "a digit is missing in a number"},
    {TEXT("1e+"), 3, "a digit is missing in a number"},
    {TEXT("01"), 1, "a number may not begin with 0"},
    {TEXT("-01"), 2, "a number may not begin with 0"},
    {TEXT("0x1"), 1, behind},
    {TEXT("1 2"), 2, behind},
    {TEXT("[1 2]"), 3, separator},
    {TEXT("1234567890123456789012345678901234567890123456789012345678901234"), 64, "a number is too long"},
    /* strings */
    {TEXT("\""), 1, "the string does not end"},
    {TEXT("\"a"), 2, "the string does not end"},
    {TEXT("\"\\"), 2, "unknown escape in a string"},
    {TEXT("\"\\\""), 3, "the string does not end"},
    {TEXT("\"\\x41\""), 2, "unknown escape in a string"},
    {TEXT("\"\\'\""), 2, "unknown escape in a string"},
    {TEXT("\"\\U0041\""), 2, "unknown escape in a string"},
    {TEXT("\"\\\0\""), 2, "unknown escape in a string"},
    {TEXT("\"a\nb\""), 2, control},
    {TEXT("\"\t\""), 1, control},
    {TEXT("\"\0\""), 1, control},
    {TEXT("\"\x1f\""), 1, control},
    {TEXT("\"\\u12\""), 5, "\\u wants four hexadecimal digits"},
    {TEXT("\"\\u12g4\""), 5, "\\u wants four hexadecimal digits"},
    {TEXT("\"\\u"), 3, "\\u wants four hexadecimal digits"},
    {TEXT("\"\\u0000\""), 7, "a string may not hold the NUL character"},
    {TEXT("\"\\ud800\""), 7, surrogate},
    {TEXT("\"\\udc00\""), 7, surrogate},
    {TEXT("\"\\ud800x\""), 7, surrogate},
    {TEXT("\"\\udc00\\udc00\""), 7, surrogate},
    {TEXT("\"\\ud800\\n\""), 7, surrogate},
    {TEXT("\"\\ud800\\u0041\""), 13, surrogate},
    {TEXT("\"\\ud800\\ud800\""), 13, surrogate},
    {TEXT("\"\\ud800\\u"), 9, surrogate},
    {TEXT("\"\\ud800\\"), 7, surrogate},
    /* UTF-8 */
    {TEXT("\"\x80\""), 1, "not UTF-8"},
    {TEXT("\"\xc0\xaf\""), 1, "not UTF-8"}, /* overlong */
    {TEXT("\"\xc1\xbf\""), 1, "not UTF-8"},
    {TEXT("\"\xe0\x9f\xbf\""), 1, "not UTF-8"},
    {TEXT("\"\xf0\x8f\xbf\xbf\""), 1, "not UTF-8"},
    {TEXT("\"\xed\xa0\x80\""), 1, "not UTF-8"},     /* a surrogate */
    {TEXT("\"\xf4\x90\x80\x80\""), 1, "not UTF-8"}, /* behind U+10FFFF */
    {TEXT("\"\xf5\x80\x80\x80\""), 1, "not UTF-8"},
    {TEXT("\"\xfe\xff\""), 1, "not UTF-8"},
    {TEXT("\"a\xc3\""), 2, "not UTF-8"},
    {TEXT("\"\xe2\x82\""), 1, "not UTF-8"},
    {TEXT("\"\xf0\x9f\x98"), 1, "not UTF-8"},
    {TEXT("\"\xc3"), 1, "not UTF-8"},
    /* arrays and objects */
    {TEXT("["), 1, "the text ends where a value was expected"},
    {TEXT("[1"), 2, "the text ends inside an object or array"},
    {TEXT("[1,"), 3, "the text ends where a value was expected"},
    {TEXT("[1,]"), 3, value},
    {TEXT("[,1]"), 1, value},
    {TEXT("[1,,2]"), 3, value},
    {TEXT("[1:2]"), 2, separator},
    {TEXT("[1}"), 2, separator},
    {TEXT("[]]"), 2, behind},
    {TEXT("]"), 0, value},
    {TEXT("{"), 1, key},
    {TEXT("{a:1}"), 1, key},
    {TEXT("{1:1}"), 1, key},
    {TEXT("{null:1}"), 1, key},
    {TEXT("{\"a\"}"), 4, "a colon was expected behind the key"},
    {TEXT("{\"a\",1}"), 4, "a colon was expected behind the key"},
    {TEXT("{\"a\":}"), 5, value},
    {TEXT("{\"a\":1"), 6, "the text ends inside an object or array"},
    {TEXT("{\"a\":1,}"), 7, key},
    {TEXT("{,}"), 1, key},
    {TEXT("{\"a\":1]"), 6, separator},
    {TEXT("{\"a\":1 \"b\":2}"), 7, separator},
    {TEXT("{\"a\":1;\"b\":2}"), 6, separator},
    {TEXT("{\"\x01\":1}"), 2, control},
    {TEXT("{}{}"), 2, behind},
};

static void refuses_what_is_none_and_says_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(invalid); i++) {
        struct json_fault fault = {SIZE_MAX, "none"};
        if (check(invalid[i].text, invalid[i].length, &fault))
            fail_msg("row %zu was taken: %s", i, invalid[i].text);
        if (fault.offset != invalid[i].offset || strcmp(fault.message, invalid[i].message) != 0)
            fail_msg("row %zu, %s: '%s' at %zu", i, invalid[i].text, fault.message, fault.offset);
    }
}

static void every_prefix_of_an_object_is_refused(void **state)
{
    static const char text[] =
        "{\"a\\u00e4\": [1, -2.5e+3, \"\xc3\xa4\\n\", {\"b\": null}, [], {}], \"c\": [true, false]}";
    struct json_fault fault;
    (void)state;
    for (size_t length = 0; length < sizeof text - 1; length++) {
        if (check(text, length, &fault))
            fail_msg("the first %zu bytes were taken", length);
        if (fault.offset > length)
            fail_msg("the first %zu bytes: a fault at %zu", length, fault.offset);
    }
    assert_true(check(text, sizeof text - 1, &fault));
}

/* `depth` brackets of the kind, a value, and the brackets that close them. */
static char *nested(size_t depth, const char *open, const char *close)
{
    char *text = calloc(depth, strlen(open) + strlen(close) + 1);
    assert_non_null(text);
    char *end = text;
    for (size_t i = 0; i < depth; i++)
        end = stpcpy(end, open);
    end = stpcpy(end, "1");
    for (size_t i = 0; i < depth; i++)
        end = stpcpy(end, close);
    return text;
}

static void is_nested_at_most_so_deep(void **state)
{
    static const struct {
        const char *open;
        const char *close;
    } kinds[] = {{"[", "]"}, {"{\"a\":", "}"}, {" [ ", " ] "}};
    struct json_fault fault;
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        char *deepest = nested(JSON_MAX_DEPTH, kinds[i].open, kinds[i].close);
        assert_true(check(deepest, strlen(deepest), &fault));
        free(deepest);
        char *deeper = nested(JSON_MAX_DEPTH + 1, kinds[i].open, kinds[i].close);
        assert_false(check(deeper, strlen(deeper), &fault));
        assert_string_equal(fault.message, "nested too deep");
        assert_int_equal(fault.offset, strlen(kinds[i].open) * JSON_MAX_DEPTH + strspn(kinds[i].open, " "));
        free(deeper);
    }
    char *bottomless = malloc(1000000);
    assert_non_null(bottomless);
    memset(bottomless, '[', 1000000);
    assert_false(json_check(bottomless, 1000000, &fault));
    free(bottomless);
}

/* The items of a group, one a line: "key=value" of an object, "=value" of an array. */
static void assert_items(const char *text, const char *const *items)
{
    struct json_fault fault;
    struct json_item item;
    size_t position = json_skip_space(text, strlen(text), 0);
    bool first = true;
    char found[128];
    assert_true(json_check(text, strlen(text), &fault));
    for (; *items != NULL; items++, first = false) {
        if (!json_next_item(text, &position, first, &item))
            fail_msg("%s: no item %s", text, *items);
        snprintf(found, sizeof found, "%.*s=%.*s", (int)(item.key_end - item.key), text + item.key,
                 (int)(item.value_end - item.value), text + item.value);
        assert_string_equal(found, *items);
        if (item.key_end == item.key)
            assert_int_equal(item.key, item.value);
    }
    assert_false(json_next_item(text, &position, first, &item));
}

static void walks_arrays_and_objects(void **state)
{
    static const struct {
        const char *text;
        const char *items[8];
    } table[] = {
        {"[]", {NULL}},
        {" { } ", {NULL}},
        {"[1]", {"=1"}},
        {"[ -1.5e+3 , true,\tnull\n, \"\" ]", {"=-1.5e+3", "=true", "=null", "=\"\""}},
        {"[[1,[2]],{\"a\":[3]},[]]", {"=[1,[2]]", "={\"a\":[3]}", "=[]"}},
        {"[\"]\",\"}\",\"\\\"]\",\"\\\\\",\",\"]", {"=\"]\"", "=\"}\"", "=\"\\\"]\"", "=\"\\\\\"", "=\",\""}},
        {"{\"a\":1}", {"\"a\"=1"}},
        {"{ \"a\" : [ {\"b\":\"}\"} ] , \"c:\" : \"d\" }", {"\"a\"=[ {\"b\":\"}\"} ]", "\"c:\"=\"d\""}},
        {"{\"a\\\":\":{\"x\":{}},\"\":0}", {"\"a\\\":\"={\"x\":{}}", "\"\"=0"}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        assert_items(table[i].text, table[i].items);
}

static void walks_a_group_inside_another(void **state)
{
    static const char text[] = "{\"list\": [10, {\"x\": 20}], \"more\": 30}";
    struct json_item list;
    struct json_item element;
    struct json_item member;
    size_t position = 0;
    (void)state;
    assert_true(json_next_item(text, &position, true, &list));
    size_t inner = list.value;
    assert_true(json_next_item(text, &inner, true, &element));
    assert_true(json_next_item(text, &inner, false, &element));
    size_t innermost = element.value;
    assert_true(json_next_item(text, &innermost, true, &member));
    assert_memory_equal(text + member.value, "20", 2);
    assert_false(json_next_item(text, &innermost, false, &member));
    assert_false(json_next_item(text, &inner, false, &element));
    assert_true(json_next_item(text, &position, false, &list));
    assert_memory_equal(text + list.key, "\"more\"", 6);
}

static void finds_the_place_of_an_offset(void **state)
{
    static const char text[] = "{\r\n  \"\xc3\xa4\xf0\x9f\x98\x80\": 1,\n\n\t2}";
    static const struct {
        size_t offset;
        size_t line;
        size_t column;
    } table[] = {
        {0, 1, 1},  {1, 1, 2},  {3, 2, 1}, /* behind the line end */
        {5, 2, 3},                         /* the quote */
        {6, 2, 4},                         /* two bytes */
        {8, 2, 5},                         /* four bytes */
        {12, 2, 6},                        /* the quote behind them */
        {18, 3, 1}, {20, 4, 2}, {sizeof text - 1, 4, 4},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct json_place place = json_place_of(text, table[i].offset);
        if (place.line != table[i].line || place.column != table[i].column)
            fail_msg("offset %zu: line %zu, column %zu", table[i].offset, place.line, place.column);
    }
}

static void skips_only_what_json_calls_space(void **state)
{
    (void)state;
    assert_int_equal(json_skip_space(TEXT(" \t\r\nx"), 0), 4);
    assert_int_equal(json_skip_space(TEXT("x "), 0), 0);
    assert_int_equal(json_skip_space(TEXT("x "), 1), 2);
    assert_int_equal(json_skip_space(TEXT("\x0b"), 0), 0);
    assert_int_equal(json_skip_space(TEXT("\0"), 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_json),
        cmocka_unit_test(refuses_what_is_none_and_says_where),
        cmocka_unit_test(every_prefix_of_an_object_is_refused),
        cmocka_unit_test(is_nested_at_most_so_deep),
        cmocka_unit_test(walks_arrays_and_objects),
        cmocka_unit_test(walks_a_group_inside_another),
        cmocka_unit_test(finds_the_place_of_an_offset),
        cmocka_unit_test(skips_only_what_json_calls_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
