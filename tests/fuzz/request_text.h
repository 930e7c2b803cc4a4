/*
 * Requests as text: how the inputs of the targets are written that answer requests. As on the wire, but plainer, so
 * that they can be read, written and mutated: the line ends may be LF alone, a body goes on to the next line that is
 * `%%` (Content-Length counts for nothing), and behind that line stands the next request.
 */
#ifndef TESTS_FUZZ_REQUEST_TEXT_H
#define TESTS_FUZZ_REQUEST_TEXT_H

#include "server/request.h"

#include <stdbool.h>
#include <stddef.h>

struct request_text {
    const char *rest;
    size_t length;
};

/* Takes the next request off the text; it lives in the arena. False when there is none left, or memory is out. */
bool request_text_next(struct request_text *text, struct arena *arena, struct request *request);

/* Takes one line off, without its end, as a copy in the arena; NULL when memory is out. Bytes behind a NUL are lost. */
char *request_text_line(struct request_text *text, struct arena *arena);

#endif
