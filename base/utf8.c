#include "base/utf8.h"

#include <string.h>

size_t utf8_sequence(const char *text, size_t available)
{
    const unsigned char *bytes = (const unsigned char *)text;
    static const struct {
        unsigned char first, last; /* range of the lead byte */
        unsigned char second_first, second_last;
        unsigned char length;
    } forms[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    if (available > 0 && bytes[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (bytes[0] < forms[i].first || bytes[0] > forms[i].last)
            continue;
        if (available < forms[i].length || bytes[1] < forms[i].second_first || bytes[1] > forms[i].second_last)
            return 0;
        for (size_t k = 2; k < forms[i].length; k++) {
            if ((bytes[k] & 0xc0) != 0x80)
                return 0;
        }
        return forms[i].length;
    }
    return 0;
}

bool utf8_check(const char *text, size_t length)
{
    while (length > 0) {
        const size_t taken = utf8_sequence(text, length);
        if (taken == 0)
            return false;
        text += taken;
        length -= taken;
    }
    return true;
}

size_t utf8_count(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

void utf8_trim(char *text)
{
    const size_t length = strlen(text);
    size_t start = length;
    while (start > 0 && length - start < 4 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0 && ((unsigned char)text[start - 1] & 0x80) != 0 &&
        utf8_sequence(text + start - 1, length - start + 1) == 0)
        text[start - 1] = '\0';
}
