#include "server/template/template_functions.h"

#include <string.h>

static bool is_rule(const struct node *resource)
{
    return strcmp(node_text(node_get(resource, "Type")), "AWS::Config::ConfigRule") == 0;
}

/* A resolved property's text; NULL in `*text` where it is absent or AWS::NoValue. */
static bool read_property(struct template_reader *reader, const struct node *properties, const char *name,
                          const char **text)
{
    const struct node *node = node_get(properties, name);
    *text = node != NULL && node != &TEMPLATE_NO_VALUE ? template_resolved_text(reader, node) : NULL;
    return !reader->failure.failed;
}

/* Its ConfigRuleName, or its key where it has none. NULL after a failure. */
static const char *name_rule(struct template_reader *reader, const struct node_member *resource)
{
    const struct node *node = node_get(node_get(resource->value, "Properties"), "ConfigRuleName");
    if (node != NULL)
        node = template_resolve(reader, node);
    if (reader->failure.failed)
        return NULL;
    return node != NULL && node != &TEMPLATE_NO_VALUE ? template_resolved_text(reader, node) : resource->key;
}

/* While names are being found a Ref to a resource is its logical id, so that no two rules can wait for each other. */
bool template_name_rules(struct template_reader *reader)
{
    const struct node *resources = reader->resources;
    const char **names = arena_calloc(reader->arena, resources->count, sizeof *names);
    if (names == NULL)
        return template_fail_memory(&reader->failure);
    for (size_t i = 0; i < resources->count; i++) {
        if (!reader->in_force[i] || !is_rule(resources->members[i].value))
            continue;
        names[i] = name_rule(reader, &resources->members[i]);
        if (names[i] == NULL)
            return false;
    }
    reader->rule_names = names;
    return true;
}

/* All properties are resolved, whether they are shown or not, as what any of them refers to must be in force. */
static bool extract_resource(struct template_reader *reader, const struct node *resource, struct template_rule *rule)
{
    const struct node *properties = node_get(resource, "Properties");
    if (properties != NULL)
        properties = template_resolve(reader, properties);
    if (reader->failure.failed || !is_rule(resource))
        return !reader->failure.failed;
    const struct node *source = node_get(properties, "Source");
    return read_property(reader, source, "Owner", &rule->source_owner) &&
           read_property(reader, source, "SourceIdentifier", &rule->source_identifier) &&
           read_property(reader, properties, "InputParameters", &rule->input_parameters);
}

bool template_extract(struct template_reader *reader, struct pack_template *template)
{
    const struct node *resources = reader->resources;
    struct template_rule *rules = arena_calloc(reader->arena, resources->count, sizeof *rules);
    if (rules == NULL)
        return template_fail_memory(&reader->failure);
    *template = (struct pack_template){.rules = rules};
    for (size_t i = 0; i < resources->count; i++) {
        const struct node *resource = resources->members[i].value;
        struct template_rule *rule = &rules[template->rule_count];
        if (!reader->in_force[i])
            continue;
        if (!extract_resource(reader, resource, rule))
            return false;
        rule->name = reader->rule_names[i];
        template->rule_count += is_rule(resource);
    }
    return true;
}
