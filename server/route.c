#include "server/route.h"

#include <string.h>

static bool is_control(const char *path)
{
    const size_t length = sizeof CONTROL_PREFIX - 1;
    return strncmp(path, CONTROL_PREFIX, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static bool is_browser_at_root(const struct request *request)
{
    const char *accept = request_header(request, "Accept");
    return strcmp(request->method, "GET") == 0 && strcmp(request->path, "/") == 0 && accept != NULL &&
           strstr(accept, "text/html") != NULL;
}

void route_request(void *arg, const struct request *request, struct reply *reply)
{
    struct router *router = arg;
    if (is_control(request->path)) {
        control_answer(&router->control, request, reply);
    } else if (is_browser_at_root(request)) {
        reply->status = 303;
        reply_header(reply, "Location", CONTROL_PREFIX "/");
    } else {
        aws_endpoint_answer(&router->endpoint, request, reply);
    }
}

size_t route_body_cap(void *arg, const char *path)
{
    const struct router *router = arg;
    return is_control(path) ? (size_t)CONTROL_BODY_CAP : router->endpoint.body_cap;
}
