/* The AWS endpoint: a request's way from its first byte to AWS's answer. */
#ifndef SERVER_ENDPOINT_H
#define SERVER_ENDPOINT_H

#include "server/aws/validate.h"
#include "server/journal.h"
#include "server/metrics.h"
#include "server/operations/operations.h"
#include "server/recall.h"
#include "server/request.h"

#include <stdatomic.h>

struct aws_endpoint {
    struct operation_settings operations;
    enum errors_mode errors;
    bool verify_signatures;
    size_t body_cap; /* the most bytes a request's body may have */
    uint64_t seed;
    atomic_uint_fast64_t requests; /* numbered, for their ids */
    struct journal *journal;
    struct metrics *metrics;
    struct recall *recall; /* NULL: every answer is made anew */
};

/* Answers one request. */
void aws_endpoint_answer(struct aws_endpoint *endpoint, const struct request *request, struct reply *reply);

#endif
