#include "server/aws/constraint.h"

#include "server/aws/blob.h"
#include "server/aws/text_length.h"

#include <inttypes.h>
#include <string.h>

static bool is_number(const struct shape *shape)
{
    return shape->type == SHAPE_INTEGER || shape->type == SHAPE_LONG || shape->type == SHAPE_FLOAT ||
           shape->type == SHAPE_DOUBLE;
}

bool constraint_applies(enum constraint constraint, const struct shape *shape)
{
    switch (constraint) {
    case CONSTRAINT_ENUM:
        return shape->enum_count > 0;
    case CONSTRAINT_PATTERN:
        return shape->pattern != NULL;
    case CONSTRAINT_MIN:
        return shape->min != SHAPE_NO_MIN;
    default:
        return shape->max != SHAPE_NO_MAX;
    }
}

static enum constraint_result held(bool holds)
{
    return holds ? CONSTRAINT_HOLDS : CONSTRAINT_BROKEN;
}

static bool is_in_enum(const struct shape *shape, const char *text)
{
    for (size_t i = 0; i < shape->enum_count; i++) {
        if (strcmp(shape->enum_values[i], text) == 0)
            return true;
    }
    return false;
}

static enum constraint_result check_pattern(const struct shape *shape, const char *text,
                                            struct pattern_matcher *matcher)
{
    const enum pattern_match match = pattern_match(matcher, shape->pattern_index, text);
    return match == PATTERN_FAILED ? CONSTRAINT_FAILED : held(match == PATTERN_MATCHES);
}

/* `measure` is a number's value or anything else's length; a double holds every limit and length exactly. */
static enum constraint_result check_limit(enum constraint constraint, const struct shape *shape, double measure)
{
    return held(constraint == CONSTRAINT_MIN ? measure >= (double)shape->min : measure <= (double)shape->max);
}

enum constraint_result constraint_check_text(enum constraint constraint, const struct shape *shape, const char *text,
                                             struct pattern_matcher *matcher)
{
    if (!constraint_applies(constraint, shape))
        return CONSTRAINT_HOLDS;
    switch (constraint) {
    case CONSTRAINT_ENUM:
        return held(is_in_enum(shape, text));
    case CONSTRAINT_PATTERN:
        return check_pattern(shape, text, matcher);
    default:
        return check_limit(constraint, shape, (double)text_length(text));
    }
}

enum constraint_result constraint_check(enum constraint constraint, const struct shape *shape, const cJSON *value,
                                        struct pattern_matcher *matcher)
{
    if (shape->type == SHAPE_STRING)
        return constraint_check_text(constraint, shape, value->valuestring, matcher);
    const bool is_limit = constraint == CONSTRAINT_MIN || constraint == CONSTRAINT_MAX;
    if (!is_limit || !constraint_applies(constraint, shape))
        return CONSTRAINT_HOLDS;
    if (is_number(shape))
        return check_limit(constraint, shape, value->valuedouble);
    if (shape->type == SHAPE_BLOB)
        return check_limit(constraint, shape, (double)blob_length(value->valuestring));
    return check_limit(constraint, shape, cJSON_GetArraySize(value));
}

static void append_enum(struct buffer *out, const struct shape *shape)
{
    buffer_append_text(out, "Member must satisfy enum value set: [");
    for (size_t i = 0; i < shape->enum_count; i++) {
        buffer_append_text(out, i > 0 ? ", " : "");
        buffer_append_text(out, shape->enum_values[i]);
    }
    buffer_append_char(out, ']');
}

void constraint_append(struct buffer *out, enum constraint constraint, const struct shape *shape)
{
    const char *measure = is_number(shape) ? "value" : "length";
    switch (constraint) {
    case CONSTRAINT_ENUM:
        append_enum(out, shape);
        break;
    case CONSTRAINT_PATTERN:
        buffer_append_text(out, "Member must satisfy regular expression pattern: ");
        buffer_append_text(out, shape->pattern);
        break;
    case CONSTRAINT_MIN:
        buffer_printf(out, "Member must have %s greater than or equal to %" PRId64, measure, shape->min);
        break;
    case CONSTRAINT_MAX:
        buffer_printf(out, "Member must have %s less than or equal to %" PRId64, measure, shape->max);
        break;
    }
}
