#include "store/sql.h"

#include "store/internal.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const statement_text[STATEMENTS] = {
#define X(name, sql) [SQL_##name] = (sql),
#include "store/statements.def"
#undef X
};

static const char *const statement_name[STATEMENTS] = {
#define X(name, sql) [SQL_##name] = #name,
#include "store/statements.def"
#undef X
};

static void fail(struct query *query, const char *what)
{
    query->rc = STORE_FAILED;
    store_report(query->store, what);
}

/* Failures that are grave, like memory or the disk being out, have SQLite roll back by itself. What followed in the
 * same transaction would then stand alone. */
static bool is_cut_short(const struct store *store)
{
    return store->in_transaction && sqlite3_get_autocommit(store->database) != 0;
}

static bool prepare(struct store *store, enum statement statement)
{
    return sqlite3_prepare_v3(store->database, statement_text[statement], -1, SQLITE_PREPARE_PERSISTENT,
                              &store->statements[statement], NULL) == SQLITE_OK;
}

enum store_rc query_prepare(struct store *store, enum statement statement)
{
    return prepare(store, statement) ? STORE_OK : STORE_FAILED;
}

struct query query_begin(struct store *store, enum statement statement)
{
    struct query query = {.store = store, .rc = STORE_OK};
    if (is_cut_short(store)) {
        query.rc = STORE_FAILED;
        return query;
    }
    if (store->statements[statement] == NULL && !prepare(store, statement))
        fail(&query, statement_name[statement]);
    query.statement = store->statements[statement];
    return query;
}

static int parameter(const struct query *query, const char *name)
{
    const int index = sqlite3_bind_parameter_index(query->statement, name);
    if (index == 0) { /* a mistake in this program, which the first test of the statement meets */
        fprintf(stderr, "no parameter %s in: %s\n", name, sqlite3_sql(query->statement));
        abort();
    }
    return index;
}

static void check_bind(struct query *query, int rc)
{
    if (rc != SQLITE_OK)
        fail(query, "bind");
}

void query_bind_text(struct query *query, const char *name, const char *text)
{
    if (query->rc == STORE_OK)
        check_bind(query, sqlite3_bind_text(query->statement, parameter(query, name), text, -1, SQLITE_STATIC));
}

void query_bind_integer(struct query *query, const char *name, int64_t value)
{
    if (query->rc == STORE_OK)
        check_bind(query, sqlite3_bind_int64(query->statement, parameter(query, name), value));
}

void query_bind_real(struct query *query, const char *name, double value)
{
    if (query->rc == STORE_OK)
        check_bind(query, sqlite3_bind_double(query->statement, parameter(query, name), value));
}

static void bind_unless(struct query *query, const char *name, int64_t value, int64_t null)
{
    if (value != null)
        query_bind_integer(query, name, value);
    else if (query->rc == STORE_OK)
        check_bind(query, sqlite3_bind_null(query->statement, parameter(query, name)));
}

void query_bind_instant(struct query *query, const char *name, int64_t instant)
{
    bind_unless(query, name, instant, TIMESTAMP_NONE);
}

void query_bind_count(struct query *query, const char *name, int64_t count)
{
    bind_unless(query, name, count, 0);
}

bool query_next(struct query *query)
{
    if (query->rc != STORE_OK)
        return false;
    const int rc = sqlite3_step(query->statement);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        fail(query, "step");
    return rc == SQLITE_ROW;
}

/* Text that SQLite has no memory for looks like NULL. The statement remembers it: its next step fails, or its reset. */
const char *query_text(const struct query *query, int column)
{
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    return text != NULL || sqlite3_errcode(query->store->database) != SQLITE_NOMEM ? text : "";
}

int64_t query_integer(const struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

double query_real(const struct query *query, int column)
{
    return sqlite3_column_double(query->statement, column);
}

bool query_is_null(const struct query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

int64_t query_instant(const struct query *query, int column)
{
    const int64_t instant = query_integer(query, column);
    return instant == 0 && query_is_null(query, column) ? TIMESTAMP_NONE : instant;
}

enum store_rc query_end(struct query *query)
{
    if (query->statement != NULL) {
        /* its result repeats what step said, or tells of a text there was no memory for */
        if (sqlite3_reset(query->statement) != SQLITE_OK && query->rc == STORE_OK)
            fail(query, "text");
        sqlite3_clear_bindings(query->statement);
    }
    return query->rc;
}

enum store_rc query_run(struct query *query)
{
    query_next(query);
    return query_end(query);
}

void query_finalize_all(struct store *store)
{
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
}
