#include "base/timestamp.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MINUTE_MS  (60LL * 1000)
#define HOUR_MS    (60 * MINUTE_MS)
#define LONGEST_MS (100LL * 366 * 24 * HOUR_MS)

static bool in_range(int64_t instant)
{
    return instant >= TIMESTAMP_MIN && instant <= TIMESTAMP_MAX;
}

/* `count` digits at *text as a number; *text moves behind them. -1 where there are fewer. */
static int take_digits(const char **text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (!isdigit((unsigned char)**text))
            return -1;
        value = value * 10 + (**text - '0');
    }
    return value;
}

static bool take_char(const char **text, const char *one_of)
{
    if (**text == '\0' || strchr(one_of, **text) == NULL)
        return false;
    (*text)++;
    return true;
}

/* The fraction behind the seconds, where there is one: -1 when a point has no digit behind it. */
static int take_milliseconds(const char **text)
{
    if (!take_char(text, ".,"))
        return 0;
    int milliseconds = 0;
    int digits = 0;
    for (; isdigit((unsigned char)**text); (*text)++, digits++) {
        if (digits < 3)
            milliseconds = milliseconds * 10 + (**text - '0');
    }
    for (int missing = digits; missing < 3; missing++)
        milliseconds *= 10;
    return digits > 0 ? milliseconds : -1;
}

/* 'Z' or +hh:mm or +hhmm, as milliseconds east of UTC. */
static bool take_offset(const char **text, int64_t *offset)
{
    *offset = 0;
    if (take_char(text, "Zz"))
        return true;
    const bool west = **text == '-';
    if (!take_char(text, "+-"))
        return false;
    const int hours = take_digits(text, 2);
    take_char(text, ":");
    const int minutes = take_digits(text, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *offset = (west ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
    return true;
}

static bool take_date(const char **text, struct tm *date)
{
    const int year = take_digits(text, 4);
    const bool first = take_char(text, "-");
    const int month = take_digits(text, 2);
    const bool second = take_char(text, "-");
    const int day = take_digits(text, 2);
    date->tm_year = year - 1900;
    date->tm_mon = month - 1;
    date->tm_mday = day;
    return first && second && year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool take_time(const char **text, struct tm *time)
{
    time->tm_hour = take_digits(text, 2);
    const bool first = take_char(text, ":");
    time->tm_min = take_digits(text, 2);
    const bool second = take_char(text, ":");
    time->tm_sec = take_digits(text, 2);
    return first && second && time->tm_hour >= 0 && time->tm_hour <= 23 && time->tm_min >= 0 && time->tm_min <= 59 &&
           time->tm_sec >= 0 && time->tm_sec <= 59;
}

bool timestamp_parse(const char *text, int64_t *instant)
{
    struct tm parts = {0};
    int64_t offset = 0;
    int milliseconds = 0;
    if (!take_date(&text, &parts))
        return false;
    if (*text != '\0') {
        if (!take_char(&text, "Tt ") || !take_time(&text, &parts))
            return false;
        milliseconds = take_milliseconds(&text);
        if (milliseconds < 0 || !take_offset(&text, &offset) || *text != '\0')
            return false;
    }
    const int day = parts.tm_mday; /* timegm turns 31 April into 1 May: refused below */
    const int64_t seconds = timegm(&parts);
    const int64_t result = seconds * 1000 + milliseconds - offset;
    if (parts.tm_mday != day || !in_range(result))
        return false;
    *instant = result;
    return true;
}

bool timestamp_from_epoch_seconds(double seconds, int64_t *instant)
{
    const double milliseconds = round(seconds * 1000);
    if (!(milliseconds >= (double)TIMESTAMP_MIN && milliseconds <= (double)TIMESTAMP_MAX))
        return false;
    *instant = (int64_t)milliseconds;
    return true;
}

const char *timestamp_format(int64_t instant, char text[TIMESTAMP_TEXT])
{
    int64_t milliseconds = instant % 1000;
    if (milliseconds < 0)
        milliseconds += 1000;
    const time_t seconds = (instant - milliseconds) / 1000;
    struct tm parts;
    if (gmtime_r(&seconds, &parts) == NULL)
        parts = (struct tm){.tm_mday = 1};
    snprintf(text, TIMESTAMP_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1,
             parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, (int)milliseconds);
    return text;
}

bool duration_parse(const char *text, int64_t *duration)
{
    static const struct {
        const char *name;
        double milliseconds;
    } units[] = {{"ms", 1}, {"s", 1000}, {"", 1000}, {"m", MINUTE_MS}, {"h", HOUR_MS}};

    if (!isdigit((unsigned char)*text) || strspn(text, "0123456789.") > 18)
        return false;
    char *unit = NULL;
    const double number = strtod(text, &unit);
    if (strspn(text, "0123456789.") != (size_t)(unit - text)) /* strtod knows hexadecimals and exponents */
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const double milliseconds = round(number * units[i].milliseconds);
        if (strcmp(unit, units[i].name) == 0 && milliseconds <= (double)LONGEST_MS) {
            *duration = (int64_t)milliseconds;
            return true;
        }
    }
    return false;
}
