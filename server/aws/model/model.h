/*
 * The service model as tables: every operation of AWS Config (2014-11-12), its shapes, limits and declared errors.
 * The tables are made by generate.c, at build time, from config-2014-11-12.json beside it, which derive-model makes
 * from an installed botocore.
 */
#ifndef SERVER_AWS_MODEL_H
#define SERVER_AWS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shape_type {
    SHAPE_STRUCTURE,
    SHAPE_LIST,
    SHAPE_MAP,
    SHAPE_STRING,
    SHAPE_INTEGER,
    SHAPE_LONG,
    SHAPE_FLOAT,
    SHAPE_DOUBLE,
    SHAPE_BOOLEAN,
    SHAPE_TIMESTAMP,
    SHAPE_BLOB,
};

#define SHAPE_NO_MIN INT64_MIN
#define SHAPE_NO_MAX INT64_MAX

struct shape;

struct shape_member {
    const char *name;
    const struct shape *shape;
    bool required;
};

struct shape {
    const char *name; /* the model's, e.g. "ConformancePackName" */
    enum shape_type type;
    int64_t min; /* of a number its value; of a string, list, map or blob its length; SHAPE_NO_MIN */
    int64_t max;
    const char *pattern;                /* a string's; NULL */
    size_t pattern_index;               /* which of model_patterns; 0 too where there is none */
    const char *const *enum_values;     /* a string's, in the model's order */
    size_t enum_count;                  /* 0: no enum */
    const struct shape_member *members; /* a structure's, in the model's order */
    size_t member_count;
    const struct shape *key;     /* a map's */
    const struct shape *element; /* a list's elements, a map's values */
};

struct operation {
    const char *name;           /* "DescribeConformancePackStatus" */
    const struct shape *input;  /* never NULL: an operation without input has an empty structure */
    const struct shape *output; /* NULL: it answers with an empty body */
    const char *const *errors;  /* wire names of the errors it declares, in the model's order */
    size_t error_count;
};

/* In order of name. */
extern const struct operation model_operations[];
extern const size_t model_operation_count;

/* The distinct patterns of all shapes, so that each is compiled once. generate.c refuses a model with more of them
 * than the cap. */
enum { MODEL_PATTERN_CAP = 64 };
extern const char *const model_patterns[];
extern const size_t model_pattern_count;

/* What X-Amz-Target begins with, before the point: "StarlingDoveService". */
extern const char model_target_prefix[];

/* NULL when there is no operation of that name (exactly that: case counts). */
const struct operation *model_find_operation(const char *name);

/* Whether the model lists that error for that operation. */
bool operation_declares(const struct operation *operation, const char *error);

#endif
