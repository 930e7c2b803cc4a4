/*
 * A thread that waits for a descriptor and has what came there dealt with, over and over; and that is told when the
 * other side of a socket has said its last. It knows nothing of what is read there.
 */
#ifndef SERVER_HTTP_LOOP_H
#define SERVER_HTTP_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* How many milliseconds may pass before loop_run_fn is called again without an event; -1: any number. */
typedef int loop_patience_fn(void *arg);

/* Deals with what is there, and does not wait. */
typedef void loop_run_fn(void *arg);

/* `who` of loop_watch will send no more; what it sent may not have been read yet. */
typedef void loop_last_fn(void *who);

struct loop {
    int descriptor; /* readable when there is something to do */
    loop_patience_fn *patience;
    loop_run_fn *run;
    loop_last_fn *last;
    void *arg; /* of patience and run. All are called on the loop's thread */

    int epoll;
    int waker; /* readable when loop_wake was called */
    atomic_bool ending;
    pthread_t thread;
};

/* Starts the thread; the first five members are set. False when threads or descriptors are out. The loop stays where it
 * is until loop_stop. */
bool loop_start(struct loop *loop);

/* Has `last` called once, when the socket's other side is through; until the socket is closed. On the loop's thread. */
void loop_watch(struct loop *loop, int socket, void *who);

/* Has it run soon, whether there is an event or not. From any thread. */
void loop_wake(struct loop *loop);

/* Ends the thread, after the round that is under way. */
void loop_stop(struct loop *loop);

#endif
