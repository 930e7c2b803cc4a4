/*
 * A request and its reply as plain structs. No type of the transport leaves server/http/; what a handler needs to know
 * of HTTP stands here.
 */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include "base/arena.h"
#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct header {
    const char *name;
    const char *value;
};

/* Everything a request points at lives until its reply is sent. */
struct request {
    const char *method;
    const char *path;  /* as it came, percent-encoded, without host and query; "*" and a CONNECT's have no '/' */
    const char *query; /* as it came, without the '?'; "" when there is none */
    const struct header *headers;
    size_t header_count;
    const char *body;
    size_t body_length;
    bool body_too_large; /* more came than http_config.body_cap: `body` is empty */
    bool body_lost;      /* memory was out for it: `body` is empty */
    struct arena *arena; /* for whatever is to live as long as the request */
};

enum { REPLY_HEADERS = 8 };

/* What becomes of a reply on its way, for a fault that was asked for. */
enum reply_fate {
    REPLY_SENT,
    REPLY_RESET,     /* the connection is reset instead */
    REPLY_EMPTY,     /* it is closed without a byte */
    REPLY_TRUNCATED, /* half of the body is sent, then it is closed */
};

/* `headers` are sent in their order; `body` belongs to the transport, which frees it. Header values live as long as
 * the request. */
struct reply {
    int status;
    struct header headers[REPLY_HEADERS];
    size_t header_count;
    struct buffer body;
    const char *no_memory; /* what is said, with status 500, where `body` has failed; lives for ever */
    int64_t delay_ms;      /* it waits so long before it is sent */
    enum reply_fate fate;
};

/* Whether a header is of that name, which is compared without case. */
bool header_is(const struct header *header, const char *name);

/* The first header of that name, which is compared without case; NULL where there is none. */
const char *request_header(const struct request *request, const char *name);

/* Adds a header; at most REPLY_HEADERS. */
void reply_header(struct reply *reply, const char *name, const char *value);

#endif
