#include "server/http/http.h"

#include "base/machine_clock.h"
#include "server/http/deadline.h"
#include "server/http/delay.h"
#include "server/http/exchange.h"
#include "server/http/framing.h"
#include "server/http/in_flight.h"
#include "server/http/loop.h"
#include "server/log.h"

#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* CONNECTION_MEMORY holds a request's line and headers, then its body piece by piece, then the reply's headers. SigV4's
 * headers with a session token are under 6 kB. */
enum { CONNECTION_MEMORY = 16 * 1024, MOST_THREADS = 4, FILES_KEPT = 64, ENDED_MS = 5, LONGEST_URL = 300 };

/* A thread with connections of its own. The workers share the listening socket: who comes first takes the next. */
struct worker {
    struct http_server *server;
    struct MHD_Daemon *daemon;
    struct loop loop;
    bool quiesced;                /* takes no more connections */
    bool has_room;                /* a connection was closed in this round */
    int64_t now;                  /* ms, when this round began */
    struct deadline_line waiting; /* connections whose next request was not seen to begin */
    struct deadline_line busy;    /* connections whose request or reply is on its way */
    struct deadline_line ended;   /* connections on which no more will come, and which wait for more */
    struct exchange_store exchanges;
};

/* A client's, from its acceptance until it is closed. */
struct connection {
    struct deadline deadline; /* first, so that it leads back here */
    struct worker *worker;
    struct MHD_Connection *handle;
    int socket;
    bool ended;     /* the client has said its last */
    bool answering; /* and not waiting for more */
};

struct http_server {
    struct http_config config;
    struct worker workers[MOST_THREADS];
    size_t worker_count; /* of those that run */
    atomic_bool closing; /* no more connections are to be taken */
    struct body_budget budget;
    struct delay_queue *delays; /* replies that wait */
    char url[LONGEST_URL];
    struct in_flight in_flight;
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

/* It waits for what comes next, in that line: in vain, where the client has said its last. */
static void wait_for_more(struct connection *connection, struct deadline_line *line)
{
    struct worker *worker = connection->worker;
    deadline_set(connection->ended ? &worker->ended : line, &connection->deadline, worker->now);
}

static void note_end(void *who)
{
    struct connection *connection = who;
    connection->ended = true;
    if (!connection->answering)
        wait_for_more(connection, NULL);
}

static struct connection *connection_of(struct MHD_Connection *handle)
{
    return MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Whether a request begins and ends where its headers say. MHD_OPTION_CLIENT_DISCIPLINE_LVL looks at the bytes where
 * the library has it. */
static const char *find_fault(const struct request *request, struct MHD_Connection *handle, const char *version)
{
    const char *fault = framing_fault(request, version);
#if MHD_VERSION < 0x00097701
    const union MHD_ConnectionInfo *head = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (fault == NULL && head != NULL)
        fault = framing_gap(request, version, request->method + head->header_size);
#else
    (void)handle;
#endif
    return fault;
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
    return !in_flight_stopping(&exchange->connection->worker->server->in_flight) ||
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

/* Says no in the transport's own name, and closes: what follows may be anything. */
static enum MHD_Result refuse(struct MHD_Connection *handle, unsigned status, const char *why)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(why), (void *)why, MHD_RESPMEM_PERSISTENT);
    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    const enum MHD_Result queued = MHD_queue_response(handle, status, response);
    MHD_destroy_response(response);
    return queued;
}

/* Called from any thread. The library wakes no loop but its own. */
static void resume(void *arg)
{
    const struct connection *connection = arg;
    struct worker *worker = connection->worker; /* the connection may be gone in a moment */
    MHD_resume_connection(connection->handle);
    loop_wake(&worker->loop);
}

static void sleep_first(struct connection *connection, int64_t milliseconds)
{
    deadline_clear(&connection->deadline);
    MHD_suspend_connection(connection->handle);
    if (!delay_call(connection->worker->server->delays, milliseconds, resume, connection))
        resume(connection);
}

/* Answers now, or lets the connection sleep first: the library asks again when it is resumed. */
static enum MHD_Result answer(struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    struct worker *worker = connection->worker;
    struct http_server *server = worker->server;
    if (!exchange->handled) {
        exchange->handled = connection->answering = true;
        in_flight_arrived(&server->in_flight);
        if (exchange->no_room)
            return refuse(connection->handle, MHD_HTTP_SERVICE_UNAVAILABLE, "the bodies under way fill --max-memory\n");
        exchange->request.body = exchange->body.length > 0 ? exchange->body.data : "";
        exchange->request.body_length = exchange->body.length;
        server->config.handler(server->config.arg, &exchange->request, &exchange->reply);
        exchange_answered(&worker->exchanges, exchange);
        if (exchange->reply.delay_ms > 0) {
            sleep_first(connection, exchange->reply.delay_ms);
            return MHD_YES;
        }
    }
    deadline_set(&worker->busy, &connection->deadline, worker->now);
    return finish(exchange, connection->handle);
}

/* ---- what the library calls ---- */

/* A connection begins to be, or ends. Without memory it lives without, and is closed at its first request. */
static void notify_connection(void *arg, struct MHD_Connection *handle, void **context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct worker *worker = arg;
    struct connection *connection = *context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = connection = calloc(1, sizeof *connection);
        if (connection == NULL)
            return;
        connection->worker = worker;
        connection->handle = handle;
        connection->socket = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        loop_watch(&worker->loop, connection->socket, connection);
        wait_for_more(connection, &worker->waiting);
        return;
    }
    worker->has_room = true;
    if (connection != NULL) {
        deadline_clear(&connection->deadline);
        free(connection);
    }
}

/* The target without scheme and host, where it has them. */
static const char *path_of(const char *target)
{
    const char *host = strncasecmp(target, "http", strlen("http")) == 0 ? strstr(target, "://") : NULL;
    return host != NULL ? host + strlen("://") + strcspn(host + strlen("://"), "/?") : target;
}

/* The target, in two: "http://host?query" has a path too. False when memory is out. */
static bool read_target(struct request *request, const char *target)
{
    const char *path = path_of(target);
    const size_t length = strcspn(path, "?");
    request->query = arena_strdup(request->arena, path[length] == '?' ? path + length + 1 : "");
    request->path = length > 0 ? arena_strndup(request->arena, path, length) : "/";
    return request->path != NULL && request->query != NULL;
}

/* The first line of a request has come: begins the exchange. */
static void *begin_exchange(void *arg, const char *target, struct MHD_Connection *handle)
{
    struct worker *worker = arg;
    struct connection *connection = connection_of(handle);
    struct exchange *exchange = connection != NULL ? exchange_take(&worker->exchanges) : NULL;
    if (exchange == NULL)
        return NULL;
    if (!read_target(&exchange->request, target)) {
        exchange_give_back(&worker->exchanges, exchange);
        return NULL;
    }
    exchange->connection = connection;
    exchange->body.cap = worker->server->config.body_cap(worker->server->config.arg, exchange->request.path);
    wait_for_more(connection, &worker->busy);
    in_flight_begin(&worker->server->in_flight);
    return exchange;
}

static enum MHD_Result handle_headers(struct exchange *exchange, struct MHD_Connection *handle, const char *version)
{
    exchange->seen = true;
    if (!read_headers(exchange, handle)) {
        no_memory("the headers", exchange);
        return MHD_NO;
    }
    const char *fault = find_fault(&exchange->request, handle, version);
    return fault == NULL ? MHD_YES : refuse(handle, MHD_HTTP_BAD_REQUEST, fault);
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload_data, size_t *upload_data_size, void **context)
{
    struct worker *worker = arg;
    struct exchange *exchange = *context;
    if (exchange == NULL) {
        log_line(LOG_ERROR, "no memory for a request: %s %s", method, url);
        return MHD_NO; /* the connection is closed */
    }
    if (!exchange->seen) {
        exchange->request.method = method;
        return handle_headers(exchange, connection, version);
    }
    if (*upload_data_size == 0)
        return answer(exchange);
    exchange_append(&worker->exchanges, exchange, upload_data, *upload_data_size);
    *upload_data_size = 0;
    return MHD_YES;
}

static void end_exchange(void *arg, struct MHD_Connection *handle, void **context, enum MHD_RequestTerminationCode code)
{
    struct worker *worker = arg;
    struct exchange *exchange = *context;
    (void)handle, (void)code;
    if (exchange == NULL)
        return;
    *context = NULL;
    const bool had_arrived = exchange->handled;
    exchange->connection->answering = false;
    wait_for_more(exchange->connection, &worker->waiting);
    exchange_give_back(&worker->exchanges, exchange);
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

/* How many connections a thread may have. The files that may be open are raised as far as they go, and some are left
 * for others: where accept() fails for want of one, the library tries again and again. */
static unsigned connections_each(unsigned wanted)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return wanted / thread_count();
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    const rlim_t left = files.rlim_max > FILES_KEPT + FILES_KEPT ? files.rlim_max - FILES_KEPT : files.rlim_max / 2;
    const unsigned each = (left < wanted ? (unsigned)left : wanted) / thread_count();
    return each > 0 ? each : 1;
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
    return MHD_start_daemon(flags, listener->port, NULL, NULL, handle, worker,             //
                            MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,                 //
                            MHD_OPTION_LISTEN_SOCKET, listener->socket,                    //
                            MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, worker,           //
                            MHD_OPTION_NOTIFY_COMPLETED, end_exchange, worker,             //
                            MHD_OPTION_NOTIFY_CONNECTION, notify_connection, worker,       //
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, //
#if MHD_VERSION >= 0x00097701
                            MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1, //
#endif
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)((config->idle_timeout + 999) / 1000), //
                            MHD_OPTION_CONNECTION_LIMIT, connections_each(config->most_connections),        //
                            MHD_OPTION_ARRAY, tls,                                                          //
                            MHD_OPTION_END);
}

static int64_t now_ms(void)
{
    return machine_ticks() / 1000;
}

static int patience(void *arg)
{
    const struct worker *worker = arg;
    const struct deadline_line *const lines[] = {&worker->waiting, &worker->busy, &worker->ended};
    const int64_t now = now_ms();
    MHD_UNSIGNED_LONG_LONG library = INT_MAX;
    if (worker->has_room)
        return 0; /* the library begins the round with a look whether it may accept again */
    MHD_get_timeout(worker->daemon, &library);
    int64_t least = library < INT_MAX ? (int64_t)library : INT_MAX;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const int64_t wait = deadline_wait(lines[i], now);
        least = wait < least ? wait : least;
    }
    return (int)least;
}

/* Who has been too slow is hung up on: the library finds its connection closed, and tidies up. */
static void hang_up(struct deadline_line *line, int64_t now)
{
    for (struct deadline *due = NULL; (due = deadline_due(line, now)) != NULL; deadline_clear(due)) {
        const struct connection *connection = (const struct connection *)due;
        shutdown(connection->socket, SHUT_RDWR);
    }
}

/* The same for those that wait in vain. The library learns of an end only where it comes alone: behind the last bytes
 * it is not looked for. */
static void hang_up_on_ended(struct worker *worker)
{
    char byte = 0;
    for (struct deadline *due = NULL; (due = deadline_due(&worker->ended, worker->now)) != NULL;) {
        const struct connection *connection = (const struct connection *)due;
        if (recv(connection->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) {
            deadline_set(&worker->ended, due, worker->now); /* there are bytes to be read first */
            continue;
        }
        deadline_clear(due);
        shutdown(connection->socket, SHUT_RDWR);
    }
}

static void serve(void *arg)
{
    struct worker *worker = arg;
    if (!worker->quiesced && atomic_load(&worker->server->closing)) {
        worker->quiesced = true; /* here, as the library does not lock what this changes */
        MHD_quiesce_daemon(worker->daemon);
    }
    worker->now = now_ms();
    worker->has_room = false;
    hang_up(&worker->waiting, worker->now);
    hang_up(&worker->busy, worker->now);
    hang_up_on_ended(worker);
    MHD_run(worker->daemon);
}

static void close_daemon(struct worker *worker)
{
    MHD_quiesce_daemon(worker->daemon); /* the socket is not the library's to close */
    MHD_stop_daemon(worker->daemon);
    exchange_store_free(&worker->exchanges);
}

static bool start_worker(struct http_server *server, struct worker *worker)
{
    const struct http_config *config = &server->config;
    worker->server = server;
    worker->now = now_ms();
    worker->exchanges.budget = &server->budget;
    deadline_line_init(&worker->waiting, config->idle_timeout + config->request_timeout);
    deadline_line_init(&worker->busy, config->request_timeout);
    deadline_line_init(&worker->ended, ENDED_MS);
    worker->daemon = start_daemon(worker);
    if (worker->daemon == NULL)
        return false;
    worker->loop.descriptor = MHD_get_daemon_info(worker->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    worker->loop.patience = patience;
    worker->loop.run = serve;
    worker->loop.last = note_end;
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
    server->budget.most = config->most_memory;
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
