#include "server/http/capacity.h"

#include <sched.h>
#include <sys/resource.h>

enum { FILES_KEPT = 64 };

unsigned capacity_threads(unsigned asked)
{
    cpu_set_t cores;
    if (asked > 0)
        return asked < MOST_THREADS ? asked : MOST_THREADS;
    const int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count < MOST_THREADS_UNASKED ? (unsigned)count : MOST_THREADS_UNASKED;
}

/* Some files are left for others: where accept() fails for want of one, the library tries again and again. */
unsigned capacity_connections(unsigned wanted, unsigned threads)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return wanted / threads;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    const rlim_t left = files.rlim_max > FILES_KEPT + FILES_KEPT ? files.rlim_max - FILES_KEPT : files.rlim_max / 2;
    const unsigned each = (left < wanted ? (unsigned)left : wanted) / threads;
    return each > 0 ? each : 1;
}
