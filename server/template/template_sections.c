#include "server/template/template_reader.h"

#include "base/buffer.h"

#include <string.h>

/* The way down to a node: /Resources/Rule/Properties, an item of a sequence by its number, from 0. */
struct path {
    const struct node *parents[TEMPLATE_DEPTH];
    size_t steps[TEMPLATE_DEPTH];
    size_t depth;
};

static bool fail_null(struct template_reader *reader, const struct path *path)
{
    struct buffer out = {0};
    for (size_t i = 0; i < path->depth; i++) {
        const struct node_member *member = &path->parents[i]->members[path->steps[i]];
        if (member->key != NULL)
            buffer_printf(&out, "/%s", member->key);
        else
            buffer_printf(&out, "/%zu", path->steps[i]);
    }
    buffer_append_char(&out, '\0');
    if (out.failed)
        template_fail_memory(&reader->failure);
    else
        template_fail(&reader->failure, TEMPLATE_NULL_VALUE, out.data, NULL);
    buffer_free(&out);
    return false;
}

/* As deep as the tree, which TEMPLATE_DEPTH bounds; the path is one shorter. */
static bool check_nulls(struct template_reader *reader, const struct node *node, struct path *path)
{
    if (node->null)
        return fail_null(reader, path);
    for (size_t i = 0; i < node->count; i++) {
        path->parents[path->depth] = node;
        path->steps[path->depth++] = i;
        if (!check_nulls(reader, node->members[i].value, path))
            return false;
        path->depth--;
    }
    return true;
}

bool template_check_nulls(struct template_reader *reader)
{
    if (reader->root->kind != NODE_MAPPING)
        return template_fail(&reader->failure, TEMPLATE_NOT_A_MAPPING, NULL, NULL);
    struct path path = {.depth = 0};
    return check_nulls(reader, reader->root, &path);
}

static bool find_section(struct template_reader *reader, const char *name, const struct node **section)
{
    *section = node_get(reader->root, name);
    if (*section == NULL)
        *section = node_mapping(reader->arena, NULL, 0);
    if (*section == NULL)
        return template_fail_memory(&reader->failure);
    return (*section)->kind == NODE_MAPPING ||
           template_fail(&reader->failure, TEMPLATE_SECTION_NOT_A_MAPPING, name, NULL);
}

bool template_find_sections(struct template_reader *reader)
{
    if (!find_section(reader, "Parameters", &reader->parameters) ||
        !find_section(reader, "Conditions", &reader->conditions) ||
        !find_section(reader, "Resources", &reader->resources))
        return false;
    if (reader->resources->count == 0)
        return template_fail(&reader->failure, TEMPLATE_NO_RESOURCES, NULL, NULL);
    /* Counted as they stand in the template, whether their conditions hold or not. */
    return reader->resources->count <= TEMPLATE_RESOURCES ||
           template_fail(&reader->failure, TEMPLATE_TOO_MANY_RESOURCES, NULL, NULL);
}

static bool is_known_type(const char *type)
{
    return strcmp(type, "AWS::Config::ConfigRule") == 0 || strcmp(type, "AWS::Config::RemediationConfiguration") == 0;
}

/* `unknown` takes the type where a pack may not have it. */
static bool check_resource(struct template_reader *reader, const struct node_member *resource,
                           struct template_names *unknown)
{
    const struct node *properties = node_get(resource->value, "Properties");
    const struct node *type = node_get(resource->value, "Type");
    const struct node *condition = node_get(resource->value, "Condition");
    if (resource->value->kind != NODE_MAPPING)
        return template_fail(&reader->failure, TEMPLATE_RESOURCE_MALFORMED, resource->key, NULL);
    if (type == NULL)
        return template_fail(&reader->failure, TEMPLATE_RESOURCE_WITHOUT_TYPE, resource->key, NULL);
    if (node_text(type) == NULL)
        return template_fail(&reader->failure, TEMPLATE_TYPE_NOT_A_STRING, resource->key, NULL);
    if (properties != NULL && properties->kind != NODE_MAPPING)
        return template_fail(&reader->failure, TEMPLATE_PROPERTIES_NOT_A_MAPPING, resource->key, NULL);
    if (condition != NULL && node_text(condition) == NULL)
        return template_fail(&reader->failure, TEMPLATE_CONDITION_NOT_A_STRING, NULL, NULL);
    return is_known_type(node_text(type)) || template_names_add(reader->arena, unknown, node_text(type)) ||
           template_fail_memory(&reader->failure);
}

bool template_check_resources(struct template_reader *reader)
{
    struct template_names unknown = {0};
    for (size_t i = 0; i < reader->resources->count; i++) {
        if (!check_resource(reader, &reader->resources->members[i], &unknown))
            return false;
    }
    template_names_unique(&unknown);
    return unknown.count == 0 ||
           template_fail_names(&reader->failure, TEMPLATE_TYPES_UNKNOWN, unknown.names, unknown.count);
}
