#include "base/percent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void walks_the_pairs_of_a_query(void **state)
{
    static const struct {
        const char *query;
        const char *pairs[4]; /* "name|value" */
    } table[] = {
        {"", {NULL}},   {"&&", {NULL}}, {"a=1", {"a|1"}},     {"a=1&&b=2&", {"a|1", "b|2"}}, {"a", {"a|"}},
        {"a=", {"a|"}}, {"=1", {"|1"}}, {"a=b=c", {"a|b=c"}}, {"a=1&a=2", {"a|1", "a|2"}},   {"a%26=%3D", {"a%26|%3D"}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const char *rest = table[i].query;
        struct query_pair pair;
        char text[64];
        for (const char *const *wanted = table[i].pairs; *wanted != NULL; wanted++) {
            if (!query_next_pair(&rest, &pair))
                fail_msg("%s: %s is missing", table[i].query, *wanted);
            snprintf(text, sizeof text, "%.*s|%.*s", (int)pair.name_length, pair.name, (int)pair.value_length,
                     pair.value);
            assert_string_equal(text, *wanted);
        }
        assert_false(query_next_pair(&rest, &pair));
    }
}

static void decodes(void **state)
{
    static const struct {
        const char *text;
        const char *decoded;
    } table[] = {
        {"", ""},     {"a+b", "a b"}, {"a%20b", "a b"}, {"%2F%2f", "//"}, {"%C3%BC", "\xc3\xbc"}, {"%", "%"},
        {"%4", "%4"}, {"%4g", "%4g"}, {"%g4", "%g4"},   {"%%41", "%A"},   {"%2525", "%25"},       {"100%", "100%"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const size_t length = strlen(table[i].text);
        char *in_place = strdup(table[i].text);
        const size_t written = percent_decode(in_place, length, in_place);
        if (written != strlen(table[i].decoded) || memcmp(in_place, table[i].decoded, written) != 0)
            fail_msg("%s: %.*s", table[i].text, (int)written, in_place);
        free(in_place);
    }
    char out[3];
    assert_int_equal(percent_decode("%00", 3, out), 1);
    assert_int_equal(out[0], 0);
    assert_int_equal(percent_decode("%41", 2, out), 2); /* the digit behind the end is none of its own */
}

static void encodes(void **state)
{
    char out[64];
    (void)state;
    const size_t length = percent_encode("aZ09-._~ /+%\xc3\xbc", 14, false, out);
    assert_int_equal(length, strlen("aZ09-._~%20%2F%2B%25%C3%BC"));
    assert_memory_equal(out, "aZ09-._~%20%2F%2B%25%C3%BC", length);
    assert_int_equal(percent_encode("/a/", 3, true, out), 3);
    assert_memory_equal(out, "/a/", 3);
}

static void what_was_encoded_decodes_again(void **state)
{
    char bytes[256];
    char encoded[3 * sizeof bytes];
    char decoded[sizeof encoded];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    for (int keep_slash = 0; keep_slash <= 1; keep_slash++) {
        const size_t length = percent_encode(bytes, sizeof bytes, keep_slash, encoded);
        assert_int_equal(percent_decode(encoded, length, decoded), sizeof bytes);
        assert_memory_equal(decoded, bytes, sizeof bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_the_pairs_of_a_query),
        cmocka_unit_test(decodes),
        cmocka_unit_test(encodes),
        cmocka_unit_test(what_was_encoded_decodes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
