/* What the operations on tags share. */
#ifndef SERVER_OPERATIONS_TAGS_H
#define SERVER_OPERATIONS_TAGS_H

#include "server/operations/operations.h"

/* Reads the input's Tags; `*tags` is NULL only when memory is out. */
size_t tags_read(const struct operation_call *call, const struct tag **tags);

/* ResourceNotFoundException for what has no tags here: anything but a standing pack. Always false. */
bool tags_no_such_resource(const struct operation_call *call, struct aws_error *error);

#endif
