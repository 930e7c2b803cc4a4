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

enum store_rc transaction_prepare(struct store *store)
{
    static const enum statement statements[] = {SQL_BEGIN, SQL_COMMIT, SQL_ROLLBACK};
    enum store_rc rc = STORE_OK;
    for (size_t i = 0; i < sizeof statements / sizeof statements[0] && rc == STORE_OK; i++)
        rc = query_prepare(store, statements[i]);
    return rc;
}

/* Some failures (a full disk, say) have SQLite roll back by itself; a second ROLLBACK would be an error of its own. */
static void undo(struct store *store, const struct known_world *before)
{
    store->in_transaction = false;
    if (sqlite3_get_autocommit(store->database) == 0)
        run(store, SQL_ROLLBACK);
    store->world = *before;
}

/* What is kept of the world is read before the commit: behind it nothing may fail. */
static enum store_rc outermost(struct store *store, store_body_fn *body, void *arg)
{
    const struct known_world before = store->world;
    enum store_rc rc = run(store, SQL_BEGIN);
    if (rc != STORE_OK)
        return rc;
    store->in_transaction = true;
    rc = body(store, arg);
    if (rc == STORE_OK)
        rc = store_load_world(store);
    if (rc == STORE_OK)
        rc = run(store, SQL_COMMIT);
    if (rc != STORE_OK)
        undo(store, &before);
    store->in_transaction = false;
    store->changes++;
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
