/* A listening TCP socket. */
#ifndef SERVER_HTTP_LISTEN_H
#define SERVER_HTTP_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listener {
    int socket; /* the caller's to close */
    bool is_ipv6;
    uint16_t port; /* the one that was bound */
};

/* Binds the first address of `host` that can be bound. False with one line in `message`. */
bool listen_on(const char *host, uint16_t port, struct listener *listener, char *message, size_t message_size);

#endif
