#include "server/http.h"

#include "server/delay.h"
#include "server/in_flight.h"
#include "server/log.h"
#include "server/loop.h"

#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IDLE_TIMEOUT_S = 75, MOST_CONNECTIONS = 20000, MOST_THREADS = 4, LONGEST_URL = 300 };

/* A thread with connections of its own. The workers share the listening socket: who comes first takes the next. */
struct worker {
    struct http_server *server;
    struct MHD_Daemon *daemon;
    struct loop loop;
    bool quiesced; /* takes no more connections */
};

struct http_server {
    struct http_config config;
    struct worker workers[MOST_THREADS];
    size_t worker_count;        /* of those that run */
    atomic_bool closing;        /* no more connections are to be taken */
    struct delay_queue *delays; /* replies that wait */
    char url[LONGEST_URL];
    struct in_flight in_flight;
};

/* A request under way, from its first line until its reply is sent. */
struct exchange {
    struct http_server *server;
    struct worker *worker;
    struct arena arena;
    struct request request;
    struct reply reply;
    struct buffer body;
    bool seen;                         /* the headers were handled */
    bool handled;                      /* the reply is known */
    struct MHD_Connection *connection; /* while the reply waits */
};

static void no_memory(const char *what, const struct exchange *exchange)
{
    log_line(LOG_ERROR, "no memory for %s: %s %s", what, exchange->request.method, exchange->request.path);
}

/* ---- from the library's types to ours ---- */

struct header_list {
    struct header *headers;
    size_t count;
};

static enum MHD_Result collect_header(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct header_list *list = arg;
    (void)kind;
    list->headers[list->count++] = (struct header){name, value != NULL ? value : ""};
    return MHD_YES;
}

static bool read_headers(struct exchange *exchange, struct MHD_Connection *connection)
{
    const int count = MHD_get_connection_values(connection, MHD_HEADER_KIND, NULL, NULL);
    struct header_list list = {arena_calloc(&exchange->arena, (size_t)count + 1, sizeof *list.headers), 0};
    if (list.headers == NULL)
        return false;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, collect_header, &list);
    exchange->request.headers = list.headers;
    exchange->request.header_count = list.count;
    return true;
}

/* Keeps what fits; the rest is read and forgotten, so that the client gets an answer and not a closed connection. */
static void take_body(struct exchange *exchange, const char *bytes, size_t length)
{
    struct request *request = &exchange->request;
    if (request->body_too_large || request->body_lost)
        return;
    request->body_too_large = length > exchange->body.cap - exchange->body.length;
    buffer_append(&exchange->body, bytes, length);
    request->body_lost = exchange->body.failed && !request->body_too_large;
}

/* ---- replies, and what may become of them ---- */

/* Hands out the first half of the body, then breaks off. */
static ssize_t read_half(void *arg, uint64_t position, char *buffer, size_t size)
{
    const struct exchange *exchange = arg;
    const size_t half = exchange->reply.body.length / 2;
    if (position >= half)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    const size_t left = half - (size_t)position;
    const size_t length = left < size ? left : size;
    memcpy(buffer, exchange->reply.body.data + position, length);
    return (ssize_t)length;
}

static struct MHD_Response *make_response(struct exchange *exchange)
{
    const struct buffer *body = &exchange->reply.body;
    if (exchange->reply.fate == REPLY_TRUNCATED)
        return MHD_create_response_from_callback(body->length, BUFSIZ, read_half, exchange, NULL);
    if (body->failed)
        return MHD_create_response_from_buffer(strlen(exchange->reply.no_memory), (void *)exchange->reply.no_memory,
                                               MHD_RESPMEM_PERSISTENT);
    return MHD_create_response_from_buffer(body->length, body->data, MHD_RESPMEM_PERSISTENT);
}

static bool add_headers(struct exchange *exchange, struct MHD_Response *response)
{
    const struct reply *reply = &exchange->reply;
    for (size_t i = 0; i < reply->header_count; i++) {
        if (MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value) != MHD_YES)
            return false;
    }
    return !in_flight_stopping(&exchange->server->in_flight) ||
           MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close") == MHD_YES;
}

/* MHD_NO, where memory is out even for that: the connection is closed. */
static enum MHD_Result send_reply(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct reply *reply = &exchange->reply;
    if (reply->body.failed) {
        no_memory("the reply", exchange);
        reply->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
    struct MHD_Response *response = make_response(exchange);
    const bool made = response != NULL && add_headers(exchange, response);
    const enum MHD_Result queued = made ? MHD_queue_response(connection, (unsigned)reply->status, response) : MHD_NO;
    if (queued == MHD_NO)
        no_memory("sending the reply", exchange);
    if (response != NULL)
        MHD_destroy_response(response);
    return queued;
}

/* Connecting a TCP socket to nowhere makes the kernel reset its connection at once; the library, which would say a
 * polite goodbye, finds it gone. */
static void reset_connection(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    if (info != NULL && connect(info->connect_fd, &nowhere, sizeof nowhere) != 0)
        log_line(LOG_WARN, "a connection could not be reset: %s", strerror(errno));
}

static enum MHD_Result finish(struct exchange *exchange, struct MHD_Connection *connection)
{
    switch (exchange->reply.fate) {
    case REPLY_RESET:
        reset_connection(connection);
        return MHD_NO;
    case REPLY_EMPTY:
        return MHD_NO;
    case REPLY_TRUNCATED:
        if (exchange->reply.body.length == 0) /* there is no half of nothing */
            return MHD_NO;
        break;
    case REPLY_SENT:
        break;
    }
    return send_reply(exchange, connection);
}

/* Called from any thread. The library wakes no loop but its own. */
static void resume(void *arg)
{
    const struct exchange *exchange = arg;
    struct worker *worker = exchange->worker; /* the exchange may be over in a moment */
    MHD_resume_connection(exchange->connection);
    loop_wake(&worker->loop);
}

/* Answers now, or lets the connection sleep first: the library asks again when it is resumed. */
static enum MHD_Result answer(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct http_server *server = exchange->server;
    if (!exchange->handled) {
        exchange->handled = true;
        in_flight_arrived(&server->in_flight);
        exchange->request.body = exchange->body.data != NULL ? exchange->body.data : "";
        exchange->request.body_length = exchange->body.length;
        server->config.handler(server->config.arg, &exchange->request, &exchange->reply);
        if (exchange->reply.delay_ms > 0) {
            exchange->connection = connection;
            MHD_suspend_connection(connection);
            if (!delay_call(server->delays, exchange->reply.delay_ms, resume, exchange))
                resume(exchange);
            return MHD_YES;
        }
    }
    return finish(exchange, connection);
}

/* ---- what the library calls ---- */

/* The first line of a request has come: begins the exchange. */
static void *begin_exchange(void *arg, const char *target, struct MHD_Connection *connection)
{
    struct worker *worker = arg;
    struct http_server *server = worker->server;
    (void)connection;
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL)
        return NULL;
    exchange->server = server;
    exchange->worker = worker;
    const size_t path_length = strcspn(target, "?");
    const char *query = target[path_length] == '?' ? target + path_length + 1 : "";
    exchange->request.arena = &exchange->arena;
    exchange->request.path = arena_strndup(&exchange->arena, target, path_length);
    exchange->request.query = arena_strdup(&exchange->arena, query);
    if (exchange->request.path == NULL || exchange->request.query == NULL) {
        arena_free(&exchange->arena);
        free(exchange);
        return NULL;
    }
    exchange->body.cap = server->config.body_cap(exchange->request.path);
    in_flight_begin(&server->in_flight);
    return exchange;
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload_data, size_t *upload_data_size, void **context)
{
    struct exchange *exchange = *context;
    (void)arg, (void)version;
    if (exchange == NULL) {
        log_line(LOG_ERROR, "no memory for a request: %s %s", method, url);
        return MHD_NO; /* the connection is closed */
    }
    if (!exchange->seen) {
        exchange->seen = true;
        exchange->request.method = method;
        if (read_headers(exchange, connection))
            return MHD_YES;
        no_memory("the headers", exchange);
        return MHD_NO;
    }
    if (*upload_data_size > 0) {
        take_body(exchange, upload_data, *upload_data_size);
        *upload_data_size = 0;
        return MHD_YES;
    }
    return answer(exchange, connection);
}

static void end_exchange(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct worker *worker = arg;
    struct exchange *exchange = *context;
    (void)connection, (void)code;
    if (exchange == NULL)
        return;
    *context = NULL;
    const bool had_arrived = exchange->handled;
    buffer_free(&exchange->body);
    buffer_free(&exchange->reply.body);
    arena_free(&exchange->arena);
    free(exchange);
    in_flight_end(&worker->server->in_flight, had_arrived);
}

static void log_library(void *arg, const char *format, va_list arguments)
{
    char message[512];
    (void)arg;
    if (!log_enabled(LOG_DEBUG))
        return;
    vsnprintf(message, sizeof message, format, arguments);
    log_line(LOG_DEBUG, "http: %s", message);
}

/* ---- starting and stopping ---- */

/* As many threads as cores that this process may use, which in a container may be fewer than the machine has. */
static unsigned thread_count(void)
{
    cpu_set_t cores;
    const int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count > MOST_THREADS ? MOST_THREADS : (unsigned)count;
}

/* Not a thread of the library's: in 0.9.75 its own, having found exactly 128 connections ready, wait for another event
 * before they serve any of them, and with poll() in epoll's stead they pay for each connection at every turn. MHD_run
 * never waits. */
static struct MHD_Daemon *start_daemon(struct worker *worker)
{
    const struct http_server *server = worker->server;
    const struct http_config *config = &server->config;
    const struct listener *listener = &config->listener;
    unsigned flags =
        MHD_USE_EPOLL | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME | (listener->is_ipv6 ? MHD_USE_IPv6 : 0);
    struct MHD_OptionItem tls[] = {{MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL}};
    if (config->tls_certificate != NULL) {
        flags |= MHD_USE_TLS;
        tls[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)config->tls_certificate};
        tls[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)config->tls_key};
    }
    return MHD_start_daemon(flags, listener->port, NULL, NULL, handle, NULL,                          //
                            MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,                            //
                            MHD_OPTION_LISTEN_SOCKET, listener->socket,                               //
                            MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, worker,                      //
                            MHD_OPTION_NOTIFY_COMPLETED, end_exchange, worker,                        //
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,                  //
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS / thread_count(), //
                            MHD_OPTION_ARRAY, tls,                                                    //
                            MHD_OPTION_END);
}

static int patience(void *arg)
{
    const struct worker *worker = arg;
    MHD_UNSIGNED_LONG_LONG milliseconds = 0;
    if (MHD_get_timeout(worker->daemon, &milliseconds) != MHD_YES)
        return -1;
    return milliseconds < INT_MAX ? (int)milliseconds : INT_MAX;
}

static void serve(void *arg)
{
    struct worker *worker = arg;
    if (!worker->quiesced && atomic_load(&worker->server->closing)) {
        worker->quiesced = true; /* here, as the library does not lock what this changes */
        MHD_quiesce_daemon(worker->daemon);
    }
    MHD_run(worker->daemon);
}

static void close_daemon(struct worker *worker)
{
    MHD_quiesce_daemon(worker->daemon); /* the socket is not the library's to close */
    MHD_stop_daemon(worker->daemon);
}

static bool start_worker(struct http_server *server, struct worker *worker)
{
    worker->server = server;
    worker->daemon = start_daemon(worker);
    if (worker->daemon == NULL)
        return false;
    worker->loop.descriptor = MHD_get_daemon_info(worker->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    worker->loop.patience = patience;
    worker->loop.run = serve;
    worker->loop.arg = worker;
    if (loop_start(&worker->loop))
        return true;
    close_daemon(worker);
    return false;
}

static bool start_workers(struct http_server *server)
{
    for (const size_t wanted = thread_count(); server->worker_count < wanted; server->worker_count++) {
        if (!start_worker(server, &server->workers[server->worker_count]))
            return false;
    }
    return true;
}

/* Ends the threads; those that never were are not there to end. */
static void stop_workers(struct http_server *server)
{
    for (size_t i = 0; i < server->worker_count; i++) {
        loop_stop(&server->workers[i].loop);
        close_daemon(&server->workers[i]);
    }
}

struct http_server *http_start(const struct http_config *config, char message[HTTP_MESSAGE])
{
    const struct listener *listener = &config->listener;
    struct http_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        snprintf(message, HTTP_MESSAGE, "memory is out");
        close(listener->socket);
        return NULL;
    }
    server->config = *config;
    in_flight_init(&server->in_flight);
    snprintf(server->url, sizeof server->url, strchr(config->host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u",
             config->tls_certificate != NULL ? "https" : "http", config->host, (unsigned)listener->port);
    server->delays = delay_new();
    if (server->delays == NULL || !start_workers(server)) {
        snprintf(message, HTTP_MESSAGE, "%s",
                 config->tls_certificate != NULL ? "HTTPS can't start: is the certificate PEM, and the key its own?"
                                                 : "the HTTP server can't start");
        http_stop(server);
        return NULL;
    }
    return server;
}

const char *http_url(const struct http_server *server)
{
    return server->url;
}

void http_stop(struct http_server *server)
{
    if (server == NULL)
        return;
    atomic_store(&server->closing, true);
    shutdown(server->config.listener.socket, SHUT_RDWR); /* from now on connections are refused */
    for (size_t i = 0; i < server->worker_count; i++)
        loop_wake(&server->workers[i].loop);
    if (server->delays != NULL)
        delay_flush(server->delays); /* the library can't stop while a connection sleeps */
    in_flight_drain(&server->in_flight, HTTP_ARRIVE_MS, HTTP_DRAIN_MS);
    stop_workers(server);
    close(server->config.listener.socket);
    delay_free(server->delays);
    in_flight_destroy(&server->in_flight);
    free(server);
}
