#include "server/aws/error.h"

#include <stddef.h>

static const struct {
    const char *name;
    int status;
    const char *message_key;
} errors[] = {
#define X(id, name, status, key) [AWS_##id] = {name, status, key},
#include "server/aws/errors.def"
#undef X
};

void aws_error_set(struct aws_error *error, enum aws_error_id id, const char *message)
{
    *error = (struct aws_error){
        .name = errors[id].name,
        .status = errors[id].status,
        .message_key = errors[id].message_key,
        .message = message,
    };
}

void aws_error_internal(struct aws_error *error)
{
    aws_error_set(error, AWS_INTERNAL_FAILURE, NULL);
}

const char *aws_error_name(enum aws_error_id id)
{
    return errors[id].name;
}
