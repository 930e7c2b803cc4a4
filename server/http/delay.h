/* Things to be done later: one thread that waits, for any number of them. */
#ifndef SERVER_HTTP_DELAY_H
#define SERVER_HTTP_DELAY_H

#include <stdbool.h>
#include <stdint.h>

struct delay_queue;

/* Called on the queue's thread when the time has come. */
typedef void delay_fn(void *arg);

/* NULL when memory or threads are out. */
struct delay_queue *delay_new(void);

/* Calls `run` in so many milliseconds, or at delay_free if that is earlier. False when memory is out or the queue is
 * being freed: then it will not be called. */
bool delay_call(struct delay_queue *queue, int64_t milliseconds, delay_fn *run, void *arg);

/* Calls what still waits at once, on this thread, and from then on takes nothing more. */
void delay_flush(struct delay_queue *queue);

/* Flushes and frees. NULL does nothing. */
void delay_free(struct delay_queue *queue);

#endif
