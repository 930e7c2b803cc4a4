#include "server/template/template_node.h"

#include "base/json_writer.h"

#include <stdlib.h>
#include <string.h>

/* Escapes grow a byte to six at the most, and what a template expands to is bounded. */
enum { JSON_BYTES = 32 * 1024 * 1024 };

static struct node *make(struct arena *arena, enum node_kind kind)
{
    struct node *node = arena_calloc(arena, 1, sizeof *node);
    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->nodes = 1;
    node->height = 1;
    return node;
}

static struct node *make_collection(struct arena *arena, enum node_kind kind, const struct node_member *members,
                                    size_t count)
{
    struct node *node = make(arena, kind);
    if (node == NULL)
        return NULL;
    node->members = members;
    node->count = count;
    for (size_t i = 0; i < count; i++) {
        const struct node *value = members[i].value;
        node->nodes += value->nodes;
        node->bytes += value->bytes;
        if (members[i].key != NULL) {
            node->nodes++;
            node->bytes += strlen(members[i].key);
        }
        if (node->height <= value->height)
            node->height = value->height + 1;
    }
    return node;
}

const struct node *node_plain(struct arena *arena, const char *text, const char *name, bool null)
{
    struct node *node = make(arena, NODE_SCALAR);
    if (node == NULL)
        return NULL;
    node->text = text;
    node->name = name;
    node->null = null;
    node->bytes = strlen(name);
    return node;
}

const struct node *node_scalar(struct arena *arena, const char *text)
{
    return node_plain(arena, text, text, false);
}

const struct node *node_sequence(struct arena *arena, const struct node_member *members, size_t count)
{
    return make_collection(arena, NODE_SEQUENCE, members, count);
}

/* Members of the same key stay in their order. */
static int by_key(const void *a, const void *b)
{
    const struct node_member *left = *(const struct node_member *const *)a;
    const struct node_member *right = *(const struct node_member *const *)b;
    const int order = strcmp(left->key, right->key);
    return order != 0 ? order : (left > right) - (left < right);
}

const struct node *node_mapping(struct arena *arena, const struct node_member *members, size_t count)
{
    struct node *node = make_collection(arena, NODE_MAPPING, members, count);
    const struct node_member **sorted = arena_calloc(arena, count, sizeof(const struct node_member *));
    if (node == NULL || sorted == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &members[i];
    if (count > 1)
        qsort(sorted, count, sizeof(const struct node_member *), by_key);
    node->by_key = sorted;
    return node;
}

const struct node_member *node_duplicate(const struct node *mapping)
{
    for (size_t i = 1; i < mapping->count; i++) {
        if (strcmp(mapping->by_key[i - 1]->key, mapping->by_key[i]->key) == 0)
            return mapping->by_key[i];
    }
    return NULL;
}

static int key_against_member(const void *key, const void *member)
{
    return strcmp(key, (*(const struct node_member *const *)member)->key);
}

const struct node_member *node_find(const struct node *mapping, const char *key)
{
    if (mapping == NULL || mapping->kind != NODE_MAPPING || mapping->count == 0)
        return NULL;
    const struct node_member *const *found =
        bsearch(key, mapping->by_key, mapping->count, sizeof(const struct node_member *), key_against_member);
    return found != NULL ? *found : NULL;
}

const struct node *node_get(const struct node *mapping, const char *key)
{
    const struct node_member *member = node_find(mapping, key);
    return member != NULL ? member->value : NULL;
}

size_t node_index(const struct node *mapping, const struct node_member *member)
{
    return (size_t)(member - mapping->members);
}

const char *node_text(const struct node *node)
{
    return node != NULL && node->kind == NODE_SCALAR ? node->text : NULL;
}

const char *node_name(const struct node *node)
{
    return node != NULL && node->kind == NODE_SCALAR ? node->name : NULL;
}

/* As deep as the tree, which TEMPLATE_DEPTH bounds. */
static void write_json(struct json_writer *writer, const struct node *node)
{
    if (node->kind == NODE_SCALAR) {
        json_string(writer, node->text);
        return;
    }
    const bool mapping = node->kind == NODE_MAPPING;
    if (mapping)
        json_begin_object(writer);
    else
        json_begin_array(writer);
    for (size_t i = 0; i < node->count; i++) {
        if (mapping)
            json_escaped_key(writer, node->members[i].key);
        write_json(writer, node->members[i].value);
    }
    if (mapping)
        json_end_object(writer);
    else
        json_end_array(writer);
}

const char *node_json(struct arena *arena, const struct node *node)
{
    struct buffer out = {.cap = JSON_BYTES};
    struct json_writer writer = {.out = &out};
    write_json(&writer, node);
    const char *text = out.failed ? NULL : arena_strndup(arena, out.data, out.length);
    buffer_free(&out);
    return text;
}

bool node_list_add(struct arena *arena, struct node_list *list, const struct node_member *member)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        struct node_member *grown = arena_calloc(arena, capacity, sizeof *grown);
        if (grown == NULL)
            return false;
        if (list->count > 0)
            memcpy(grown, list->members, list->count * sizeof *grown);
        list->members = grown;
        list->capacity = capacity;
    }
    list->members[list->count++] = *member;
    return true;
}

const struct node *node_pair(struct arena *arena, const char *key, const struct node *value)
{
    struct node_list list = {0};
    const struct node_member member = {.key = key, .value = value};
    return node_list_add(arena, &list, &member) ? node_mapping(arena, list.members, list.count) : NULL;
}
