#include "server/http/daemon.h"

#include "server/http/capacity.h"
#include "server/log.h"

#include <microhttpd.h>
#include <stdio.h>

/* CONNECTION_MEMORY holds a request's line and headers, then its body piece by piece, then the reply's headers. SigV4's
 * headers with a session token are under 6 kB. */
enum { CONNECTION_MEMORY = 16 * 1024, TLS_OPTIONS = 3 };

static void log_library(void *arg, const char *format, va_list arguments)
{
    char message[512];
    (void)arg;
    if (!log_enabled(LOG_DEBUG))
        return;
    vsnprintf(message, sizeof message, format, arguments);
    log_line(LOG_DEBUG, "http: %s", message);
}

/* The flag that goes with them; 0 and no options where there is no TLS. */
static unsigned set_tls(const struct http_config *config, struct MHD_OptionItem options[TLS_OPTIONS])
{
    if (config->tls_certificate == NULL)
        return 0;
    options[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)config->tls_certificate};
    options[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)config->tls_key};
    return MHD_USE_TLS;
}

/* Not a thread of the library's: in 0.9.75 its own, having found exactly 128 connections ready, wait for another event
 * before they serve any of them, and with poll() in epoll's stead they pay for each connection at every turn. MHD_run
 * never waits. */
struct MHD_Daemon *daemon_start(struct service *service)
{
    const struct http_config *config = &service->shared->config;
    const struct listener *listener = &config->listener;
    const unsigned idle_s = (unsigned)((config->idle_timeout + 999) / 1000);
    struct MHD_OptionItem tls[TLS_OPTIONS] = {{MHD_OPTION_END, 0, NULL}}; /* which is what zeros say, too */
    const unsigned flags = MHD_USE_EPOLL | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME |
                           (listener->is_ipv6 ? MHD_USE_IPv6 : 0) | set_tls(config, tls);
    return MHD_start_daemon(flags, listener->port, NULL, NULL, lifecycle_receive, service, //
                            MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,                 //
                            MHD_OPTION_LISTEN_SOCKET, listener->socket,                    //
                            MHD_OPTION_URI_LOG_CALLBACK, lifecycle_begin, service,         //
                            MHD_OPTION_NOTIFY_COMPLETED, lifecycle_end, service,           //
                            MHD_OPTION_NOTIFY_CONNECTION, lifecycle_connection, service,   //
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, //
#if MHD_VERSION >= 0x00097701
                            MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1, //
#endif
                            MHD_OPTION_CONNECTION_TIMEOUT, idle_s, //
                            MHD_OPTION_CONNECTION_LIMIT,
                            capacity_connections(config->most_connections, capacity_threads(config->threads)), //
                            MHD_OPTION_ARRAY, tls,                                                             //
                            MHD_OPTION_END);
}

void daemon_stop(struct MHD_Daemon *daemon)
{
    MHD_quiesce_daemon(daemon); /* the socket is not the library's to close */
    MHD_stop_daemon(daemon);
}
