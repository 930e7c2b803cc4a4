/* `awsconfig-mock health`: asks a running server how it is, so that HEALTHCHECK needs no curl. */
#include "server/commands.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { TIMEOUT_S = 5, LONGEST_HOST = 256, LONGEST_REQUEST = 2048, LONGEST_REPLY = 4096 };

struct target {
    bool tls;
    char host[LONGEST_HOST];
    char port[8];
};

/* Reads http[s]://HOST[:PORT][/…]; HOST may be an IPv6 address in brackets. What follows is left out. */
static bool parse_url(const char *url, struct target *target)
{
    target->tls = strncmp(url, "https://", 8) == 0;
    if (!target->tls && strncmp(url, "http://", 7) != 0)
        return false;
    const char *host = url + (target->tls ? 8 : 7);
    const bool bracketed = *host == '[';
    host += bracketed ? 1 : 0;
    const size_t length = strcspn(host, bracketed ? "]" : ":/");
    if (length == 0 || length >= sizeof target->host)
        return false;
    memcpy(target->host, host, length);
    target->host[length] = '\0';
    const char *behind = host + length + (bracketed && host[length] == ']' ? 1 : 0);
    const size_t digits = *behind == ':' ? strspn(behind + 1, "0123456789") : 0;
    if (*behind == ':' && (digits == 0 || digits >= sizeof target->port))
        return false;
    snprintf(target->port, sizeof target->port, "%.*s", (int)digits, digits > 0 ? behind + 1 : "");
    if (digits == 0)
        snprintf(target->port, sizeof target->port, "%s", target->tls ? "443" : "80");
    return true;
}

/* Where a server with these options listens: an address for "all of them" is reached by loopback. */
static bool own_target(const struct options *options, struct target *target)
{
    const char *host = options->host;
    if (strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    else if (strcmp(host, "::") == 0)
        host = "::1";
    target->tls = options->tls_certificate != NULL;
    snprintf(target->port, sizeof target->port, "%u", (unsigned)options->port);
    return snprintf(target->host, sizeof target->host, "%s", host) < (int)sizeof target->host;
}

/* The socket; -1 with one line on standard error. */
static int connect_to(const struct target *target)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    const struct timeval timeout = {.tv_sec = TIMEOUT_S};
    struct addrinfo *addresses = NULL;
    int handle = -1;
    const int found = getaddrinfo(target->host, target->port, &hints, &addresses);
    if (found != 0) {
        fprintf(stderr, "awsconfig-mock: %s: %s\n", target->host, gai_strerror(found));
        return -1;
    }
    for (const struct addrinfo *address = addresses; address != NULL && handle < 0; address = address->ai_next) {
        handle = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, 0);
        if (handle < 0)
            continue;
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
        if (connect(handle, address->ai_addr, address->ai_addrlen) != 0) {
            close(handle);
            handle = -1;
        }
    }
    const int reason = errno;
    freeaddrinfo(addresses);
    if (handle < 0)
        fprintf(stderr, "awsconfig-mock: %s port %s: %s\n", target->host, target->port, strerror(reason));
    return handle;
}

/* Fills `reply` until the other side closes or it is full; the reply is short and says Connection: close. */
static void exchange_plain(int handle, const char *request, char *reply, size_t size)
{
    size_t length = 0;
    ssize_t taken = send(handle, request, strlen(request), MSG_NOSIGNAL);
    while (taken > 0 && length < size - 1) {
        taken = recv(handle, reply + length, size - 1 - length, 0);
        length += taken > 0 ? (size_t)taken : 0;
    }
    reply[length] = '\0';
}

/* The certificate is not checked: nothing but "ok" is told, and the server's own may be made for another name. */
static void exchange_tls(int handle, const char *request, char *reply, size_t size)
{
    gnutls_session_t session = NULL;
    gnutls_certificate_credentials_t credentials = NULL;
    size_t length = 0;
    if (gnutls_init(&session, GNUTLS_CLIENT) == 0 && gnutls_certificate_allocate_credentials(&credentials) == 0 &&
        gnutls_set_default_priority(session) == 0 &&
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials) == 0) {
        gnutls_transport_set_int(session, handle);
        ssize_t taken = gnutls_handshake(session) == 0 ? gnutls_record_send(session, request, strlen(request)) : -1;
        while (taken > 0 && length < size - 1) {
            taken = gnutls_record_recv(session, reply + length, size - 1 - length);
            length += taken > 0 ? (size_t)taken : 0;
        }
    }
    reply[length] = '\0';
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(credentials);
}

/* Whether the server there answered 200 and says it is well. */
static bool is_healthy(const struct options *options, const struct target *target)
{
    char request[LONGEST_REQUEST];
    char reply[LONGEST_REPLY];
    const char *token = options->control_token;
    const int length = snprintf(
        request, sizeof request, "GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s%s%s\r\n",
        token != NULL ? "Authorization: Bearer " : "", token != NULL ? token : "", token != NULL ? "\r\n" : "");
    if (length >= (int)sizeof request) {
        fprintf(stderr, "awsconfig-mock: the control token is too long\n");
        return false;
    }
    const int handle = connect_to(target);
    if (handle < 0)
        return false;
    if (target->tls)
        exchange_tls(handle, request, reply, sizeof reply);
    else
        exchange_plain(handle, request, reply, sizeof reply);
    close(handle);
    const bool healthy = strncmp(reply, "HTTP/1.1 200", 12) == 0 && strstr(reply, "\"status\":\"ok\"") != NULL;
    if (!healthy)
        fprintf(stderr, "awsconfig-mock: %s port %s: no healthy answer: %.*s\n", target->host, target->port,
                (int)strcspn(reply, "\r\n"), reply);
    return healthy;
}

int command_health(const struct options *options)
{
    struct target target;
    const bool known =
        options->operand_count > 0 ? parse_url(options->operands[0], &target) : own_target(options, &target);
    if (!known) {
        fprintf(stderr, "awsconfig-mock: health wants http://HOST:PORT, not %s\n",
                options->operand_count > 0 ? options->operands[0] : options->host);
        return 2;
    }
    return is_healthy(options, &target) ? EXIT_SUCCESS : EXIT_FAILURE;
}
