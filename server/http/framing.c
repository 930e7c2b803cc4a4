#include "server/http/framing.h"

#include "base/ascii.h"

#include <string.h>
#include <strings.h>

static const char malformed[] = "malformed header\n";

/* RFC 9110, 5.6.2: letters, digits and these. */
static bool is_token_byte(unsigned char byte)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    const unsigned char small = byte | ('a' ^ 'A');
    return (small >= 'a' && small <= 'z') || (byte >= '0' && byte <= '9') || strchr(others, byte) != NULL;
}

static bool is_token(const char *text)
{
    const char *end = text;
    while (*end != '\0' && is_token_byte((unsigned char)*end))
        end++;
    return end > text && *end == '\0';
}

static bool has_control(const char *text)
{
    const size_t length = strlen(text);
    return ascii_control_free_run(text, length) < length;
}

/* A header's value may have tabs. */
static bool is_value(const char *text)
{
    size_t left = strlen(text);
    for (;;) {
        const size_t run = ascii_control_free_run(text, left);
        if (run == left)
            return true;
        if (text[run] != '\t')
            return false;
        text += run + 1;
        left -= run + 1;
    }
}

static bool is_bad_target(const char *text)
{
    return has_control(text) || strchr(text, ' ') != NULL;
}

const char *framing_fault(const struct request *request, const char *version)
{
    size_t lengths = 0;
    size_t codings = 0;
    if (!is_token(request->method) || is_bad_target(request->path) || is_bad_target(request->query))
        return "malformed request line\n";
    for (size_t i = 0; i < request->header_count; i++) {
        const struct header *header = &request->headers[i];
        if (!is_token(header->name) || !is_value(header->value))
            return malformed;
        lengths += header_is(header, "Content-Length");
        if (!header_is(header, "Transfer-Encoding"))
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
