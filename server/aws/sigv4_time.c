#include "server/aws/sigv4_time.h"

#include "base/timestamp.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Whether `text` looks like `shape`, where 'd' is any digit, 'a' any letter, and all else is itself. It may go on. */
static bool has_shape(const char *text, const char *shape)
{
    for (; *shape != '\0'; text++, shape++) {
        const bool digit = *text >= '0' && *text <= '9';
        const bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
        if (*shape == 'd' ? !digit : *shape == 'a' ? !letter : *text != *shape)
            return false;
    }
    return true;
}

/* 1 to 12; 0 for no month. */
static int month_number(const char *name)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++) {
        if (strncmp(months + (ptrdiff_t)i * 3, name, 3) == 0)
            return i + 1;
    }
    return 0;
}

static bool is_utc(const char *zone)
{
    static const char *const names[] = {"GMT", "UTC", "Z", "+0000", "-0000"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(zone, names[i]) == 0)
            return true;
    }
    return false;
}

bool sigv4_time_parse(const char *text, int64_t *instant)
{
    static const char basic[] = "ddddddddTddddddZ";
    static const char rfc1123[] = "aaa, dd aaa dddd dd:dd:dd ";
    char extended[TIMESTAMP_TEXT];
    if (has_shape(text, basic) && text[sizeof basic - 1] == '\0')
        (void)snprintf(extended, sizeof extended, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", text, text + 4, text + 6, text + 9,
                       text + 11, text + 13);
    else if (has_shape(text, rfc1123) && is_utc(text + sizeof rfc1123 - 1))
        (void)snprintf(extended, sizeof extended, "%.4s-%02d-%.2sT%.8sZ", text + 12, month_number(text + 8), text + 5,
                       text + 17);
    else
        return false;
    return timestamp_parse(extended, instant);
}

const char *sigv4_time_format(int64_t instant, char text[SIGV4_TIME_TEXT])
{
    char extended[TIMESTAMP_TEXT];
    timestamp_format(instant, extended);
    (void)snprintf(text, SIGV4_TIME_TEXT, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", extended, extended + 5, extended + 8,
                   extended + 11, extended + 14, extended + 17);
    return text;
}
