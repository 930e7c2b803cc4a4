/*
 * The model's regular expressions, matched as the Java service behind the real endpoint matches them: the whole text,
 * \w, \d and \s of ASCII only.
 */
#ifndef SERVER_AWS_PATTERN_H
#define SERVER_AWS_PATTERN_H

#include "base/arena.h"

#include <stddef.h>

enum pattern_match {
    PATTERN_MATCHES,
    PATTERN_DIFFERS,
    PATTERN_FAILED, /* memory is out, or the pattern does not compile: test_validate.c holds that all do */
};

/* What one thread needs to match texts one after another: {.arena = …}, the rest is pattern_match's. It lives as long
 * as the arena. */
struct pattern_matcher {
    struct arena *arena;
    void *limits;
    void *match_data;
};

/* Whether model_patterns[index] matches all of `text` (UTF-8, NUL-terminated). A pattern is compiled when it is first
 * asked for, by whichever thread. A match gives up, as PATTERN_DIFFERS, after PATTERN_STEPS. */
enum pattern_match pattern_match(struct pattern_matcher *matcher, size_t index, const char *text);

enum { PATTERN_STEPS = 10 * 1000 * 1000 };

#endif
