/*
 * JSON: what the scanner passes cJSON takes; text and tree have the same items in the same places; what the writer
 * makes of the tree passes, and is the same tree.
 */
#include "base/json_tree.h"
#include "base/json_writer.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    json_tree_init();
    return 0;
}

static void write_tree(struct json_writer *writer, const cJSON *node)
{
    const cJSON *child = NULL;
    const bool is_object = cJSON_IsObject(node);
    if (cJSON_IsString(node)) {
        json_string(writer, node->valuestring);
    } else if (cJSON_IsNumber(node)) {
        json_real(writer, node->valuedouble);
    } else if (cJSON_IsBool(node)) {
        json_bool(writer, cJSON_IsTrue(node));
    } else if (cJSON_IsNull(node)) {
        json_null(writer);
    } else {
        is_object ? json_begin_object(writer) : json_begin_array(writer);
        cJSON_ArrayForEach(child, node)
        {
            if (is_object)
                json_escaped_key(writer, child->string);
            write_tree(writer, child);
        }
        is_object ? json_end_object(writer) : json_end_array(writer);
    }
}

/* A number past all doubles is none that the writer is given. */
static bool is_finite(const cJSON *node)
{
    const cJSON *child = NULL;
    if (cJSON_IsNumber(node) && !isfinite(node->valuedouble))
        return false;
    cJSON_ArrayForEach(child, node)
    {
        if (!is_finite(child))
            return false;
    }
    return true;
}

static bool is_same(const cJSON *left, const cJSON *right)
{
    if (left->type != right->type || left->valuedouble != right->valuedouble)
        return false;
    if (left->valuestring != NULL && strcmp(left->valuestring, right->valuestring) != 0)
        return false;
    if (left->string != NULL && strcmp(left->string, right->string) != 0)
        return false;
    const cJSON *other = right->child;
    for (const cJSON *child = left->child; child != NULL; child = child->next, other = other->next) {
        if (other == NULL || !is_same(child, other))
            return false;
    }
    return other == NULL;
}

static void require_writing(struct arena *arena, const cJSON *tree)
{
    struct json_fault fault = {0};
    struct buffer written = {0};
    struct json_writer writer = {&written, false};
    write_tree(&writer, tree);
    const cJSON *again = json_parse(arena, written.data, written.length, &fault);
    REQUIRE_OR_SAY(again != NULL, "%s at %zu: %.*s\n", fault.message, fault.offset, (int)written.length, written.data);
    REQUIRE_OR_SAY(is_same(tree, again), "%.*s\n", (int)written.length, written.data);
    buffer_free(&written);
}

/* Every item of the outermost value, found again by its node and holding just its own text. */
static void require_places(const char *text, size_t size, const cJSON *tree)
{
    struct json_fault fault;
    struct json_item item;
    const size_t offset = json_skip_space(text, size, 0);
    for (const cJSON *child = tree->child; child != NULL; child = child->next) {
        REQUIRE(json_find_node(text, offset, tree, child, &item));
        REQUIRE(item.key <= item.value && item.value < item.value_end && item.value_end <= size);
        REQUIRE_OR_SAY(json_check(text + item.value, item.value_end - item.value, &fault), "%s\n", fault.message);
    }
    REQUIRE(!json_find_node(text, offset, tree, tree, &item));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_fault fault = {0};
    struct arena arena = {0};
    const char *text = (const char *)data;
    if (json_check(text, size, &fault)) {
        const cJSON *tree = json_parse_checked(&arena, text, size);
        REQUIRE(tree != NULL);
        require_places(text, size, tree);
        if (is_finite(tree))
            require_writing(&arena, tree);
    } else {
        REQUIRE(fault.offset <= size && fault.message != NULL);
        const struct json_place place = json_place_of(text, fault.offset);
        REQUIRE(place.line >= 1 && place.column >= 1);
    }
    arena_free(&arena);
    return 0;
}
