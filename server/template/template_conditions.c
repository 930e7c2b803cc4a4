#include "server/template/template_functions.h"

#include <string.h>

/* The conditions still to be evaluated, the next one on top. A condition waits under those that it needs: its depth is
 * on the heap, for a template may chain as many of them as it has room for. */
struct agenda {
    size_t *conditions;
    size_t count;
};

static bool is_evaluated(enum condition_state state)
{
    return state == CONDITION_FALSE || state == CONDITION_TRUE;
}

/* An argument of Fn::Equals as text. */
static const char *operand(struct template_reader *reader, const struct node *argument)
{
    const struct node *resolved = template_resolve(reader, argument);
    if (resolved == NULL)
        return NULL;
    const bool data = resolved->kind != NODE_SCALAR && template_function_of(resolved) == NULL;
    if (!data && resolved != &TEMPLATE_NO_VALUE)
        return template_resolved_text(reader, resolved);
    template_fail(&reader->failure, TEMPLATE_EQUALS_ARGUMENTS, NULL, NULL);
    return NULL;
}

static bool evaluate_equals(struct template_reader *reader, const struct node *argument)
{
    const char *left = operand(reader, argument->members[0].value);
    const char *right = left != NULL ? operand(reader, argument->members[1].value) : NULL;
    return right != NULL && strcmp(left, right) == 0;
}

/* A boolean operation whose conditions are all evaluated. Its value means nothing after a failure. As deep as the tree,
 * which TEMPLATE_DEPTH bounds. */
static bool evaluate(struct template_reader *reader, const struct node *operation)
{
    const char *name = operation->members[0].key;
    const struct node *argument = operation->members[0].value;
    if (strcmp(name, "Fn::Equals") == 0)
        return evaluate_equals(reader, argument);
    if (strcmp(name, "Fn::Not") == 0)
        return !evaluate(reader, argument->members[0].value);
    if (strcmp(name, "Condition") == 0) {
        const struct node_member *condition = node_find(reader->conditions, argument->name);
        return reader->states[node_index(reader->conditions, condition)] == CONDITION_TRUE;
    }
    const bool all = strcmp(name, "Fn::And") == 0;
    bool result = all;
    for (size_t i = 0; i < argument->count; i++) {
        const bool value = evaluate(reader, argument->members[i].value);
        result = all ? result && value : result || value;
    }
    return result;
}

/* Puts the conditions that the operation needs, and that are not evaluated yet, on the agenda. One that is open waits
 * for this very operation. */
static bool push_needs(struct template_reader *reader, const struct node *operation, struct agenda *agenda)
{
    if (!template_is_boolean(operation))
        return true; /* an argument of Fn::Equals */
    const struct node *argument = operation->members[0].value;
    if (strcmp(operation->members[0].key, "Condition") == 0) {
        const struct node_member *condition = node_find(reader->conditions, argument->name);
        const size_t index = node_index(reader->conditions, condition);
        if (reader->states[index] == CONDITION_OPEN)
            return template_fail(&reader->failure, TEMPLATE_CONDITIONS_CIRCULAR, condition->key, NULL);
        if (reader->states[index] == CONDITION_NEW)
            agenda->conditions[agenda->count++] = index;
        return true;
    }
    for (size_t i = 0; i < argument->count; i++) {
        if (!push_needs(reader, argument->members[i].value, agenda))
            return false;
    }
    return true;
}

/* The condition on top: at first sight what it needs is put above it, at second sight it is evaluated. */
static bool take_top(struct template_reader *reader, struct agenda *agenda)
{
    const size_t index = agenda->conditions[agenda->count - 1];
    const struct node *operation = reader->conditions->members[index].value;
    enum condition_state *state = &reader->states[index];
    if (*state == CONDITION_NEW) {
        *state = CONDITION_OPEN;
        return push_needs(reader, operation, agenda);
    }
    if (!is_evaluated(*state))
        *state = evaluate(reader, operation) ? CONDITION_TRUE : CONDITION_FALSE;
    agenda->count--;
    return !reader->failure.failed;
}

bool template_evaluate_conditions(struct template_reader *reader)
{
    const struct node *conditions = reader->conditions;
    /* Each is put there once by this loop, and at most once for every node that names it. */
    struct agenda agenda = {.conditions =
                                arena_calloc(reader->arena, conditions->count + conditions->nodes, sizeof(size_t))};
    reader->states = arena_calloc(reader->arena, conditions->count, sizeof *reader->states);
    if (agenda.conditions == NULL || reader->states == NULL)
        return template_fail_memory(&reader->failure);
    for (size_t i = 0; i < conditions->count; i++) {
        agenda.conditions[agenda.count++] = i;
        while (agenda.count > 0) {
            if (!take_top(reader, &agenda))
                return false;
        }
    }
    return true;
}

static bool select_resource(struct template_reader *reader, const struct node *resource, bool *in_force)
{
    const char *name = node_name(node_get(resource, "Condition"));
    *in_force = true;
    if (name == NULL)
        return true;
    const struct node_member *condition = node_find(reader->conditions, name);
    if (condition == NULL)
        return template_fail(&reader->failure, TEMPLATE_CONDITION_OF_RESOURCE, name, NULL);
    *in_force = reader->states[node_index(reader->conditions, condition)] == CONDITION_TRUE;
    return true;
}

bool template_select_resources(struct template_reader *reader)
{
    const struct node *resources = reader->resources;
    reader->in_force = arena_calloc(reader->arena, resources->count, sizeof *reader->in_force);
    if (reader->in_force == NULL)
        return template_fail_memory(&reader->failure);
    for (size_t i = 0; i < resources->count; i++) {
        if (!select_resource(reader, resources->members[i].value, &reader->in_force[i]))
            return false;
    }
    return true;
}
