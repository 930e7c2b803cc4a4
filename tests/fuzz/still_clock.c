/*
 * In the place of base/machine_clock.c: a clock that stands still, so that an input does the same today and tomorrow.
 * It stands where the corpora were recorded: their signatures are in time.
 */
#include "base/machine_clock.h"

enum { RECORDED_AT_S = 1795365960 }; /* 2026-11-22T16:46:00Z */

int64_t machine_now(void)
{
    return RECORDED_AT_S * 1000LL;
}

int64_t machine_ticks(void)
{
    return 0;
}

struct timespec machine_deadline(int64_t milliseconds)
{
    return (struct timespec){.tv_sec = (time_t)(milliseconds / 1000)};
}
