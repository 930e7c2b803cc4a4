/*
 * SQLite with the checks that nobody must forget: statements by name, binds by name (a misspelt one stops the
 * program), errors reported once, statements reset always.
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "store/store.h"

#include <sqlite3.h>

enum statement {
#define X(name, sql) SQL_##name,
#include "store/statements.def"
#undef X
    STATEMENTS
};

/* A statement under way. */
struct query {
    struct store *store;
    sqlite3_stmt *statement; /* NULL: it could not be prepared */
    enum store_rc rc;
};

/* Begins a statement. Failures are kept: query_next then says false and query_end STORE_FAILED. Within a transaction
 * that SQLite has rolled back by itself every statement fails. */
struct query query_begin(struct store *store, enum statement statement);

/* `name` with its colon. NULL binds SQL's NULL. Text must live until query_end. */
void query_bind_text(struct query *query, const char *name, const char *text);
void query_bind_integer(struct query *query, const char *name, int64_t value);
void query_bind_real(struct query *query, const char *name, double value);
/* TIMESTAMP_NONE binds NULL. */
void query_bind_instant(struct query *query, const char *name, int64_t instant);

/* A count where 0 stands for "without end", which is NULL in the tables. */
void query_bind_count(struct query *query, const char *name, int64_t count);

/* Steps to the next row. False at the end, or when it failed. */
bool query_next(struct query *query);

/* NULL for NULL; "" when memory is out, and query_end tells. */
const char *query_text(const struct query *query, int column);
int64_t query_integer(const struct query *query, int column); /* 0 for NULL */
int64_t query_instant(const struct query *query, int column); /* TIMESTAMP_NONE for NULL */
double query_real(const struct query *query, int column);
bool query_is_null(const struct query *query, int column);

/* Ends the statement: STORE_OK, or STORE_FAILED when anything of it failed. */
enum store_rc query_end(struct query *query);

/* Steps a statement that gives no rows, and ends it. */
enum store_rc query_run(struct query *query);

/* Prepares a statement before its first use, for those that must not fail then. */
enum store_rc query_prepare(struct store *store, enum statement statement);

/* Finalizes what was prepared. */
void query_finalize_all(struct store *store);

#endif
