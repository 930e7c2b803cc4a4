/* How much is served at a time, by what the machine gives. */
#ifndef SERVER_HTTP_CAPACITY_H
#define SERVER_HTTP_CAPACITY_H

enum { MOST_THREADS = 4 };

/* As many threads as cores that this process may use, which in a container may be fewer than the machine has; from 1 to
 * MOST_THREADS. */
unsigned capacity_threads(void);

/* How many connections each of the threads may have, of `wanted` in all; at the least 1. Raises the limit of open files
 * as far as it goes. */
unsigned capacity_connections(unsigned wanted);

#endif
