#include "server/aws/blob.h"

#include "server/aws/text_length.h"

#include <ctype.h>
#include <string.h>

static bool is_digit(char byte)
{
    return isalnum((unsigned char)byte) || byte == '+' || byte == '/';
}

/* The first byte that may not stand where it stands: no digit of Base64, or padding with something else behind. NULL
 * where there is none. */
static const char *misplaced_byte(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '=' ? text[1] != '\0' && text[1] != '=' : !is_digit(*text))
            return text;
    }
    return NULL;
}

static size_t padding_of(const char *text, size_t length)
{
    size_t padding = 0;
    while (padding < length && text[length - 1 - padding] == '=')
        padding++;
    return padding;
}

/* Whether the last digit holds bits that no byte is made of, or padding stands where there is nothing to pad. */
static bool ends_wrong(const char *text, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t padding = padding_of(text, length);
    if (padding == 0)
        return false;
    if (padding > 2)
        return true;
    const size_t value = (size_t)(strchr(digits, text[length - 1 - padding]) - digits);
    return (value & (padding == 1 ? 0x3U : 0xfU)) != 0;
}

/* The bytes of the UTF-8 character at `text`. */
static int character_bytes(const char *text)
{
    int bytes = 1;
    while (((unsigned char)text[bytes] & 0xc0) == 0x80)
        bytes++;
    return bytes;
}

bool blob_check(struct arena *arena, const char *text, const char **message)
{
    const size_t characters = text_length(text);
    const char *misplaced = misplaced_byte(text);
    if (characters % 4 != 0)
        *message = arena_printf(arena,
                                "'%s' can not be converted to a Blob: Base64 encoded length is expected a multiple of "
                                "4 bytes but found: %zu",
                                text, characters);
    else if (misplaced != NULL)
        *message = arena_printf(arena, "'%s' can not be converted to a Blob: Invalid Base64 character: '%.*s'", text,
                                character_bytes(misplaced), misplaced);
    else if (ends_wrong(text, characters))
        *message = arena_printf(
            arena, "'%s' can not be converted to a Blob: Invalid last non-pad Base64 character dectected", text);
    else
        return true;
    return false;
}

size_t blob_length(const char *text)
{
    const size_t length = strlen(text);
    return length / 4 * 3 - padding_of(text, length);
}
