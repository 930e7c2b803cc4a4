#include "server/template/template_functions.h"

#include "base/buffer.h"

#include <string.h>

const struct node TEMPLATE_NO_VALUE = {.kind = NODE_SCALAR, .null = true, .text = "", .name = ""};

static const struct node *out_of_memory(struct template_reader *reader)
{
    template_fail_memory(&reader->failure);
    return NULL;
}

/* Counts text that a function brings in, which a short template could else make grow without end. */
static bool spend(struct template_reader *reader, size_t length)
{
    if (length > TEMPLATE_EXPANDED - reader->text_made)
        return template_fail(&reader->failure, TEMPLATE_TOO_MUCH_TEXT, NULL, NULL);
    reader->text_made += length;
    return true;
}

static const struct node *make_text(struct template_reader *reader, const char *text, size_t length)
{
    if (!spend(reader, length))
        return NULL;
    const char *copy = arena_strndup(reader->arena, text, length);
    const struct node *node = copy != NULL ? node_scalar(reader->arena, copy) : NULL;
    return node != NULL ? node : out_of_memory(reader);
}

static const char *pseudo_parameter_value(const struct template_reader *reader, const char *name)
{
    const struct template_source *source = reader->source;
    for (size_t i = 0; i < source->pseudo_parameter_count; i++) {
        if (strcmp(source->pseudo_parameters[i].name, name) == 0)
            return source->pseudo_parameters[i].value;
    }
    return name;
}

/* Ref to a resource that is in force is its name, for a rule, and its logical id otherwise. */
static const struct node *refer_to_resource(struct template_reader *reader, const struct node_member *resource)
{
    const size_t index = node_index(reader->resources, resource);
    if (!reader->in_force[index]) {
        template_fail(&reader->failure, TEMPLATE_RESOURCES_UNRESOLVED, resource->key, NULL);
        return NULL;
    }
    const char *name = reader->rule_names != NULL ? reader->rule_names[index] : NULL;
    if (name == NULL)
        name = resource->key;
    return make_text(reader, name, strlen(name));
}

static const struct node *refer(struct template_reader *reader, const char *name)
{
    if (strcmp(name, "AWS::NoValue") == 0)
        return &TEMPLATE_NO_VALUE;
    const struct node_member *parameter = node_find(reader->parameters, name);
    if (parameter != NULL) {
        const struct node *value = reader->values[node_index(reader->parameters, parameter)];
        return spend(reader, value->bytes) ? value : NULL;
    }
    const struct node_member *resource = node_find(reader->resources, name);
    if (resource != NULL)
        return refer_to_resource(reader, resource);
    const char *value = pseudo_parameter_value(reader, name);
    return make_text(reader, value, strlen(value));
}

const char *template_resolved_text(struct template_reader *reader, const struct node *node)
{
    const char *text = node_text(node);
    if (text == NULL)
        text = node_json(reader->arena, node);
    if (text == NULL)
        template_fail_memory(&reader->failure);
    return text;
}

static const struct node *resolve_ref(struct template_reader *reader, const struct node *argument)
{
    return refer(reader, argument->name);
}

static const struct node *resolve_if(struct template_reader *reader, const struct node *argument)
{
    const struct node_member *condition = node_find(reader->conditions, argument->members[0].value->name);
    const bool holds = reader->states[node_index(reader->conditions, condition)] == CONDITION_TRUE;
    return template_resolve(reader, argument->members[holds ? 1 : 2].value);
}

/* Text that a function is putting together. */
static bool append(struct template_reader *reader, struct buffer *out, const char *text, size_t length)
{
    if (length > TEMPLATE_EXPANDED - out->length)
        return template_fail(&reader->failure, TEMPLATE_TOO_MUCH_TEXT, NULL, NULL);
    buffer_append(out, text, length);
    return !out->failed || template_fail_memory(&reader->failure);
}

/* Its node, where all went well; the buffer is given back either way. */
static const struct node *finish(struct template_reader *reader, struct buffer *out)
{
    const char *text = out->data != NULL ? out->data : "";
    const struct node *node = reader->failure.failed ? NULL : make_text(reader, text, out->length);
    buffer_free(out);
    return node;
}

/* A function that is not evaluated, or data: what is in it is. */
static const struct node *resolve_members(struct template_reader *reader, const struct node *node)
{
    struct node_list list = {0};
    for (size_t i = 0; i < node->count; i++) {
        struct node_member member = node->members[i];
        member.value = template_resolve(reader, member.value);
        if (member.value == NULL)
            return NULL;
        if (member.value != &TEMPLATE_NO_VALUE && !node_list_add(reader->arena, &list, &member))
            return out_of_memory(reader);
    }
    const struct node *resolved = node->kind == NODE_MAPPING ? node_mapping(reader->arena, list.members, list.count)
                                                             : node_sequence(reader->arena, list.members, list.count);
    return resolved != NULL ? resolved : out_of_memory(reader);
}

static bool append_node(struct template_reader *reader, struct buffer *out, const struct node *node)
{
    const char *text = node != NULL ? template_resolved_text(reader, node) : NULL;
    return text != NULL && append(reader, out, text, strlen(text));
}

static const struct node *resolve_join(struct template_reader *reader, const struct node *argument)
{
    const struct node *resolved = resolve_members(reader, argument);
    if (resolved == NULL)
        return NULL;
    const struct node *list = resolved->count == 2 ? resolved->members[1].value : NULL;
    if (list == NULL || list->kind != NODE_SEQUENCE) { /* it comes from a function that is not evaluated: nor is this */
        const struct node *join = node_pair(reader->arena, "Fn::Join", resolved);
        return join != NULL ? join : out_of_memory(reader);
    }
    const char *delimiter = resolved->members[0].value->text;
    struct buffer out = {0};
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0 && !append(reader, &out, delimiter, strlen(delimiter)))
            break;
        if (!append_node(reader, &out, list->members[i].value))
            break;
    }
    return finish(reader, &out);
}

/* What a resource's attribute will be is not known: the variable stays. */
static bool append_variable(struct template_reader *reader, struct buffer *out, const struct node *own,
                            const struct template_sub_piece *piece)
{
    const char *name = arena_strndup(reader->arena, piece->text, piece->length);
    if (name == NULL)
        return template_fail_memory(&reader->failure);
    const struct node *value = node_get(own, name);
    if (value != NULL)
        return append_node(reader, out, value);
    if (strchr(name, '.') == NULL)
        return append_node(reader, out, refer(reader, name));
    return append(reader, out, "${", 2) && append(reader, out, name, piece->length) && append(reader, out, "}", 1);
}

static const struct node *resolve_sub(struct template_reader *reader, const struct node *argument)
{
    const bool pair = argument->kind == NODE_SEQUENCE;
    const struct node *own = pair ? resolve_members(reader, argument->members[1].value) : NULL;
    if (pair && own == NULL)
        return NULL;
    const char *cursor = pair ? argument->members[0].value->text : argument->text;
    struct buffer out = {0};
    struct template_sub_piece piece;
    while (template_sub_next(&cursor, &piece)) {
        const bool good = piece.variable ? append_variable(reader, &out, own, &piece)
                                         : append(reader, &out, piece.text, piece.length);
        if (!good)
            break;
    }
    return finish(reader, &out);
}

static const struct {
    const char *name;
    const struct node *(*resolve)(struct template_reader *reader, const struct node *argument);
} evaluated[] = {{"Ref", resolve_ref}, {"Fn::If", resolve_if}, {"Fn::Join", resolve_join}, {"Fn::Sub", resolve_sub}};

/* As deep as the tree, which TEMPLATE_DEPTH bounds. */
const struct node *template_resolve(struct template_reader *reader, const struct node *node)
{
    if (node->kind == NODE_SCALAR)
        return node;
    if (node->kind == NODE_MAPPING && node->count == 1) {
        for (size_t i = 0; i < sizeof evaluated / sizeof evaluated[0]; i++) {
            if (strcmp(node->members[0].key, evaluated[i].name) == 0)
                return evaluated[i].resolve(reader, node->members[0].value);
        }
    }
    return resolve_members(reader, node);
}
