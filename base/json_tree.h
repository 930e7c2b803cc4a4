/*
 * JSON as a tree, by cJSON, in an arena. Every tree in the program comes from here: none is ever deleted, its arena is.
 */
#ifndef BASE_JSON_TREE_H
#define BASE_JSON_TREE_H

#include "base/arena.h"
#include "base/json_text.h"

#include <cjson/cJSON.h>

/* Call once, before the first parse and before any thread starts. */
void json_tree_init(void);

/* The tree of one JSON value, which lives as long as the arena. NULL when it is no JSON (`*fault` says where, as
 * json_check) or when memory is out (`fault->message` is JSON_OUT_OF_MEMORY). */
cJSON *json_parse(struct arena *arena, const char *text, size_t length, struct json_fault *fault);

/* As json_parse, for text that json_check has passed already. NULL only when memory is out. */
cJSON *json_parse_checked(struct arena *arena, const char *text, size_t length);

extern const char JSON_OUT_OF_MEMORY[];

/* Where in a checked text a node of a tree stands. `root` is the tree of the value at `offset`. False when the node is
 * the root or none of its own. */
bool json_find_node(const char *text, size_t offset, const cJSON *root, const cJSON *node, struct json_item *item);

/* The member of exactly that name; NULL where there is none or it is null. Of duplicate keys the last one counts, as
 * in the JSON parsers of AWS's SDKs and in Python's. */
const cJSON *json_member(const cJSON *object, const char *name);

/* Its text, or NULL where there is none. */
const char *json_member_text(const cJSON *object, const char *name);

#endif
