/* UTF-8 sequences (RFC 3629). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the sequence at `text`; 0 where it is none. */
size_t utf8_sequence(const char *text, size_t available);

/* Whether the text is all UTF-8. */
bool utf8_check(const char *text, size_t length);

/* How many characters a text has that is UTF-8. */
size_t utf8_count(const char *text);

/* Takes off the half sequence that cutting a text may have left at its end. */
void utf8_trim(char *text);

#endif
