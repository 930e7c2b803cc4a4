#include "server/http/http.h"

#include "server/http/capacity.h"
#include "server/http/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST_URL = 300 };

struct http_server {
    struct shared shared;
    struct worker workers[MOST_THREADS];
    size_t worker_count; /* of those that run */
    char url[LONGEST_URL];
};

static void write_url(struct http_server *server)
{
    const struct http_config *config = &server->shared.config;
    snprintf(server->url, sizeof server->url, strchr(config->host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u",
             config->tls_certificate != NULL ? "https" : "http", config->host, (unsigned)config->listener.port);
}

static void init(struct http_server *server, const struct http_config *config)
{
    server->shared.config = *config;
    server->shared.budget.most = config->most_memory;
    in_flight_init(&server->shared.in_flight);
    write_url(server);
}

static bool start(struct http_server *server)
{
    server->shared.delays = delay_new();
    if (server->shared.delays == NULL)
        return false;
    for (const size_t wanted = capacity_threads(server->shared.config.threads); server->worker_count < wanted;
         server->worker_count++) {
        if (!worker_start(&server->workers[server->worker_count], &server->shared))
            return false;
    }
    return true;
}

struct http_server *http_start(const struct http_config *config, char message[HTTP_MESSAGE])
{
    struct http_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        snprintf(message, HTTP_MESSAGE, "memory is out");
        close(config->listener.socket);
        return NULL;
    }
    init(server, config);
    if (start(server))
        return server;
    snprintf(message, HTTP_MESSAGE, "%s",
             config->tls_certificate != NULL ? "HTTPS can't start: is the certificate PEM, and the key its own?"
                                             : "the HTTP server can't start");
    http_stop(server);
    return NULL;
}

const char *http_url(const struct http_server *server)
{
    return server->url;
}

/* From now on connections are refused; those that are there are served on. */
static void stop_accepting(struct http_server *server)
{
    atomic_store(&server->shared.closing, true);
    shutdown(server->shared.config.listener.socket, SHUT_RDWR);
    for (size_t i = 0; i < server->worker_count; i++)
        worker_wake(&server->workers[i]);
}

void http_stop(struct http_server *server)
{
    if (server == NULL)
        return;
    struct shared *shared = &server->shared;
    stop_accepting(server);
    if (shared->delays != NULL)
        delay_flush(shared->delays); /* the library can't stop while a connection sleeps */
    in_flight_drain(&shared->in_flight, HTTP_ARRIVE_MS, HTTP_DRAIN_MS);
    for (size_t i = 0; i < server->worker_count; i++)
        worker_stop(&server->workers[i]);
    close(shared->config.listener.socket);
    delay_free(shared->delays);
    in_flight_destroy(&shared->in_flight);
    free(server);
}
