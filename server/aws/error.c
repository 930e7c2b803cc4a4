#include "server/aws/error.h"

#include <stddef.h>
#include <string.h>

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

bool aws_error_refuse(struct aws_error *error, enum aws_error_id id, const char *message)
{
    aws_error_set(error, message != NULL ? id : AWS_INTERNAL_FAILURE, message);
    return false;
}

void aws_error_set_named(struct aws_error *error, const char *name, int status, const char *message)
{
    *error = (struct aws_error){.name = name, .status = status, .message_key = "message", .message = message};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (strcmp(errors[i].name, name) == 0)
            error->message_key = errors[i].message_key;
    }
}

const char *aws_error_name(enum aws_error_id id)
{
    return errors[id].name;
}
