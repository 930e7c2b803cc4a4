/* The one way to change the store. */
#include "store/internal.h"

void store_lock(struct store *store)
{
    pthread_mutex_lock(&store->mutex);
}

void store_unlock(struct store *store)
{
    pthread_mutex_unlock(&store->mutex);
}

static enum store_rc run(struct store *store, enum statement statement)
{
    struct query query = query_begin(store, statement);
    return query_run(&query);
}

/* Some failures (a full disk, say) have SQLite roll back by itself; a second ROLLBACK would be an error of its own. */
static void undo(struct store *store)
{
    if (sqlite3_get_autocommit(store->database) == 0)
        run(store, SQL_ROLLBACK);
}

static enum store_rc outermost(struct store *store, store_body_fn *body, void *arg)
{
    enum store_rc rc = run(store, SQL_BEGIN);
    if (rc != STORE_OK)
        return rc;
    rc = body(store, arg);
    if (rc == STORE_OK)
        rc = run(store, SQL_COMMIT);
    if (rc != STORE_OK)
        undo(store);
    store_load_world(store);
    return rc;
}

enum store_rc store_transaction(struct store *store, store_body_fn *body, void *arg)
{
    store_lock(store);
    const bool inside = store->transaction_depth++ > 0;
    const enum store_rc rc = inside ? body(store, arg) : outermost(store, body, arg);
    store->transaction_depth--;
    store_unlock(store);
    return rc;
}
