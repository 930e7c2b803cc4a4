/*
 * Writes JSON text straight into a buffer, in one pass and without printf. Commas are its business; that keys and
 * ends match is the caller's.
 */
#ifndef BASE_JSON_WRITER_H
#define BASE_JSON_WRITER_H

#include "base/buffer.h"
#include "base/timestamp.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct json_writer {
    struct buffer *out;
    bool comma; /* a value stands before: the next one needs a comma */
};

void json_begin_object(struct json_writer *writer);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer);
void json_end_array(struct json_writer *writer);

/* `key` is written as it is: it must need no escaping. */
void json_key_n(struct json_writer *writer, const char *key, size_t length);

/* Inline, as the length of a literal is then known when it is compiled. */
static inline void json_key(struct json_writer *writer, const char *key)
{
    json_key_n(writer, key, strlen(key));
}

/* As json_key, for a key that is data. */
void json_escaped_key(struct json_writer *writer, const char *key);

/* `text` is UTF-8; quotes, backslashes and control characters are escaped. */
void json_string_n(struct json_writer *writer, const char *text, size_t length);

static inline void json_string(struct json_writer *writer, const char *text)
{
    json_string_n(writer, text, strlen(text));
}

/* As json_string_n, for bytes that may be no UTF-8: what is none becomes '?'. */
void json_lossy_string(struct json_writer *writer, const char *text, size_t length);
void json_integer(struct json_writer *writer, int64_t value);
void json_bool(struct json_writer *writer, bool value);
void json_null(struct json_writer *writer);

/* A number of thousandths, with three decimals: 1573865201619 is 1573865201.619, which is how AWS JSON carries times.
 */
void json_thousandths(struct json_writer *writer, int64_t thousandths);

/* A value that is JSON text already. */
void json_raw(struct json_writer *writer, const char *text, size_t length);

/* A finite number, with as many digits as it takes to read the same one back. */
void json_real(struct json_writer *writer, double value);

/* Milliseconds since 1970 as ISO 8601, in quotes. */
void json_instant(struct json_writer *writer, int64_t milliseconds);

/* ---- key and value in one ---- */

static inline void json_member_string(struct json_writer *writer, const char *key, const char *text)
{
    json_key(writer, key);
    json_string(writer, text);
}

static inline void json_member_integer(struct json_writer *writer, const char *key, int64_t value)
{
    json_key(writer, key);
    json_integer(writer, value);
}

static inline void json_member_real(struct json_writer *writer, const char *key, double value)
{
    json_key(writer, key);
    json_real(writer, value);
}

static inline void json_member_bool(struct json_writer *writer, const char *key, bool value)
{
    json_key(writer, key);
    json_bool(writer, value);
}

static inline void json_member_instant(struct json_writer *writer, const char *key, int64_t milliseconds)
{
    json_key(writer, key);
    json_instant(writer, milliseconds);
}

/* ---- the same, but nothing where there is no value: NULL, 0, TIMESTAMP_NONE ---- */

static inline void json_optional_string(struct json_writer *writer, const char *key, const char *text)
{
    if (text != NULL)
        json_member_string(writer, key, text);
}

static inline void json_optional_integer(struct json_writer *writer, const char *key, int64_t value)
{
    if (value != 0)
        json_member_integer(writer, key, value);
}

static inline void json_optional_instant(struct json_writer *writer, const char *key, int64_t milliseconds)
{
    if (milliseconds != TIMESTAMP_NONE)
        json_member_instant(writer, key, milliseconds);
}

static inline void json_optional_epoch_seconds(struct json_writer *writer, const char *key, int64_t milliseconds)
{
    if (milliseconds == TIMESTAMP_NONE)
        return;
    json_key(writer, key);
    json_thousandths(writer, milliseconds);
}

#endif
