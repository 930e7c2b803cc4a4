#include "server/template/template_reader.h"

#include <string.h>

/* The value that the pack was given for it, the last one where there are several; NULL where there is none. */
static const char *given_value(const struct template_source *source, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < source->parameter_count; i++) {
        if (strcmp(source->parameters[i].name, name) == 0)
            value = source->parameters[i].value;
    }
    return value;
}

static bool check_given(struct template_reader *reader)
{
    const struct template_source *source = reader->source;
    struct template_names undeclared = {0};
    for (size_t i = 0; i < source->parameter_count; i++) {
        const char *name = source->parameters[i].name;
        if (node_find(reader->parameters, name) == NULL && !template_names_add(reader->arena, &undeclared, name))
            return template_fail_memory(&reader->failure);
    }
    template_names_unique(&undeclared);
    if (undeclared.count == 0)
        return true;
    if (reader->parameters->count == 0)
        return template_fail(&reader->failure, TEMPLATE_PARAMETERS_NONE_DECLARED, NULL, NULL);
    return template_fail_names(&reader->failure, TEMPLATE_PARAMETERS_NOT_DECLARED, undeclared.names, undeclared.count);
}

static bool check_declaration(struct template_reader *reader, const struct node *parameter)
{
    const struct node *fallback = node_get(parameter, "Default");
    const struct node *allowed = node_get(parameter, "AllowedValues");
    if (node_text(node_get(parameter, "Type")) == NULL)
        return template_fail(&reader->failure, TEMPLATE_PARAMETER_WITHOUT_TYPE, NULL, NULL);
    if (fallback != NULL && node_text(fallback) == NULL)
        return template_fail(&reader->failure, TEMPLATE_DEFAULT_NOT_A_STRING, NULL, NULL);
    if (allowed != NULL && allowed->kind != NODE_SEQUENCE)
        return template_fail(&reader->failure, TEMPLATE_ALLOWED_NOT_A_LIST, NULL, NULL);
    return true;
}

static bool is_allowed(const struct node *allowed, const char *value)
{
    for (size_t i = 0; allowed != NULL && i < allowed->count; i++) {
        const char *text = node_text(allowed->members[i].value);
        if (text != NULL && strcmp(text, value) == 0)
            return true;
    }
    return allowed == NULL;
}

static bool check_value(struct template_reader *reader, const struct node_member *parameter, const char *value)
{
    const char *constraint = node_text(node_get(parameter->value, "ConstraintDescription"));
    if (is_allowed(node_get(parameter->value, "AllowedValues"), value))
        return true;
    if (constraint != NULL)
        return template_fail(&reader->failure, TEMPLATE_PARAMETER_CONSTRAINT, parameter->key, constraint);
    return template_fail(&reader->failure, TEMPLATE_PARAMETER_NOT_ALLOWED, parameter->key, NULL);
}

/* Leaves NULL in `*value` where there is neither a given value nor a default. */
static bool read_value(struct template_reader *reader, const struct node_member *parameter, const struct node **value)
{
    const char *given = given_value(reader->source, parameter->key);
    if (!check_declaration(reader, parameter->value))
        return false;
    *value = node_get(parameter->value, "Default");
    if (given != NULL) {
        *value = node_scalar(reader->arena, given);
        if (*value == NULL)
            return template_fail_memory(&reader->failure);
    }
    return *value == NULL || check_value(reader, parameter, (*value)->text);
}

bool template_read_parameters(struct template_reader *reader)
{
    const struct node *parameters = reader->parameters;
    struct template_names missing = {0};
    reader->values = arena_calloc(reader->arena, parameters->count, sizeof(const struct node *));
    if (reader->values == NULL)
        return template_fail_memory(&reader->failure);
    for (size_t i = 0; i < parameters->count; i++) {
        const struct node_member *parameter = &parameters->members[i];
        if (!read_value(reader, parameter, &reader->values[i]))
            return false;
        if (reader->values[i] == NULL && !template_names_add(reader->arena, &missing, parameter->key))
            return template_fail_memory(&reader->failure);
    }
    if (missing.count > 0)
        return template_fail_names(&reader->failure, TEMPLATE_PARAMETERS_WITHOUT_VALUE, missing.names, missing.count);
    return check_given(reader);
}
