/*
 * An arena: memory that is taken piece by piece and given back all at once, at the end of a request or of a
 * fixture's element. Built with -DARENA_PLAIN_MALLOC every piece is a malloc of its own, so that valgrind and the
 * sanitizers see each overrun.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t total;               /* bytes taken since the last reset, against `cap` */
    size_t cap;                 /* most bytes between two resets; 0: ARENA_DEFAULT_CAP */
};

enum { ARENA_DEFAULT_CAP = 64 * 1024 * 1024 };

/* Memory for `size` bytes, aligned for any type, not cleared; it lives until reset or free.
 * NULL when memory is out or the cap is reached. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc, cleared, for `count` objects of `size` bytes. NULL also when the product overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size);

/* A copy of the `length` bytes at `text` with a NUL behind them. NULL as arena_alloc. */
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_strdup(struct arena *arena, const char *text);

/* printf into the arena. NULL as arena_alloc. */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* Gives everything back but keeps one block for the next round. */
void arena_reset(struct arena *arena);

/* Gives everything back. The arena is empty and may be used again. */
void arena_free(struct arena *arena);

#endif
