/*
 * A thread that waits for a descriptor and has what came there dealt with, over and over. It knows nothing of what is
 * read there.
 */
#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* How many milliseconds may pass before loop_run_fn is called again without an event; -1: any number. */
typedef int loop_patience_fn(void *arg);

/* Deals with what is there, and does not wait. */
typedef void loop_run_fn(void *arg);

struct loop {
    int descriptor; /* readable when there is something to do */
    loop_patience_fn *patience;
    loop_run_fn *run;
    void *arg; /* of both, which are called on the loop's thread */

    int waker; /* readable when loop_wake was called */
    atomic_bool ending;
    pthread_t thread;
};

/* Starts the thread; the first four members are set. False when threads or descriptors are out. The loop stays where
 * it is until loop_stop. */
bool loop_start(struct loop *loop);

/* Has it run soon, whether there is an event or not. From any thread. */
void loop_wake(struct loop *loop);

/* Ends the thread, after the round that is under way. */
void loop_stop(struct loop *loop);

#endif
