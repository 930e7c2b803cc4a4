#include "server/aws/page_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char *const names[] = {"alpha", "beta"};
static const struct page_binding binding = {
    .scope = {"123456789012", "us-east-1"},
    .operation = "DescribeConformancePackStatus",
    .filter = names,
    .filter_count = 2,
};

struct fixture {
    struct arena arena;
    struct page_key key;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    *state = &fixture;
    return page_key_from_seed(42, &fixture.key) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_free(&fixture->arena);
    return 0;
}

static enum page_token_result read_token(struct fixture *fixture, const struct page_binding *bound, const char *token)
{
    char *position = NULL;
    return page_token_read(&fixture->arena, &fixture->key, bound, token, &position);
}

static void gives_back_the_position(void **state)
{
    struct fixture *fixture = *state;
    char longest[257];
    memset(longest, 'z', 256);
    longest[256] = '\0';
    const char *const positions[] = {"a", "ab", "abc", "security-baseline", "\xc3\xa4", longest};
    for (size_t i = 0; i < COUNT(positions); i++) {
        char *position = NULL;
        const char *token = page_token_make(&fixture->arena, &fixture->key, &binding, positions[i]);
        assert_non_null(token);
        assert_int_equal(page_token_read(&fixture->arena, &fixture->key, &binding, token, &position), PAGE_TOKEN_OK);
        assert_string_equal(position, positions[i]);
        assert_string_equal(page_token_make(&fixture->arena, &fixture->key, &binding, positions[i]), token);
    }
}

static void holds_far_longer_positions(void **state)
{
    struct fixture *fixture = *state;
    char *position = arena_alloc(&fixture->arena, 100001);
    char *read = NULL;
    assert_non_null(position);
    memset(position, 'p', 100000);
    position[100000] = '\0';
    const char *token = page_token_make(&fixture->arena, &fixture->key, &binding, position);
    assert_int_equal(page_token_read(&fixture->arena, &fixture->key, &binding, token, &read), PAGE_TOKEN_OK);
    assert_string_equal(read, position);
}

static void refuses_every_change_of_a_single_byte(void **state)
{
    struct fixture *fixture = *state;
    for (size_t length = 1; length <= 6; length++) { /* every padding of base64 */
        char *token = page_token_make(&fixture->arena, &fixture->key, &binding, &"pack-7"[6 - length]);
        const size_t size = strlen(token);
        for (size_t i = 0; i < size; i++) {
            const char right = token[i];
            for (int byte = 0; byte < 256; byte++) {
                token[i] = (char)byte;
                if ((char)byte != right && read_token(fixture, &binding, token) != PAGE_TOKEN_INVALID)
                    fail_msg("byte %zu as %d", i, byte);
            }
            token[i] = right;
        }
        assert_int_equal(read_token(fixture, &binding, token), PAGE_TOKEN_OK);
    }
}

static void refuses_pieces_and_additions(void **state)
{
    struct fixture *fixture = *state;
    const char *token = page_token_make(&fixture->arena, &fixture->key, &binding, "pack");
    const size_t size = strlen(token);
    for (size_t length = 0; length < size; length++)
        assert_int_equal(read_token(fixture, &binding, arena_strndup(&fixture->arena, token, length)),
                         PAGE_TOKEN_INVALID);
    static const char *const forms[] = {"%s=", "%s ", " %s", "%s\n", "\n%s", "%sA", "A%s", "%sAAAA"};
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char *at = strstr(forms[i], "%s");
        const char *changed = arena_printf(&fixture->arena, "%.*s%s%s", (int)(at - forms[i]), forms[i], token, at + 2);
        if (read_token(fixture, &binding, changed) != PAGE_TOKEN_INVALID)
            fail_msg("%s was taken", changed);
    }
}

static void refuses_what_it_never_made(void **state)
{
    static const char *const table[] = {
        "",
        "a",
        "=",
        "====",
        "AAAA",
        "not base64!",
        "\xff",
        "AAAAAAAAAAAAAAAAAAAAAA==", /* a seal and no position */
        "AAAAAAAAAAAAAAAAAAAAAHBhY2s=",
        "AAAAAAAAAAAAAAAAAAAAAABhAGI=",
        "YWxwaGE=",
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        if (read_token(*state, &binding, table[i]) != PAGE_TOKEN_INVALID)
            fail_msg("'%s' was taken", table[i]);
    }
}

static void is_bound_to_all_it_was_issued_for(void **state)
{
    static const char *const other[] = {"alpha", "gamma"};
    static const char *const more[] = {"alpha", "beta", "gamma"};
    static const char *const joined[] = {"alphabeta"};
    const struct page_binding table[] = {
        {{"123456789013", "us-east-1"}, binding.operation, names, 2},
        {{"123456789012", "us-east-2"}, binding.operation, names, 2},
        {{"123456789012u", "s-east-1"}, binding.operation, names, 2},
        {binding.scope, "DescribeConformancePacks", names, 2},
        {binding.scope, binding.operation, names, 1},
        {binding.scope, binding.operation, NULL, 0},
        {binding.scope, binding.operation, other, 2},
        {binding.scope, binding.operation, more, 3},
        {binding.scope, binding.operation, joined, 1},
    };
    struct fixture *fixture = *state;
    const char *token = page_token_make(&fixture->arena, &fixture->key, &binding, "pack");
    for (size_t i = 0; i < COUNT(table); i++) {
        if (read_token(fixture, &table[i], token) != PAGE_TOKEN_INVALID)
            fail_msg("row %zu", i);
        const char *theirs = page_token_make(&fixture->arena, &fixture->key, &table[i], "pack");
        assert_int_equal(read_token(fixture, &table[i], theirs), PAGE_TOKEN_OK);
        assert_int_equal(read_token(fixture, &binding, theirs), PAGE_TOKEN_INVALID);
    }
    assert_int_equal(read_token(fixture, &binding, token), PAGE_TOKEN_OK);
}

static void is_bound_to_its_world(void **state)
{
    struct fixture *fixture = *state;
    struct page_key other;
    struct page_key same;
    char *position = NULL;
    const char *token = page_token_make(&fixture->arena, &fixture->key, &binding, "pack");
    assert_true(page_key_from_seed(43, &other));
    assert_true(page_key_from_seed(42, &same));
    assert_int_equal(page_token_read(&fixture->arena, &other, &binding, token, &position), PAGE_TOKEN_INVALID);
    assert_int_equal(page_token_read(&fixture->arena, &same, &binding, token, &position), PAGE_TOKEN_OK);
}

static void shows_nothing_of_its_key(void **state)
{
    struct fixture *fixture = *state;
    const char *first = page_token_make(&fixture->arena, &fixture->key, &binding, "pack-a");
    const char *second = page_token_make(&fixture->arena, &fixture->key, &binding, "pack-b");
    assert_memory_not_equal(first, second, 16); /* the seal differs, and not only what is behind it */
}

static void says_when_memory_is_out(void **state)
{
    struct fixture *fixture = *state;
    char *position = NULL;
    const char *token = page_token_make(&fixture->arena, &fixture->key, &binding, "pack");
    size_t cap = 1;
    for (;; cap++) {
        struct arena arena = {.cap = cap};
        const enum page_token_result result = page_token_read(&arena, &fixture->key, &binding, token, &position);
        const bool made = page_token_make(&arena, &fixture->key, &binding, "pack") != NULL;
        arena_free(&arena);
        if (result == PAGE_TOKEN_OK)
            break;
        assert_int_equal(result, PAGE_TOKEN_NO_MEMORY);
        assert_true(cap < 1000);
        (void)made;
    }
    assert_true(cap > strlen(token));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gives_back_the_position),
        TEST(holds_far_longer_positions),
        TEST(refuses_every_change_of_a_single_byte),
        TEST(refuses_pieces_and_additions),
        TEST(refuses_what_it_never_made),
        TEST(is_bound_to_all_it_was_issued_for),
        TEST(is_bound_to_its_world),
        TEST(shows_nothing_of_its_key),
        TEST(says_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
