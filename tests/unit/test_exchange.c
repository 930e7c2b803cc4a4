#include "server/http/exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CAP = 4000, LARGE = 1024 * 1024 };

static struct body_budget budget;
static struct exchange_store store;

static int set_up(void **state)
{
    (void)state;
    atomic_store(&budget.used, 0);
    budget.most = SIZE_MAX;
    store = (struct exchange_store){.budget = &budget};
    return 0;
}

/* Whatever was counted is given back with the last exchange. */
static int tear_down(void **state)
{
    (void)state;
    exchange_store_free(&store);
    return atomic_load(&budget.used) == 0 ? 0 : -1;
}

static struct exchange *take(size_t cap)
{
    struct exchange *exchange = exchange_take(&store);
    assert_non_null(exchange);
    exchange->body.cap = cap;
    return exchange;
}

static void append_many(struct exchange *exchange, size_t length)
{
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, 'x', length);
    exchange_append(&store, exchange, bytes, length);
    free(bytes);
}

static void assert_forgotten(const struct exchange *exchange)
{
    assert_int_equal(exchange->body.length, 0);
    assert_int_equal(exchange->counted, 0);
}

static void a_body_comes_piece_by_piece(void **state)
{
    struct exchange *exchange = take(CAP);
    (void)state;
    exchange_append(&store, exchange, "abc", 3);
    exchange_append(&store, exchange, "de", 2);
    assert_int_equal(exchange->body.length, 5);
    assert_memory_equal(exchange->body.data, "abcde", 5);
    append_many(exchange, CAP - 5);
    assert_int_equal(exchange->body.length, CAP);
    assert_false(exchange->request.body_too_large || exchange->request.body_lost || exchange->no_room);
    exchange_give_back(&store, exchange);
}

static void a_body_over_its_cap_is_forgotten_whole(void **state)
{
    struct exchange *exchange = take(CAP);
    (void)state;
    append_many(exchange, CAP);
    exchange_append(&store, exchange, "x", 1);
    assert_true(exchange->request.body_too_large);
    assert_forgotten(exchange);
    exchange_append(&store, exchange, "x", 1);
    assert_forgotten(exchange);
    exchange_give_back(&store, exchange);
}

static void a_body_is_lost_where_memory_is_out(void **state)
{
    struct exchange *exchange = take(CAP);
    (void)state;
    exchange->body.failed = true; /* as a buffer is then */
    exchange_append(&store, exchange, "x", 1);
    assert_true(exchange->request.body_lost);
    assert_false(exchange->request.body_too_large || exchange->no_room);
    assert_forgotten(exchange);
    exchange_give_back(&store, exchange);
}

static void all_bodies_share_one_budget(void **state)
{
    struct exchange *first = take(CAP);
    struct exchange *second = take(CAP);
    (void)state;
    budget.most = CAP;
    append_many(first, CAP);
    exchange_append(&store, second, "x", 1);
    assert_false(first->no_room);
    assert_true(second->no_room);
    assert_forgotten(second);
    exchange_give_back(&store, first);
    struct exchange *third = take(CAP);
    append_many(third, CAP);
    assert_false(third->no_room);
    exchange_append(&store, second, "x", 1); /* once refused, it stays so */
    assert_true(second->no_room);
    assert_forgotten(second);
    exchange_give_back(&store, second);
    exchange_give_back(&store, third);
}

static void the_reply_counts_in_the_bodys_place(void **state)
{
    struct exchange *exchange = take(CAP);
    (void)state;
    append_many(exchange, CAP);
    assert_int_equal(atomic_load(&budget.used), CAP);
    assert_non_null(buffer_reserve(&exchange->reply.body, LARGE));
    exchange_answered(&store, exchange);
    assert_int_equal(atomic_load(&budget.used), exchange->reply.body.capacity);
    assert_string_equal(exchange->request.body, "");
    assert_int_equal(exchange->request.body_length, 0);
    exchange_give_back(&store, exchange);
    assert_int_equal(atomic_load(&budget.used), 0);
}

static void what_is_over_is_used_again_and_tells_nothing(void **state)
{
    struct exchange *exchange = take(CAP);
    (void)state;
    exchange->request.method = "POST";
    exchange->seen = exchange->handled = exchange->request.body_too_large = true;
    reply_header(&exchange->reply, "Name", "value");
    exchange_append(&store, exchange, "abc", 3);
    buffer_append_text(&exchange->reply.body, "reply");
    assert_non_null(arena_strdup(exchange->request.arena, "text"));
    exchange_give_back(&store, exchange);
    assert_ptr_equal(take(CAP), exchange);
    assert_null(exchange->request.method);
    assert_false(exchange->seen || exchange->handled || exchange->request.body_too_large);
    assert_int_equal(exchange->reply.header_count, 0);
    assert_int_equal(exchange->reply.body.length, 0);
    assert_forgotten(exchange);
    assert_ptr_equal(exchange->request.arena, &exchange->arena);
    assert_int_equal(exchange->arena.total, 0);
    exchange_give_back(&store, exchange);
}

static void great_bodies_are_not_kept(void **state)
{
    struct exchange *exchange = take(LARGE);
    (void)state;
    append_many(exchange, LARGE);
    assert_non_null(buffer_reserve(&exchange->reply.body, LARGE));
    exchange_give_back(&store, exchange);
    assert_ptr_equal(take(CAP), exchange);
    assert_int_equal(exchange->body.capacity, 0);
    assert_int_equal(exchange->reply.body.capacity, 0);
    exchange_give_back(&store, exchange);
}

static void only_so_many_are_kept(void **state)
{
    enum { MANY = 200 };
    struct exchange *exchanges[MANY];
    (void)state;
    for (size_t i = 0; i < MANY; i++)
        exchanges[i] = take(CAP);
    for (size_t i = 0; i < MANY; i++)
        exchange_give_back(&store, exchanges[i]);
    assert_in_range(store.spare_count, 1, MANY - 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_body_comes_piece_by_piece),         TEST(a_body_over_its_cap_is_forgotten_whole),
        TEST(a_body_is_lost_where_memory_is_out),  TEST(all_bodies_share_one_budget),
        TEST(the_reply_counts_in_the_bodys_place), TEST(what_is_over_is_used_again_and_tells_nothing),
        TEST(great_bodies_are_not_kept),           TEST(only_so_many_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
