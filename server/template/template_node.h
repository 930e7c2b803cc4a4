/*
 * A template as a tree of scalars, sequences and mappings. A node never changes once it is made, so aliases share it:
 * the tree of a YAML text is as small as the text, and each node knows how large it is with its aliases expanded.
 */
#ifndef SERVER_TEMPLATE_TEMPLATE_NODE_H
#define SERVER_TEMPLATE_TEMPLATE_NODE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct node;

/* An item of a sequence, whose `key` is NULL, or a member of a mapping. */
struct node_member {
    const char *key;
    const struct node *value;
    size_t line; /* of the key, from 1; 0 where there is none */
    size_t column;
};

struct node {
    enum node_kind kind;
    bool null;        /* a scalar that is YAML's null */
    const char *text; /* of a scalar: its value; a plain Yes is the boolean, whose text is "true" */
    const char *name; /* of a scalar: as it is spelled, for the names of parameters, conditions, resources */
    size_t count;     /* of items or members */
    const struct node_member *members;       /* in their order */
    const struct node_member *const *by_key; /* mappings: the members, sorted */
    /* With everything below it, aliases expanded: */
    size_t nodes;  /* keys are some too */
    size_t bytes;  /* of scalars and keys */
    size_t height; /* in levels, a scalar being one */
};

/* NULL when memory is out, here and below. `text`, which is the name too, and `members` must live as long as the node.
 */
const struct node *node_scalar(struct arena *arena, const char *text);
/* One whose text is not its name: a boolean or null. */
const struct node *node_plain(struct arena *arena, const char *text, const char *name, bool null);
const struct node *node_sequence(struct arena *arena, const struct node_member *members, size_t count);
const struct node *node_mapping(struct arena *arena, const struct node_member *members, size_t count);

/* A mapping of one member. */
const struct node *node_pair(struct arena *arena, const char *key, const struct node *value);

/* The later of two members with the same key; NULL where there are no such. */
const struct node_member *node_duplicate(const struct node *mapping);

/* The member of that name; NULL where there is none, or no mapping. */
const struct node_member *node_find(const struct node *mapping, const char *key);

/* Its value, or NULL. */
const struct node *node_get(const struct node *mapping, const char *key);

/* Which member of the mapping it is. */
size_t node_index(const struct node *mapping, const struct node_member *member);

/* A scalar's text or name; NULL for anything else and for NULL. */
const char *node_text(const struct node *node);
const char *node_name(const struct node *node);

/* As JSON text. Every scalar is a string there, as it is by the time AWS Config sees what CloudFormation read. */
const char *node_json(struct arena *arena, const struct node *node);

/* Items or members that are being gathered. */
struct node_list {
    struct node_member *members;
    size_t count;
    size_t capacity;
};

/* False when memory is out. */
bool node_list_add(struct arena *arena, struct node_list *list, const struct node_member *member);

#endif
