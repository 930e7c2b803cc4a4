/*
 * The names AWS gives: ids, ARNs, UUIDs. Pure: the same in, the same out. Their forms are as seen and documented:
 * conformance-pack-uday4bbox, arn:aws:config:…:conformance-pack/NAME/ID, and a stack ARN that ends in a version-1 UUID.
 */
#ifndef STORE_IDENTITY_H
#define STORE_IDENTITY_H

#include "store/store.h"

enum {
    IDENTITY_ID = sizeof "conformance-pack-123456789",
};

/* A ConformancePackId. `before` is that of the pack that bore the name before this one, or "": so no two packs that
 * bear a name one after the other share an id. */
void identity_pack_id(uint64_t seed, const struct scope *scope, const char *name, const char *before,
                      char id[IDENTITY_ID]);

/* What the ARNs of a scope's packs have in common: begun once for all rows of an answer. */
enum { ARNS_BEGINNING = 128 };
struct arns {
    char pack[ARNS_BEGINNING]; /* arn:PARTITION:config:REGION:ACCOUNT:conformance-pack/ */
    size_t pack_length;
    char stack[ARNS_BEGINNING]; /* arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/awsconfigconforms- */
    size_t stack_length;
    uint64_t account; /* digested */
};
struct arns identity_arns(const struct scope *scope);

/* Writes the ARN and returns `text`. What does not fit is cut. */
const char *identity_pack_arn(const struct arns *arns, const char *name, const char *id, char text[ARN_SIZE]);

/* The ARN of the CloudFormation stack behind a pack that was created at that instant. */
const char *identity_stack_arn(const struct arns *arns, const char *name, const char *id, int64_t created_at,
                               char text[ARN_SIZE]);

/* "aws", "aws-cn" for cn-*, "aws-us-gov" for us-gov-* (inferred from the regions' names). */
const char *identity_partition(const char *region);

#endif
