#include "base/json_text.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

struct scan {
    const char *text;
    size_t length;
    size_t at;
    struct json_fault *fault;
};

static bool fail(struct scan *scan, const char *message)
{
    *scan->fault = (struct json_fault){scan->at, message};
    return false;
}

/* The byte under the scan, or -1 at the end. */
static int peek(const struct scan *scan)
{
    return scan->at < scan->length ? (unsigned char)scan->text[scan->at] : -1;
}

static bool is_space(int byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

size_t json_skip_space(const char *text, size_t length, size_t offset)
{
    while (offset < length && is_space((unsigned char)text[offset]))
        offset++;
    return offset;
}

static void skip_space(struct scan *scan)
{
    scan->at = json_skip_space(scan->text, scan->length, scan->at);
}

static int hex_value(int byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

/* The four hexadecimal digits behind a \u; -1 where they are not. */
static int32_t scan_code_unit(struct scan *scan)
{
    int32_t unit = 0;
    for (int i = 0; i < 4; i++, scan->at++) {
        const int digit = hex_value(peek(scan));
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Behind a \u: one code unit, or the two of a surrogate pair. */
static bool scan_unicode_escape(struct scan *scan)
{
    const int32_t unit = scan_code_unit(scan);
    if (unit < 0)
        return fail(scan, "\\u wants four hexadecimal digits");
    if (unit == 0)
        return fail(scan, "a string may not hold the NUL character");
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    const bool pair = unit <= 0xdbff && scan->length - scan->at >= 2 && memcmp(scan->text + scan->at, "\\u", 2) == 0;
    if (!pair)
        return fail(scan, "half a surrogate pair");
    scan->at += 2;
    const int32_t low = scan_code_unit(scan);
    return low >= 0xdc00 && low <= 0xdfff ? true : fail(scan, "half a surrogate pair");
}

static bool scan_escape(struct scan *scan)
{
    scan->at++;
    const int byte = peek(scan);
    if (byte <= 0 || strchr("\"\\/bfnrtu", byte) == NULL)
        return fail(scan, "unknown escape in a string");
    scan->at++;
    return byte == 'u' ? scan_unicode_escape(scan) : true;
}

static bool scan_string(struct scan *scan)
{
    scan->at++;
    for (;;) {
        const int byte = peek(scan);
        if (byte < 0)
            return fail(scan, "the string does not end");
        if (byte == '"') {
            scan->at++;
            return true;
        }
        if (byte < 0x20)
            return fail(scan, "a control character in a string must be escaped");
        if (byte == '\\') {
            if (!scan_escape(scan))
                return false;
        } else if (byte < 0x80) {
            scan->at++;
        } else {
            const size_t length = utf8_sequence(scan->text + scan->at, scan->length - scan->at);
            if (length == 0)
                return fail(scan, "not UTF-8");
            scan->at += length;
        }
    }
}

static bool scan_digits(struct scan *scan)
{
    if (!isdigit(peek(scan)))
        return fail(scan, "a digit is missing in a number");
    while (isdigit(peek(scan)))
        scan->at++;
    return true;
}

static bool scan_number_parts(struct scan *scan)
{
    if (peek(scan) == '-')
        scan->at++;
    if (peek(scan) == '0')
        scan->at++;
    else if (!scan_digits(scan))
        return false;
    if (isdigit(peek(scan)))
        return fail(scan, "a number may not begin with 0");
    if (peek(scan) == '.') {
        scan->at++;
        if (!scan_digits(scan))
            return false;
    }
    if (peek(scan) == 'e' || peek(scan) == 'E') {
        scan->at++;
        if (peek(scan) == '+' || peek(scan) == '-')
            scan->at++;
        return scan_digits(scan);
    }
    return true;
}

static bool scan_number(struct scan *scan)
{
    const size_t start = scan->at;
    if (!scan_number_parts(scan))
        return false;
    return scan->at - start <= JSON_MAX_NUMBER ? true : fail(scan, "a number is too long");
}

static bool scan_literal(struct scan *scan, const char *literal)
{
    const size_t length = strlen(literal);
    if (scan->length - scan->at < length || memcmp(scan->text + scan->at, literal, length) != 0)
        return fail(scan, "a value was expected");
    scan->at += length;
    return true;
}

/* A value that is no group. */
static bool scan_scalar(struct scan *scan)
{
    switch (peek(scan)) {
    case '"':
        return scan_string(scan);
    case 't':
        return scan_literal(scan, "true");
    case 'f':
        return scan_literal(scan, "false");
    case 'n':
        return scan_literal(scan, "null");
    case -1:
        return fail(scan, "the text ends where a value was expected");
    default:
        return peek(scan) == '-' || isdigit(peek(scan)) ? scan_number(scan) : fail(scan, "a value was expected");
    }
}

static bool scan_key(struct scan *scan)
{
    skip_space(scan);
    if (peek(scan) != '"')
        return fail(scan, "a key in double quotes was expected");
    if (!scan_string(scan))
        return false;
    skip_space(scan);
    if (peek(scan) != ':')
        return fail(scan, "a colon was expected behind the key");
    scan->at++;
    return true;
}

/* Behind a value: closes what ends here. True with *next when another item follows, or with *depth 0 at the end. */
static bool scan_behind_value(struct scan *scan, const char *closers, size_t *depth, bool *next)
{
    *next = false;
    while (*depth > 0) {
        skip_space(scan);
        const int byte = peek(scan);
        if (byte == ',') {
            scan->at++;
            *next = true;
            return true;
        }
        if (byte != closers[*depth - 1])
            return fail(scan, byte < 0 ? "the text ends inside an object or array"
                                       : "a comma or the closing bracket was expected");
        scan->at++;
        (*depth)--;
    }
    return true;
}

/* No recursion: depth is data, so that no input can exhaust the stack. */
static bool scan_value(struct scan *scan)
{
    char closers[JSON_MAX_DEPTH];
    size_t depth = 0;
    bool next = true;
    while (next) {
        if (depth > 0 && closers[depth - 1] == '}' && !scan_key(scan))
            return false;
        skip_space(scan);
        const int byte = peek(scan);
        if (byte == '{' || byte == '[') {
            if (depth == JSON_MAX_DEPTH)
                return fail(scan, "nested too deep");
            closers[depth++] = byte == '{' ? '}' : ']';
            scan->at++;
            skip_space(scan);
            if (peek(scan) != closers[depth - 1])
                continue;
        } else if (!scan_scalar(scan)) {
            return false;
        }
        if (!scan_behind_value(scan, closers, &depth, &next))
            return false;
    }
    return true;
}

bool json_check(const char *text, size_t length, struct json_fault *fault)
{
    struct scan scan = {text, length, 0, fault};
    if (!scan_value(&scan))
        return false;
    skip_space(&scan);
    return scan.at == length ? true : fail(&scan, "something stands behind the value");
}

/* In checked text: behind the string whose quote stands at `at`. */
static size_t behind_string(const char *text, size_t at)
{
    for (at++; text[at] != '"'; at++) {
        if (text[at] == '\\')
            at++;
    }
    return at + 1;
}

/* In checked text: behind the value that begins at `at`. */
static size_t behind_value(const char *text, size_t at)
{
    size_t depth = 0;
    do {
        if (text[at] == '"') {
            at = behind_string(text, at);
        } else if (text[at] == '{' || text[at] == '[') {
            depth++;
            at++;
        } else if (text[at] == '}' || text[at] == ']') {
            depth--;
            at++;
        } else if (depth == 0) {
            while (isalnum((unsigned char)text[at]) || (text[at] != '\0' && strchr("+-.", text[at]) != NULL))
                at++;
        } else {
            at++;
        }
    } while (depth > 0);
    return at;
}

bool json_next_item(const char *text, size_t *position, bool first, struct json_item *item)
{
    size_t at = json_skip_space(text, SIZE_MAX, *position + (first ? 1 : 0));
    if (!first && text[at] == ',')
        at = json_skip_space(text, SIZE_MAX, at + 1);
    if (text[at] == ']' || text[at] == '}')
        return false;
    item->key = at;
    item->key_end = at;
    /* a string with a colon behind it is a key */
    if (text[at] == '"') {
        const size_t behind = behind_string(text, at);
        const size_t colon = json_skip_space(text, SIZE_MAX, behind);
        if (text[colon] == ':') {
            item->key_end = behind;
            at = json_skip_space(text, SIZE_MAX, colon + 1);
        }
    }
    item->value = at;
    item->value_end = behind_value(text, at);
    *position = item->value_end;
    return true;
}

struct json_place json_place_of(const char *text, size_t offset)
{
    struct json_place place = {1, 1};
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n')
            place = (struct json_place){place.line + 1, 1};
        else if (((unsigned char)text[i] & 0xc0) != 0x80)
            place.column++;
    }
    return place;
}
