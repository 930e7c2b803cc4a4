/*
 * The operations that have code. A handler gets input that the service model has passed and writes the members of its
 * output, or fills in one error. It knows no transport.
 */
#ifndef SERVER_OPERATIONS_H
#define SERVER_OPERATIONS_H

#include "base/arena.h"
#include "base/json_writer.h"
#include "server/aws/error.h"
#include "server/aws/page_token.h"
#include "store/store.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* What holds for every call. */
struct operation_settings {
    struct store *store;
    struct page_key page_key;
    bool unknown_pack_is_error;     /* --unknown-pack */
    bool one_template_only;         /* as documented; AWS was seen to take a body and a URI together */
    struct progression progression; /* --progression */
    int64_t pack_quota;             /* --max-packs, an account and region */
};

/* One call. */
struct operation_call {
    const struct operation_settings *settings;
    struct scope scope;
    struct arena *arena; /* lives as long as the request */
    const cJSON *input;
    struct json_writer *output; /* inside the output's object */
    struct store_lease *lease;  /* zeroed; filled in where the same answer may be given again while it holds */
};

/* False with `*error`; what was written to the output is thrown away then. */
typedef bool operation_fn(const struct operation_call *call, struct aws_error *error);

#define X(name, function) operation_fn function;
#include "server/operations/operations.def"
#undef X

/* InternalFailure, for what the store could not do or memory ran out for. Always false. */
bool operation_failed(struct aws_error *error);

/* Fills in the error, with a message made by printf. Always false. */
bool operation_refuse(const struct operation_call *call, struct aws_error *error, enum aws_error_id id,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* NoSuchConformancePackException; ResourceInUseException while a request for the pack is under way. Always false. What
 * AWS says in words is not public. */
bool operation_no_such_pack(const struct operation_call *call, const char *name, struct aws_error *error);
bool operation_pack_in_use(const struct operation_call *call, const char *name, struct aws_error *error);

/* Reads the input's NextToken; *position is left as it is where there is none. False with InvalidNextTokenException or
 * InternalFailure. */
bool operation_read_token(const struct operation_call *call, const struct page_binding *binding, const char **position,
                          struct aws_error *error);

/* Writes a NextToken for what follows `position`. False with InternalFailure. */
bool operation_write_token(const struct operation_call *call, const struct page_binding *binding, const char *position,
                           struct aws_error *error);

/* The handler of that operation; NULL where it has none. */
operation_fn *operations_find(const char *name);

#endif
