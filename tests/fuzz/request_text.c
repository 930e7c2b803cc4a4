#include "tests/fuzz/request_text.h"

#include <string.h>

enum { MOST_HEADERS = 64 };

char *request_text_line(struct request_text *text, struct arena *arena)
{
    const char *end = text->length > 0 ? memchr(text->rest, '\n', text->length) : NULL;
    size_t length = end != NULL ? (size_t)(end - text->rest) : text->length;
    char *line = arena_strndup(arena, text->rest, length);
    const size_t taken = length + (end != NULL ? 1 : 0);
    text->rest += taken;
    text->length -= taken;
    if (line != NULL && length > 0 && line[length - 1] == '\r')
        line[length - 1] = '\0';
    return line;
}

/* "METHOD TARGET HTTP/1.1"; the target is split as server/http/head.c does. */
static void read_first_line(char *line, struct request *request)
{
    request->method = strsep(&line, " ");
    char *target = line != NULL ? strsep(&line, " ") : NULL;
    request->path = target != NULL ? strsep(&target, "?") : "/";
    request->query = target != NULL ? target : "";
}

/* "Name: value", without the white space around the value, as libmicrohttpd hands it over. */
static struct header read_header(char *line)
{
    char *value = line;
    const char *name = strsep(&value, ":");
    if (value == NULL)
        return (struct header){name, ""};
    value += strspn(value, " \t");
    for (size_t length = strlen(value); length > 0 && strchr(" \t", value[length - 1]) != NULL;)
        value[--length] = '\0';
    return (struct header){name, value};
}

/* Up to a line that is "%%", or to the end. A copy of just its bytes, so that reading on behind them is seen. */
static bool read_body(struct request_text *text, struct request *request)
{
    static const char mark[] = "\n%%\n";
    const size_t mark_length = sizeof mark - 1;
    text->rest--; /* the end of the line before: an empty body's mark needs it */
    text->length++;
    const char *end = memmem(text->rest, text->length, mark, mark_length);
    const size_t taken = end != NULL ? (size_t)(end - text->rest) + mark_length : text->length;
    const char *body = text->rest + 1;
    size_t length = end == text->rest ? 0 : taken - 1 - (end != NULL ? mark_length : 0);
    if (end == NULL && length > 0 && body[length - 1] == '\n')
        length--; /* the end of the last line */
    char *copy = arena_alloc(request->arena, length);
    if (copy == NULL)
        return false;
    memcpy(copy, body, length);
    request->body = copy;
    request->body_length = length;
    text->rest += taken;
    text->length -= taken;
    return true;
}

bool request_text_next(struct request_text *text, struct arena *arena, struct request *request)
{
    if (text->length == 0)
        return false;
    char *line = request_text_line(text, arena);
    struct header *headers = arena_calloc(arena, MOST_HEADERS, sizeof *headers);
    if (line == NULL || headers == NULL)
        return false;
    *request = (struct request){.headers = headers, .arena = arena};
    read_first_line(line, request);
    while (text->length > 0) {
        line = request_text_line(text, arena);
        if (line == NULL)
            return false;
        if (*line == '\0')
            break;
        if (request->header_count < MOST_HEADERS)
            headers[request->header_count++] = read_header(line);
    }
    return read_body(text, request);
}
