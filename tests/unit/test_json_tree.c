#include "base/json_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    (void)state;
    json_tree_init();
    return 0;
}

static cJSON *parse(struct arena *arena, const char *text)
{
    struct json_fault fault = {0, "none"};
    cJSON *tree = json_parse(arena, text, strlen(text), &fault);
    if (tree == NULL)
        fail_msg("%s: %s", text, fault.message);
    return tree;
}

static void parses_into_an_arena(void **state)
{
    struct arena arena = {0};
    (void)state;
    const cJSON *tree = parse(&arena, " {\"a\": [1, \"\\u00e4\\ud83d\\ude00\", true, null], \"b\": -2.5e3} ");
    const cJSON *list = json_member(tree, "a");
    assert_int_equal(cJSON_GetArraySize(list), 4);
    assert_string_equal(cJSON_GetArrayItem(list, 1)->valuestring, "\xc3\xa4\xf0\x9f\x98\x80");
    assert_true(cJSON_IsTrue(cJSON_GetArrayItem(list, 2)));
    assert_true(json_member(tree, "b")->valuedouble == -2500);
    assert_true(arena.total > 0);
    arena_free(&arena);
}

static void parses_a_piece_of_a_longer_text(void **state)
{
    static const char text[] = "[{\"a\":1},{\"b\":2}]";
    struct arena arena = {0};
    (void)state;
    const cJSON *tree = json_parse_checked(&arena, text + 1, 7);
    assert_non_null(json_member(tree, "a"));
    assert_null(tree->next);
    arena_free(&arena);
}

static void says_where_a_text_is_no_json(void **state)
{
    struct arena arena = {0};
    struct json_fault fault = {0};
    (void)state;
    assert_null(json_parse(&arena, "{\"a\": 01}", 9, &fault));
    assert_int_equal(fault.offset, 7);
    assert_string_equal(fault.message, "a number may not begin with 0");
    assert_null(json_parse(&arena, "[\"\\u0000\"]", 10, &fault));
    assert_null(json_parse(&arena, "", 0, &fault));
    arena_free(&arena);
}

static void says_when_memory_is_out(void **state)
{
    static const char text[] = "{\"a\": [1, 2, 3], \"b\": \"text\"}";
    struct json_fault fault = {0};
    size_t cap = 1;
    (void)state;
    for (;; cap++) { /* every allocation fails once */
        struct arena arena = {.cap = cap};
        const cJSON *tree = json_parse(&arena, text, sizeof text - 1, &fault);
        arena_free(&arena);
        if (tree != NULL)
            break;
        assert_ptr_equal(fault.message, JSON_OUT_OF_MEMORY);
        assert_true(cap < 10000);
    }
    assert_true(cap > sizeof(cJSON));
}

/* A node and its text: with the key of a member, from its first byte to its last. */
static void assert_stands(const char *text, size_t offset, const cJSON *root, const cJSON *node, const char *whole)
{
    struct json_item item;
    if (!json_find_node(text, offset, root, node, &item))
        fail_msg("%s was not found", whole);
    const size_t length = item.value_end - item.key;
    if (length != strlen(whole) || memcmp(text + item.key, whole, length) != 0)
        fail_msg("%.*s instead of %s", (int)length, text + item.key, whole);
    if (*whole == '"' && strchr(whole, ':') != NULL)
        assert_int_equal(text[item.key_end - 1], '"');
}

static void finds_where_a_node_stands(void **state)
{
    static const char text[] =
        "{ \"a\" : [ 10, [ 20 ], { \"b\\\"\" : { \"c\" : 30 } } ],\n \"d\" : \"[{\", \"e\" : {}, \"f\" : 40 }";
    struct arena arena = {0};
    (void)state;
    const cJSON *root = parse(&arena, text);
    const cJSON *list = json_member(root, "a");
    const cJSON *object = cJSON_GetArrayItem(list, 2);
    assert_stands(text, 0, root, list, "\"a\" : [ 10, [ 20 ], { \"b\\\"\" : { \"c\" : 30 } } ]");
    assert_stands(text, 0, root, cJSON_GetArrayItem(list, 0), "10");
    assert_stands(text, 0, root, cJSON_GetArrayItem(list, 1), "[ 20 ]");
    assert_stands(text, 0, root, cJSON_GetArrayItem(list, 1)->child, "20");
    assert_stands(text, 0, root, object, "{ \"b\\\"\" : { \"c\" : 30 } }");
    assert_stands(text, 0, root, object->child, "\"b\\\"\" : { \"c\" : 30 }");
    assert_stands(text, 0, root, object->child->child, "\"c\" : 30");
    assert_stands(text, 0, root, json_member(root, "d"), "\"d\" : \"[{\"");
    assert_stands(text, 0, root, json_member(root, "e"), "\"e\" : {}");
    assert_stands(text, 0, root, json_member(root, "f"), "\"f\" : 40");
    arena_free(&arena);
}

static void finds_a_node_of_a_tree_inside_a_text(void **state)
{
    static const char text[] = "{\"packs\": [{\"x\": 1}, {\"y\": {\"z\": 2}}]}";
    struct arena arena = {0};
    (void)state;
    const size_t offset = (size_t)(strstr(text, "{\"y\"") - text);
    const cJSON *tree = json_parse_checked(&arena, text + offset, strlen("{\"y\": {\"z\": 2}}"));
    assert_stands(text, offset, tree, tree->child, "\"y\": {\"z\": 2}");
    assert_stands(text, offset, tree, tree->child->child, "\"z\": 2");
    const cJSON stranger = {0};
    struct json_item item;
    assert_false(json_find_node(text, offset, tree, tree, &item)); /* the root stands at the offset, as was said */
    assert_false(json_find_node(text, offset, tree, &stranger, &item));
    arena_free(&arena);
}

static void finds_members_by_exact_name(void **state)
{
    struct arena arena = {0};
    (void)state;
    const cJSON *tree = parse(&arena, "{\"Limit\": 1, \"limit\": 2, \"none\": null, \"text\": \"x\", \"twice\": 1,"
                                      " \"twice\": 2, \"gone\": 1, \"gone\": null, \"\": 3}");
    assert_int_equal(json_member(tree, "limit")->valueint, 2);
    assert_int_equal(json_member(tree, "Limit")->valueint, 1);
    assert_null(json_member(tree, "LIMIT"));
    assert_null(json_member(tree, "none"));
    assert_int_equal(json_member(tree, "twice")->valueint, 2);
    assert_null(json_member(tree, "gone"));
    assert_int_equal(json_member(tree, "")->valueint, 3);
    assert_string_equal(json_member_text(tree, "text"), "x");
    assert_null(json_member_text(tree, "limit"));
    assert_null(json_member_text(tree, "absent"));
    assert_null(json_member(NULL, "a"));
    assert_null(json_member(parse(&arena, "[1]"), "a"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_into_an_arena),         cmocka_unit_test(parses_a_piece_of_a_longer_text),
        cmocka_unit_test(says_where_a_text_is_no_json), cmocka_unit_test(says_when_memory_is_out),
        cmocka_unit_test(finds_where_a_node_stands),    cmocka_unit_test(finds_a_node_of_a_tree_inside_a_text),
        cmocka_unit_test(finds_members_by_exact_name),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
