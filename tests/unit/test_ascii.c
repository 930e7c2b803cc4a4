#include "base/ascii.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool is_control(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7f;
}

static bool is_not_printable(unsigned char byte)
{
    return byte < 0x20 || byte > 0x7e;
}

static bool wants_escape(unsigned char byte)
{
    return is_control(byte) || byte == '"' || byte == '\\';
}

static const struct {
    size_t (*run)(const char *text, size_t length);
    bool (*ends)(unsigned char byte);
} kinds[] = {
    {ascii_control_free_run, is_control},
    {ascii_printable_run, is_not_printable},
    {ascii_json_run, wants_escape},
};

/* Every byte, at every place of texts that are shorter and longer than what is looked at at once. */
static void a_run_ends_where_its_kind_does(void **state)
{
    char text[50];
    (void)state;
    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        for (size_t length = 0; length <= sizeof text; length++) {
            memset(text, 'a', sizeof text);
            assert_int_equal(kinds[kind].run(text, length), length);
            for (size_t place = 0; place < length; place++) {
                for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
                    text[place] = (char)byte;
                    assert_int_equal(kinds[kind].run(text, length),
                                     kinds[kind].ends((unsigned char)byte) ? place : length);
                }
                text[place] = 'a';
            }
        }
    }
}

static void the_first_of_several_ends_it(void **state)
{
    (void)state;
    assert_int_equal(ascii_json_run("0123456789abcdef\"\\", 18), 16);
    assert_int_equal(ascii_json_run("01\"3456789\\bcdef\n", 17), 2);
    assert_int_equal(ascii_printable_run("\xc3\xa4\t", 3), 0);
}

/* What stands behind the text is not looked at: the sanitizers see a byte too many. */
static void nothing_behind_the_text_counts(void **state)
{
    static const char text[] = "0123456789abcdefghij\n\n";
    (void)state;
    for (size_t length = 0; length <= 20; length++)
        assert_int_equal(ascii_control_free_run(text, length), length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_ends_where_its_kind_does),
        cmocka_unit_test(the_first_of_several_ends_it),
        cmocka_unit_test(nothing_behind_the_text_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
