/*
 * The claim of a signed request: read from the Authorization header or from the query of a presigned request. The
 * texts, which parts they name and in which order, are AWS's as kinesalite's and dynalite's tests met them on Kinesis
 * and DynamoDB.
 */
#include "base/ascii.h"
#include "base/percent.h"
#include "server/aws/sigv4.h"

#include <string.h>

/* The parts of a claim, in the order in which AWS names the missing ones. */
enum part { ALGORITHM, CREDENTIAL, SIGNATURE, SIGNED_HEADERS, TIME, REQUIRED, EXPIRES = REQUIRED, TOKEN, PARTS };

/* Where the parts stand, and what AWS says when a required one is missing. The header's algorithm is its first word,
 * and its time and token are headers of their own. */
struct form {
    const char *names[PARTS];
    const char *complaints[REQUIRED];
};

static const struct form header_form = {
    .names =
        {
            [CREDENTIAL] = "Credential",
            [SIGNATURE] = "Signature",
            [SIGNED_HEADERS] = "SignedHeaders",
        },
    .complaints =
        {
            [CREDENTIAL] = "Authorization header requires 'Credential' parameter. ",
            [SIGNATURE] = "Authorization header requires 'Signature' parameter. ",
            [SIGNED_HEADERS] = "Authorization header requires 'SignedHeaders' parameter. ",
            [TIME] = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
        },
};

static const struct form query_form = {
    .names =
        {
            [ALGORITHM] = "X-Amz-Algorithm",
            [CREDENTIAL] = "X-Amz-Credential",
            [SIGNATURE] = "X-Amz-Signature",
            [SIGNED_HEADERS] = "X-Amz-SignedHeaders",
            [TIME] = "X-Amz-Date",
            [EXPIRES] = "X-Amz-Expires",
            [TOKEN] = "X-Amz-Security-Token",
        },
    .complaints =
        {
            [ALGORITHM] = "AWS query-string parameters must include 'X-Amz-Algorithm'. ",
            [CREDENTIAL] = "AWS query-string parameters must include 'X-Amz-Credential'. ",
            [SIGNATURE] = "AWS query-string parameters must include 'X-Amz-Signature'. ",
            [SIGNED_HEADERS] = "AWS query-string parameters must include 'X-Amz-SignedHeaders'. ",
            [TIME] = "AWS query-string parameters must include 'X-Amz-Date'. ",
        },
};

static bool out_of_memory(struct aws_error *error)
{
    aws_error_internal(error);
    return false;
}

static bool is_printable(char byte)
{
    return byte >= ' ' && byte <= '~';
}

/* A copy in printable ASCII, which is all that a claim may hold by its standard, so that what an error echoes is UTF-8.
 * A tab is a space, as everywhere in HTTP's headers. */
static char *printable(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_strndup(arena, text, length);
    for (size_t i = 0; copy != NULL && i < length; i++) {
        if (!is_printable(copy[i]))
            copy[i] = copy[i] == '\t' ? ' ' : '?';
    }
    return copy;
}

/* `*value` becomes the header's value, or NULL where there is none or it is empty. False when memory is out. */
static bool read_header(const struct request *request, const char *name, const char **value)
{
    const char *text = request_header(request, name);
    *value = NULL;
    if (text == NULL || *text == '\0')
        return true;
    const size_t length = strlen(text);
    *value = ascii_printable_run(text, length) == length ? text : printable(request->arena, text, length);
    return *value != NULL;
}

/* PARTS where the form knows no such name. */
static size_t part_named(const struct form *form, const char *name, size_t length)
{
    size_t part = 0;
    while (part < PARTS && (form->names[part] == NULL || strlen(form->names[part]) != length ||
                            memcmp(form->names[part], name, length) != 0))
        part++;
    return part;
}

/* Takes `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...` apart: AWS takes commas, spaces or both
 * between the parameters, in any order. Of a parameter given twice the last one counts. */
static bool split_authorization(struct arena *arena, const char *header, const char *parts[PARTS],
                                struct aws_error *error)
{
    static const char separators[] = ", ";
    char *words = arena_strdup(arena, header);
    if (words == NULL)
        return out_of_memory(error);
    char *rest = NULL;
    const char *algorithm = strtok_r(words, separators, &rest);
    parts[ALGORITHM] = algorithm != NULL ? algorithm : "";
    for (const char *word = NULL; (word = strtok_r(NULL, separators, &rest)) != NULL;) {
        const char *equals = strchr(word, '=');
        if (equals == NULL)
            return aws_error_refuse(
                error, AWS_INCOMPLETE_SIGNATURE,
                arena_printf(arena,
                             "'%s' not a valid key=value pair (missing equal-sign) in Authorization header: "
                             "'%s'.",
                             word, header));
        const size_t part = part_named(&header_form, word, (size_t)(equals - word));
        /* An empty SignedHeaders is there, for AWS; it fails later for want of Host. */
        if (part < PARTS && (equals[1] != '\0' || part == SIGNED_HEADERS))
            parts[part] = equals + 1;
    }
    return true;
}

/* False with all the complaints about missing parts in one message, which ends in `tail` and `header`. */
static bool require_parts(struct arena *arena, const struct form *form, const char *const parts[PARTS],
                          const char *tail, const char *header, struct aws_error *error)
{
    const char *message = "";
    for (size_t part = 0; part < REQUIRED && message != NULL; part++) {
        if (parts[part] == NULL)
            message = arena_printf(arena, "%s%s", message, form->complaints[part]);
    }
    if (message != NULL && *message == '\0')
        return true;
    return aws_error_refuse(error, AWS_INCOMPLETE_SIGNATURE,
                            message != NULL ? arena_printf(arena, "%s%s%s", message, tail, header) : NULL);
}

static bool read_from_header(const struct request *request, const char *header, const char *parts[PARTS],
                             struct aws_error *error)
{
    if (!read_header(request, "X-Amz-Date", &parts[TIME]) ||
        (parts[TIME] == NULL && !read_header(request, "Date", &parts[TIME])) ||
        !read_header(request, "X-Amz-Security-Token", &parts[TOKEN]))
        return out_of_memory(error);
    if (!split_authorization(request->arena, header, parts, error))
        return false;
    return require_parts(request->arena, &header_form, parts, "Authorization=", header, error);
}

/* Collects the X-Amz-* parameters; `*presigned` says whether X-Amz-Algorithm is there, be it empty. */
static bool read_query(const struct request *request, const char *parts[PARTS], bool *presigned)
{
    struct query_pair pair;
    *presigned = false;
    for (const char *query = request->query; query_next_pair(&query, &pair);) {
        char *text = arena_alloc(request->arena, pair.name_length + pair.value_length);
        if (text == NULL)
            return false;
        const size_t name_length = percent_decode(pair.name, pair.name_length, text);
        const size_t part = part_named(&query_form, text, name_length);
        if (part == PARTS)
            continue;
        *presigned |= part == ALGORITHM;
        const size_t length = percent_decode(pair.value, pair.value_length, text);
        const char *value = printable(request->arena, text, length);
        if (value == NULL)
            return false;
        parts[part] = length > 0 ? value : NULL;
    }
    return true;
}

/* Cuts `text` at its slashes. Returns how many elements there are, of which the first `most` are noted. */
static size_t split_at_slashes(char *text, const char **elements, size_t most)
{
    size_t count = 0;
    for (char *rest = text; rest != NULL; count++) {
        const char *element = strsep(&rest, "/");
        if (count < most)
            elements[count] = element;
    }
    return count;
}

static bool fill_claim(struct arena *arena, const char *const parts[PARTS], struct sigv4_claim *claim,
                       struct aws_error *error)
{
    enum { ELEMENTS = 5 };
    const char *elements[ELEMENTS];
    char *credential = arena_strdup(arena, parts[CREDENTIAL]);
    if (credential == NULL)
        return out_of_memory(error);
    size_t length = strlen(credential);
    while (length > 0 && credential[length - 1] == '/') /* AWS ignores slashes at the end */
        credential[--length] = '\0';
    if (split_at_slashes(credential, elements, ELEMENTS) != ELEMENTS)
        return aws_error_refuse(error, AWS_INCOMPLETE_SIGNATURE,
                                arena_printf(arena,
                                             "Credential must have exactly 5 slash-delimited elements, e.g. "
                                             "keyid/date/region/service/term, got '%s'",
                                             parts[CREDENTIAL]));
    claim->algorithm = parts[ALGORITHM];
    claim->access_key_id = elements[0];
    claim->date = elements[1];
    claim->region = elements[2];
    claim->service = elements[3];
    claim->terminator = elements[4];
    claim->signed_headers = parts[SIGNED_HEADERS];
    claim->signature = parts[SIGNATURE];
    claim->time = parts[TIME];
    claim->session_token = parts[TOKEN];
    claim->expires = parts[EXPIRES];
    return true;
}

bool sigv4_read_claim(const struct request *request, struct sigv4_claim *claim, struct aws_error *error)
{
    const char *in_query[PARTS] = {0};
    const char *in_header[PARTS] = {0};
    const char *header = NULL;
    bool presigned = false;

    *claim = (struct sigv4_claim){0};
    if (!read_header(request, "Authorization", &header) || !read_query(request, in_query, &presigned))
        return out_of_memory(error);
    if (header != NULL && presigned)
        return aws_error_refuse(
            error, AWS_INVALID_SIGNATURE,
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
    claim->present = header != NULL || presigned;
    claim->presigned = presigned;
    if (presigned)
        return require_parts(request->arena, &query_form, in_query, "Re-examine the query-string parameters.", "",
                             error) &&
               fill_claim(request->arena, in_query, claim, error);
    if (header != NULL)
        return read_from_header(request, header, in_header, error) &&
               fill_claim(request->arena, in_header, claim, error);
    return true;
}
