/*
 * The canonical form of a request, which is what both sides of Signature Version 4 hash: the same for every spelling
 * of the same request. (AWS General Reference, "Create a canonical request".)
 */
#ifndef SERVER_AWS_SIGV4_CANONICAL_H
#define SERVER_AWS_SIGV4_CANONICAL_H

#include "server/aws/sigv4.h"

/* The canonical request with the claim's signed headers, in the request's arena; `payload_hash` is the body's SHA-256
 * in hexadecimal. NULL when memory is out. */
char *sigv4_canonical_request(const struct request *request, const struct sigv4_claim *claim, const char *payload_hash);

#endif
