/*
 * Holds an answer that somebody wrote against an output shape. Patterns and the ranges of numbers are not held: AWS's
 * own answers are known to leave them.
 */
#include "base/json_tree.h"
#include "server/aws/constraint.h"
#include "server/aws/validate.h"

#include <string.h>

enum { MOST_TEXT = 64 * 1024 }; /* the longest enum takes 16 kB */

const char VALIDATE_OUT_OF_MEMORY[] = "memory is out";

static const char *const type_demands[] = {
    [SHAPE_STRUCTURE] = "an object is wanted",
    [SHAPE_LIST] = "an array is wanted",
    [SHAPE_MAP] = "an object is wanted",
    [SHAPE_STRING] = "a string is wanted",
    [SHAPE_INTEGER] = "a number is wanted",
    [SHAPE_LONG] = "a number is wanted",
    [SHAPE_FLOAT] = "a number is wanted",
    [SHAPE_DOUBLE] = "a number is wanted",
    [SHAPE_BOOLEAN] = "true or false is wanted",
    [SHAPE_TIMESTAMP] = "a time is wanted as a number, seconds since 1970",
    [SHAPE_BLOB] = "a string of Base64 is wanted",
};

static const char *check_value(struct arena *arena, const char *place, const struct shape *shape, const cJSON *value);

static const char *or_out_of_memory(const char *text)
{
    return text != NULL ? text : VALIDATE_OUT_OF_MEMORY;
}

/* "place: what", or "what" alone where the place is the answer itself. */
static const char *complaint(struct arena *arena, const char *place, const char *what)
{
    return or_out_of_memory(arena_printf(arena, "%s%s%s", place, *place != '\0' ? ": " : "", what));
}

static bool is_of_type(const struct shape *shape, const cJSON *value)
{
    switch (shape->type) {
    case SHAPE_STRUCTURE:
    case SHAPE_MAP:
        return cJSON_IsObject(value);
    case SHAPE_LIST:
        return cJSON_IsArray(value);
    case SHAPE_STRING:
    case SHAPE_BLOB:
        return cJSON_IsString(value);
    case SHAPE_BOOLEAN:
        return cJSON_IsBool(value);
    default:
        return cJSON_IsNumber(value);
    }
}

static bool is_sized(const struct shape *shape)
{
    return shape->type == SHAPE_LIST || shape->type == SHAPE_MAP || shape->type == SHAPE_STRING;
}

/* The enum and the length. */
static const char *check_limits(struct arena *arena, const char *place, const struct shape *shape, const cJSON *value)
{
    static const enum constraint checked[] = {CONSTRAINT_ENUM, CONSTRAINT_MIN, CONSTRAINT_MAX};
    struct pattern_matcher unused = {.arena = arena};
    for (size_t i = 0; is_sized(shape) && i < sizeof checked / sizeof checked[0]; i++) {
        if (constraint_check(checked[i], shape, value, &unused) == CONSTRAINT_HOLDS)
            continue;
        struct buffer text = {.cap = MOST_TEXT};
        constraint_append(&text, checked[i], shape);
        const char *what = text.failed ? NULL : arena_strndup(arena, text.data, text.length);
        buffer_free(&text);
        return what != NULL ? complaint(arena, place, what) : VALIDATE_OUT_OF_MEMORY;
    }
    return NULL;
}

static const struct shape_member *find_member(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        if (strcmp(shape->members[i].name, name) == 0)
            return &shape->members[i];
    }
    return NULL;
}

static const char *place_of_member(struct arena *arena, const char *place, const char *name)
{
    return arena_printf(arena, "%s%s%s", place, *place != '\0' ? "." : "", name);
}

static const char *check_known(struct arena *arena, const char *place, const struct shape *shape, const cJSON *item)
{
    const char *inner = place_of_member(arena, place, item->string);
    if (inner == NULL)
        return VALIDATE_OUT_OF_MEMORY;
    const struct shape_member *member = find_member(shape, item->string);
    if (member == NULL)
        return complaint(arena, inner, "the model knows no such member");
    return check_value(arena, inner, member->shape, item);
}

static const char *check_structure(struct arena *arena, const char *place, const struct shape *shape,
                                   const cJSON *structure)
{
    for (const cJSON *item = structure->child; item != NULL; item = item->next) {
        const char *wrong = check_known(arena, place, shape, item);
        if (wrong != NULL)
            return wrong;
    }
    for (size_t i = 0; i < shape->member_count; i++) {
        const struct shape_member *member = &shape->members[i];
        if (!member->required || json_member(structure, member->name) != NULL)
            continue;
        const char *inner = place_of_member(arena, place, member->name);
        return inner != NULL ? complaint(arena, inner, "it is missing, and required") : VALIDATE_OUT_OF_MEMORY;
    }
    return NULL;
}

static const char *check_elements(struct arena *arena, const char *place, const struct shape *shape, const cJSON *group)
{
    size_t index = 0;
    for (const cJSON *item = group->child; item != NULL; item = item->next) {
        const char *inner = shape->type == SHAPE_LIST ? arena_printf(arena, "%s[%zu]", place, index++)
                                                      : place_of_member(arena, place, item->string);
        const char *wrong = inner != NULL ? check_value(arena, inner, shape->element, item) : VALIDATE_OUT_OF_MEMORY;
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

static const char *check_value(struct arena *arena, const char *place, const struct shape *shape, const cJSON *value)
{
    if (!is_of_type(shape, value))
        return complaint(arena, place, type_demands[shape->type]);
    const char *wrong = check_limits(arena, place, shape, value);
    if (wrong != NULL)
        return wrong;
    if (shape->type == SHAPE_STRUCTURE)
        return check_structure(arena, place, shape, value);
    if (shape->type == SHAPE_LIST || shape->type == SHAPE_MAP)
        return check_elements(arena, place, shape, value);
    return NULL;
}

const char *validate_answer(struct arena *arena, const struct shape *shape, const cJSON *answer)
{
    if (shape != NULL)
        return check_value(arena, "", shape, answer);
    const bool is_empty = cJSON_IsObject(answer) && answer->child == NULL;
    return is_empty ? NULL : complaint(arena, "", "the operation answers with nothing: an empty object is wanted");
}
