/*
 * The HTTP server, on libmicrohttpd: connections, caps, time-outs, TLS. No file outside this folder knows the
 * library.
 */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "server/http/listen.h"
#include "server/request.h"

#include <stdint.h>

struct http_server;

/* Answers one request, whole; called from the server's threads, several at a time. `reply` comes zeroed; left without
 * a status it is sent as 500. */
typedef void http_handler_fn(void *arg, const struct request *request, struct reply *reply);

/* How many bytes of body a request to `path` may have. */
typedef size_t http_body_cap_fn(void *arg, const char *path);

struct http_config {
    struct listener listener;    /* its socket is taken over */
    const char *host;            /* address or name, as its URL says it */
    const char *tls_certificate; /* PEM text; NULL: plain HTTP */
    const char *tls_key;
    http_handler_fn *handler;
    http_body_cap_fn *body_cap;
    void *arg; /* of both */

    int64_t idle_timeout;      /* ms; a connection may be silent so long, in whole seconds, */
    int64_t request_timeout;   /* a request may take so long to come, its reply so long to be fetched */
    unsigned threads;          /* 0: one a core, up to 4 */
    unsigned most_connections; /* at a time, where as many files may be open; the others wait to be accepted */
    size_t most_memory;        /* bytes of all requests' and replies' bodies; a request over it is answered 503 */
};

enum { HTTP_MESSAGE = 256 };

/* Serves. NULL, with one line in `message`, when it can't. The config's text must live until http_stop. */
struct http_server *http_start(const struct http_config *config, char message[HTTP_MESSAGE]);

/* "http://127.0.0.1:4566", with the port that was bound. */
const char *http_url(const struct http_server *server);

/* Takes no more connections, lets the requests in flight be answered, closes. It waits HTTP_ARRIVE_MS at the most for
 * requests that are still coming in, HTTP_DRAIN_MS for answers. NULL does nothing. */
void http_stop(struct http_server *server);
enum { HTTP_ARRIVE_MS = 1000, HTTP_DRAIN_MS = 5000 };

#endif
