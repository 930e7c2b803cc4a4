/* The address of a world: each account and region is one of its own. */
#ifndef STORE_SCOPE_H
#define STORE_SCOPE_H

#include <stdbool.h>

/* Where a function asks for what is `within` a scope, NULL stands for any account or region. */
struct scope {
    const char *account; /* 12 digits */
    const char *region;  /* like us-east-1: it becomes part of ARNs */
};

enum { ACCOUNT_LENGTH = 12, REGION_LENGTH_MAX = 32 };

/* Where nobody says otherwise: 123456789012, us-east-1. */
extern const struct scope SCOPE_DEFAULT;

/* All worlds: neither account nor region is given. */
extern const struct scope SCOPE_ALL;

/* 12 digits. NULL is none. */
bool scope_is_account(const char *text);

/* 1 to 32 small letters, digits and hyphens. NULL is none. */
bool scope_is_region(const char *text);

/* Whether the scope stands for all worlds. */
bool scope_is_all(const struct scope *within);

#endif
