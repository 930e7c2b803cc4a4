/* What every fuzz target shares. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's entry points. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What must hold for whatever comes in, and what to say, as to printf, where it does not. libFuzzer keeps the input. */
#define REQUIRE(condition) REQUIRE_OR_SAY(condition, "%s\n", "")
#define REQUIRE_OR_SAY(condition, ...)                                                                                 \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                    \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
