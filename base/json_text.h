/*
 * JSON as text: a strict scanner of RFC 8259 that keeps positions. cJSON builds the trees, but it takes what is not
 * JSON (raw control characters, 01, half a \u0000) and forgets where a value stood. So text is held against the
 * grammar here first, big arrays are walked here element by element without a tree, and the place of an error is
 * found here afterwards.
 */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* What a text may hold at the most. */
enum {
    JSON_MAX_DEPTH = 64,
    JSON_MAX_NUMBER = 63 /* characters; cJSON reads no more of them */
};

/* Where a scan stopped and why; `message` is a string constant. */
struct json_fault {
    size_t offset;
    const char *message;
};

/* Whether `text` is one JSON value, in UTF-8, without NUL (neither raw nor \u0000), nested at most JSON_MAX_DEPTH deep.
 * On false `*fault` says where not. */
bool json_check(const char *text, size_t length, struct json_fault *fault);

/* One element of an array or one member of an object, as offsets into the text. */
struct json_item {
    size_t key;       /* of the key's opening quote; in an array, of the value */
    size_t key_end;   /* behind its closing quote; in an array, the same as `key` */
    size_t value;     /* of the value's first byte */
    size_t value_end; /* behind its last */
};

/* Walks the array or object whose bracket stands at `*position` of a checked text: start with *position at the bracket
 * and `first` true; false when there is no further item. */
bool json_next_item(const char *text, size_t *position, bool first, struct json_item *item);

/* Skips white space; the offset of the first byte behind it. */
size_t json_skip_space(const char *text, size_t length, size_t offset);

/* 1-based; columns count characters, not bytes. */
struct json_place {
    size_t line;
    size_t column;
};

struct json_place json_place_of(const char *text, size_t offset);

#endif
