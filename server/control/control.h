/* The control API, under /_mock: JSON in and out, for the test that holds the world in its hands. */
#ifndef SERVER_CONTROL_H
#define SERVER_CONTROL_H

#include "server/journal.h"
#include "server/metrics.h"
#include "server/options.h"
#include "server/request.h"
#include "store/store.h"

/* What the paths of the control API begin with. */
#define CONTROL_PREFIX "/_mock"

struct control {
    struct store *store;
    const struct options *options;
    struct journal *journal;
    struct metrics *metrics;
    int64_t started; /* machine_ticks */
};

/* A world in the body may be large: 256 MiB. */
enum { CONTROL_BODY_CAP = 256 * 1024 * 1024 };

/* Answers one request, whose path begins with /_mock. */
void control_answer(const struct control *control, const struct request *request, struct reply *reply);

#endif
