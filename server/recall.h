/*
 * Answers that are still true. A client that waits for a pack asks the same question again and again; the answer is the
 * same, byte by byte, as long as the store says so (struct store_lease): nothing was changed since, and the clock has
 * not come to an instant at which one of the packs moves. That is asked each time, so nothing here must ever be told of
 * a change. An answer that counts polls has no such lease and is never kept.
 */
#ifndef SERVER_RECALL_H
#define SERVER_RECALL_H

#include "base/buffer.h"
#include "store/store.h"

struct recall;

/* Room for RECALL_SLOTS answers of RECALL_BYTES together. A question takes the place of another one that fell on its
 * slot; where the bytes are used up all is forgotten, and it begins anew. NULL when memory is out. */
enum { RECALL_SLOTS = 4096, RECALL_BYTES = 4 * 1024 * 1024, RECALL_LARGEST = RECALL_BYTES / 16 };
struct recall *recall_new(void);
void recall_free(struct recall *recall); /* NULL does nothing */

/* Who asks what. */
struct question {
    const char *operation;
    struct scope scope;
    const char *input; /* as it came */
    size_t length;
};

/* Appends the answer that was kept for the question. False where there is none, or it holds no more. From any thread.
 */
bool recall_find(struct recall *recall, struct store *store, const struct question *question, struct buffer *answer);

/* Keeps an answer, in place of what was kept in its slot. Where there is no memory for it nothing is kept, nor where it
 * and its question are more than RECALL_LARGEST. */
void recall_keep(struct recall *recall, const struct question *question, const struct store_lease *lease,
                 const struct buffer *answer);

#endif
