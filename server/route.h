/* Which part of the server a path belongs to. */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include "server/control/control.h"
#include "server/endpoint.h"

struct router {
    struct aws_endpoint endpoint;
    struct control control;
};

/* An http_handler_fn and an http_body_cap_fn, whose `arg` is the router: /_mock is the control API's; everything else
 * is AWS's, which ignores the path, but for a browser that looks at /. */
void route_request(void *arg, const struct request *request, struct reply *reply);
size_t route_body_cap(void *arg, const char *path);

#endif
