/* Taking things out, all of them or those of an account or region. */
#include "store/internal.h"

static enum store_rc run_all(struct store *store, const enum statement *statements, size_t count,
                             const struct scope *within)
{
    enum store_rc rc = STORE_OK;
    for (size_t i = 0; i < count && rc == STORE_OK; i++) {
        struct query query = query_begin(store, statements[i]);
        if (within != NULL) {
            query_bind_text(&query, ":account", within->account);
            query_bind_text(&query, ":region", within->region);
        }
        rc = query_run(&query);
    }
    return rc;
}

static enum store_rc clear(struct store *store, void *arg)
{
    static const enum statement statements[] = {SQL_CLEAR_PACKS,     SQL_CLEAR_CREDENTIALS, SQL_CLEAR_SCRIPTS,
                                                SQL_CLEAR_TEMPLATES, SQL_CLEAR_RESPONSES,   SQL_CLEAR_FAULTS};
    (void)arg;
    const enum store_rc rc = run_all(store, statements, sizeof statements / sizeof statements[0], NULL);
    return rc == STORE_OK ? store_set_clock(store, &(struct store_clock){.now = TIMESTAMP_NONE}) : rc;
}

enum store_rc store_clear(struct store *store)
{
    return store_transaction(store, clear, NULL);
}

static enum store_rc clear_within(struct store *store, void *arg)
{
    static const enum statement statements[] = {SQL_CLEAR_PACKS_WITHIN, SQL_CLEAR_SCRIPTS_WITHIN,
                                                SQL_CLEAR_RESPONSES_WITHIN, SQL_CLEAR_FAULTS_WITHIN};
    return run_all(store, statements, sizeof statements / sizeof statements[0], arg);
}

enum store_rc store_clear_within(struct store *store, const struct scope *within)
{
    struct scope copy = *within;
    return store_transaction(store, clear_within, &copy);
}
