/*
 * Turns the compact service model into the tables of model.h: `generate config-2014-11-12.json` prints one C file.
 * It runs while the server is built, so whatever is wrong with the model ends it with a message.
 */
#include "server/aws/model/model.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[] = {
    [SHAPE_STRUCTURE] = "structure", [SHAPE_LIST] = "list",       [SHAPE_MAP] = "map",
    [SHAPE_STRING] = "string",       [SHAPE_INTEGER] = "integer", [SHAPE_LONG] = "long",
    [SHAPE_FLOAT] = "float",         [SHAPE_DOUBLE] = "double",   [SHAPE_BOOLEAN] = "boolean",
    [SHAPE_TIMESTAMP] = "timestamp", [SHAPE_BLOB] = "blob",
};

static const char *const type_constants[] = {
    [SHAPE_STRUCTURE] = "SHAPE_STRUCTURE", [SHAPE_LIST] = "SHAPE_LIST",       [SHAPE_MAP] = "SHAPE_MAP",
    [SHAPE_STRING] = "SHAPE_STRING",       [SHAPE_INTEGER] = "SHAPE_INTEGER", [SHAPE_LONG] = "SHAPE_LONG",
    [SHAPE_FLOAT] = "SHAPE_FLOAT",         [SHAPE_DOUBLE] = "SHAPE_DOUBLE",   [SHAPE_BOOLEAN] = "SHAPE_BOOLEAN",
    [SHAPE_TIMESTAMP] = "SHAPE_TIMESTAMP", [SHAPE_BLOB] = "SHAPE_BLOB",
};

/* Where the model's texts are kept that several shapes share. */
struct patterns {
    const char *texts[MODEL_PATTERN_CAP];
    size_t count;
};

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("generate: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(EXIT_FAILURE);
}

/* --- reading ------------------------------------------------------------------------------------------------- */

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        die("%s cannot be opened", path);
    size_t length = 0;
    size_t capacity = 1 << 20;
    char *text = malloc(capacity + 1);
    while (text != NULL && (length += fread(text + length, 1, capacity - length, file)) == capacity) {
        capacity *= 2;
        char *more = realloc(text, capacity + 1);
        if (more == NULL)
            die("memory is out");
        text = more;
    }
    if (text == NULL || ferror(file) != 0)
        die("%s cannot be read", path);
    (void)fclose(file);
    text[length] = '\0';
    return text;
}

static const cJSON *required_object(const cJSON *parent, const char *key)
{
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(parent, key);
    if (!cJSON_IsObject(object))
        die("%s is missing or is no object", key);
    return object;
}

static const char *optional_text(const cJSON *parent, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(parent, key));
}

/* The place of a name among the model's shapes, which is its index in the table. */
static size_t shape_index(const cJSON *shapes, const char *name)
{
    size_t index = 0;
    const cJSON *shape = NULL;
    cJSON_ArrayForEach(shape, shapes)
    {
        if (name != NULL && strcmp(shape->string, name) == 0)
            return index;
        index++;
    }
    die("there is no shape %s", name != NULL ? name : "(none)");
}

static enum shape_type shape_type_of(const cJSON *shape)
{
    const char *type = optional_text(shape, "type");
    for (size_t i = 0; type != NULL && i < sizeof type_names / sizeof type_names[0]; i++) {
        if (strcmp(type, type_names[i]) == 0)
            return (enum shape_type)i;
    }
    die("shape %s has an unknown type", shape->string);
}

static bool contains_text(const cJSON *array, const char *text)
{
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, array)
    {
        if (strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

static size_t pattern_index(const struct patterns *patterns, const char *text)
{
    size_t index = 0;
    while (index < patterns->count && strcmp(patterns->texts[index], text) != 0)
        index++;
    return index;
}

static void collect_patterns(const cJSON *shapes, struct patterns *patterns)
{
    const cJSON *shape = NULL;
    cJSON_ArrayForEach(shape, shapes)
    {
        const char *text = optional_text(shape, "pattern");
        if (text == NULL || pattern_index(patterns, text) < patterns->count)
            continue;
        if (patterns->count == MODEL_PATTERN_CAP)
            die("more than %d patterns: raise MODEL_PATTERN_CAP", MODEL_PATTERN_CAP);
        patterns->texts[patterns->count++] = text;
    }
}

/* --- writing ------------------------------------------------------------------------------------------------- */

static void print_literal(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\' || *text == '?') /* ?? might begin a trigraph */
            putchar('\\');
        if ((unsigned char)*text < ' ')
            die("a control character in the text %s", text);
        putchar(*text);
    }
    putchar('"');
}

static void print_text_table(const char *prefix, size_t index, const cJSON *texts)
{
    printf("static const char *const %s_%zu[] = {\n", prefix, index);
    const cJSON *text = NULL;
    cJSON_ArrayForEach(text, texts)
    {
        printf("    ");
        print_literal(text->valuestring);
        printf(",\n");
    }
    printf("};\n\n");
}

static void print_members(const cJSON *shapes, const cJSON *shape, size_t index)
{
    const cJSON *members = required_object(shape, "members");
    const cJSON *required = cJSON_GetObjectItemCaseSensitive(shape, "required");
    if (members->child == NULL)
        return;
    printf("static const struct shape_member members_%zu[] = {\n", index);
    const cJSON *member = NULL;
    cJSON_ArrayForEach(member, members)
    {
        const size_t target = shape_index(shapes, member->valuestring);
        printf("    {.name = \"%s\", .shape = &shapes[%zu], .required = %s}, /* %s */\n", member->string, target,
               contains_text(required, member->string) ? "true" : "false", member->valuestring);
    }
    printf("};\n\n");
}

/* What the rows of shapes[] point to. */
static void print_shape_parts(const cJSON *shapes)
{
    size_t index = 0;
    const cJSON *shape = NULL;
    cJSON_ArrayForEach(shape, shapes)
    {
        const cJSON *values = cJSON_GetObjectItemCaseSensitive(shape, "enum");
        if (values != NULL)
            print_text_table("enum", index, values);
        if (shape_type_of(shape) == SHAPE_STRUCTURE)
            print_members(shapes, shape, index);
        index++;
    }
}

static void print_limit(const cJSON *shape, const char *key, const char *none)
{
    const cJSON *limit = cJSON_GetObjectItemCaseSensitive(shape, key);
    if (limit == NULL)
        printf(", .%s = %s", key, none);
    else
        printf(", .%s = %.0f", key, limit->valuedouble);
}

static void print_reference(const cJSON *shapes, const char *field, const char *name)
{
    if (name != NULL)
        printf(", .%s = &shapes[%zu]", field, shape_index(shapes, name));
}

static void print_count_of(const char *table, const char *field, const char *prefix, size_t index, int count)
{
    if (count > 0)
        printf(", .%s = %s_%zu, .%s_count = %d", table, prefix, index, field, count);
}

static void print_shape(const cJSON *shapes, const cJSON *shape, size_t index, const struct patterns *patterns)
{
    const enum shape_type type = shape_type_of(shape);
    printf("    [%zu] = {.name = \"%s\", .type = %s", index, shape->string, type_constants[type]);
    print_limit(shape, "min", "SHAPE_NO_MIN");
    print_limit(shape, "max", "SHAPE_NO_MAX");
    const char *pattern = optional_text(shape, "pattern");
    if (pattern != NULL) {
        printf(", .pattern = ");
        print_literal(pattern);
        printf(", .pattern_index = %zu", pattern_index(patterns, pattern));
    }
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(shape, "enum");
    print_count_of("enum_values", "enum", "enum", index, cJSON_GetArraySize(values));
    const cJSON *members = cJSON_GetObjectItemCaseSensitive(shape, "members");
    print_count_of("members", "member", "members", index, cJSON_GetArraySize(members));
    print_reference(shapes, "key", optional_text(shape, "key"));
    print_reference(shapes, "element", optional_text(shape, type == SHAPE_MAP ? "value" : "element"));
    printf("},\n");
}

static void print_shapes(const cJSON *shapes, const struct patterns *patterns)
{
    const int count = cJSON_GetArraySize(shapes);
    /* shapes and members refer to each other: the first line declares, the last one defines */
    printf("static const struct shape shapes[%d];\n\n", count);
    print_shape_parts(shapes);
    printf("static const struct shape shapes[%d] = {\n", count);
    size_t index = 0;
    const cJSON *shape = NULL;
    cJSON_ArrayForEach(shape, shapes)
    {
        print_shape(shapes, shape, index++, patterns);
    }
    printf("};\n\n/* the input of an operation that takes none */\n"
           "static const struct shape empty_structure = {\n    .name = \"EmptyStructure\", .type = SHAPE_STRUCTURE, "
           ".min = SHAPE_NO_MIN, .max = SHAPE_NO_MAX};\n\n");
}

static void print_patterns(const struct patterns *patterns)
{
    printf("const char *const model_patterns[] = {\n");
    for (size_t i = 0; i < patterns->count; i++) {
        printf("    ");
        print_literal(patterns->texts[i]);
        printf(",\n");
    }
    printf("};\nconst size_t model_pattern_count = %zu;\n\n", patterns->count);
}

static void print_operation(const cJSON *shapes, const cJSON *operation, size_t index)
{
    const char *input = optional_text(operation, "input");
    const char *output = optional_text(operation, "output");
    printf("    {.name = \"%s\"", operation->string);
    if (input != NULL)
        print_reference(shapes, "input", input);
    else
        printf(", .input = &empty_structure");
    print_reference(shapes, "output", output);
    const cJSON *errors = cJSON_GetObjectItemCaseSensitive(operation, "errors");
    print_count_of("errors", "error", "errors", index, cJSON_GetArraySize(errors));
    printf("},\n");
}

/* model_find_operation searches by halves, so the order must be strcmp's. */
static void check_order(const cJSON *operations)
{
    const cJSON *operation = NULL;
    cJSON_ArrayForEach(operation, operations)
    {
        if (operation->next != NULL && strcmp(operation->string, operation->next->string) >= 0)
            die("the operations are not in order at %s", operation->next->string);
    }
}

static void print_operations(const cJSON *shapes, const cJSON *operations)
{
    size_t index = 0;
    const cJSON *operation = NULL;
    cJSON_ArrayForEach(operation, operations)
    {
        const cJSON *errors = cJSON_GetObjectItemCaseSensitive(operation, "errors");
        if (cJSON_GetArraySize(errors) > 0)
            print_text_table("errors", index, errors);
        index++;
    }
    printf("const struct operation model_operations[] = {\n");
    index = 0;
    cJSON_ArrayForEach(operation, operations)
    {
        print_operation(shapes, operation, index++);
    }
    printf("};\nconst size_t model_operation_count = %zu;\n\n", index);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage: generate MODEL.json");
    char *text = read_file(argv[1]);
    cJSON *model = cJSON_Parse(text);
    if (model == NULL)
        die("%s is not JSON", argv[1]);
    const cJSON *shapes = required_object(model, "shapes");
    const cJSON *operations = required_object(model, "operations");
    const char *prefix = optional_text(model, "targetPrefix");
    if (prefix == NULL)
        die("targetPrefix is missing");
    check_order(operations);
    struct patterns patterns = {.count = 0};
    collect_patterns(shapes, &patterns);

    printf("/* Made by generate.c from the compact service model: change that, not this. */\n"
           "#include \"server/aws/model/model.h\"\n\n");
    printf("const char model_target_prefix[] = \"%s\";\n\n", prefix);
    print_patterns(&patterns);
    print_shapes(shapes, &patterns);
    print_operations(shapes, operations);

    cJSON_Delete(model);
    free(text);
    if (fflush(stdout) != 0 || ferror(stdout) != 0)
        die("the tables could not be written");
    return EXIT_SUCCESS;
}
