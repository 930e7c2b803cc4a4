/* Packs come and go. */
#include "store/internal.h"

#include <stdio.h>
#include <string.h>

struct addition {
    const struct scope *scope;
    const struct pack_description *pack;
    const struct pack_standing *standing;
    const struct transition *steps;
    size_t count;
    int64_t now;
};

/* Makes room under a name whose pack is gone, and tells the id that it had; STORE_EXISTS when it is not gone. */
static enum store_rc clear_name(struct store *store, const struct scope *scope, const char *name, char id[ID_SIZE])
{
    enum store_rc rc = store_find_pack(store, scope, name);
    if (rc != STORE_NOT_FOUND)
        return rc == STORE_OK ? STORE_EXISTS : rc;
    struct query query = query_begin(store, SQL_PACK_BY_NAME);
    query_bind_text(&query, ":account", scope->account);
    query_bind_text(&query, ":region", scope->region);
    query_bind_text(&query, ":name", name);
    int64_t pack = 0;
    if (query_next(&query)) {
        pack = query_integer(&query, 0);
        snprintf(id, ID_SIZE, "%s", query_text(&query, 1));
    }
    rc = query_end(&query);
    if (rc != STORE_OK)
        return rc;
    struct query removal = query_begin(store, SQL_REMOVE_PACK);
    query_bind_integer(&removal, ":pack", pack);
    return query_run(&removal);
}

/* NULL for text that would be made anyway: it need not be kept. */
static const char *unless_made(const char *given, const char *made)
{
    return given != NULL && strcmp(given, made) == 0 ? NULL : given;
}

/* Inserts the row and tells its number, or STORE_EXISTS. */
static enum store_rc insert_row(struct store *store, const struct scope *scope, const struct pack_description *pack,
                                const char *id, const struct pack_standing *standing, int64_t since, int64_t *number)
{
    char arn[ARN_SIZE];
    const struct arns arns = identity_arns(scope);
    identity_pack_arn(&arns, pack->name, id, arn);

    struct query query = query_begin(store, SQL_ADD_PACK);
    query_bind_text(&query, ":account", scope->account);
    query_bind_text(&query, ":region", scope->region);
    query_bind_text(&query, ":name", pack->name);
    query_bind_text(&query, ":id", id);
    query_bind_integer(&query, ":state", standing->state);
    query_bind_instant(&query, ":since", since);
    query_bind_instant(&query, ":requested_at", standing->requested_at);
    query_bind_instant(&query, ":completed_at", standing->completed_at);
    query_bind_text(&query, ":reason", standing->reason);
    query_bind_text(&query, ":arn", unless_made(pack->arn, arn));
    query_bind_text(&query, ":stack_arn", pack->stack_arn);
    query_bind_text(&query, ":created_by", pack->created_by);
    query_bind_text(&query, ":delivery_s3_bucket", pack->delivery_s3_bucket);
    query_bind_text(&query, ":delivery_s3_key_prefix", pack->delivery_s3_key_prefix);
    query_bind_text(&query, ":ssm_document_name", pack->ssm_document_name);
    query_bind_text(&query, ":ssm_document_version", pack->ssm_document_version);
    const bool is_new = query_next(&query);
    if (is_new)
        *number = query_integer(&query, 0);
    const enum store_rc rc = query_end(&query);
    return rc == STORE_OK && !is_new ? STORE_EXISTS : rc;
}

enum store_rc pack_insert(struct store *store, const struct scope *scope, const struct pack_description *pack,
                          const struct pack_standing *standing, int64_t since, int64_t *number)
{
    char made[IDENTITY_ID];
    identity_pack_id(store->world.seed, scope, pack->name, "", made);
    enum store_rc rc = insert_row(store, scope, pack, pack->id != NULL ? pack->id : made, standing, since, number);
    if (rc != STORE_EXISTS)
        return rc;
    char before[ID_SIZE];
    rc = clear_name(store, scope, pack->name, before);
    if (rc != STORE_OK)
        return rc;
    identity_pack_id(store->world.seed, scope, pack->name, before, made);
    return insert_row(store, scope, pack, pack->id != NULL ? pack->id : made, standing, since, number);
}

enum store_rc pack_arn(struct store *store, const struct scope *scope, int64_t number, char arn[ARN_SIZE])
{
    const struct arns arns = identity_arns(scope);
    struct query query = query_begin(store, SQL_PACK_ARN);
    query_bind_integer(&query, ":pack", number);
    const bool found = query_next(&query);
    if (found && !query_is_null(&query, 2))
        snprintf(arn, ARN_SIZE, "%s", query_text(&query, 2));
    else if (found)
        identity_pack_arn(&arns, query_text(&query, 0), query_text(&query, 1), arn);
    const enum store_rc rc = query_end(&query);
    return rc == STORE_OK && !found ? STORE_NOT_FOUND : rc;
}

static enum store_rc insert_parameters(struct store *store, int64_t number, const struct pack_description *pack)
{
    enum store_rc rc = STORE_OK;
    for (size_t i = 0; i < pack->parameter_count && rc == STORE_OK; i++) {
        struct query query = query_begin(store, SQL_ADD_INPUT_PARAMETER);
        query_bind_integer(&query, ":pack", number);
        query_bind_integer(&query, ":position", (int64_t)i);
        query_bind_text(&query, ":name", pack->parameters[i].name);
        query_bind_text(&query, ":value", pack->parameters[i].value);
        rc = query_run(&query);
    }
    return rc;
}

enum store_rc pack_replace_parameters(struct store *store, int64_t number, const struct pack_description *pack)
{
    struct query query = query_begin(store, SQL_CLEAR_INPUT_PARAMETERS);
    query_bind_integer(&query, ":pack", number);
    const enum store_rc rc = query_run(&query);
    return rc == STORE_OK ? insert_parameters(store, number, pack) : rc;
}

static enum store_rc add_pack(struct store *store, void *arg)
{
    const struct addition *addition = arg;
    int64_t number = 0;
    const bool creating = addition->standing->state == PACK_CREATE_IN_PROGRESS;
    const int64_t origin = creating ? addition->standing->requested_at : addition->now;
    /* it stands so already, be it asked for later than now by a clock that was set back */
    const int64_t since = origin < addition->now ? origin : addition->now;
    enum store_rc rc = pack_insert(store, addition->scope, addition->pack, addition->standing, since, &number);
    if (rc != STORE_OK)
        return rc;
    rc = transition_write(store, &(struct transition_plan){
                                     .pack = number,
                                     .first = 0,
                                     .standing = addition->standing,
                                     .since = since,
                                     .origin = origin,
                                     .steps = addition->steps,
                                     .count = addition->count,
                                 });
    return rc == STORE_OK ? insert_parameters(store, number, addition->pack) : rc;
}

enum store_rc store_add_pack(struct store *store, const struct scope *scope, const struct pack_description *pack,
                             const struct pack_standing *standing, const struct transition *steps, size_t count)
{
    store_lock(store);
    const int64_t now = store_now(store);
    struct pack_standing complete = *standing;
    if (complete.requested_at == TIMESTAMP_NONE)
        complete.requested_at = now;
    struct addition addition = {scope, pack, &complete, steps, count, now};
    const enum store_rc rc = store_transaction(store, add_pack, &addition);
    store_unlock(store);
    return rc;
}
