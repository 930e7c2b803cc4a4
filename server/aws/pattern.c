#include "server/aws/pattern.h"

#include "server/aws/model/model.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { HEAP_KIBIBYTES = 16 * 1024 }; /* what one match may take where it is interpreted */

/* Compiled patterns, by index, for as long as the program runs: each is set once and never changed. */
static _Atomic(pcre2_code *) compiled[MODEL_PATTERN_CAP];

/* Java takes a hyphen behind a class escape, as in [\d-_], for itself; PCRE2 refuses to guess, so it gets \-. */
static char *hyphens_escaped(const char *java)
{
    char *pattern = malloc(2 * strlen(java) + 1);
    if (pattern == NULL)
        return NULL;
    char *out = pattern;
    bool in_class = false;
    while (*java != '\0') {
        const char byte = *java++;
        *out++ = byte;
        in_class = byte == '[' || (in_class && byte != ']');
        if (byte != '\\' || *java == '\0')
            continue;
        const char escaped = *java++;
        *out++ = escaped;
        if (in_class && strchr("dDwWsS", escaped) != NULL && *java == '-')
            *out++ = '\\';
    }
    *out = '\0';
    return pattern;
}

static pcre2_code *compile(const char *java)
{
    char *pattern = hyphens_escaped(java);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_code *code = NULL;
    if (pattern != NULL && context != NULL) {
        int error = 0;
        PCRE2_SIZE offset = 0;
        /* nearest to what Java's point leaves out: \n, \r, U+0085, U+2028, U+2029 */
        pcre2_set_newline(context, PCRE2_NEWLINE_ANY);
        code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                             &error, &offset, context);
    }
    if (code != NULL)
        (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* where it cannot be, matches are interpreted */
    pcre2_compile_context_free(context);
    free(pattern);
    return code;
}

/* NULL when it could not be compiled; the next request tries again. */
static const pcre2_code *compiled_pattern(size_t index)
{
    pcre2_code *code = atomic_load_explicit(&compiled[index], memory_order_acquire);
    if (code != NULL)
        return code;
    code = compile(model_patterns[index]);
    pcre2_code *first = NULL;
    if (code != NULL && !atomic_compare_exchange_strong(&compiled[index], &first, code)) {
        pcre2_code_free(code);
        code = first; /* of another thread, at the same moment */
    }
    return code;
}

static void *take_from_arena(PCRE2_SIZE size, void *arena)
{
    return arena_alloc(arena, size);
}

static void leave_to_arena(void *piece, void *arena)
{
    (void)piece;
    (void)arena;
}

static enum pattern_match meaning_of(int result)
{
    if (result >= 0)
        return PATTERN_MATCHES;
    return result == PCRE2_ERROR_NOMEMORY ? PATTERN_FAILED : PATTERN_DIFFERS;
}

static bool make_ready(struct pattern_matcher *matcher)
{
    if (matcher->match_data != NULL)
        return true;
    pcre2_general_context *memory = pcre2_general_context_create(take_from_arena, leave_to_arena, matcher->arena);
    pcre2_match_context *limits = memory != NULL ? pcre2_match_context_create(memory) : NULL;
    if (limits == NULL)
        return false;
    pcre2_set_match_limit(limits, PATTERN_STEPS);
    pcre2_set_heap_limit(limits, HEAP_KIBIBYTES);
    matcher->limits = limits;
    matcher->match_data = pcre2_match_data_create(1, memory);
    return matcher->match_data != NULL;
}

enum pattern_match pattern_match(struct pattern_matcher *matcher, size_t index, const char *text)
{
    const pcre2_code *code = compiled_pattern(index);
    if (code == NULL || !make_ready(matcher))
        return PATTERN_FAILED;
    const size_t length = strlen(text);
    int result = pcre2_match(code, (PCRE2_SPTR)text, length, 0, 0, matcher->match_data, matcher->limits);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT)
        result = pcre2_match(code, (PCRE2_SPTR)text, length, 0, PCRE2_NO_JIT, matcher->match_data, matcher->limits);
    return meaning_of(result);
}
