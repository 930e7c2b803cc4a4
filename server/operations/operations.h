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
    bool unknown_pack_is_error; /* --unknown-pack */
};

/* One call. */
struct operation_call {
    const struct operation_settings *settings;
    struct scope scope;
    struct arena *arena; /* lives as long as the request */
    const cJSON *input;
    struct json_writer *output; /* inside the output's object */
};

/* False with `*error`; what was written to the output is thrown away then. */
typedef bool operation_fn(const struct operation_call *call, struct aws_error *error);

#define X(name, function) operation_fn function;
#include "server/operations/operations.def"
#undef X

/* The handler of that operation; NULL where it has none. */
operation_fn *operations_find(const char *name);

#endif
