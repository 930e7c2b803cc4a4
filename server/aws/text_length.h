/*
 * The length of a text as AWS counts it.
 */
#ifndef SERVER_AWS_TEXT_LENGTH_H
#define SERVER_AWS_TEXT_LENGTH_H

#include <stddef.h>

/* The UTF-16 units of UTF-8 `text`, as Java's String.length() counts: a character past U+FFFF is two. */
size_t text_length(const char *text);

#endif
