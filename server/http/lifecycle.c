#include "server/http/lifecycle.h"

#include "server/http/head.h"
#include "server/http/reply.h"
#include "server/log.h"

void lifecycle_connection(void *arg, struct MHD_Connection *handle, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct service *service = arg;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *context = connection_open(&service->connections, handle);
    else
        connection_close(&service->connections, *context);
}

void *lifecycle_begin(void *arg, const char *target, struct MHD_Connection *handle)
{
    struct service *service = arg;
    const struct http_config *config = &service->shared->config;
    struct connection *connection = connection_of(handle);
    struct exchange *exchange = connection != NULL ? exchange_take(&service->exchanges) : NULL;
    if (exchange == NULL)
        return NULL;
    if (!head_read_target(&exchange->request, target)) {
        exchange_give_back(&service->exchanges, exchange);
        return NULL;
    }
    exchange->connection = connection;
    exchange->body.cap = config->body_cap(config->arg, exchange->request.path);
    connection_request_begins(connection);
    in_flight_begin(&service->shared->in_flight);
    return exchange;
}

static enum MHD_Result receive_headers(struct exchange *exchange, struct MHD_Connection *handle, const char *version)
{
    exchange->seen = true;
    if (!head_read_headers(&exchange->request, handle)) {
        exchange_log_no_memory(exchange, "the headers");
        return MHD_NO;
    }
    const char *fault = head_fault(&exchange->request, handle, version);
    return fault == NULL ? MHD_YES : reply_refuse(handle, MHD_HTTP_BAD_REQUEST, fault);
}

static void call_handler(struct service *service, struct exchange *exchange)
{
    const struct http_config *config = &service->shared->config;
    exchange->request.body = exchange->body.length > 0 ? exchange->body.data : "";
    exchange->request.body_length = exchange->body.length;
    config->handler(config->arg, &exchange->request, &exchange->reply);
    exchange_answered(&service->exchanges, exchange);
}

static enum MHD_Result finish(struct service *service, struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    connection_reply_begins(connection);
    return reply_send(exchange, connection->handle, in_flight_stopping(&service->shared->in_flight));
}

/* Answers now, or lets the connection sleep first. */
static enum MHD_Result answer(struct service *service, struct exchange *exchange)
{
    struct connection *connection = exchange->connection;
    exchange->handled = true;
    connection_request_arrived(connection);
    in_flight_arrived(&service->shared->in_flight);
    if (exchange->no_room)
        return reply_refuse(connection->handle, MHD_HTTP_SERVICE_UNAVAILABLE,
                            "the bodies under way fill --max-memory\n");
    call_handler(service, exchange);
    if (exchange->reply.delay_ms > 0) {
        connection_sleep(connection, service->shared->delays, exchange->reply.delay_ms);
        return MHD_YES;
    }
    return finish(service, exchange);
}

enum MHD_Result lifecycle_receive(void *arg, struct MHD_Connection *handle, const char *url, const char *method,
                                  const char *version, const char *upload_data, size_t *upload_data_size,
                                  void **context)
{
    struct service *service = arg;
    struct exchange *exchange = *context;
    if (exchange == NULL) {
        log_line(LOG_ERROR, "no memory for a request: %s %s", method, url);
        return MHD_NO; /* the connection is closed */
    }
    if (!exchange->seen) {
        exchange->request.method = method;
        return receive_headers(exchange, handle, version);
    }
    if (*upload_data_size == 0)
        return exchange->handled ? finish(service, exchange) : answer(service, exchange);
    exchange_append(&service->exchanges, exchange, upload_data, *upload_data_size);
    *upload_data_size = 0;
    return MHD_YES;
}

void lifecycle_end(void *arg, struct MHD_Connection *handle, void **context, enum MHD_RequestTerminationCode code)
{
    struct service *service = arg;
    struct exchange *exchange = *context;
    (void)handle, (void)code;
    if (exchange == NULL)
        return;
    *context = NULL;
    const bool had_arrived = exchange->handled;
    connection_request_ends(exchange->connection);
    exchange_give_back(&service->exchanges, exchange);
    in_flight_end(&service->shared->in_flight, had_arrived);
}
