/*
 * A request and its reply, with the memory they stand in. Each thread keeps some that are over for the requests to
 * come, so that an idle connection holds none and a busy one asks the C library for nothing.
 */
#ifndef SERVER_HTTP_EXCHANGE_H
#define SERVER_HTTP_EXCHANGE_H

#include "server/request.h"

#include <stdatomic.h>

/* How many bytes the bodies of all requests and replies may take together. */
struct body_budget {
    atomic_size_t used;
    size_t most;
};

struct exchange {
    struct request request;
    struct reply reply;
    struct arena arena;
    struct buffer body; /* of the request; its cap is the longest that is taken */
    size_t counted;     /* bytes of the budget that this exchange has */
    bool no_room;       /* the budget did not allow for the body */

    bool seen;    /* the headers were handled */
    bool handled; /* the reply is known */
    struct connection *connection;
    struct exchange *next; /* among those that are over */
};

/* One thread's. Begins zeroed, but for the budget. */
struct exchange_store {
    struct body_budget *budget;
    struct exchange *spare;
    size_t spare_count;
};

/* One to begin with. NULL when memory is out. */
struct exchange *exchange_take(struct exchange_store *store);

/* Keeps what fits of a piece of the body; says in the request and in no_room what did not, and forgets all of it. */
void exchange_append(struct exchange_store *store, struct exchange *exchange, const char *bytes, size_t length);

/* The handler is through: the body is given up, and the reply counts instead, whatever its size. */
void exchange_answered(struct exchange_store *store, struct exchange *exchange);

void exchange_give_back(struct exchange_store *store, struct exchange *exchange);

/* Frees those that are over. */
void exchange_store_free(struct exchange_store *store);

/* Logs that memory was out for something of the exchange. */
void exchange_log_no_memory(const struct exchange *exchange, const char *what);

#endif
