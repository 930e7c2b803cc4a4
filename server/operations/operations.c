#include "server/operations/operations.h"

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
