#include "server/template/template_functions.h"

#include <string.h>

static bool is_rule(const struct node *resource)
{
    return strcmp(node_text(node_get(resource, "Type")), "AWS::Config::ConfigRule") == 0;
}

/* A property's text, its functions evaluated; NULL in `*text` where it is absent or AWS::NoValue. */
static bool read_property(struct template_reader *reader, const struct node *properties, const char *name,
                          const char **text)
{
    const struct node *node = node_get(properties, name);
    *text = NULL;
    if (node != NULL)
        node = template_resolve(reader, node);
    if (node != NULL && node != &TEMPLATE_NO_VALUE)
        *text = template_resolved_text(reader, node);
    return !reader->failure.failed;
}

/* While names are being found a Ref to a resource is its logical id, so that no two rules can wait for each other. */
bool template_name_rules(struct template_reader *reader)
{
    const struct node *resources = reader->resources;
    const char **names = arena_calloc(reader->arena, resources->count, sizeof *names);
    if (names == NULL)
        return template_fail_memory(&reader->failure);
    for (size_t i = 0; i < resources->count; i++) {
        const struct node_member *resource = &resources->members[i];
        if (!reader->in_force[i] || !is_rule(resource->value))
            continue;
        if (!read_property(reader, node_get(resource->value, "Properties"), "ConfigRuleName", &names[i]))
            return false;
        if (names[i] == NULL)
            names[i] = resource->key;
    }
    reader->rule_names = names;
    return true;
}

static bool extract_rule(struct template_reader *reader, size_t index, struct template_rule *rule)
{
    const struct node_member *resource = &reader->resources->members[index];
    const struct node *properties = node_get(resource->value, "Properties");
    const struct node *source = node_get(properties, "Source");
    *rule = (struct template_rule){.logical_id = resource->key, .name = reader->rule_names[index]};
    if (source != NULL)
        source = template_resolve(reader, source); /* Source may be chosen as a whole, by Fn::If */
    return !reader->failure.failed && read_property(reader, source, "Owner", &rule->source_owner) &&
           read_property(reader, source, "SourceIdentifier", &rule->source_identifier) &&
           read_property(reader, properties, "Description", &rule->description) &&
           read_property(reader, properties, "InputParameters", &rule->input_parameters) &&
           read_property(reader, properties, "MaximumExecutionFrequency", &rule->maximum_execution_frequency);
}

static bool extract_remediation(struct template_reader *reader, size_t index, struct template_remediation *remediation)
{
    const struct node_member *resource = &reader->resources->members[index];
    const struct node *properties = node_get(resource->value, "Properties");
    *remediation = (struct template_remediation){.logical_id = resource->key};
    return read_property(reader, properties, "ConfigRuleName", &remediation->rule_name) &&
           read_property(reader, properties, "TargetType", &remediation->target_type) &&
           read_property(reader, properties, "TargetId", &remediation->target_id);
}

bool template_extract(struct template_reader *reader, struct pack_template *template)
{
    const size_t count = reader->resources->count;
    struct template_rule *rules = arena_calloc(reader->arena, count, sizeof *rules);
    struct template_remediation *remediations = arena_calloc(reader->arena, count, sizeof *remediations);
    if (rules == NULL || remediations == NULL)
        return template_fail_memory(&reader->failure);
    *template = (struct pack_template){.rules = rules, .remediations = remediations};
    for (size_t i = 0; i < count; i++) {
        if (!reader->in_force[i])
            continue;
        const bool good = is_rule(reader->resources->members[i].value)
                              ? extract_rule(reader, i, &rules[template->rule_count++])
                              : extract_remediation(reader, i, &remediations[template->remediation_count++]);
        if (!good)
            return false;
    }
    return true;
}
