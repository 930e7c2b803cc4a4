#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void gives_aligned_pieces_that_do_not_overlap(void **state)
{
    enum { PIECES = 400 };
    struct arena arena = {0};
    unsigned char *pieces[PIECES];
    (void)state;
    for (size_t i = 0; i < PIECES; i++) {
        pieces[i] = arena_alloc(&arena, i);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        memset(pieces[i], (int)(i % 251), i);
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t k = 0; k < i; k++)
            assert_int_equal(pieces[i][k], i % 251);
    }
    arena_free(&arena);
}

static void gives_pieces_larger_than_a_block(void **state)
{
    enum { LARGE = 1024 * 1024 };
    struct arena arena = {0};
    (void)state;
    char *small = arena_strdup(&arena, "small");
    char *large = arena_alloc(&arena, LARGE);
    assert_non_null(small);
    assert_non_null(large);
    memset(large, 'x', LARGE);
    assert_string_equal(small, "small");
    arena_reset(&arena);
    assert_non_null(arena_alloc(&arena, LARGE));
    arena_free(&arena);
}

static void stops_at_its_cap(void **state)
{
    struct arena arena = {.cap = 100};
    (void)state;
    assert_non_null(arena_alloc(&arena, 60));
    assert_null(arena_alloc(&arena, 41));
    assert_non_null(arena_alloc(&arena, 40));
    assert_null(arena_alloc(&arena, 1));
    assert_null(arena_strdup(&arena, ""));
    assert_null(arena_printf(&arena, "%d", 1));
    arena_reset(&arena);
    assert_non_null(arena_alloc(&arena, 100));
    assert_null(arena_alloc(&arena, SIZE_MAX));
    arena_free(&arena);

    struct arena standard = {0};
    assert_null(arena_alloc(&standard, (size_t)ARENA_DEFAULT_CAP + 1));
    arena_free(&standard);
}

static void clears_what_calloc_gives(void **state)
{
    struct arena arena = {0};
    (void)state;
    memset(arena_alloc(&arena, 64), 0xff, 64);
    arena_reset(&arena); /* the same bytes come again */
    const unsigned char *piece = arena_calloc(&arena, 8, 8);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(piece[i], 0);
    assert_null(arena_calloc(&arena, SIZE_MAX / 2, 3)); /* the product overflows to something small */
    assert_non_null(arena_calloc(&arena, 0, 8));
    assert_non_null(arena_calloc(&arena, 8, 0));
    arena_free(&arena);
}

static void copies_and_prints_text(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_string_equal(arena_strdup(&arena, "pack"), "pack");
    assert_string_equal(arena_strndup(&arena, "packs", 4), "pack");
    assert_memory_equal(arena_strndup(&arena, "a\0b", 3), "a\0b", 4);
    assert_string_equal(arena_strndup(&arena, "", 0), "");
    assert_null(arena_strndup(&arena, "x", SIZE_MAX));
    assert_string_equal(arena_printf(&arena, "%s-%03d", "pack", 7), "pack-007");
    assert_string_equal(arena_printf(&arena, "%s", ""), "");
    assert_int_equal(strlen(arena_printf(&arena, "%20000d", 1)), 20000);
    arena_free(&arena);
}

static void may_be_used_again_when_freed(void **state)
{
    struct arena arena = {0};
    (void)state;
    arena_reset(&arena);
    arena_free(&arena);
    assert_non_null(arena_alloc(&arena, 10));
    arena_free(&arena);
    arena_free(&arena);
    assert_int_equal(arena.total, 0);
    assert_non_null(arena_alloc(&arena, 10));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_aligned_pieces_that_do_not_overlap),
        cmocka_unit_test(gives_pieces_larger_than_a_block),
        cmocka_unit_test(stops_at_its_cap),
        cmocka_unit_test(clears_what_calloc_gives),
        cmocka_unit_test(copies_and_prints_text),
        cmocka_unit_test(may_be_used_again_when_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
