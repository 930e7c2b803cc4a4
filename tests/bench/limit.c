/*
 * The limit: what libmicrohttpd makes of a request where nothing is done. It reads the body and answers a constant,
 * with the settings of server/http/daemon.c and the headers of server/endpoint.c.
 *
 *   limit THREADS STATUS BYTES
 *
 * Prints "ready http://127.0.0.1:PORT" and runs until it is told to stop.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { IDLE_TIMEOUT_S = 75, MOST_CONNECTIONS = 20000, CONNECTION_MEMORY = 16 * 1024 };

struct answer {
    unsigned status;
    struct MHD_Response *response;
};

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload_data, size_t *upload_data_size, void **context)
{
    static int seen;
    const struct answer *answer = arg;
    (void)url, (void)method, (void)version, (void)upload_data;
    if (*context == NULL) {
        *context = &seen;
        return MHD_YES;
    }
    if (*upload_data_size > 0) {
        *upload_data_size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, answer->status, answer->response);
}

static struct MHD_Response *make_response(size_t length)
{
    char *body = malloc(length + 1);
    if (body == NULL)
        return NULL;
    memset(body, 'x', length);
    struct MHD_Response *response = MHD_create_response_from_buffer(length, body, MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        return NULL;
    MHD_add_response_header(response, "x-amzn-RequestId", "00000000-0000-4000-8000-000000000000");
    MHD_add_response_header(response, "Content-Type", "application/x-amz-json-1.1");
    return response;
}

/* As server/http/loop.c: an epoll around the library's. */
static void *serve(void *arg)
{
    struct MHD_Daemon *daemon = arg;
    struct epoll_event event = {.events = EPOLLIN};
    const int around = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(around, EPOLL_CTL_ADD, MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, &event);
    for (;;) {
        MHD_UNSIGNED_LONG_LONG patience = 0;
        epoll_wait(around, &event, 1, MHD_get_timeout(daemon, &patience) == MHD_YES ? (int)patience : -1);
        MHD_run(daemon);
    }
    return NULL;
}

static bool start_thread(int listening, struct answer *answer)
{
    pthread_t thread;
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, answer, //
                                                 MHD_OPTION_LISTEN_SOCKET, listening,                              //
                                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,    //
                                                 MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,          //
                                                 MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS,          //
                                                 MHD_OPTION_END);
    return daemon != NULL && pthread_create(&thread, NULL, serve, daemon) == 0;
}

/* Which port was bound; 0: it can't start. */
static unsigned start(size_t threads, struct answer *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listening < 0 || bind(listening, (struct sockaddr *)&address, length) != 0 ||
        listen(listening, SOMAXCONN) != 0 || getsockname(listening, (struct sockaddr *)&address, &length) != 0)
        return 0;
    for (size_t i = 0; i < threads; i++) {
        if (!start_thread(listening, answer))
            return 0;
    }
    return ntohs(address.sin_port);
}

int main(int argc, char *argv[])
{
    if (argc != 4) {
        fprintf(stderr, "limit THREADS STATUS BYTES\n");
        return 2;
    }
    sigset_t stop;
    int taken = 0;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);

    struct answer answer = {
        .status = (unsigned)strtoul(argv[2], NULL, 10),
        .response = make_response(strtoul(argv[3], NULL, 10)),
    };
    const unsigned port = answer.response != NULL ? start(strtoul(argv[1], NULL, 10), &answer) : 0;
    if (port == 0) {
        fprintf(stderr, "limit: it can't start\n");
        return 1;
    }
    printf("ready http://127.0.0.1:%u\n", port);
    fflush(stdout);
    sigwait(&stop, &taken);
    return 0;
}
