/* How many requests are in the server, so that stopping can wait for them. */
#ifndef SERVER_HTTP_IN_FLIGHT_H
#define SERVER_HTTP_IN_FLIGHT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct in_flight {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t requests;
    size_t arriving; /* of them, those that are not all there yet */
    bool stopping;
};

void in_flight_init(struct in_flight *in_flight);
void in_flight_destroy(struct in_flight *in_flight);

/* A request begins; is all there; has its answer, or never will. */
void in_flight_begin(struct in_flight *in_flight);
void in_flight_arrived(struct in_flight *in_flight);
void in_flight_end(struct in_flight *in_flight, bool had_arrived);

/* Whether in_flight_drain was called: connections are not to be kept. */
bool in_flight_stopping(struct in_flight *in_flight);

/* Waits until there are none: for those still arriving so long at the most, for answers so much longer. */
void in_flight_drain(struct in_flight *in_flight, int64_t arrive_ms, int64_t answer_ms);

#endif
