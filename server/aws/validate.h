/*
 * Walks a shape over a JSON value, in the two passes that AWS's front door makes: types, then constraints. Every
 * message is made from the model; nothing here knows an operation.
 */
#ifndef SERVER_AWS_VALIDATE_H
#define SERVER_AWS_VALIDATE_H

#include "base/arena.h"
#include "server/aws/error.h"
#include "server/aws/model/model.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* How a failed constraint is answered (--errors). */
enum errors_mode {
    ERRORS_DOCUMENTED, /* what the operation's documentation declares, see validate_constraints */
    ERRORS_OBSERVED,   /* ValidationException, as AWS was seen to */
};

/* The first pass: every value of the type the shape says. Prunes and settles `input`: members the shape does not know,
 * nulls (of lists and maps, too) and all but the last of a repeated key are taken out, fractions of integers are
 * floored, words and fractions that AWS takes for booleans become such. A number past its type's range passes: the
 * model gives every integer of an input a range, which the second pass holds. False with SerializationException in
 * `*error` (or InternalFailure when memory is out). */
bool validate_types(struct arena *arena, const struct shape *shape, cJSON *input, struct aws_error *error);

/* The second pass, over what the first one left: required members, ranges, lengths, patterns, enums; all failures in
 * one message, at most ten. Its error, in mode ERRORS_DOCUMENTED: InvalidLimitException when a top-level `Limit` (or
 * `limit`) is among what failed and the operation declares it, else InvalidParameterValueException where it declares
 * that, else ValidationException. */
bool validate_constraints(struct arena *arena, const struct operation *operation, const cJSON *input,
                          enum errors_mode mode, struct aws_error *error);

/* What is wrong with an answer that somebody wrote for an operation (a fixture's `responses`): a type, an unknown or
 * missing member, an enum, a length (not patterns and the ranges of numbers; times are numbers). NULL when nothing is;
 * else a message in `arena` that begins with the place, e.g. "ConformancePackStatusDetails[0].ConformancePackState: …",
 * or VALIDATE_OUT_OF_MEMORY. A NULL shape wants an empty object. */
const char *validate_answer(struct arena *arena, const struct shape *shape, const cJSON *answer);

extern const char VALIDATE_OUT_OF_MEMORY[];

#endif
