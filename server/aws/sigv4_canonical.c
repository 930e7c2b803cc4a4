#include "server/aws/sigv4_canonical.h"

#include "base/percent.h"

#include <stdlib.h>
#include <string.h>

/* ASCII only: tolower of <ctype.h> follows the locale. */
static void lower(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
    }
}

/* All services but S3 take the path as it was sent, without empty, "." and ".." segments, and encode it once more. */
static char *canonical_path(struct arena *arena, const char *path)
{
    const size_t length = strlen(path);
    char *text = arena_alloc(arena, length * 3 + sizeof "/");
    if (text == NULL)
        return NULL;
    size_t end = 0;
    for (const char *segment = path + strspn(path, "/"); *segment != '\0'; segment += strspn(segment, "/")) {
        const size_t size = strcspn(segment, "/");
        if (size == 2 && memcmp(segment, "..", 2) == 0) {
            while (end > 0 && text[--end] != '/') { /* back to before the last segment */
            }
        } else if (size != 1 || *segment != '.') {
            text[end++] = '/';
            end += percent_encode(segment, size, false, text + end);
        }
        segment += size;
    }
    if (end == 0 || path[length - 1] == '/')
        text[end++] = '/';
    text[end] = '\0';
    return text;
}

/* One pair of the query, decoded and encoded again, so that every spelling comes out the same. */
struct parameter {
    const char *name;
    const char *value;
};

static int compare_parameters(const void *left, const void *right)
{
    const struct parameter *a = left;
    const struct parameter *b = right;
    const int names = strcmp(a->name, b->name);
    return names != 0 ? names : strcmp(a->value, b->value);
}

static char *recode(struct arena *arena, const char *text, size_t length)
{
    char *decoded = arena_alloc(arena, length);
    char *encoded = arena_alloc(arena, length * 3 + 1);
    if (decoded == NULL || encoded == NULL)
        return NULL;
    encoded[percent_encode(decoded, percent_decode(text, length, decoded), false, encoded)] = '\0';
    return encoded;
}

static size_t count_pairs(const char *query)
{
    struct query_pair pair;
    size_t count = 0;
    while (query_next_pair(&query, &pair))
        count++;
    return count;
}

static char *join_parameters(struct arena *arena, const struct parameter *parameters, size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(parameters[i].name) + strlen(parameters[i].value) + strlen("&=");
    char *text = arena_alloc(arena, size);
    if (text == NULL)
        return NULL;
    char *end = text;
    for (size_t i = 0; i < count; i++) {
        end = stpcpy(end, i > 0 ? "&" : "");
        end = stpcpy(end, parameters[i].name);
        end = stpcpy(end, "=");
        end = stpcpy(end, parameters[i].value);
    }
    *end = '\0';
    return text;
}

/* Sorted by name, then value. The signature of a presigned request stands in its query but cannot sign itself. */
static char *canonical_query(struct arena *arena, const char *query, bool presigned)
{
    struct parameter *parameters = arena_calloc(arena, count_pairs(query), sizeof *parameters);
    if (parameters == NULL)
        return NULL;
    size_t count = 0;
    struct query_pair pair;
    while (query_next_pair(&query, &pair)) {
        const struct parameter parameter = {
            .name = recode(arena, pair.name, pair.name_length),
            .value = recode(arena, pair.value, pair.value_length),
        };
        if (parameter.name == NULL || parameter.value == NULL)
            return NULL;
        if (!presigned || strcmp(parameter.name, "X-Amz-Signature") != 0)
            parameters[count++] = parameter;
    }
    qsort(parameters, count, sizeof *parameters, compare_parameters);
    return join_parameters(arena, parameters, count);
}

/* A header of the request with its name in lower case and its value trimmed. */
struct field {
    const char *name;
    const char *value;
    size_t index; /* repeated headers stay in their order */
    bool used;
};

static int compare_fields(const void *left, const void *right)
{
    const struct field *a = left;
    const struct field *b = right;
    const int names = strcmp(a->name, b->name);
    return names != 0 ? names : (a->index > b->index) - (a->index < b->index);
}

/* Without white space at the ends, and one space for every run of it inside. */
static char *trimmed(struct arena *arena, const char *value)
{
    static const char space[] = " \t\r\n\v\f";
    char *text = arena_alloc(arena, strlen(value) + 1);
    if (text == NULL)
        return NULL;
    char *end = text;
    for (value += strspn(value, space); *value != '\0'; value += strspn(value, space)) {
        const size_t length = strcspn(value, space);
        if (end != text)
            *end++ = ' ';
        memcpy(end, value, length);
        end += length;
        value += length;
    }
    *end = '\0';
    return text;
}

/* The request's headers, sorted: hostile requests have thousands, and SignedHeaders may name as many. */
static struct field *sorted_fields(const struct request *request)
{
    struct field *fields = arena_calloc(request->arena, request->header_count, sizeof *fields);
    for (size_t i = 0; fields != NULL && i < request->header_count; i++) {
        char *name = arena_strdup(request->arena, request->headers[i].name);
        char *value = trimmed(request->arena, request->headers[i].value);
        if (name == NULL || value == NULL)
            return NULL;
        lower(name);
        fields[i] = (struct field){.name = name, .value = value, .index = i};
    }
    if (fields != NULL)
        qsort(fields, request->header_count, sizeof *fields, compare_fields);
    return fields;
}

/* Where the fields of that name begin, or would. */
static size_t first_field(const struct field *fields, size_t count, const char *name)
{
    size_t low = 0;
    for (size_t high = count; low < high;) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(fields[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A line `name:value,value` for each signed header, in their order. One that is absent, or was named before, has an
 * empty value: no signer does that, and so the text stays no longer than the request. */
static char *canonical_headers(const struct request *request, const char *signed_headers)
{
    struct field *fields = sorted_fields(request);
    char *names = arena_strdup(request->arena, signed_headers);
    size_t size = strlen(signed_headers) * 2 + sizeof ":\n"; /* a ";" between names, ":\n" behind each */
    for (size_t i = 0; fields != NULL && i < request->header_count; i++)
        size += strlen(fields[i].value) + strlen(",");
    char *text = arena_alloc(request->arena, size);
    if (fields == NULL || names == NULL || text == NULL)
        return NULL;
    char *end = text;
    for (const char *name = NULL; (name = strsep(&names, ";")) != NULL;) {
        end = stpcpy(end, name);
        end = stpcpy(end, ":");
        for (size_t i = first_field(fields, request->header_count, name), first = i;
             i < request->header_count && !fields[i].used && strcmp(fields[i].name, name) == 0; i++) {
            end = stpcpy(end, i > first ? "," : "");
            end = stpcpy(end, fields[i].value);
            fields[i].used = true;
        }
        end = stpcpy(end, "\n");
    }
    *end = '\0';
    return text;
}

char *sigv4_canonical_request(const struct request *request, const struct sigv4_claim *claim, const char *payload_hash)
{
    char *signed_headers = arena_strdup(request->arena, claim->signed_headers);
    if (signed_headers == NULL)
        return NULL;
    lower(signed_headers);
    const char *path = canonical_path(request->arena, request->path);
    const char *query = canonical_query(request->arena, request->query, claim->presigned);
    const char *headers = canonical_headers(request, signed_headers);
    if (path == NULL || query == NULL || headers == NULL)
        return NULL;
    return arena_printf(request->arena, "%s\n%s\n%s\n%s\n%s\n%s", request->method, path, query, headers, signed_headers,
                        payload_hash);
}
