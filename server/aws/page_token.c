#include "server/aws/page_token.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

enum { DIGEST = 32, SEAL = 16 };

bool page_key_from_seed(uint64_t seed, struct page_key *key)
{
    static const char purpose[] = "NextToken";
    return gnutls_hmac_fast(GNUTLS_MAC_SHA256, &seed, sizeof seed, purpose, sizeof purpose, key->bytes) == 0;
}

/* Text with its terminating NUL, so that no two lists of texts look the same. */
static char *append(char *end, const char *text)
{
    const size_t size = strlen(text) + 1;
    memcpy(end, text, size);
    return end + size;
}

/* HMAC over everything the token is for. False when memory is out. */
static bool seal(struct arena *arena, const struct page_key *key, const struct page_binding *binding,
                 const char *position, uint8_t result[DIGEST])
{
    size_t size = strlen(binding->scope.account) + strlen(binding->scope.region) + strlen(binding->operation) +
                  strlen(position) + 4;
    for (size_t i = 0; i < binding->filter_count; i++)
        size += strlen(binding->filter[i]) + 1;
    char *sealed = arena_alloc(arena, size);
    if (sealed == NULL)
        return false;
    char *end = append(sealed, binding->scope.account);
    end = append(end, binding->scope.region);
    end = append(end, binding->operation);
    end = append(end, position);
    for (size_t i = 0; i < binding->filter_count; i++)
        end = append(end, binding->filter[i]);
    return gnutls_hmac_fast(GNUTLS_MAC_SHA256, key->bytes, sizeof key->bytes, sealed, size, result) == 0;
}

char *page_token_make(struct arena *arena, const struct page_key *key, const struct page_binding *binding,
                      const char *position)
{
    uint8_t digest[DIGEST];
    const size_t length = strlen(position);
    uint8_t *plain = arena_alloc(arena, SEAL + length);
    if (plain == NULL || !seal(arena, key, binding, position, digest))
        return NULL;
    memcpy(plain, digest, SEAL);
    memcpy(plain + SEAL, position, length);

    gnutls_datum_t encoded = {NULL, 0};
    if (gnutls_base64_encode2(&(gnutls_datum_t){plain, (unsigned)(SEAL + length)}, &encoded) != 0)
        return NULL;
    char *token = arena_strndup(arena, (const char *)encoded.data, encoded.size);
    gnutls_free(encoded.data);
    return token;
}

/* The token that `position` would have had must be the one that came, to the letter. */
static enum page_token_result check(struct arena *arena, const struct page_key *key, const struct page_binding *binding,
                                    const char *token, const char *position)
{
    const char *made = page_token_make(arena, key, binding, position);
    if (made == NULL)
        return PAGE_TOKEN_NO_MEMORY;
    const size_t length = strlen(made);
    return length == strlen(token) && gnutls_memcmp(made, token, length) == 0 ? PAGE_TOKEN_OK : PAGE_TOKEN_INVALID;
}

enum page_token_result page_token_read(struct arena *arena, const struct page_key *key,
                                       const struct page_binding *binding, const char *token, char **position)
{
    gnutls_datum_t plain = {NULL, 0};
    const gnutls_datum_t encoded = {(unsigned char *)token, (unsigned)strlen(token)};
    if (gnutls_base64_decode2(&encoded, &plain) != 0)
        return PAGE_TOKEN_INVALID;
    enum page_token_result result = PAGE_TOKEN_INVALID;
    if (plain.size > SEAL) {
        *position = arena_strndup(arena, (const char *)plain.data + SEAL, plain.size - SEAL);
        result = *position != NULL ? check(arena, key, binding, token, *position) : PAGE_TOKEN_NO_MEMORY;
    }
    gnutls_free(plain.data);
    return result;
}
