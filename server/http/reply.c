#include "server/http/reply.h"

#include "server/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

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

static bool add_headers(const struct reply *reply, struct MHD_Response *response, bool last)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value) != MHD_YES)
            return false;
    }
    return !last || MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close") == MHD_YES;
}

static enum MHD_Result queue(struct exchange *exchange, struct MHD_Connection *handle, bool last)
{
    struct reply *reply = &exchange->reply;
    if (reply->body.failed) {
        exchange_log_no_memory(exchange, "the reply");
        reply->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
    struct MHD_Response *response = make_response(exchange);
    const bool made = response != NULL && add_headers(reply, response, last);
    const enum MHD_Result queued = made ? MHD_queue_response(handle, (unsigned)reply->status, response) : MHD_NO;
    if (queued == MHD_NO)
        exchange_log_no_memory(exchange, "sending the reply");
    if (response != NULL)
        MHD_destroy_response(response);
    return queued;
}

/* Connecting a TCP socket to nowhere makes the kernel reset its connection at once; the library, which would say a
 * polite goodbye, finds it gone. */
static void reset(struct MHD_Connection *handle)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    if (info != NULL && connect(info->connect_fd, &nowhere, sizeof nowhere) != 0)
        log_line(LOG_WARN, "a connection could not be reset: %s", strerror(errno));
}

enum MHD_Result reply_send(struct exchange *exchange, struct MHD_Connection *handle, bool last)
{
    switch (exchange->reply.fate) {
    case REPLY_RESET:
        reset(handle);
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
    return queue(exchange, handle, last);
}

enum MHD_Result reply_refuse(struct MHD_Connection *handle, unsigned status, const char *why)
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
