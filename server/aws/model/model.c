#include "server/aws/model/model.h"

#include <stdlib.h>
#include <string.h>

static int compare_name(const void *name, const void *operation)
{
    return strcmp(name, ((const struct operation *)operation)->name);
}

const struct operation *model_find_operation(const char *name)
{
    return bsearch(name, model_operations, model_operation_count, sizeof model_operations[0], compare_name);
}

bool operation_declares(const struct operation *operation, const char *error)
{
    for (size_t i = 0; i < operation->error_count; i++) {
        if (strcmp(operation->errors[i], error) == 0)
            return true;
    }
    return false;
}
