#include "server/control/same_site.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_HOST = 256 };

/* The name in "name:port" or "[address]:port"; false when it does not fit. */
static bool host_name(const char *host, char name[LONGEST_HOST])
{
    const bool is_bracketed = *host == '[';
    const char *start = host + (is_bracketed ? 1 : 0);
    const size_t length = strcspn(start, is_bracketed ? "]" : ":");
    const char *behind = start + length + (is_bracketed && start[length] == ']' ? 1 : 0);
    if (length == 0 || length >= LONGEST_HOST || (*behind != '\0' && *behind != ':'))
        return false;
    memcpy(name, start, length);
    name[length] = '\0';
    return true;
}

/* The Host header; NULL unless there is exactly one (RFC 9112, 3.2). */
static const char *only_host(const struct request *request)
{
    const char *host = NULL;
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, "Host") != 0)
            continue;
        if (host != NULL)
            return NULL;
        host = request->headers[i].value;
    }
    return host;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    const size_t end_length = strlen(end);
    return length >= end_length && strcasecmp(text + length - end_length, end) == 0;
}

static bool is_trusted_host(const char *host, const char *listens_on)
{
    char name[LONGEST_HOST];
    unsigned char address[sizeof(struct in6_addr)];
    if (!host_name(host, name))
        return false;
    return strchr(name, '.') == NULL || inet_pton(AF_INET, name, address) == 1 ||
           inet_pton(AF_INET6, name, address) == 1 || ends_with(name, ".localhost") ||
           strcasecmp(name, listens_on) == 0;
}

/* Whether an Origin (scheme://host:port) is that of this Host. */
static bool is_own_origin(const char *origin, const char *host)
{
    const char *behind_scheme = strstr(origin, "://");
    return behind_scheme != NULL && host != NULL && strcasecmp(behind_scheme + 3, host) == 0;
}

bool same_site_check(const struct request *request, const char *listens_on)
{
    const char *host = only_host(request);
    const char *origin = request_header(request, "Origin");
    const char *site = request_header(request, "Sec-Fetch-Site");
    if (host == NULL || !is_trusted_host(host, listens_on))
        return false;
    if (origin != NULL)
        return is_own_origin(origin, host);
    return site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
}
