#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    max_align_t bytes[];
};

enum { BLOCK_SIZE = 8192 - sizeof(struct arena_block), ALIGNMENT = sizeof(max_align_t) / 2 };

static size_t cap_of(const struct arena *arena)
{
    return arena->cap != 0 ? arena->cap : ARENA_DEFAULT_CAP;
}

static size_t block_size_for(size_t size)
{
#ifdef ARENA_PLAIN_MALLOC
    return size;
#else
    return size > BLOCK_SIZE ? size : BLOCK_SIZE;
#endif
}

static struct arena_block *add_block(struct arena *arena, size_t size)
{
    const size_t room = block_size_for(size);
    struct arena_block *block = malloc(sizeof *block + room);
    if (block == NULL)
        return NULL;
    block->used = 0;
    block->size = room;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > cap_of(arena) - arena->total)
        return NULL;
    const size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct arena_block *block = arena->blocks;
    if (block == NULL || rounded > block->size - block->used)
        block = add_block(arena, rounded);
    if (block == NULL)
        return NULL;
    void *piece = (char *)block->bytes + block->used;
    block->used += rounded;
    arena->total += size;
    return piece;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    void *piece = arena_alloc(arena, count * size);
    return piece != NULL ? memset(piece, 0, count * size) : NULL;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc(arena, length + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

/* What is left of the newest block. */
static size_t room_of(const struct arena *arena)
{
    return arena->blocks != NULL ? arena->blocks->size - arena->blocks->used : 0;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const size_t room = room_of(arena);
    char *tried = room > 0 ? (char *)arena->blocks->bytes + arena->blocks->used : NULL;
    const int length = vsnprintf(tried, room, format, arguments);
    char *text = length >= 0 ? arena_alloc(arena, (size_t)length + 1) : NULL;
    if (text != NULL && text != tried) /* it did not fit there */
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

static void free_blocks(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = arena->blocks;
    arena->total = 0;
#ifdef ARENA_PLAIN_MALLOC
    arena->blocks = NULL;
    free_blocks(kept);
#else
    if (kept == NULL)
        return;
    free_blocks(kept->next);
    kept->next = NULL;
    kept->used = 0;
    if (kept->size > BLOCK_SIZE) { /* an outsized block is not held on to */
        arena->blocks = NULL;
        free(kept);
    }
#endif
}

void arena_free(struct arena *arena)
{
    free_blocks(arena->blocks);
    arena->blocks = NULL;
    arena->total = 0;
}
