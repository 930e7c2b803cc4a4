/* Credentials, which name accounts. */
#include "store/internal.h"

static enum store_rc add_credential(struct store *store, void *arg)
{
    const struct credential *credential = arg;
    struct query query = query_begin(store, SQL_ADD_CREDENTIAL);
    query_bind_text(&query, ":access_key_id", credential->access_key_id);
    query_bind_text(&query, ":secret", credential->secret);
    query_bind_text(&query, ":session_token", credential->session_token);
    query_bind_text(&query, ":account", credential->account);
    const enum store_rc rc = query_run(&query);
    return rc == STORE_OK && sqlite3_changes(store->database) == 0 ? STORE_EXISTS : rc;
}

enum store_rc store_add_credential(struct store *store, const struct credential *credential)
{
    struct credential copy = *credential;
    return store_transaction(store, add_credential, &copy);
}

static struct credential credential_row(const struct query *query)
{
    return (struct credential){
        .access_key_id = query_text(query, 0),
        .secret = query_text(query, 1),
        .session_token = query_text(query, 2),
        .account = query_text(query, 3),
    };
}

enum store_rc store_credential(struct store *store, const char *access_key_id, credential_fn *each, void *arg)
{
    store_lock(store);
    if (!store->world.has_credentials) {
        store_unlock(store);
        return STORE_NOT_FOUND;
    }
    struct query query = query_begin(store, SQL_CREDENTIAL);
    query_bind_text(&query, ":access_key_id", access_key_id);
    const bool found = query_next(&query);
    if (found) {
        const struct credential credential = credential_row(&query);
        each(arg, &credential);
    }
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc == STORE_OK && !found ? STORE_NOT_FOUND : rc;
}

enum store_rc store_credentials(struct store *store, credential_fn *each, void *arg)
{
    store_lock(store);
    struct query query = query_begin(store, SQL_CREDENTIALS);
    while (query_next(&query)) {
        const struct credential credential = credential_row(&query);
        each(arg, &credential);
    }
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc;
}
