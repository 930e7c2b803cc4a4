/*
 * The single constraints of a shape: whether a value holds them, and the text that says so.
 */
#ifndef SERVER_AWS_CONSTRAINT_H
#define SERVER_AWS_CONSTRAINT_H

#include "base/buffer.h"
#include "server/aws/model/model.h"
#include "server/aws/pattern.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

enum constraint { CONSTRAINT_ENUM, CONSTRAINT_PATTERN, CONSTRAINT_MIN, CONSTRAINT_MAX };

enum { CONSTRAINT_KINDS = 4 };

enum constraint_result { CONSTRAINT_HOLDS, CONSTRAINT_BROKEN, CONSTRAINT_FAILED /* memory is out */ };

/* Whether the shape has a constraint of that kind. */
bool constraint_applies(enum constraint constraint, const struct shape *shape);

/* Whether `value`, which passed validate_types for `shape`, holds it; one that does not apply is held. Of a structure
 * only its own size counts: its members are the caller's business, as are the elements of a list or map. */
enum constraint_result constraint_check(enum constraint constraint, const struct shape *shape, const cJSON *value,
                                        struct pattern_matcher *matcher);

/* The same for text alone, as the keys of a map are. */
enum constraint_result constraint_check_text(enum constraint constraint, const struct shape *shape, const char *text,
                                             struct pattern_matcher *matcher);

/* Appends AWS's text: "Member must have length less than or equal to 256". */
void constraint_append(struct buffer *out, enum constraint constraint, const struct shape *shape);

#endif
