#include "server/http/exchange.h"

#include "server/log.h"

#include <stdlib.h>

enum { MOST_SPARE = 32, FIRST_BODY = 512, LARGEST_KEPT = 64 * 1024 };

static void uncount(struct exchange_store *store, struct exchange *exchange)
{
    if (exchange->counted > 0)
        atomic_fetch_sub_explicit(&store->budget->used, exchange->counted, memory_order_relaxed);
    exchange->counted = 0;
}

static void count(struct exchange_store *store, struct exchange *exchange, size_t bytes)
{
    atomic_fetch_add_explicit(&store->budget->used, bytes, memory_order_relaxed);
    exchange->counted += bytes;
}

/* Counts and makes room for the body to become `length` bytes, doubled as struct buffer does it. */
static void make_room(struct exchange_store *store, struct exchange *exchange, size_t length)
{
    struct buffer *body = &exchange->body;
    size_t room = exchange->counted > FIRST_BODY ? exchange->counted : FIRST_BODY;
    while (room < length)
        room *= 2;
    if (room > body->cap)
        room = body->cap;
    count(store, exchange, room - exchange->counted);
    exchange->no_room = atomic_load_explicit(&store->budget->used, memory_order_relaxed) > store->budget->most;
    exchange->request.body_lost = !exchange->no_room && buffer_reserve(body, room - body->length) == NULL;
}

static void drop_body(struct exchange_store *store, struct exchange *exchange)
{
    buffer_clear(&exchange->body);
    if (exchange->body.capacity > LARGEST_KEPT)
        buffer_free(&exchange->body);
    uncount(store, exchange);
}

void exchange_append(struct exchange_store *store, struct exchange *exchange, const char *bytes, size_t length)
{
    struct request *request = &exchange->request;
    struct buffer *body = &exchange->body;
    if (exchange->no_room || request->body_too_large || request->body_lost)
        return;
    request->body_too_large = length > body->cap - body->length;
    if (!request->body_too_large && body->length + length > exchange->counted)
        make_room(store, exchange, body->length + length);
    if (exchange->no_room || request->body_too_large || request->body_lost)
        drop_body(store, exchange);
    else
        buffer_append(body, bytes, length);
}

void exchange_answered(struct exchange_store *store, struct exchange *exchange)
{
    exchange->request.body = "";
    exchange->request.body_length = 0;
    drop_body(store, exchange);
    count(store, exchange, exchange->reply.body.capacity);
}

struct exchange *exchange_take(struct exchange_store *store)
{
    struct exchange *exchange = store->spare;
    if (exchange == NULL) {
        exchange = calloc(1, sizeof *exchange);
    } else {
        store->spare = exchange->next;
        store->spare_count--;
    }
    if (exchange != NULL)
        exchange->request.arena = &exchange->arena;
    return exchange;
}

static void free_exchange(struct exchange *exchange)
{
    buffer_free(&exchange->body);
    buffer_free(&exchange->reply.body);
    arena_free(&exchange->arena);
    free(exchange);
}

/* Empty, of no great size. */
static struct buffer emptied(struct buffer buffer)
{
    if (buffer.capacity > LARGEST_KEPT)
        buffer_free(&buffer);
    return (struct buffer){.data = buffer.data, .capacity = buffer.capacity};
}

void exchange_give_back(struct exchange_store *store, struct exchange *exchange)
{
    uncount(store, exchange);
    if (store->spare_count == MOST_SPARE) {
        free_exchange(exchange);
        return;
    }
    arena_reset(&exchange->arena);
    *exchange = (struct exchange){
        .arena = exchange->arena,
        .body = emptied(exchange->body),
        .reply.body = emptied(exchange->reply.body),
        .next = store->spare,
    };
    store->spare = exchange;
    store->spare_count++;
}

void exchange_store_free(struct exchange_store *store)
{
    while (store->spare != NULL) {
        struct exchange *exchange = store->spare;
        store->spare = exchange->next;
        free_exchange(exchange);
    }
}

void exchange_log_no_memory(const struct exchange *exchange, const char *what)
{
    log_line(LOG_ERROR, "no memory for %s: %s %s", what, exchange->request.method, exchange->request.path);
}
