/*
 * NextTokens. The input's lines: a position, a token, then what tokens are bound to: account, region, operation,
 * filter. A token gives back the position that was put in, for what it was issued for and nothing else; none is forged.
 */
#include "server/aws/page_token.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/request_text.h"

#include <string.h>

enum { MOST_NAMES = 25 };

static struct page_key key;
static struct page_key other_key;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    REQUIRE(page_key_from_seed(1, &key) && page_key_from_seed(2, &other_key));
    return 0;
}

static enum page_token_result read_token(struct arena *arena, const struct page_key *with,
                                         const struct page_binding *binding, const char *token, char **position)
{
    const enum page_token_result result = page_token_read(arena, with, binding, token, position);
    REQUIRE(result != PAGE_TOKEN_NO_MEMORY);
    return result;
}

/* For anything but what it was issued for. */
static void require_bound(struct arena *arena, const struct page_binding *binding, const char *token)
{
    char *position = NULL;
    struct page_binding other = *binding;
    REQUIRE(read_token(arena, &other_key, binding, token, &position) == PAGE_TOKEN_INVALID);
    other.operation = arena_printf(arena, "%sx", binding->operation);
    REQUIRE(read_token(arena, &key, &other, token, &position) == PAGE_TOKEN_INVALID);
    other = *binding;
    other.scope.region = arena_printf(arena, "%sx", binding->scope.region);
    REQUIRE(read_token(arena, &key, &other, token, &position) == PAGE_TOKEN_INVALID);
    other = *binding;
    other.scope = (struct scope){binding->scope.region, binding->scope.account};
    REQUIRE(strcmp(binding->scope.region, binding->scope.account) == 0 ||
            read_token(arena, &key, &other, token, &position) == PAGE_TOKEN_INVALID);
    other = *binding;
    if (other.filter_count-- > 0)
        REQUIRE(read_token(arena, &key, &other, token, &position) == PAGE_TOKEN_INVALID);
}

static void require_issued(struct arena *arena, const struct page_binding *binding, const char *position)
{
    char *read = NULL;
    char *token = page_token_make(arena, &key, binding, position);
    REQUIRE(token != NULL);
    REQUIRE_OR_SAY(read_token(arena, &key, binding, token, &read) == PAGE_TOKEN_OK, "%s\n", token);
    REQUIRE_OR_SAY(strcmp(read, position) == 0, "%s: %s\n", token, read);
    require_bound(arena, binding, token);
    token[strlen(position) % strlen(token)] ^= 2;
    REQUIRE_OR_SAY(read_token(arena, &key, binding, token, &read) == PAGE_TOKEN_INVALID, "%s\n", token);
}

/* What reads as a token must be the one that was issued. */
static void require_not_forged(struct arena *arena, const struct page_binding *binding, const char *token)
{
    char *position = NULL;
    if (read_token(arena, &key, binding, token, &position) == PAGE_TOKEN_OK)
        REQUIRE_OR_SAY(strcmp(page_token_make(arena, &key, binding, position), token) == 0, "%s\n", token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct request_text text = {(const char *)data, size};
    struct arena arena = {0};
    const char *names[MOST_NAMES];
    const char *position = request_text_line(&text, &arena);
    const char *token = request_text_line(&text, &arena);
    struct page_binding binding = {.filter = names};
    binding.scope.account = request_text_line(&text, &arena);
    binding.scope.region = request_text_line(&text, &arena);
    binding.operation = request_text_line(&text, &arena);
    while (text.length > 0 && binding.filter_count < MOST_NAMES)
        names[binding.filter_count++] = request_text_line(&text, &arena);
    if (*position != '\0') /* no page ends there */
        require_issued(&arena, &binding, position);
    require_not_forged(&arena, &binding, token);
    arena_free(&arena);
    return 0;
}
