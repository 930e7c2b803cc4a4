/* Templates: refused in words, or read as rules in words. */
#include "base/json_tree.h"
#include "base/utf8.h"
#include "server/template/template.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const struct template_parameter parameters[] = {{"Days", "90"}, {"Name", "naïve ☃"}, {"List", "a,b,,c"}};
static const struct template_parameter pseudo_parameters[] = {
    {"AWS::AccountId", "123456789012"}, {"AWS::Region", "us-east-1"}, {"AWS::Partition", "aws"}};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    json_tree_init();
    return 0;
}

static void require_text(const char *text)
{
    REQUIRE_OR_SAY(text == NULL || utf8_check(text, strlen(text)), "%s\n", text);
}

static void require_rule(const struct template_rule *rule)
{
    REQUIRE(rule->name != NULL);
    const char *const texts[] = {rule->name, rule->source_owner, rule->source_identifier, rule->input_parameters};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        require_text(texts[i]);
}

static void read_as(struct template_source *source)
{
    struct arena arena = {0};
    struct pack_template template;
    const char *message = NULL;
    if (template_read(&arena, source, &template, &message)) {
        REQUIRE(template.rule_count <= TEMPLATE_RESOURCES);
        for (size_t i = 0; i < template.rule_count; i++)
            require_rule(&template.rules[i]);
    } else {
        REQUIRE_OR_SAY(message != NULL, "memory is out\n");
        require_text(message);
    }
    arena_free(&arena);
}

/* Only text comes this far that is UTF-8 and without NUL: the request's JSON has been read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    if (!utf8_check(text, size) || (size > 0 && memchr(text, '\0', size) != NULL))
        return 0;
    struct template_source source = {.text = text, .length = size};
    read_as(&source);
    source.parameters = parameters;
    source.parameter_count = sizeof parameters / sizeof parameters[0];
    source.pseudo_parameters = pseudo_parameters;
    source.pseudo_parameter_count = sizeof pseudo_parameters / sizeof pseudo_parameters[0];
    read_as(&source);
    return 0;
}
