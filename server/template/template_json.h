/*
 * Where JSON is not YAML.
 */
#ifndef SERVER_TEMPLATE_TEMPLATE_JSON_H
#define SERVER_TEMPLATE_TEMPLATE_JSON_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* JSON escapes a character beyond U+FFFF as two halves, \ud83d\ude00, which YAML refuses. Where the text is JSON and
 * has such escapes, leaves a copy in the arena in which they are YAML's, \U0001f600; otherwise the text as it is. False
 * when memory is out. */
bool template_join_surrogates(struct arena *arena, const char **text, size_t *length);

#endif
