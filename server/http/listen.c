#include "server/http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint16_t bound_port(int socket)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = {.v6 = {0}};
    socklen_t length = sizeof address;
    if (getsockname(socket, &address.any, &length) != 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

/* The socket, or -1 with errno. */
static int bind_address(const struct addrinfo *address)
{
    const int on = 1;
    const int handle = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (handle < 0)
        return -1;
    if (setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(handle, address->ai_addr, address->ai_addrlen) == 0 && listen(handle, SOMAXCONN) == 0)
        return handle;
    const int reason = errno;
    close(handle);
    errno = reason;
    return -1;
}

bool listen_on(const char *host, uint16_t port, struct listener *listener, char *message, size_t message_size)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *addresses = NULL;
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)port);
    const int found = getaddrinfo(host, service, &hints, &addresses);
    if (found != 0) {
        snprintf(message, message_size, "%s: %s", host, gai_strerror(found));
        return false;
    }
    listener->socket = -1;
    for (const struct addrinfo *address = addresses; address != NULL && listener->socket < 0;
         address = address->ai_next) {
        listener->socket = bind_address(address);
        listener->is_ipv6 = address->ai_family == AF_INET6;
    }
    const int reason = errno;
    freeaddrinfo(addresses);
    if (listener->socket < 0) {
        snprintf(message, message_size, "%s port %u: %s", host, (unsigned)port, strerror(reason));
        return false;
    }
    listener->port = bound_port(listener->socket);
    return true;
}
