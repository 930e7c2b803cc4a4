/*
 * An AWS error as a value. What goes wrong in a request is filled in once, by whoever finds it, and written to the
 * wire once, by endpoint.c.
 */
#ifndef SERVER_AWS_ERROR_H
#define SERVER_AWS_ERROR_H

#include <stdbool.h>

enum aws_error_id {
#define X(id, name, status, key) AWS_##id,
#include "server/aws/errors.def"
#undef X
};

struct aws_error {
    const char *name;        /* on the wire: "InvalidLimitException" */
    int status;              /* HTTP */
    const char *message_key; /* "message" or "Message" */
    const char *message;     /* UTF-8; lives as long as the request; NULL: none is sent */
};

/* Fills `*error`; `message` is a constant or of the request's arena. */
void aws_error_set(struct aws_error *error, enum aws_error_id id, const char *message);

/* The same for when memory is out: InternalFailure, as AWS sends it, without a message. */
void aws_error_internal(struct aws_error *error);

/* Fills `*error` with that message, or for NULL, as memory is out, with InternalFailure. Always false. */
bool aws_error_refuse(struct aws_error *error, enum aws_error_id id, const char *message);

/* Fills `*error` with an error that somebody else chose, by its wire name. */
void aws_error_set_named(struct aws_error *error, const char *name, int status, const char *message);

const char *aws_error_name(enum aws_error_id id);

#endif
