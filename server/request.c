#include "server/request.h"

#include <assert.h>
#include <strings.h>

bool header_is(const struct header *header, const char *name)
{
    enum { CASE = 'a' ^ 'A' };
    /* most names differ in their first letter, which needs no call to see */
    return (header->name[0] | CASE) == (name[0] | CASE) && strcasecmp(header->name, name) == 0;
}

const char *request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (header_is(&request->headers[i], name))
            return request->headers[i].value;
    }
    return NULL;
}

void reply_header(struct reply *reply, const char *name, const char *value)
{
    assert(reply->header_count < REPLY_HEADERS);
    reply->headers[reply->header_count++] = (struct header){name, value};
}
