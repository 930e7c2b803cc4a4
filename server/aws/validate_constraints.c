/*
 * The second pass. Its texts: of members and paths as seen on Config itself and on Kinesis; of lists as seen on Kinesis
 * and ACM; of maps as seen on QuickSight and DynamoDB.
 */
#include "base/buffer.h"
#include "base/json_tree.h"
#include "server/aws/constraint.h"
#include "server/aws/shown_value.h"
#include "server/aws/validate.h"

#include <ctype.h>
#include <strings.h>

enum {
    MOST_FAILURES = 10,                    /* in one message; AWS goes no further */
    MOST_MESSAGE_BYTES = 32 * 1024 * 1024, /* ten failures that each show a whole request of a megabyte, and room */
};

/* One step of the path to a value: a member, an element of a list, an entry of a map. */
struct step {
    const struct step *up; /* NULL: a member of the input itself */
    const char *name;      /* a member's or an entry's; NULL: an element */
    size_t index;          /* an element's, from 1 */
    bool is_entry;
};

struct pass {
    struct pattern_matcher matcher;
    struct buffer failures; /* joined by "; " */
    size_t failure_count;
    bool limit_broken; /* the input's own `Limit` is among the failures */
    bool failed;       /* memory is out */
};

static void check_inside(struct pass *pass, const struct step *step, const struct shape *shape, const cJSON *value);

static bool is_over(const struct pass *pass)
{
    return pass->failed || pass->failures.failed || pass->failure_count == MOST_FAILURES;
}

/* --- one failure --------------------------------------------------------------------------------------------- */

/* Seen: evaluations.1.member.annotation, by dynalite requestItems.abc.member.keys: members begin in lower case. */
static void append_path(struct buffer *out, const struct step *step)
{
    if (step->up != NULL) {
        append_path(out, step->up);
        buffer_append_char(out, '.');
    }
    if (step->name == NULL) {
        buffer_printf(out, "%zu.member", step->index);
    } else if (step->is_entry) {
        buffer_append_text(out, step->name);
        buffer_append_text(out, ".member");
    } else {
        buffer_append_char(out, (char)tolower((unsigned char)step->name[0]));
        buffer_append_text(out, step->name + 1);
    }
}

/* Begins a failure: what failed and where; the caller appends the constraint's text. A NULL value is not there. */
static struct buffer *begin_failure(struct pass *pass, const struct step *step, const struct shape *shape,
                                    const cJSON *value)
{
    struct buffer *out = &pass->failures;
    buffer_append_text(out, pass->failure_count++ > 0 ? "; " : "");
    if (step->up == NULL && strcasecmp(step->name, "Limit") == 0) /* three operations spell it in lower case */
        pass->limit_broken = true;
    if (value == NULL) {
        buffer_append_text(out, "Value null");
    } else {
        buffer_append_text(out, "Value '");
        shown_value_append(out, shape, value);
        buffer_append_char(out, '\'');
    }
    buffer_append_text(out, " at '");
    append_path(out, step);
    buffer_append_text(out, "' failed to satisfy constraint: ");
    return out;
}

/* --- a value's own constraints ------------------------------------------------------------------------------- */

static void check_member(struct pass *pass, const struct step *step, const struct shape *shape, const cJSON *value)
{
    static const enum constraint order[CONSTRAINT_KINDS] = {CONSTRAINT_ENUM, CONSTRAINT_PATTERN, CONSTRAINT_MIN,
                                                            CONSTRAINT_MAX};
    for (size_t i = 0; i < CONSTRAINT_KINDS && !is_over(pass); i++) {
        const enum constraint_result result = constraint_check(order[i], shape, value, &pass->matcher);
        pass->failed |= result == CONSTRAINT_FAILED;
        if (result == CONSTRAINT_BROKEN)
            constraint_append(begin_failure(pass, step, shape, value), order[i], shape);
    }
    check_inside(pass, step, shape, value);
}

static void check_structure(struct pass *pass, const struct step *up, const struct shape *shape, const cJSON *structure)
{
    for (size_t i = 0; i < shape->member_count && !is_over(pass); i++) {
        const struct shape_member *member = &shape->members[i];
        const struct step step = {.up = up, .name = member->name};
        const cJSON *value = json_member(structure, member->name);
        if (value != NULL)
            check_member(pass, &step, member->shape, value);
        else if (member->required)
            buffer_append_text(begin_failure(pass, &step, member->shape, NULL), "Member must not be null");
    }
}

/* --- elements: what one of them breaks is a failure of the list or map --------------------------------------- */

enum part { PART_ELEMENTS, PART_KEYS, PART_VALUES };

static const char *const part_subjects[] = {
    [PART_ELEMENTS] = "Member", [PART_KEYS] = "Map keys", [PART_VALUES] = "Map value"};

/* The order in the brackets, as seen on ACM. */
static const enum constraint bracket_order[CONSTRAINT_KINDS] = {CONSTRAINT_MAX, CONSTRAINT_MIN, CONSTRAINT_PATTERN,
                                                                CONSTRAINT_ENUM};

static bool breaks_any(struct pass *pass, enum part part, const struct shape *shape, const cJSON *item)
{
    for (size_t i = 0; i < CONSTRAINT_KINDS; i++) {
        const enum constraint_result result =
            part == PART_KEYS ? constraint_check_text(bracket_order[i], shape, item->string, &pass->matcher)
                              : constraint_check(bracket_order[i], shape, item, &pass->matcher);
        pass->failed |= result == CONSTRAINT_FAILED;
        if (result != CONSTRAINT_HOLDS)
            return true;
    }
    return false;
}

/* Seen: however many break it, one failure that shows the whole list and names all that its elements must hold. */
static void check_part(struct pass *pass, const struct step *step, enum part part, const struct shape *group_shape,
                       const cJSON *group)
{
    if (is_over(pass))
        return;
    const struct shape *shape = part == PART_KEYS ? group_shape->key : group_shape->element;
    const cJSON *item = group->child;
    while (item != NULL && !breaks_any(pass, part, shape, item))
        item = item->next;
    if (item == NULL || pass->failed)
        return;
    struct buffer *out = begin_failure(pass, step, group_shape, group);
    buffer_append_text(out, part_subjects[part]);
    buffer_append_text(out, " must satisfy constraint: [");
    const char *separator = "";
    for (size_t i = 0; i < CONSTRAINT_KINDS; i++) {
        if (!constraint_applies(bracket_order[i], shape))
            continue;
        buffer_append_text(out, separator);
        constraint_append(out, bracket_order[i], shape);
        separator = ", ";
    }
    buffer_append_char(out, ']');
}

static void check_list(struct pass *pass, const struct step *step, const struct shape *shape, const cJSON *list)
{
    check_part(pass, step, PART_ELEMENTS, shape, list);
    size_t index = 1;
    for (const cJSON *element = list->child; element != NULL && !is_over(pass); element = element->next)
        check_inside(pass, &(struct step){.up = step, .index = index++}, shape->element, element);
}

static void check_map(struct pass *pass, const struct step *step, const struct shape *shape, const cJSON *map)
{
    check_part(pass, step, PART_KEYS, shape, map);
    check_part(pass, step, PART_VALUES, shape, map);
    for (const cJSON *entry = map->child; entry != NULL && !is_over(pass); entry = entry->next)
        check_inside(pass, &(struct step){.up = step, .name = entry->string, .is_entry = true}, shape->element, entry);
}

static void check_inside(struct pass *pass, const struct step *step, const struct shape *shape, const cJSON *value)
{
    if (shape->type == SHAPE_STRUCTURE)
        check_structure(pass, step, shape, value);
    else if (shape->type == SHAPE_LIST)
        check_list(pass, step, shape, value);
    else if (shape->type == SHAPE_MAP)
        check_map(pass, step, shape, value);
}

/* --- the answer ---------------------------------------------------------------------------------------------- */

static enum aws_error_id error_for(const struct pass *pass, const struct operation *operation, enum errors_mode mode)
{
    static const enum aws_error_id documented[] = {AWS_INVALID_LIMIT, AWS_INVALID_PARAMETER_VALUE};
    for (size_t i = pass->limit_broken ? 0 : 1; mode == ERRORS_DOCUMENTED && i < 2; i++) {
        if (operation_declares(operation, aws_error_name(documented[i])))
            return documented[i];
    }
    return AWS_VALIDATION;
}

static const char *message_of(struct arena *arena, const struct pass *pass)
{
    return arena_printf(arena, "%zu validation error%s detected: %.*s", pass->failure_count,
                        pass->failure_count > 1 ? "s" : "", (int)pass->failures.length, pass->failures.data);
}

bool validate_constraints(struct arena *arena, const struct operation *operation, const cJSON *input,
                          enum errors_mode mode, struct aws_error *error)
{
    struct pass pass = {.matcher = {.arena = arena}, .failures = {.cap = MOST_MESSAGE_BYTES}};
    check_structure(&pass, NULL, operation->input, input);
    const bool failed = pass.failed || pass.failures.failed;
    const char *message = !failed && pass.failure_count > 0 ? message_of(arena, &pass) : NULL;
    buffer_free(&pass.failures);
    if (message != NULL)
        aws_error_set(error, error_for(&pass, operation, mode), message);
    else if (failed || pass.failure_count > 0)
        aws_error_internal(error);
    return !failed && pass.failure_count == 0;
}
