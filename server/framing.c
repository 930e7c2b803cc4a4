#include "server/framing.h"

#include <string.h>
#include <strings.h>

static const char malformed[] = "malformed header\n";

static bool is_token(const char *text)
{
    static const char others[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return *text != '\0' && text[strspn(text, others)] == '\0';
}

/* Bytes that are no character; those of UTF-8 are. */
static bool has_control(const char *text, const char *but)
{
    for (; *text != '\0'; text++) {
        if (((unsigned char)*text < ' ' || *text == 0x7f) && strchr(but, *text) == NULL)
            return true;
    }
    return false;
}

static bool is_bad_target(const char *text)
{
    return has_control(text, "") || strchr(text, ' ') != NULL;
}

const char *framing_fault(const struct request *request, const char *version)
{
    size_t lengths = 0;
    size_t codings = 0;
    if (!is_token(request->method) || is_bad_target(request->path) || is_bad_target(request->query))
        return "malformed request line\n";
    for (size_t i = 0; i < request->header_count; i++) {
        const struct header *header = &request->headers[i];
        if (!is_token(header->name) || has_control(header->value, "\t"))
            return malformed;
        lengths += strcasecmp(header->name, "Content-Length") == 0;
        if (strcasecmp(header->name, "Transfer-Encoding") != 0)
            continue;
        codings++;
        if (strcasecmp(header->value, "chunked") != 0 || strcmp(version, "HTTP/1.0") == 0)
            return "a Transfer-Encoding other than chunked\n";
    }
    return lengths + codings > 1 ? "more than one length\n" : NULL;
}

const char *framing_gap(const struct request *request, const char *version, const char *body)
{
    const char *line = version + strlen(version) + strlen("\r\n");
    for (size_t i = 0; i < request->header_count; i++) {
        const struct header *header = &request->headers[i];
        const char *after_name = header->name + strlen(header->name) + strlen(":");
        if (header->name != line || header->value < after_name ||
            strspn(after_name, " \t") < (size_t)(header->value - after_name))
            return malformed;
        line = header->value + strlen(header->value) + strlen("\r\n");
    }
    return line + strlen("\r\n") != body ? malformed : NULL;
}
