/* A request's way through the server: what the library calls when it begins, comes in, is all there and is over. */
#ifndef SERVER_HTTP_LIFECYCLE_H
#define SERVER_HTTP_LIFECYCLE_H

#include "server/http/connection.h"
#include "server/http/exchange.h"
#include "server/http/shared.h"

#include <microhttpd.h>

/* What the requests of one thread pass through. */
struct service {
    struct shared *shared;
    struct connections connections;
    struct exchange_store exchanges;
};

/* All have a struct service for `arg`, and are called on its thread. */

/* A connection begins to be, or ends. Without memory it lives without, and is closed at its first request. */
void lifecycle_connection(void *arg, struct MHD_Connection *handle, void **context,
                          enum MHD_ConnectionNotificationCode code);

/* The first line of a request has come: the exchange, or NULL when memory is out. */
void *lifecycle_begin(void *arg, const char *target, struct MHD_Connection *handle);

/* Called for the headers, for each piece of the body, for the reply, and for the reply again after a sleep. */
enum MHD_Result lifecycle_receive(void *arg, struct MHD_Connection *handle, const char *url, const char *method,
                                  const char *version, const char *upload_data, size_t *upload_data_size,
                                  void **context);

/* The reply is sent, or never will be. */
void lifecycle_end(void *arg, struct MHD_Connection *handle, void **context, enum MHD_RequestTerminationCode code);

#endif
