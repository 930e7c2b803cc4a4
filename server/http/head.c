#include "server/http/head.h"

#include "server/http/framing.h"

#include <microhttpd.h>
#include <string.h>
#include <strings.h>

/* The target without scheme and host, where it has them. */
static const char *path_of(const char *target)
{
    const char *host = strncasecmp(target, "http", strlen("http")) == 0 ? strstr(target, "://") : NULL;
    return host != NULL ? host + strlen("://") + strcspn(host + strlen("://"), "/?") : target;
}

/* In two; "http://host?query" has a path too. */
bool head_read_target(struct request *request, const char *target)
{
    const char *path = path_of(target);
    const size_t length = strcspn(path, "?");
    request->query = arena_strdup(request->arena, path[length] == '?' ? path + length + 1 : "");
    request->path = length > 0 ? arena_strndup(request->arena, path, length) : "/";
    return request->path != NULL && request->query != NULL;
}

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

bool head_read_headers(struct request *request, struct MHD_Connection *handle)
{
    const int count = MHD_get_connection_values(handle, MHD_HEADER_KIND, NULL, NULL);
    struct header_list list = {arena_calloc(request->arena, (size_t)count + 1, sizeof *list.headers), 0};
    if (list.headers == NULL)
        return false;
    MHD_get_connection_values(handle, MHD_HEADER_KIND, collect_header, &list);
    request->headers = list.headers;
    request->header_count = list.count;
    return true;
}

/* MHD_OPTION_CLIENT_DISCIPLINE_LVL looks at the bytes where the library has it. */
const char *head_fault(const struct request *request, struct MHD_Connection *handle, const char *version)
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
