#include "server/request.h"

#include <assert.h>
#include <strings.h>

/* Most names differ in their first letter, which needs no call to see. */
static bool same_name(const char *name, const char *other)
{
    enum { CASE = 'a' ^ 'A' };
    return (name[0] | CASE) == (other[0] | CASE) && strcasecmp(name, other) == 0;
}

const char *request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (same_name(request->headers[i].name, name))
            return request->headers[i].value;
    }
    return NULL;
}

void reply_header(struct reply *reply, const char *name, const char *value)
{
    assert(reply->header_count < REPLY_HEADERS);
    reply->headers[reply->header_count++] = (struct header){name, value};
}
