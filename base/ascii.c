#include "base/ascii.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* GCC and clang make vector instructions of these wherever there are any. */
typedef unsigned char lanes __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

enum { LANES = sizeof(lanes) };

static inline bool any(lanes found)
{
    const halves both = (halves)found;
    return (both[0] | both[1]) != 0;
}

/* What is left of a text of less than sixteen bytes, beside bytes that end no run. */
static inline lanes rest(const char *text, size_t length)
{
    char padded[LANES] = "................";
    lanes bytes;
    memcpy(padded, text, length);
    memcpy(&bytes, padded, sizeof bytes);
    return bytes;
}

static inline lanes sixteen(const char *text)
{
    lanes bytes;
    memcpy(&bytes, text, sizeof bytes);
    return bytes;
}

/* Makes a function of a condition ENDS(b) on a byte, or sixteen of them, that is true of those that end the run. */
#define RUN(name, ENDS)                                                                                                \
    static inline bool name##_holds(lanes bytes)                                                                       \
    {                                                                                                                  \
        return !any((lanes)ENDS(bytes));                                                                               \
    }                                                                                                                  \
                                                                                                                       \
    size_t name(const char *text, size_t length)                                                                       \
    {                                                                                                                  \
        size_t run = 0;                                                                                                \
        while (length - run >= LANES && name##_holds(sixteen(text + run)))                                             \
            run += LANES;                                                                                              \
        if (length - run < LANES && name##_holds(rest(text + run, length - run)))                                      \
            return length;                                                                                             \
        while (run < length && !ENDS((unsigned char)text[run]))                                                        \
            run++;                                                                                                     \
        return run;                                                                                                    \
    }

#define IS_CONTROL(b)       (((b) < ' ') | ((b) == 0x7f))
#define IS_NOT_PRINTABLE(b) (((b) < ' ') | ((b) > '~'))
#define WANTS_ESCAPE(b)     (IS_CONTROL(b) | ((b) == '"') | ((b) == '\\'))

RUN(ascii_control_free_run, IS_CONTROL)
RUN(ascii_printable_run, IS_NOT_PRINTABLE)
RUN(ascii_json_run, WANTS_ESCAPE)
