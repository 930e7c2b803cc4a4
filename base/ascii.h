/* How far a text is of a kind: bytes looked at sixteen at a time, for texts that every request brings. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stddef.h>

/* How many bytes at the beginning of `text` are printable ASCII, the space included. */
size_t ascii_printable_run(const char *text, size_t length);

/* How many are no control characters; bytes of UTF-8 are none. */
size_t ascii_control_free_run(const char *text, size_t length);

/* How many need no escape in JSON: neither controls nor quotes nor backslashes. */
size_t ascii_json_run(const char *text, size_t length);

#endif
