/* What the workers of one server share. */
#ifndef SERVER_HTTP_SHARED_H
#define SERVER_HTTP_SHARED_H

#include "server/http/delay.h"
#include "server/http/exchange.h"
#include "server/http/http.h"
#include "server/http/in_flight.h"

#include <stdatomic.h>

struct shared {
    struct http_config config;
    atomic_bool closing; /* no more connections are to be taken */
    struct body_budget budget;
    struct delay_queue *delays; /* replies that wait */
    struct in_flight in_flight;
};

#endif
