#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 512 };

static size_t grown_capacity(const struct buffer *buffer, size_t needed)
{
    const size_t cap = buffer->cap != 0 ? buffer->cap : BUFFER_DEFAULT_CAP;
    if (needed > cap)
        return 0;
    size_t capacity = buffer->capacity != 0 ? buffer->capacity : FIRST_CAPACITY;
    while (capacity < needed)
        capacity *= 2;
    return capacity < cap ? capacity : cap;
}

char *buffer_reserve(struct buffer *buffer, size_t more)
{
    if (buffer->failed)
        return NULL;
    if (more > buffer->capacity - buffer->length) {
        const size_t needed = buffer->length + more;
        const size_t capacity = needed >= more ? grown_capacity(buffer, needed) : 0;
        char *data = capacity != 0 ? realloc(buffer->data, capacity) : NULL;
        if (data == NULL) {
            buffer->failed = true;
            return NULL;
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->length;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    char *end = buffer_reserve(buffer, length);
    if (end == NULL)
        return;
    memcpy(end, bytes, length);
    buffer->length += length;
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_append_char(struct buffer *buffer, char byte)
{
    buffer_append(buffer, &byte, 1);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const size_t room = buffer->capacity - buffer->length;
    const int length = vsnprintf(room > 0 ? buffer->data + buffer->length : NULL, room, format, arguments);
    va_end(arguments);
    char *end = length >= 0 ? buffer_reserve(buffer, (size_t)length + 1) : NULL;
    if (end == NULL) {
        buffer->failed = true;
        return;
    }
    if ((size_t)length >= room) { /* it did not fit there */
        va_start(arguments, format);
        vsnprintf(end, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    buffer->length += (size_t)length;
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = false;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){.cap = buffer->cap};
}
