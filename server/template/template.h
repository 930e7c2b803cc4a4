/*
 * Reads a conformance pack's template: YAML (and so JSON too) in the language of CloudFormation, of which a pack may
 * use two resource types. Parameters and conditions are evaluated, so that what comes out is the rules that the pack
 * has.
 */
#ifndef SERVER_TEMPLATE_TEMPLATE_H
#define SERVER_TEMPLATE_TEMPLATE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* How much a template may hold at the most. */
enum {
    TEMPLATE_BODY_BYTES = 51200,    /* TemplateBody; DOC */
    TEMPLATE_S3_BYTES = 300 * 1024, /* what TemplateS3Uri points to; DOC */
    TEMPLATE_RESOURCES = 130,       /* SEEN: 130 accepted, 131 refused */
    TEMPLATE_DEPTH = 64,            /* of nesting, aliases followed, a short tag being a level; ours */
    TEMPLATE_NODES = 20000,         /* scalars (keys too), sequences and mappings, aliases expanded; ours */
    TEMPLATE_ANCHORS = 1000,        /* ours */
    TEMPLATE_EXPANDED =
        1024 * 1024, /* bytes of text, aliases expanded, and as many by Ref, Fn::Sub and Fn::Join; ours */
};

/* One of the pack's input parameters, or the value of a pseudo parameter such as AWS::Region. */
struct template_parameter {
    const char *name;
    const char *value;
};

struct template_source {
    const char *text; /* UTF-8, not NUL-terminated */
    size_t length;
    size_t limit; /* most bytes; 0: TEMPLATE_BODY_BYTES */
    const struct template_parameter *parameters;
    size_t parameter_count;
    /* AWS::AccountId and its like. One that the template uses and that is not here stands for its own name. */
    const struct template_parameter *pseudo_parameters;
    size_t pseudo_parameter_count;
};

/* An AWS::Config::ConfigRule that is in force. Members are NULL where the property is absent. */
struct template_rule {
    const char *name;              /* ConfigRuleName; never NULL, the logical id stands in */
    const char *source_owner;      /* Source.Owner: AWS, CUSTOM_LAMBDA, CUSTOM_POLICY */
    const char *source_identifier; /* Source.SourceIdentifier */
    /* InputParameters: a mapping as JSON text whose scalars are all strings; a text as it stands there, JSON or not */
    const char *input_parameters;
};

struct pack_template {
    const struct template_rule *rules; /* in the order of the text */
    size_t rule_count;
};

/* Reads a template. What it finds and says lives in `arena`. On false `*message` is the message for a
 * ConformancePackTemplateValidationException, or NULL when memory is out; template_messages.def has them all. */
bool template_read(struct arena *arena, const struct template_source *source, struct pack_template *template,
                   const char **message);

#endif
