/* Who may use the control API from a browser. */
#ifndef SERVER_CONTROL_SAME_SITE_H
#define SERVER_CONTROL_SAME_SITE_H

#include "server/request.h"

#include <stdbool.h>

/* False for what a page of another site sent, by its Origin or Sec-Fetch-Site, and for a Host that a foreign name
 * server could have pointed here (DNS rebinding): none or two, or anything but an address, localhost, a name without a
 * dot (a service in a compose file) or the one we listen on. */
bool same_site_check(const struct request *request, const char *listens_on);

#endif
