/* Replies on their way to the library, and what may become of them. */
#ifndef SERVER_HTTP_REPLY_H
#define SERVER_HTTP_REPLY_H

#include "server/http/exchange.h"

#include <microhttpd.h>

/* Hands the exchange's reply over, or does what its fate is instead; where it is the last on the connection, it says
 * so. The exchange lives until the reply is sent. MHD_NO, which is the library's to have: the connection is to be
 * closed, by that fate, or as memory is out even for that. */
enum MHD_Result reply_send(struct exchange *exchange, struct MHD_Connection *handle, bool last);

/* Says no in the transport's own name, and closes: what follows may be anything. `why` is a line that lives for ever.
 * MHD_NO as reply_send. */
enum MHD_Result reply_refuse(struct MHD_Connection *handle, unsigned status, const char *why);

#endif
