/*
 * NextTokens. A token holds the place where a page ended and a seal over it and all it was issued for: account,
 * region, operation and filter. So it needs no memory in the server, and none can be made or moved elsewhere.
 */
#ifndef SERVER_AWS_PAGE_TOKEN_H
#define SERVER_AWS_PAGE_TOKEN_H

#include "base/arena.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The secret that tokens are sealed with. */
struct page_key {
    uint8_t bytes[32];
};

/* The key of a world: the same seed, the same tokens. False when the library's hash fails. */
bool page_key_from_seed(uint64_t seed, struct page_key *key);

/* What a token is bound to. */
struct page_binding {
    struct scope scope;
    const char *operation;
    const char *const *filter; /* e.g. the names asked for, sorted */
    size_t filter_count;
};

/* A token for the page behind `position`. NULL when memory is out. */
char *page_token_make(struct arena *arena, const struct page_key *key, const struct page_binding *binding,
                      const char *position);

enum page_token_result { PAGE_TOKEN_OK, PAGE_TOKEN_INVALID, PAGE_TOKEN_NO_MEMORY };

/* The position in a token that page_token_make made for the same binding. */
enum page_token_result page_token_read(struct arena *arena, const struct page_key *key,
                                       const struct page_binding *binding, const char *token, char **position);

#endif
