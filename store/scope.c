#include "store/scope.h"

#include <stddef.h>
#include <string.h>

const struct scope SCOPE_DEFAULT = {"123456789012", "us-east-1"};
const struct scope SCOPE_ALL = {NULL, NULL};

static bool is_made_of(const char *text, const char *alphabet, size_t least, size_t most)
{
    const size_t length = text != NULL ? strlen(text) : 0;
    return length >= least && length <= most && strspn(text, alphabet) == length;
}

bool scope_is_account(const char *text)
{
    return is_made_of(text, "0123456789", ACCOUNT_LENGTH, ACCOUNT_LENGTH);
}

bool scope_is_region(const char *text)
{
    return is_made_of(text, "abcdefghijklmnopqrstuvwxyz0123456789-", 1, REGION_LENGTH_MAX);
}

bool scope_is_all(const struct scope *within)
{
    return within->account == NULL && within->region == NULL;
}
