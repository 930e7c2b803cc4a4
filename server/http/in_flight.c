#include "server/http/in_flight.h"

#include "base/machine_clock.h"

#include <time.h>

void in_flight_init(struct in_flight *in_flight)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    *in_flight = (struct in_flight){.requests = 0};
    pthread_mutex_init(&in_flight->mutex, NULL);
    pthread_cond_init(&in_flight->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void in_flight_destroy(struct in_flight *in_flight)
{
    pthread_cond_destroy(&in_flight->changed);
    pthread_mutex_destroy(&in_flight->mutex);
}

/* Changes the counts; either may be negative. */
static void count(struct in_flight *in_flight, int requests, int arriving)
{
    pthread_mutex_lock(&in_flight->mutex);
    in_flight->requests += (size_t)requests;
    in_flight->arriving += (size_t)arriving;
    if (in_flight->stopping)
        pthread_cond_broadcast(&in_flight->changed);
    pthread_mutex_unlock(&in_flight->mutex);
}

void in_flight_begin(struct in_flight *in_flight)
{
    count(in_flight, 1, 1);
}

void in_flight_arrived(struct in_flight *in_flight)
{
    count(in_flight, 0, -1);
}

void in_flight_end(struct in_flight *in_flight, bool had_arrived)
{
    count(in_flight, -1, had_arrived ? 0 : -1);
}

bool in_flight_stopping(struct in_flight *in_flight)
{
    pthread_mutex_lock(&in_flight->mutex);
    const bool stopping = in_flight->stopping;
    pthread_mutex_unlock(&in_flight->mutex);
    return stopping;
}

void in_flight_drain(struct in_flight *in_flight, int64_t arrive_ms, int64_t answer_ms)
{
    const struct timespec arrived = machine_deadline(arrive_ms);
    const struct timespec answered = machine_deadline(arrive_ms + answer_ms);
    bool in_time = true;
    pthread_mutex_lock(&in_flight->mutex);
    in_flight->stopping = true;
    while (in_time && in_flight->requests > 0)
        in_time = pthread_cond_timedwait(&in_flight->changed, &in_flight->mutex, &arrived) == 0;
    in_time = true;
    while (in_time && in_flight->requests > in_flight->arriving)
        in_time = pthread_cond_timedwait(&in_flight->changed, &in_flight->mutex, &answered) == 0;
    pthread_mutex_unlock(&in_flight->mutex);
}
