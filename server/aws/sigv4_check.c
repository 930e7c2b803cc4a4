/*
 * What AWS checks of a claim before it looks for the access key, in the order in which DynamoDB was seen to do it
 * (dynalite's notes): time, Host, algorithm, scope. So a stale request with a wrong signature is told that it is stale.
 *
 * The time comes from the client's own clock, so it is held against the real clock, whatever the virtual one says.
 */
#include "server/aws/sigv4.h"
#include "server/aws/sigv4_time.h"
#include "store/scope.h"

#include <string.h>
#include <strings.h>

#define LONGEST_EXPIRES 604800 /* seconds: a week, S3's documented limit */

/* Reads X-Amz-Expires, 1 to LONGEST_EXPIRES seconds. The texts are S3's; what Config says is not known. */
static bool read_expires(const char *text, int64_t *lifetime, struct aws_error *error)
{
    const size_t digits = strspn(text, "0123456789");
    const bool negative = text[0] == '-' && text[1] != '\0' && strspn(text + 1, "0123456789") == strlen(text + 1);
    int64_t seconds = 0;
    if (!negative && text[digits] != '\0')
        return aws_error_refuse(error, AWS_INCOMPLETE_SIGNATURE, "X-Amz-Expires should be a number");
    for (size_t i = 0; i < digits && seconds <= LONGEST_EXPIRES; i++)
        seconds = seconds * 10 + (text[i] - '0');
    if (seconds > LONGEST_EXPIRES)
        return aws_error_refuse(
            error, AWS_INCOMPLETE_SIGNATURE,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
            "less than 604800 seconds");
    if (seconds == 0)
        return aws_error_refuse(error, AWS_INCOMPLETE_SIGNATURE, "X-Amz-Expires must be non-negative");
    *lifetime = seconds * 1000;
    return true;
}

/* As AWS writes it: "15 min."; only X-Amz-Expires gives spans that are no whole minutes. */
static const char *span_text(struct arena *arena, int64_t span)
{
    const bool whole = span % 60000 == 0;
    return arena_printf(arena, "%lld %s.", (long long)(span / (whole ? 60000 : 1000)), whole ? "min" : "sec");
}

/* "...: TIME is now earlier than EDGE (NOW - 15 min.)" */
static bool refuse_time(struct arena *arena, int64_t time, int64_t now, int64_t offset, struct aws_error *error)
{
    char time_text[SIGV4_TIME_TEXT];
    char edge_text[SIGV4_TIME_TEXT];
    char now_text[SIGV4_TIME_TEXT];
    const bool expired = offset < 0;
    const char *span = span_text(arena, expired ? -offset : offset);
    return aws_error_refuse(
        error, AWS_INVALID_SIGNATURE,
        span == NULL ? NULL
                     : arena_printf(arena, "Signature %s: %s is %s than %s (%s %c %s)",
                                    expired ? "expired" : "not yet current", sigv4_time_format(time, time_text),
                                    expired ? "now earlier" : "still later", sigv4_time_format(now + offset, edge_text),
                                    sigv4_time_format(now, now_text), expired ? '-' : '+', span));
}

/* `time` is the claim's. Seconds count, as in the text: the edge itself is still good. A presigned request lives as
 * long as it says (some services are known to ignore that and to take 15 minutes), but may not be dated ahead. */
static bool check_time(struct arena *arena, const struct sigv4_claim *claim, int64_t time, int64_t now,
                       struct aws_error *error)
{
    const int64_t second = now - now % 1000;
    int64_t lifetime = SIGV4_CLOCK_SKEW_MS;
    if (claim->expires != NULL && !read_expires(claim->expires, &lifetime, error))
        return false;
    if (time < second - lifetime)
        return refuse_time(arena, time, second, -lifetime, error);
    if (time > second + SIGV4_CLOCK_SKEW_MS)
        return refuse_time(arena, time, second, SIGV4_CLOCK_SKEW_MS, error);
    return true;
}

/* Only Host must be signed: DynamoDB went on to the signature of a request that had signed nothing else, and session
 * tokens may be added after signing. */
static bool signs_host(const char *signed_headers)
{
    for (const char *name = signed_headers; *name != '\0'; name += *name == ';') {
        const size_t length = strcspn(name, ";");
        if (length == strlen("host") && strncasecmp(name, "host", length) == 0)
            return true;
        name += length;
    }
    return false;
}

/* All that is wrong with the scope, in one message. The spaces at the ends were seen on EMR, STS and others. */
static bool check_scope(struct arena *arena, const struct sigv4_claim *claim, const char *service,
                        const char time[SIGV4_TIME_TEXT], struct aws_error *error)
{
    const char *message = "";
    if (!scope_is_region(claim->region)) /* each has its world here */
        message = arena_printf(arena, "Credential should be scoped to a valid region, not '%s'. ", claim->region);
    if (message != NULL && strcmp(claim->service, service) != 0)
        message = arena_printf(arena, "%sCredential should be scoped to correct service: '%s'. ", message, service);
    if (message != NULL && strcmp(claim->terminator, "aws4_request") != 0)
        message =
            arena_printf(arena, "%sCredential should be scoped with a valid terminator: 'aws4_request', not '%s'. ",
                         message, claim->terminator);
    if (message != NULL &&
        (strlen(claim->date) != SIGV4_DATE_LENGTH || memcmp(claim->date, time, SIGV4_DATE_LENGTH) != 0))
        message = arena_printf(arena,
                               "%sDate in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
                               "HTTP: '%s' != '%.*s', from '%s'.",
                               message, claim->date, SIGV4_DATE_LENGTH, time, time);
    if (message != NULL && *message == '\0')
        return true;
    return aws_error_refuse(error, AWS_INVALID_SIGNATURE, message);
}

bool sigv4_check_claim(const struct request *request, const struct sigv4_claim *claim, const char *service, int64_t now,
                       struct aws_error *error)
{
    struct arena *arena = request->arena;
    char time_text[SIGV4_TIME_TEXT];
    int64_t time = 0;
    if (!sigv4_time_parse(claim->time, &time))
        return aws_error_refuse(error, AWS_INCOMPLETE_SIGNATURE,
                                arena_printf(arena,
                                             "Date must be in ISO-8601 'basic format'. Got '%s'. See "
                                             "http://en.wikipedia.org/wiki/ISO_8601",
                                             claim->time));
    if (!check_time(arena, claim, time, now, error))
        return false;
    if (!signs_host(claim->signed_headers))
        return aws_error_refuse(error, AWS_INVALID_SIGNATURE,
                                "'Host' must be a 'SignedHeader' in the AWS Authorization.");
    if (strcmp(claim->algorithm, "AWS4-HMAC-SHA256") != 0)
        return aws_error_refuse(error, AWS_INCOMPLETE_SIGNATURE,
                                arena_printf(arena,
                                             "Unsupported AWS 'algorithm': '%s' (only AWS4-HMAC-SHA256 for now). ",
                                             claim->algorithm));
    return check_scope(arena, claim, service, sigv4_time_format(time, time_text), error);
}
