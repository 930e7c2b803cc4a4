/*
 * Where one request ends and the next begins must not be open to doubt. The library is lenient there (0.9.75): it takes
 * the first of two Content-Length, none where a space stands before the colon, and a folded line for a part of the
 * header's name. What is left of a request that was misread would be answered as another.
 */
#ifndef SERVER_HTTP_FRAMING_H
#define SERVER_HTTP_FRAMING_H

#include "server/request.h"

/* What is wrong with the request line or the headers, as a line to answer with; NULL: nothing (RFC 9112, 2.2 to 6.3).
 * `version` is as "HTTP/1.1". */
const char *framing_fault(const struct request *request, const char *version);

/* The same of the bytes themselves, for a library that cut the lines to pieces where they came: whether the headers lie
 * side by side, each line ended by CR LF, from behind the version up to where the body begins. Folded lines, bare line
 * feeds and NULs leave gaps. */
const char *framing_gap(const struct request *request, const char *version, const char *body);

#endif
