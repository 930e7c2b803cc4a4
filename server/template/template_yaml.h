/*
 * YAML text -> a tree of nodes. Short tags (!Ref x) become the long form (Ref: x) here, so that nothing behind this
 * knows of them. Whatever the text holds, time and memory stay in proportion to its length.
 */
#ifndef SERVER_TEMPLATE_TEMPLATE_YAML_H
#define SERVER_TEMPLATE_TEMPLATE_YAML_H

#include "server/template/template_failure.h"
#include "server/template/template_node.h"

/* The text's one document. NULL when it is none or memory is out: see `failure`. */
const struct node *template_yaml_read(struct template_failure *failure, const char *text, size_t length);

#endif
