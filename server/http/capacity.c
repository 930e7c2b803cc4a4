#include "server/http/capacity.h"

#include <sched.h>
#include <sys/resource.h>

enum { FILES_KEPT = 64 };

unsigned capacity_threads(void)
{
    cpu_set_t cores;
    const int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count > MOST_THREADS ? MOST_THREADS : (unsigned)count;
}

/* Some files are left for others: where accept() fails for want of one, the library tries again and again. */
unsigned capacity_connections(unsigned wanted)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return wanted / capacity_threads();
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    const rlim_t left = files.rlim_max > FILES_KEPT + FILES_KEPT ? files.rlim_max - FILES_KEPT : files.rlim_max / 2;
    const unsigned each = (left < wanted ? (unsigned)left : wanted) / capacity_threads();
    return each > 0 ? each : 1;
}
