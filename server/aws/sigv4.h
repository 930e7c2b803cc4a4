/*
 * Signature Version 4, pure: the credential that a request carries, whether its time and scope hold, whether it was
 * signed with a secret. `now` is an argument; secrets come in, nothing is kept. (AWS General Reference, "Signature
 * Version 4 signing process".)
 *
 * A caller that verifies goes in AWS's order, as it was seen on DynamoDB (dynalite's notes): read the claim, check it,
 * look the access key up, verify the signature, and only then compare the session token.
 */
#ifndef SERVER_AWS_SIGV4_H
#define SERVER_AWS_SIGV4_H

#include "server/aws/error.h"
#include "server/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far a request's time may be from the server's: 15 minutes, either way. */
#define SIGV4_CLOCK_SKEW_MS (15LL * 60 * 1000)

/* What a signed request says of its signer. All text is printable ASCII ('?' stands for any other byte that came) and
 * lives in the request's arena. */
struct sigv4_claim {
    bool present;          /* false: the request is not signed, and nothing else here is set */
    bool presigned;        /* in the query, not in the Authorization header */
    const char *algorithm; /* "AWS4-HMAC-SHA256", but any word may have come */
    const char *access_key_id;
    const char *date; /* of the scope: 20260101 */
    const char *region;
    const char *service;
    const char *terminator;     /* "aws4_request" */
    const char *signed_headers; /* as they came: "host;x-amz-date" */
    const char *signature;
    const char *time;          /* as it came: X-Amz-Date (20260101T000000Z), or else Date */
    const char *session_token; /* NULL: none */
    const char *expires;       /* presigned: X-Amz-Expires, seconds, as text; NULL: none */
};

/* Reads the Authorization header, or the X-Amz-* query of a presigned request. False with IncompleteSignatureException
 * when a part is missing or the Credential has not five parts, InvalidSignatureException when there is both a header
 * and a query, or InternalFailure. Neither time nor scope nor signature is checked. */
bool sigv4_read_claim(const struct request *request, struct sigv4_claim *claim, struct aws_error *error);

/* What AWS checks before it looks for the access key: that the claim's time is within the clock skew of `now`
 * (milliseconds since 1970; presigned: from its time for as long as it says), that Host is signed, the algorithm, and
 * that the scope is that time's date, some region and `service`. False with IncompleteSignatureException or
 * InvalidSignatureException and AWS's text, or InternalFailure. */
bool sigv4_check_claim(const struct request *request, const struct sigv4_claim *claim, const char *service, int64_t now,
                       struct aws_error *error);

/* Whether the request, body and all, was signed with `secret`; call it on a claim that passed sigv4_check_claim. False
 * with InvalidSignatureException and AWS's text, or InternalFailure. The comparison takes the same time wherever the
 * signatures differ. */
bool sigv4_verify(const struct request *request, const struct sigv4_claim *claim, const char *secret,
                  struct aws_error *error);

enum { SIGV4_KEY_LENGTH = 32 };

/* The key that a secret signs with on one date (20260101), in one region, for one service. False when memory is out. */
bool sigv4_signing_key(struct arena *arena, const char *secret, const char *date, const char *region,
                       const char *service, unsigned char key[SIGV4_KEY_LENGTH]);

#endif
