#include "server/template/template.h"

#include "server/template/template_json.h"
#include "server/template/template_reader.h"
#include "server/template/template_yaml.h"

static bool check_length(struct template_reader *reader)
{
    const size_t limit = reader->source->limit != 0 ? reader->source->limit : TEMPLATE_BODY_BYTES;
    if (reader->source->length <= limit)
        return true;
    const char *number = arena_printf(reader->arena, "%zu", limit);
    return number != NULL ? template_fail(&reader->failure, TEMPLATE_TOO_LONG, number, NULL)
                          : template_fail_memory(&reader->failure);
}

static bool read_yaml(struct template_reader *reader)
{
    const char *text = reader->source->text;
    size_t length = reader->source->length;
    if (!template_join_surrogates(reader->arena, &text, &length))
        return template_fail_memory(&reader->failure);
    reader->root = template_yaml_read(&reader->failure, text, length);
    return reader->root != NULL;
}

/* What is done with a template, in this order; the first that fails has the word. */
static bool (*const steps[])(struct template_reader *reader) = {
    check_length,
    read_yaml,
    template_check_nulls,
    template_find_sections,
    template_check_resources,
    template_read_parameters,
    template_check_functions,
    template_evaluate_conditions,
    template_select_resources,
    template_name_rules,
};

bool template_read(struct arena *arena, const struct template_source *source, struct pack_template *template,
                   const char **message)
{
    struct template_reader reader = {.arena = arena, .failure = {.arena = arena}, .source = source};
    bool good = true;
    for (size_t i = 0; good && i < sizeof steps / sizeof steps[0]; i++)
        good = steps[i](&reader);
    good = good && template_extract(&reader, template);
    *message = reader.failure.message;
    return good;
}
