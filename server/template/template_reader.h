/*
 * What the steps of reading a template share. Each step is a function over this; template.c lists them in their order.
 */
#ifndef SERVER_TEMPLATE_TEMPLATE_READER_H
#define SERVER_TEMPLATE_TEMPLATE_READER_H

#include "server/template/template.h"
#include "server/template/template_failure.h"
#include "server/template/template_node.h"

enum condition_state { CONDITION_NEW, CONDITION_OPEN, CONDITION_FALSE, CONDITION_TRUE };

struct template_reader {
    struct arena *arena;
    struct template_failure failure;
    const struct template_source *source;

    /* The sections; where the template has none, a mapping without members. */
    const struct node *root;
    const struct node *parameters;
    const struct node *conditions;
    const struct node *resources;

    const struct node **values;   /* a parameter's, by its index; always a scalar */
    enum condition_state *states; /* a condition's, by its index */
    bool *in_force;               /* whether a resource's condition holds, by its index */
    const char **rule_names;      /* a rule's name, by its resource's index; NULL while names are being found */

    struct template_names unresolved; /* what a step met that is not there */
    size_t text_made;                 /* bytes that functions made, against TEMPLATE_EXPANDED */
};

/* The steps' functions: false after a failure, which `failure` then has. */

/* No null anywhere; the sections and what stands in them have the right form. template_sections.c */
bool template_check_nulls(struct template_reader *reader);
bool template_find_sections(struct template_reader *reader);
bool template_check_resources(struct template_reader *reader);

/* Every parameter has a value that it allows. template_parameters.c */
bool template_read_parameters(struct template_reader *reader);

/* Every function is well formed and what it refers to is there. template_functions.c */
bool template_check_functions(struct template_reader *reader);

/* Every condition's state, and so which resources are in force. template_conditions.c */
bool template_evaluate_conditions(struct template_reader *reader);
bool template_select_resources(struct template_reader *reader);

/* What AWS Config sees of the resources in force. template_resources.c */
bool template_name_rules(struct template_reader *reader);
bool template_extract(struct template_reader *reader, struct pack_template *template);

#endif
