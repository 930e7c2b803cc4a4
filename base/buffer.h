/*
 * A growing run of bytes with a named cap. Failure is sticky: once an append did not fit, `failed` stays set and
 * later appends do nothing, so a writer checks once, at the end.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data; /* owned; not NUL-terminated */
    size_t length;
    size_t capacity;
    size_t cap; /* most bytes it may grow to; 0: BUFFER_DEFAULT_CAP */
    bool failed;
};

enum { BUFFER_DEFAULT_CAP = 1024 * 1024 * 1024 };

/* Room for `more` bytes behind what is there: where to write them, or NULL (and `failed`) when memory or the cap is
 * out. The caller adds what it wrote to `length`. */
char *buffer_reserve(struct buffer *buffer, size_t more);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_char(struct buffer *buffer, char byte);
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Empty again, memory kept, `failed` cleared. */
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

#endif
