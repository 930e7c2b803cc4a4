/* A request's line and headers: from the library's types to ours. */
#ifndef SERVER_HTTP_HEAD_H
#define SERVER_HTTP_HEAD_H

#include "server/request.h"

struct MHD_Connection;

/* The request's path and query, from its target: "/a?b", "http://host/a?b", "*". Both live in the request's arena.
 * False when memory is out. */
bool head_read_target(struct request *request, const char *target);

/* The request's headers, in their order; the list lives in the request's arena, the texts in the connection's memory.
 * False when memory is out. */
bool head_read_headers(struct request *request, struct MHD_Connection *handle);

/* Whether the request, whose headers were read, begins and ends where they say: NULL, or a line to answer with.
 * `version` is the one that the library handed over: it stands where the request came. */
const char *head_fault(const struct request *request, struct MHD_Connection *handle, const char *version);

#endif
