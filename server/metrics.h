/* Counters over the requests to the AWS endpoint, as OpenMetrics text (prometheus.io/docs/specs/om). */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "base/buffer.h"

#include <stdint.h>

struct metrics;

/* NULL when memory is out. */
struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics); /* NULL does nothing */

/* Counts a request. `operation` and `error` may be NULL. Operations and errors are as many as there are names, up to
 * METRICS_SERIES of their combinations; what comes beyond is counted as operation "other". From any thread. */
void metrics_count(struct metrics *metrics, const char *operation, int status, const char *error, int64_t duration_us);
enum { METRICS_SERIES = 512 };

/* Writes the counters and the histogram, without the closing # EOF. */
void metrics_write(struct metrics *metrics, struct buffer *out);

#endif
