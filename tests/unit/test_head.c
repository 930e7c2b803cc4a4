#include "server/http/head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void a_target_is_a_path_and_a_query(void **state)
{
    static const struct {
        const char *target;
        const char *path;
        const char *query;
    } table[] = {
        {"/", "/", ""},
        {"/a%20b?c=d?e", "/a%20b", "c=d?e"},
        {"/?", "/", ""},
        {"?a", "/", "a"},
        {"*", "*", ""},
        {"example.com:443", "example.com:443", ""}, /* a CONNECT's */
        {"http://example.com/a?b", "/a", "b"},
        {"HTTPS://example.com", "/", ""},
        {"http://example.com?b", "/", "b"},
        {"/http://example.com", "/http://example.com", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena arena = {0};
        struct request request = {.arena = &arena};
        assert_true(head_read_target(&request, table[i].target));
        assert_string_equal(request.path, table[i].path);
        assert_string_equal(request.query, table[i].query);
        arena_free(&arena);
    }
}

static void memory_may_be_out_for_a_target(void **state)
{
    struct arena arena = {.cap = 1};
    struct request request = {.arena = &arena};
    (void)state;
    assert_false(head_read_target(&request, "/a?b"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_a_path_and_a_query),
        cmocka_unit_test(memory_may_be_out_for_a_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
