#include "base/timestamp.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void reads_every_form(void **state)
{
    static const struct {
        const char *text;
        int64_t instant;
    } table[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00z", 0},
        {"1970-01-01t00:00:00Z", 0},
        {"1970-01-01 00:00:00Z", 0},
        {"1970-01-01", 0},
        {"1970-01-01T00:00:00.5Z", 500},
        {"1970-01-01T00:00:00,05Z", 50},
        {"1970-01-01T00:00:00.0019999Z", 1}, /* cut, not rounded */
        {"1969-12-31T23:59:59.999Z", -1},
        {"2019-11-16T00:46:41.619Z", 1573865201619},
        {"2019-11-16T01:46:41.619000+01:00", 1573865201619},
        {"2019-11-15T19:16:41.619-0530", 1573865201619},
        {"2019-11-16T00:46:41.619-00:00", 1573865201619},
        {"2026-01-01T00:00:00Z", 1767225600000},
        {"2024-02-29T00:00:00Z", 1709164800000},
        {"2000-02-29T12:00:00Z", 951825600000},
        {"2024-12-31T23:59:59+23:59", 1735603259000},
        {"0001-01-01T00:00:00Z", TIMESTAMP_MIN},
        {"9999-12-31T23:59:59.999Z", TIMESTAMP_MAX},
        {"9999-12-31T23:59:59.999999Z", TIMESTAMP_MAX},
        {"0001-01-01T01:00:00+01:00", TIMESTAMP_MIN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        int64_t instant = TIMESTAMP_NONE;
        if (!timestamp_parse(table[i].text, &instant) || instant != table[i].instant)
            fail_msg("%s: %lld", table[i].text, (long long)instant);
    }
}

static void refuses_what_is_no_instant(void **state)
{
    static const char *const table[] = {
        "",
        " ",
        "now",
        "real",
        "2026",
        "2026-01",
        "2026-01-01T",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00:00", /* no zone: whose midnight? */
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.5",
        "2026-01-01T00:00:00ZZ",
        "2026-01-01T00:00:00Z ",
        " 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00 Z",
        "2026-01-01T00:00:00+01",
        "2026-01-01T00:00:00+1:00",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+00:60",
        "2026-01-01T24:00:00Z",
        "2026-01-01T23:60:00Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T-1:00:00Z",
        "2026-00-01",
        "2026-13-01",
        "2026-01-00",
        "2026-01-32",
        "2026-04-31",
        "2026-02-29", /* no leap year */
        "1900-02-29",
        "2024-02-30",
        "0000-01-01",
        "-001-01-01",
        "10000-01-01",
        "26-01-01",
        "2026-1-1",
        "2026/01/01",
        "20260101",
        "2026-W01-1",
        "1767225600",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        int64_t instant = 42;
        if (timestamp_parse(table[i], &instant) || instant != 42)
            fail_msg("'%s' was read as %lld", table[i], (long long)instant);
    }
}

static void every_prefix_of_an_instant_is_refused(void **state)
{
    static const char whole[] = "2019-11-16T01:46:41.619+01:00";
    char text[sizeof whole];
    int64_t instant = 0;
    (void)state;
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        memcpy(text, whole, length);
        text[length] = '\0';
        if (timestamp_parse(text, &instant) != (length == strlen("2019-11-16")))
            fail_msg("%s", text);
    }
    assert_true(timestamp_parse(whole, &instant));
}

static void writes_what_it_reads(void **state)
{
    static const struct {
        int64_t instant;
        const char *text;
    } table[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {1573865201619, "2019-11-16T00:46:41.619Z"},
        {TIMESTAMP_MIN, "0001-01-01T00:00:00.000Z"},
        {TIMESTAMP_MAX, "9999-12-31T23:59:59.999Z"},
    };
    char text[TIMESTAMP_TEXT];
    int64_t instant = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        assert_string_equal(timestamp_format(table[i].instant, text), table[i].text);
    /* a step of about 11 days and an odd number of milliseconds, through all the years there are */
    for (int64_t at = TIMESTAMP_MIN; at <= TIMESTAMP_MAX; at += 1000000007) {
        assert_true(timestamp_parse(timestamp_format(at, text), &instant));
        assert_int_equal(instant, at);
    }
}

static void reads_epoch_seconds(void **state)
{
    static const struct {
        double seconds;
        int64_t instant;
    } table[] = {
        {0, 0},
        {1573865201.619, 1573865201619},
        {1.573865201619E9, 1573865201619},
        {1767225600, 1767225600000},
        {-0.001, -1},
        {0.0004, 0},
        {0.0005, 1},
        {-62135596800.0, TIMESTAMP_MIN},
        {253402300799.999, TIMESTAMP_MAX},
    };
    const double refused[] = {NAN, INFINITY, -INFINITY, 1e300, 253402300800.0, -62135596800.001, 1573865201619.0};
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        int64_t instant = TIMESTAMP_NONE;
        if (!timestamp_from_epoch_seconds(table[i].seconds, &instant) || instant != table[i].instant)
            fail_msg("%.4f: %lld", table[i].seconds, (long long)instant);
    }
    for (size_t i = 0; i < COUNT(refused); i++) {
        int64_t instant = 42;
        if (timestamp_from_epoch_seconds(refused[i], &instant) || instant != 42)
            fail_msg("%f was taken", refused[i]);
    }
    /* milliseconds survive the way through a double, as an answer's times do when they are recorded */
    for (int64_t at = 1500000000000; at < 1500000200000; at += 7) {
        int64_t instant = 0;
        assert_true(timestamp_from_epoch_seconds((double)at / 1000, &instant));
        assert_int_equal(instant, at);
    }
}

static void reads_durations(void **state)
{
    static const struct {
        const char *text;
        int64_t duration; /* -1: refused */
    } table[] = {
        {"2s", 2000},
        {"2", 2000},
        {"0", 0},
        {"0s", 0},
        {"250ms", 250},
        {"1.5m", 90000},
        {"0.25h", 900000},
        {"1h", 3600000},
        {"0.0004s", 0},
        {"0.0005s", 1},
        {"878400h", 3162240000000}, /* 100 years */
        {"878400.1h", -1},
        {"3162240000s", 3162240000000},
        {"3162240001s", -1},
        {"999999999999999999", -1},
        {"0000000000000000000", -1},
        {"", -1},
        {"s", -1},
        {".5s", -1},
        {"-1s", -1},
        {"+1s", -1},
        {" 1s", -1},
        {"1 s", -1},
        {"1s ", -1},
        {"1S", -1},
        {"1d", -1},
        {"1sec", -1},
        {"1h30m", -1},
        {"1e3", -1},
        {"0x10", -1},
        {"1.2.3s", -1},
        {"1,5s", -1},
        {"inf", -1},
        {"nan", -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        int64_t duration = -1;
        if (duration_parse(table[i].text, &duration) != (table[i].duration >= 0) || duration != table[i].duration)
            fail_msg("'%s': %lld", table[i].text, (long long)duration);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_form),
        cmocka_unit_test(refuses_what_is_no_instant),
        cmocka_unit_test(every_prefix_of_an_instant_is_refused),
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(reads_epoch_seconds),
        cmocka_unit_test(reads_durations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
