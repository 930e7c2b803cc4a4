/* A thread with connections of its own. The workers share the listening socket: who comes first takes the next. */
#ifndef SERVER_HTTP_WORKER_H
#define SERVER_HTTP_WORKER_H

#include "server/http/lifecycle.h"
#include "server/http/loop.h"

/* Begins zeroed. */
struct worker {
    struct service service;
    struct MHD_Daemon *daemon;
    struct loop loop;
    bool quiesced; /* takes no more connections */
};

/* Starts the thread. False when it can't: then there is nothing to stop. The worker stays where it is until
 * worker_stop. */
bool worker_start(struct worker *worker, struct shared *shared);

/* Has it look at once whether the server is closing. From any thread. */
void worker_wake(struct worker *worker);

/* Ends the thread, and closes the connections. */
void worker_stop(struct worker *worker);

#endif
