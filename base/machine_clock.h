/* The machine's own clocks, asked here and nowhere else: for what is about real time (signatures, logs, durations). The
 * world's clock is the store's. */
#ifndef BASE_MACHINE_CLOCK_H
#define BASE_MACHINE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since 1970. */
int64_t machine_now(void);

/* Microseconds of a clock that only runs forward, for durations. */
int64_t machine_ticks(void);

/* The instant of that clock in so many milliseconds, for waits (CLOCK_MONOTONIC). */
struct timespec machine_deadline(int64_t milliseconds);

#endif
