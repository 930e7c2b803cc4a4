/* How much is served at a time, by what the machine gives. */
#ifndef SERVER_HTTP_CAPACITY_H
#define SERVER_HTTP_CAPACITY_H

enum { MOST_THREADS = 16, MOST_THREADS_UNASKED = 4 };

/* How many threads serve, where so many are asked for. Where none are (0), as many as there are cores that this process
 * may use, which in a container may be fewer than the machine has, up to MOST_THREADS_UNASKED. */
unsigned capacity_threads(unsigned asked);

/* How many connections each of the threads may have, of `wanted` in all; at the least 1. Raises the limit of open files
 * as far as it goes. */
unsigned capacity_connections(unsigned wanted, unsigned threads);

#endif
