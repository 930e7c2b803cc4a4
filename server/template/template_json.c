#include "server/template/template_json.h"

#include "base/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ESCAPE = 6, /* \ud83d */
    PAIR = 2 * ESCAPE,
    JOINED = 10 /* \U0001f600 */
};

/* The code unit of the \u escape at `text`, which json_check has passed. */
static unsigned code_unit(const char *text)
{
    char digits[5] = {0};
    memcpy(digits, text + 2, 4);
    return (unsigned)strtoul(digits, NULL, 16);
}

/* The character of the pair at `text`; 0 where there is none. In checked JSON a high half has its low half behind it.
 */
static unsigned pair_at(const char *text)
{
    if (text[0] != '\\' || text[1] != 'u')
        return 0;
    const unsigned high = code_unit(text);
    if (high < 0xd800 || high > 0xdbff)
        return 0;
    return 0x10000 + ((high - 0xd800) << 10) + (code_unit(text + ESCAPE) - 0xdc00);
}

/* Copies with the pairs joined; the copy's length. */
static size_t copy_joined(char *copy, const char *text, size_t length)
{
    size_t to = 0;
    for (size_t from = 0; from < length;) {
        const unsigned character = pair_at(text + from);
        if (character != 0) {
            (void)snprintf(copy + to, JOINED + 1, "\\U%08x", character);
            to += JOINED;
            from += PAIR;
        } else {
            const size_t taken = text[from] == '\\' ? 2 : 1; /* \\u is no escape of a character */
            memcpy(copy + to, text + from, taken);
            to += taken;
            from += taken;
        }
    }
    return to;
}

bool template_join_surrogates(struct arena *arena, const char **text, size_t *length)
{
    struct json_fault fault;
    if (memmem(*text, *length, "\\u", 2) == NULL || !json_check(*text, *length, &fault))
        return true;
    char *copy = arena_alloc(arena, *length + 1);
    if (copy == NULL)
        return false;
    *length = copy_joined(copy, *text, *length);
    *text = copy;
    return true;
}
