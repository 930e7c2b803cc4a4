/*
 * How reading a template fails: with the first thing that is wrong, as AWS words it, or for want of memory.
 */
#ifndef SERVER_TEMPLATE_TEMPLATE_FAILURE_H
#define SERVER_TEMPLATE_TEMPLATE_FAILURE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum template_fault {
#define X(name, sureness, text) TEMPLATE_##name,
#include "server/template/template_messages.def"
#undef X
};

struct template_failure {
    struct arena *arena;
    bool failed;
    const char *message; /* NULL after a failure: memory is out */
};

/* Notes the fault, with {1} and {2} of its text filled in (NULL where it has none), unless one is noted already.
 * Always false, for the caller to return. */
bool template_fail(struct template_failure *failure, enum template_fault fault, const char *first, const char *second);

/* As template_fail, {1} being the names, joined with commas, in their order. */
bool template_fail_names(struct template_failure *failure, enum template_fault fault, const char *const *names,
                         size_t count);

/* As template_fail, where memory is out. */
bool template_fail_memory(struct template_failure *failure);

/* A set of names that grows. */
struct template_names {
    const char **names;
    size_t count;
    size_t capacity;
};

/* False when memory is out. */
bool template_names_add(struct arena *arena, struct template_names *names, const char *name);

/* Sorts them and leaves each only once. */
void template_names_unique(struct template_names *names);

#endif
