#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_holds(const struct buffer *buffer, const char *text)
{
    assert_false(buffer->failed);
    assert_int_equal(buffer->length, strlen(text));
    assert_memory_equal(buffer->data, text, buffer->length);
}

static void grows_as_bytes_come(void **state)
{
    enum { BYTES = 5000 };
    struct buffer buffer = {0};
    (void)state;
    for (size_t i = 0; i < BYTES; i++)
        buffer_append_char(&buffer, (char)('a' + i % 26));
    assert_int_equal(buffer.length, BYTES);
    for (size_t i = 0; i < BYTES; i++)
        assert_int_equal(buffer.data[i], 'a' + i % 26);
    buffer_free(&buffer);
}

static void takes_bytes_text_and_formats(void **state)
{
    struct buffer buffer = {0};
    (void)state;
    buffer_append(&buffer, "", 0);
    assert_int_equal(buffer.length, 0);
    buffer_append(&buffer, "ab", 2);
    buffer_append_text(&buffer, "cd");
    buffer_append_text(&buffer, "");
    buffer_printf(&buffer, "%d%s", 12, "!");
    buffer_printf(&buffer, "%s", "");
    buffer_append_char(&buffer, '.');
    assert_holds(&buffer, "abcd12!.");
    char *end = buffer_reserve(&buffer, 3);
    memcpy(end, "xyz", 3);
    buffer.length += 3;
    assert_holds(&buffer, "abcd12!.xyz");
    buffer_free(&buffer);
}

static void fails_at_its_cap_and_stays_failed(void **state)
{
    struct buffer buffer = {.cap = 600};
    char bytes[600] = {0};
    (void)state;
    buffer_append(&buffer, bytes, 600);
    assert_false(buffer.failed);
    buffer_append_char(&buffer, 'x');
    assert_true(buffer.failed);
    assert_int_equal(buffer.length, 600);
    assert_null(buffer_reserve(&buffer, 1));

    buffer_clear(&buffer);
    assert_false(buffer.failed);
    buffer_append(&buffer, bytes, 601 - 1);
    assert_int_equal(buffer.length, 600);

    buffer_free(&buffer);
    assert_int_equal(buffer.cap, 600);
    buffer_append_text(&buffer, "again");
    assert_holds(&buffer, "again");
    assert_null(buffer_reserve(&buffer, SIZE_MAX)); /* length + more overflows */
    assert_true(buffer.failed);
    buffer_append_text(&buffer, "later");
    buffer_printf(&buffer, "later");
    assert_int_equal(buffer.length, strlen("again"));
    buffer_free(&buffer);
}

static void a_format_that_does_not_fit_leaves_nothing(void **state)
{
    struct buffer buffer = {.cap = 10};
    (void)state;
    buffer_append_text(&buffer, "12345");
    buffer_printf(&buffer, "%s", "678901234567");
    assert_true(buffer.failed);
    assert_int_equal(buffer.length, 5);
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_as_bytes_come),
        cmocka_unit_test(takes_bytes_text_and_formats),
        cmocka_unit_test(fails_at_its_cap_and_stays_failed),
        cmocka_unit_test(a_format_that_does_not_fit_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
