/*
 * CloudFormation's functions: their names, what they want as arguments, and their values.
 *
 * Ref, Fn::If, Fn::Sub, Fn::Join and the boolean ones are evaluated. The rest (Fn::GetAtt, Fn::FindInMap ...) stay as
 * they are, with what is in their arguments evaluated: what they stand for is known only once a stack exists, or needs
 * sections that packs do not have.
 */
#ifndef SERVER_TEMPLATE_TEMPLATE_FUNCTIONS_H
#define SERVER_TEMPLATE_TEMPLATE_FUNCTIONS_H

#include "server/template/template_reader.h"

/* The function that a short tag stands for (!If: Fn::If), or NULL. */
const char *template_function_of_tag(const char *tag);

/* All their names, joined with commas. */
const char *template_function_names(void);

/* The function that a mapping with one member is; NULL where it is data. */
struct template_function;
const struct template_function *template_function_of(const struct node *node);

/* Whether the mapping is a boolean operation: Fn::Equals, Fn::Not, Fn::And, Fn::Or, Condition. */
bool template_is_boolean(const struct node *node);

/* The node with every function in it replaced by its value; &TEMPLATE_NO_VALUE where that is AWS::NoValue, which is
 * left out of the sequences and mappings it stands in. NULL after a failure. For nodes that template_check_functions
 * has passed, once all conditions are evaluated. template_resolve.c */
const struct node *template_resolve(struct template_reader *reader, const struct node *node);

extern const struct node TEMPLATE_NO_VALUE;

/* A resolved node as text: a scalar's own, anything else as JSON. NULL after a failure. */
const char *template_resolved_text(struct template_reader *reader, const struct node *node);

/* Whether CloudFormation knows a pseudo parameter of that name. */
bool template_is_pseudo_parameter(const char *name);

/* The pieces of a text for Fn::Sub, one after the other; false at the end. ${!x} is the literal ${x}. template_sub.c */
struct template_sub_piece {
    const char *text; /* of a variable, its name */
    size_t length;
    bool variable;
};
bool template_sub_next(const char **cursor, struct template_sub_piece *piece);

#endif
