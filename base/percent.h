/*
 * Percent-coding (RFC 3986) and the pairs of a query string.
 */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

/* One name=value of a query string, still encoded. A pair without '=' has an empty value. */
struct query_pair {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
};

/* Takes the next pair off *query, which moves behind it; empty pairs ("a=1&&b=2") are skipped. False when there is
 * none left. */
bool query_next_pair(const char **query, struct query_pair *pair);

/* Decodes %XX, and '+' as a space; a '%' without two hexadecimal digits stands for itself. `out` has room for `length`
 * bytes, may be `text`, and is not terminated: the result may hold NULs. Returns the bytes written. */
size_t percent_decode(const char *text, size_t length, char *out);

/* Encodes all but letters, digits and "-._~", and '/' unless `keep_slash`, as %XX in upper case. `out` has room for
 * 3 * `length` bytes and is not terminated. Returns the bytes written. */
size_t percent_encode(const char *text, size_t length, bool keep_slash, char *out);

#endif
