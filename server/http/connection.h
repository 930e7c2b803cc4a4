/*
 * Clients' connections, from their acceptance until they are closed, and how long each may stand as it does: waiting
 * for a request, busy with one, asleep, or ended. All is called on the loop's thread.
 */
#ifndef SERVER_HTTP_CONNECTION_H
#define SERVER_HTTP_CONNECTION_H

#include "server/http/deadline.h"
#include "server/http/delay.h"
#include "server/http/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct MHD_Connection;

/* One thread's. */
struct connections {
    struct loop *loop;            /* of that thread; says when a client has said its last */
    int64_t now;                  /* ms, when this round of the loop began */
    bool has_room;                /* a connection was closed in this round */
    struct deadline_line waiting; /* connections whose next request was not seen to begin */
    struct deadline_line busy;    /* connections whose request or reply is on its way */
    struct deadline_line ended;   /* connections on which no more will come, and which wait for more */
};

struct connection {
    struct deadline deadline; /* first, so that it leads back here */
    struct connections *all;
    struct MHD_Connection *handle;
    int socket;
    bool ended;     /* the client has said its last */
    bool answering; /* and not waiting for more */
};

/* Times are ms: how long a connection may be silent, how long a request may take to come and its reply to be fetched.
 */
void connections_init(struct connections *connections, struct loop *loop, int64_t idle_timeout, int64_t request_timeout,
                      int64_t now);

/* Hangs up on who has been too slow: the library finds the connection closed, and tidies up. */
void connections_begin_round(struct connections *connections, int64_t now);

/* In how many ms the next round is to begin at the latest; INT64_MAX: not on their account. */
int64_t connections_wait(const struct connections *connections, int64_t now);

/* NULL when memory is out. */
struct connection *connection_open(struct connections *connections, struct MHD_Connection *handle);

/* One of them is closed, and freed; NULL where there was no memory for it. */
void connection_close(struct connections *connections, struct connection *connection);

/* The one that the library has for its own, NULL where there was no memory for it. */
struct connection *connection_of(struct MHD_Connection *handle);

/* A request begins; is all there; its reply is on its way; both are over. */
void connection_request_begins(struct connection *connection);
void connection_request_arrived(struct connection *connection);
void connection_reply_begins(struct connection *connection);
void connection_request_ends(struct connection *connection);

/* Nothing happens on it for so long; then, or at once when memory is out, the library asks again for the reply. */
void connection_sleep(struct connection *connection, struct delay_queue *delays, int64_t milliseconds);

/* What the loop calls when the client has said its last. */
void connection_note_end(void *who);

#endif
