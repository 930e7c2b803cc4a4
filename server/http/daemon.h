/* The library's daemon, as it is set up for a thread of ours. */
#ifndef SERVER_HTTP_DAEMON_H
#define SERVER_HTTP_DAEMON_H

#include "server/http/lifecycle.h"

/* Accepts, and calls the lifecycle's functions with `service`, whenever it is run. NULL when it can't. */
struct MHD_Daemon *daemon_start(struct service *service);

/* Closes its connections, and leaves the listening socket open. */
void daemon_stop(struct MHD_Daemon *daemon);

#endif
