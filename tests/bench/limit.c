/*
 * The limit: what libmicrohttpd makes of a request where nothing is done. It reads the body and answers a constant,
 * with the settings of server/http.c and the headers of server/endpoint.c.
 *
 *   limit THREADS STATUS BYTES
 *
 * Prints "ready http://127.0.0.1:PORT" and runs until it is told to stop.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { IDLE_TIMEOUT_S = 75, MOST_CONNECTIONS = 20000 };

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

static struct MHD_Daemon *start(unsigned threads, struct answer *answer)
{
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct MHD_OptionItem pool[] = {{threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, NULL},
                                          {MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, answer, //
                            MHD_OPTION_SOCK_ADDR, &address,                                                  //
                            MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)SOMAXCONN,                             //
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,                         //
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS,                         //
                            MHD_OPTION_ARRAY, pool,                                                          //
                            MHD_OPTION_END);
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
    struct MHD_Daemon *daemon = answer.response != NULL ? start((unsigned)strtoul(argv[1], NULL, 10), &answer) : NULL;
    if (daemon == NULL) {
        fprintf(stderr, "limit: it can't start\n");
        return 1;
    }
    printf("ready http://127.0.0.1:%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    sigwait(&stop, &taken);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(answer.response);
    return 0;
}
