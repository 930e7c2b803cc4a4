#include "base/json_writer.h"

#include "base/ascii.h"
#include "base/timestamp.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begin_value(struct json_writer *writer)
{
    if (writer->comma)
        buffer_append_char(writer->out, ',');
    writer->comma = true;
}

static void begin_group(struct json_writer *writer, char bracket)
{
    begin_value(writer);
    buffer_append_char(writer->out, bracket);
    writer->comma = false;
}

static void end_group(struct json_writer *writer, char bracket)
{
    buffer_append_char(writer->out, bracket);
    writer->comma = true;
}

void json_begin_object(struct json_writer *writer)
{
    begin_group(writer, '{');
}

void json_end_object(struct json_writer *writer)
{
    end_group(writer, '}');
}

void json_begin_array(struct json_writer *writer)
{
    begin_group(writer, '[');
}

void json_end_array(struct json_writer *writer)
{
    end_group(writer, ']');
}

void json_key_n(struct json_writer *writer, const char *key, size_t length)
{
    const size_t comma = writer->comma ? 1 : 0;
    char *end = buffer_reserve(writer->out, comma + length + 3);
    if (end == NULL)
        return;
    if (comma != 0)
        *end++ = ',';
    *end++ = '"';
    memcpy(end, key, length);
    memcpy(end + length, "\":", 2);
    writer->out->length += comma + length + 3;
    writer->comma = false;
}

void json_escaped_key(struct json_writer *writer, const char *key)
{
    json_string(writer, key);
    buffer_append_char(writer->out, ':');
    writer->comma = false;
}

static bool needs_escape(unsigned char byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f;
}

static void append_escape(struct buffer *out, unsigned char byte)
{
    static const char shorthand[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    static const char hex[] = "0123456789abcdef";
    for (const char *pair = shorthand; *pair != '\0'; pair += 2) {
        if ((unsigned char)*pair == byte) {
            buffer_append(out, (char[]){'\\', pair[1]}, 2);
            return;
        }
    }
    buffer_append(out, (char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
}

static void append_escaped(struct json_writer *writer, const char *text, size_t length, size_t run)
{
    begin_value(writer);
    buffer_append_char(writer->out, '"');
    for (; run < length; run = ascii_json_run(text, length)) {
        buffer_append(writer->out, text, run);
        append_escape(writer->out, (unsigned char)text[run]);
        text += run + 1;
        length -= run + 1;
    }
    buffer_append(writer->out, text, length);
    buffer_append_char(writer->out, '"');
}

void json_string_n(struct json_writer *writer, const char *text, size_t length)
{
    const size_t run = ascii_json_run(text, length);
    if (run < length) {
        append_escaped(writer, text, length, run);
        return;
    }
    const size_t comma = writer->comma ? 1 : 0;
    char *end = buffer_reserve(writer->out, comma + length + 2);
    if (end == NULL)
        return;
    if (comma != 0)
        *end++ = ',';
    *end++ = '"';
    memcpy(end, text, length);
    end[length] = '"';
    writer->out->length += comma + length + 2;
    writer->comma = true;
}

void json_lossy_string(struct json_writer *writer, const char *text, size_t length)
{
    begin_value(writer);
    buffer_append_char(writer->out, '"');
    while (length > 0) {
        const size_t sequence = utf8_sequence(text, length);
        const size_t taken = sequence > 0 ? sequence : 1;
        if (sequence == 0)
            buffer_append_char(writer->out, '?');
        else if (sequence == 1 && needs_escape((unsigned char)*text))
            append_escape(writer->out, (unsigned char)*text);
        else
            buffer_append(writer->out, text, sequence);
        text += taken;
        length -= taken;
    }
    buffer_append_char(writer->out, '"');
}

/* The decimal digits of `value`, right-aligned before `end`; where they begin. Two at a time, as a division costs more
 * than all the rest. */
static char *digits_before(char *end, uint64_t value)
{
    char *start = end;
    for (; value >= 10; value /= 100) {
        *--start = (char)('0' + value % 10);
        *--start = (char)('0' + value / 10 % 10);
    }
    if (value > 0 || start == end)
        *--start = (char)('0' + value);
    return start;
}

void json_integer(struct json_writer *writer, int64_t value)
{
    char text[24];
    char *const end = text + sizeof text;
    char *start = digits_before(end, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    if (value < 0)
        *--start = '-';
    json_raw(writer, start, (size_t)(end - start));
}

void json_thousandths(struct json_writer *writer, int64_t thousandths)
{
    char text[24];
    char *const end = text + sizeof text;
    const uint64_t magnitude = thousandths < 0 ? 0 - (uint64_t)thousandths : (uint64_t)thousandths;
    const unsigned decimals = (unsigned)(magnitude % 1000);
    end[-1] = (char)('0' + decimals % 10);
    end[-2] = (char)('0' + decimals / 10 % 10);
    end[-3] = (char)('0' + decimals / 100);
    end[-4] = '.';
    char *start = digits_before(end - 4, magnitude / 1000);
    if (thousandths < 0)
        *--start = '-';
    json_raw(writer, start, (size_t)(end - start));
}

void json_bool(struct json_writer *writer, bool value)
{
    json_raw(writer, value ? "true" : "false", value ? 4 : 5);
}

void json_null(struct json_writer *writer)
{
    json_raw(writer, "null", 4);
}

void json_raw(struct json_writer *writer, const char *text, size_t length)
{
    begin_value(writer);
    buffer_append(writer->out, text, length);
}

void json_real(struct json_writer *writer, double value)
{
    char text[40];
    int length = 0;
    for (int digits = 1; digits <= 17; digits++) {
        length = snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    json_raw(writer, text, (size_t)length);
}

void json_instant(struct json_writer *writer, int64_t milliseconds)
{
    char text[TIMESTAMP_TEXT];
    json_string(writer, timestamp_format(milliseconds, text));
}
