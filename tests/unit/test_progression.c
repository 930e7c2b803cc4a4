#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void reads_the_four_forms(void **state)
{
    static const struct {
        const char *text;
        struct progression progression;
    } table[] = {
        {"immediate", {TRIGGER_NOW, 0}},
        {"manual", {TRIGGER_HAND, 0}},
        {"after 2s", {TRIGGER_TIME, 2000}},
        {"after 0", {TRIGGER_TIME, 0}},
        {"after 1.5m", {TRIGGER_TIME, 90000}},
        {"after 250ms", {TRIGGER_TIME, 250}},
        {"polls 1", {TRIGGER_POLLS, 1}},
        {"polls 3", {TRIGGER_POLLS, 3}},
        {"polls 1000000", {TRIGGER_POLLS, POLLS_MAX}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct progression progression = {0};
        if (!progression_parse(table[i].text, &progression) || progression.trigger != table[i].progression.trigger ||
            progression.after != table[i].progression.after)
            fail_msg("%s: %d %lld", table[i].text, (int)progression.trigger, (long long)progression.after);
    }
}

static void refuses_anything_else(void **state)
{
    static const char *const table[] = {
        "",
        "Immediate",
        "immediate ",
        "now",
        "manually",
        "after",
        "after ",
        "after2s",
        "after -1",
        "after  2s",
        "after 2d",
        "after 2s ",
        "polls",
        "polls ",
        "polls 0",
        "polls -1",
        "polls 1.5",
        "polls 1s",
        "polls +1",
        "polls  1",
        "polls 1000001",
        "polls 10000000",
        "polls 18446744073709551617",
        "2s",
        "3",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct progression progression;
        if (progression_parse(table[i], &progression))
            fail_msg("'%s' was taken", table[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_four_forms),
        cmocka_unit_test(refuses_anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
