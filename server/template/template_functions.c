#include "server/template/template_functions.h"

#include <string.h>
#include <strings.h>

enum section { IN_CONDITIONS, IN_RESOURCES };

/* Whether the function's argument is well formed and what it names is there. Names of resources that are not go into
 * `unresolved`, to be reported together. */
typedef bool check_function(struct template_reader *reader, const struct node *argument, enum section section);

static check_function check_ref, check_condition, check_if, check_equals, check_not, check_and, check_or, check_join,
    check_sub, check_getatt;

struct template_function {
    const char *name;
    check_function *check; /* NULL: anything goes */
    bool boolean;
};

static const struct template_function functions[] = {
    {"Ref", check_ref, false},           {"Condition", check_condition, true}, {"Fn::If", check_if, false},
    {"Fn::Equals", check_equals, true},  {"Fn::Not", check_not, true},         {"Fn::And", check_and, true},
    {"Fn::Or", check_or, true},          {"Fn::Join", check_join, false},      {"Fn::Sub", check_sub, false},
    {"Fn::GetAtt", check_getatt, false}, {"Fn::Base64", NULL, false},          {"Fn::Cidr", NULL, false},
    {"Fn::FindInMap", NULL, false},      {"Fn::GetAZs", NULL, false},          {"Fn::ImportValue", NULL, false},
    {"Fn::Length", NULL, false},         {"Fn::Select", NULL, false},          {"Fn::Split", NULL, false},
    {"Fn::ToJsonString", NULL, false},   {"Fn::Transform", NULL, false},
};

enum { FUNCTION_COUNT = sizeof functions / sizeof functions[0] };

/* CloudFormation's own list, in its order, less the functions that belong to the Rules section alone. */
const char *template_function_names(void)
{
    return "Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, "
           "Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Sub, Fn::Cidr";
}

static const char prefix[] = "Fn::";

const char *template_function_of_tag(const char *tag)
{
    for (size_t i = 0; i < FUNCTION_COUNT; i++) {
        const char *name = functions[i].name;
        const char *bare = strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name;
        if (tag[0] == '!' && strcmp(tag + 1, bare) == 0)
            return name;
    }
    return NULL;
}

static const struct template_function *find_function(const char *name)
{
    for (size_t i = 0; i < FUNCTION_COUNT; i++) {
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    }
    return NULL;
}

const struct template_function *template_function_of(const struct node *node)
{
    return node->kind == NODE_MAPPING && node->count == 1 ? find_function(node->members[0].key) : NULL;
}

bool template_is_boolean(const struct node *node)
{
    const struct template_function *function = template_function_of(node);
    return function != NULL && function->boolean;
}

bool template_is_pseudo_parameter(const char *name)
{
    static const char *const names[] = {"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition",
                                        "AWS::Region",    "AWS::StackId", "AWS::StackName",        "AWS::URLSuffix"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool fail(struct template_reader *reader, enum template_fault fault)
{
    return template_fail(&reader->failure, fault, NULL, NULL);
}

/* A name that Ref or Fn::Sub uses. */
static bool check_name(struct template_reader *reader, const char *name, enum section section)
{
    const bool known = template_is_pseudo_parameter(name) || node_find(reader->parameters, name) != NULL ||
                       (section == IN_RESOURCES && node_find(reader->resources, name) != NULL);
    return known || template_names_add(reader->arena, &reader->unresolved, name) ||
           template_fail_memory(&reader->failure);
}

static bool check_ref(struct template_reader *reader, const struct node *argument, enum section section)
{
    const char *name = node_name(argument);
    return name != NULL ? check_name(reader, name, section) : fail(reader, TEMPLATE_REF_ARGUMENT);
}

/* Among a resource's properties `Condition: x` is data. */
static bool check_condition(struct template_reader *reader, const struct node *argument, enum section section)
{
    const char *name = node_name(argument);
    if (section == IN_RESOURCES)
        return true;
    if (name == NULL)
        return fail(reader, TEMPLATE_CONDITION_ARGUMENT);
    return node_find(reader->conditions, name) != NULL ||
           template_fail(&reader->failure, TEMPLATE_CONDITION_OF_FUNCTION, name, "Condition");
}

static bool check_if(struct template_reader *reader, const struct node *argument, enum section section)
{
    if (section == IN_CONDITIONS)
        return template_fail(&reader->failure, TEMPLATE_FUNCTION_IN_CONDITIONS, "Fn::If", NULL);
    const char *name =
        argument->kind == NODE_SEQUENCE && argument->count > 0 ? node_name(argument->members[0].value) : NULL;
    if (name == NULL)
        return fail(reader, TEMPLATE_IF_CONDITION);
    if (argument->count != 3)
        return fail(reader, TEMPLATE_IF_ARGUMENTS);
    return node_find(reader->conditions, name) != NULL ||
           template_fail(&reader->failure, TEMPLATE_CONDITION_OF_FUNCTION, name, "Fn::If");
}

static bool check_equals(struct template_reader *reader, const struct node *argument, enum section section)
{
    (void)section;
    return (argument->kind == NODE_SEQUENCE && argument->count == 2) || fail(reader, TEMPLATE_EQUALS_ARGUMENTS);
}

static bool are_booleans(const struct node *argument, size_t least, size_t most)
{
    if (argument->kind != NODE_SEQUENCE || argument->count < least || argument->count > most)
        return false;
    for (size_t i = 0; i < argument->count; i++) {
        if (!template_is_boolean(argument->members[i].value))
            return false;
    }
    return true;
}

static bool check_not(struct template_reader *reader, const struct node *argument, enum section section)
{
    (void)section;
    return are_booleans(argument, 1, 1) || fail(reader, TEMPLATE_NOT_ARGUMENTS);
}

static bool check_and(struct template_reader *reader, const struct node *argument, enum section section)
{
    (void)section;
    return are_booleans(argument, 2, 10) || template_fail(&reader->failure, TEMPLATE_AND_OR_ARGUMENTS, "Fn::And", NULL);
}

static bool check_or(struct template_reader *reader, const struct node *argument, enum section section)
{
    (void)section;
    return are_booleans(argument, 2, 10) || template_fail(&reader->failure, TEMPLATE_AND_OR_ARGUMENTS, "Fn::Or", NULL);
}

static bool check_join(struct template_reader *reader, const struct node *argument, enum section section)
{
    (void)section;
    if (argument->kind != NODE_SEQUENCE || argument->count != 2 || node_text(argument->members[0].value) == NULL)
        return fail(reader, TEMPLATE_JOIN_ARGUMENTS);
    const struct node *list = argument->members[1].value;
    return list->kind == NODE_SEQUENCE || template_function_of(list) != NULL || fail(reader, TEMPLATE_JOIN_ARGUMENTS);
}

/* A variable of Fn::Sub: one of its own, what Ref takes, or Resource.Attribute. */
static bool check_variable(struct template_reader *reader, const struct node *own, const char *name,
                           enum section section)
{
    if (*name == '\0' ||
        name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:")] != '\0')
        return fail(reader, TEMPLATE_SUB_VARIABLE);
    if (node_find(own, name) != NULL)
        return true;
    const char *dot = strchr(name, '.');
    if (dot == NULL)
        return check_name(reader, name, section);
    const char *resource = arena_strndup(reader->arena, name, (size_t)(dot - name));
    return resource != NULL ? check_name(reader, resource, section) : template_fail_memory(&reader->failure);
}

static bool check_sub(struct template_reader *reader, const struct node *argument, enum section section)
{
    const bool pair = argument->kind == NODE_SEQUENCE && argument->count == 2;
    const char *text = node_text(pair ? argument->members[0].value : argument);
    const struct node *own = pair ? argument->members[1].value : NULL;
    if (text == NULL || (pair && own->kind != NODE_MAPPING))
        return fail(reader, TEMPLATE_SUB_ARGUMENTS);
    struct template_sub_piece piece;
    while (template_sub_next(&text, &piece)) {
        if (!piece.variable)
            continue;
        const char *name = arena_strndup(reader->arena, piece.text, piece.length);
        if (name == NULL)
            return template_fail_memory(&reader->failure);
        if (!check_variable(reader, own, name, section))
            return false;
    }
    return true;
}

static bool check_getatt(struct template_reader *reader, const struct node *argument, enum section section)
{
    (void)section;
    const char *text = node_text(argument);
    size_t length = text != NULL ? strcspn(text, ".") : 0;
    const bool dotted = text != NULL && text[length] == '.';
    if (argument->kind == NODE_SEQUENCE && argument->count == 2) {
        text = node_name(argument->members[0].value);
        length = text != NULL ? strlen(text) : 0;
    } else if (!dotted) {
        text = NULL;
    }
    if (text == NULL || length == 0)
        return fail(reader, TEMPLATE_GETATT_ARGUMENTS);
    const char *resource = arena_strndup(reader->arena, text, length);
    if (resource == NULL)
        return template_fail_memory(&reader->failure);
    return node_find(reader->resources, resource) != NULL ||
           template_fail(&reader->failure, TEMPLATE_GETATT_RESOURCE, resource, NULL);
}

/* A key that looks like a function's name but is none. CloudFormation refuses fn::GetAtt too. */
static bool check_key(struct template_reader *reader, const char *key)
{
    if (key == NULL || strncasecmp(key, prefix, sizeof prefix - 1) != 0 || find_function(key) != NULL)
        return true;
    return template_fail(&reader->failure, TEMPLATE_FUNCTION_UNKNOWN, key, template_function_names());
}

/* As deep as the tree, which TEMPLATE_DEPTH bounds. */
static bool check_node(struct template_reader *reader, const struct node *node, enum section section)
{
    const struct template_function *function = template_function_of(node);
    if (function != NULL && function->check != NULL && !function->check(reader, node->members[0].value, section))
        return false;
    for (size_t i = 0; i < node->count; i++) {
        if (!check_key(reader, node->members[i].key) || !check_node(reader, node->members[i].value, section))
            return false;
    }
    return true;
}

/* Fails for the names that were met and are not there. */
static bool check_unresolved(struct template_reader *reader, enum template_fault fault)
{
    struct template_names *names = &reader->unresolved;
    template_names_unique(names);
    return names->count == 0 || template_fail_names(&reader->failure, fault, names->names, names->count);
}

static bool check_conditions(struct template_reader *reader)
{
    for (size_t i = 0; i < reader->conditions->count; i++) {
        const struct node *definition = reader->conditions->members[i].value;
        if (!template_is_boolean(definition))
            return fail(reader, TEMPLATE_CONDITION_NOT_BOOLEAN);
        if (!check_node(reader, definition, IN_CONDITIONS))
            return false;
    }
    return check_unresolved(reader, TEMPLATE_CONDITIONS_UNRESOLVED);
}

static bool check_resource_name(struct template_reader *reader, const struct node *name)
{
    const char *text = node_name(name);
    return text == NULL || node_find(reader->resources, text) != NULL ||
           template_names_add(reader->arena, &reader->unresolved, text) || template_fail_memory(&reader->failure);
}

/* One name or a list of them. */
static bool check_depends_on(struct template_reader *reader, const struct node *depends_on)
{
    if (depends_on == NULL || depends_on->kind != NODE_SEQUENCE)
        return check_resource_name(reader, depends_on);
    for (size_t i = 0; i < depends_on->count; i++) {
        if (!check_resource_name(reader, depends_on->members[i].value))
            return false;
    }
    return true;
}

static bool check_resources(struct template_reader *reader)
{
    for (size_t i = 0; i < reader->resources->count; i++) {
        const struct node *resource = reader->resources->members[i].value;
        const struct node *properties = node_get(resource, "Properties");
        if (!check_depends_on(reader, node_get(resource, "DependsOn")))
            return false;
        if (properties != NULL && !check_node(reader, properties, IN_RESOURCES))
            return false;
    }
    return check_unresolved(reader, TEMPLATE_RESOURCES_UNRESOLVED);
}

bool template_check_functions(struct template_reader *reader)
{
    return check_conditions(reader) && check_resources(reader);
}
