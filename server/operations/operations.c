#include "server/operations/operations.h"

#include "base/json_tree.h"

#include <stdarg.h>
#include <string.h>

static const struct {
    const char *name;
    operation_fn *function;
} operations[] = {
#define X(name, function) {#name, function},
#include "server/operations/operations.def"
#undef X
};

operation_fn *operations_find(const char *name)
{
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (strcmp(operations[i].name, name) == 0)
            return operations[i].function;
    }
    return NULL;
}

bool operation_failed(struct aws_error *error)
{
    aws_error_internal(error);
    return false;
}

bool operation_refuse(const struct operation_call *call, struct aws_error *error, enum aws_error_id id,
                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_vprintf(call->arena, format, arguments);
    va_end(arguments);
    return aws_error_refuse(error, id, message);
}

bool operation_no_such_pack(const struct operation_call *call, const char *name, struct aws_error *error)
{
    return operation_refuse(call, error, AWS_NO_SUCH_CONFORMANCE_PACK, "Conformance pack '%s' does not exist.", name);
}

bool operation_pack_in_use(const struct operation_call *call, const char *name, struct aws_error *error)
{
    return operation_refuse(call, error, AWS_RESOURCE_IN_USE,
                            "Conformance pack '%s' is being created, updated or deleted. Please retry after some time.",
                            name);
}

bool operation_read_token(const struct operation_call *call, const struct page_binding *binding, const char **position,
                          struct aws_error *error)
{
    char *found = NULL;
    const char *token = json_member_text(call->input, "NextToken");
    if (token == NULL)
        return true;
    switch (page_token_read(call->arena, &call->settings->page_key, binding, token, &found)) {
    case PAGE_TOKEN_OK:
        *position = found;
        return true;
    case PAGE_TOKEN_NO_MEMORY:
        return operation_failed(error);
    case PAGE_TOKEN_INVALID:
        break;
    }
    /* the text is moto's; what AWS says is not public */
    return aws_error_refuse(error, AWS_INVALID_NEXT_TOKEN, "The nextToken provided is invalid");
}

bool operation_write_token(const struct operation_call *call, const struct page_binding *binding, const char *position,
                           struct aws_error *error)
{
    const char *token = page_token_make(call->arena, &call->settings->page_key, binding, position);
    if (token == NULL)
        return operation_failed(error);
    json_member_string(call->output, "NextToken", token);
    return true;
}
