/* What packs are asked for: to be created, updated, deleted. */
#include "base/arena.h"
#include "store/internal.h"

#include <stdio.h>
#include <string.h>

/* How many packs of a scope that are gone are kept (a clock that is set back finds them again, and a pack's id is made
 * from that of the one before it). */
enum { GONE = 100 };

/* A request on its way. */
struct request {
    const struct scope *scope;
    const char *name;
    const struct pack_put *put; /* NULL: it is a deletion */
    const struct progression *progression;
    int64_t quota;
    char *arn;
    struct arena arena;
    int64_t now;
};

static bool is_under_way(enum pack_state state)
{
    return state == PACK_CREATE_IN_PROGRESS || state == PACK_DELETE_IN_PROGRESS;
}

/* Writes the time line of a request: it begins now, and goes on as a script or the progression says. */
static enum store_rc begin(struct store *store, struct request *request, enum pack_request kind, int64_t pack,
                           int64_t first, const struct pack_standing *before)
{
    const struct transition success = {request_succeeds(kind), request->progression->trigger,
                                       request->progression->after, NULL};
    const struct pack_standing standing = movement_arrive(before, request_begins(kind), NULL, request->now);
    struct transition_plan plan = {
        .pack = pack,
        .first = first,
        .standing = &standing,
        .since = request->now,
        .origin = request->now,
        .steps = &success,
        .count = 1,
    };
    bool scripted = false;
    const struct transition *steps = NULL;
    size_t count = 0;
    const enum store_rc rc =
        script_take(store, request->scope, request->name, kind, &request->arena, &steps, &count, &scripted);
    if (rc != STORE_OK)
        return rc;
    if (scripted) {
        plan.steps = steps;
        plan.count = count;
    }
    return transition_write(store, &plan);
}

/* The same for a pack that stands: what was ahead of it is dropped, and its oldest history. */
static enum store_rc begin_again(struct store *store, struct request *request, enum pack_request kind,
                                 const struct standing_row *row)
{
    enum store_rc rc = transition_drop_from(store, row->pack, row->step + 1);
    if (rc == STORE_OK)
        rc = transition_drop_history(store, row->pack, row->step);
    return rc == STORE_OK ? begin(store, request, kind, row->pack, row->step + 1, &row->standing) : rc;
}

/* ---- put ---- */

/* Whether the scope has at least so many rows of packs, those included that are gone. */
static enum store_rc has_rows(struct store *store, const struct request *request, bool *has)
{
    struct query query = query_begin(store, SQL_HAS_ROWS);
    query_bind_text(&query, ":account", request->scope->account);
    query_bind_text(&query, ":region", request->scope->region);
    query_bind_integer(&query, ":rows", request->quota - 1);
    *has = query_next(&query);
    return query_end(&query);
}

static enum store_rc forget_gone(struct store *store, const struct request *request)
{
    struct query query = scoped_begin(store, SQL_FORGET_GONE, request->scope);
    query_bind_integer(&query, ":now", request->now);
    query_bind_integer(&query, ":kept", GONE);
    return query_run(&query);
}

/* Packs are counted one by one, and the past is tidied, only where there may be too many. */
static enum store_rc check_quota(struct store *store, const struct request *request)
{
    if (request->quota == 0)
        return STORE_TOO_MANY;
    bool may_be_full = false;
    const enum store_rc read = has_rows(store, request, &may_be_full);
    if (read != STORE_OK || !may_be_full)
        return read;
    if (forget_gone(store, request) != STORE_OK)
        return STORE_FAILED;
    struct query query = scoped_begin(store, SQL_COUNT_SCOPE, request->scope);
    query_bind_integer(&query, ":now", request->now);
    const bool full = query_next(&query) && query_integer(&query, 0) >= request->quota;
    const enum store_rc rc = query_end(&query);
    return rc == STORE_OK && full ? STORE_TOO_MANY : rc;
}

static enum store_rc create(struct store *store, struct request *request, int64_t *pack)
{
    const struct pack_standing none = {.requested_at = TIMESTAMP_NONE, .completed_at = TIMESTAMP_NONE};
    const struct pack_standing standing = movement_arrive(&none, request_begins(REQUEST_CREATE), NULL, request->now);
    const struct pack_put *put = request->put;
    enum store_rc rc = check_quota(store, request);
    if (rc == STORE_OK)
        rc = pack_insert(store, request->scope, &put->description, &standing, request->now, pack);
    if (rc == STORE_OK)
        rc = content_add_tags(store, *pack, &put->content);
    return rc == STORE_OK ? begin(store, request, REQUEST_CREATE, *pack, 0, &none) : rc;
}

static enum store_rc update(struct store *store, struct request *request, const struct standing_row *row)
{
    const struct pack_description *pack = &request->put->description;
    struct query query = query_begin(store, SQL_UPDATE_PACK);
    query_bind_integer(&query, ":pack", row->pack);
    query_bind_text(&query, ":delivery_s3_bucket", pack->delivery_s3_bucket);
    query_bind_text(&query, ":delivery_s3_key_prefix", pack->delivery_s3_key_prefix);
    query_bind_text(&query, ":ssm_document_name", pack->ssm_document_name);
    query_bind_text(&query, ":ssm_document_version", pack->ssm_document_version);
    const enum store_rc rc = query_run(&query);
    return rc == STORE_OK ? begin_again(store, request, REQUEST_UPDATE, row) : rc;
}

static enum store_rc put_pack(struct store *store, void *arg)
{
    struct request *request = arg;
    struct standing_row row = {0};
    enum store_rc rc = standing_find(store, request->scope, request->name, request->now, &row);
    if (rc == STORE_OK && is_under_way(row.standing.state))
        return STORE_IN_USE;
    if (rc == STORE_OK)
        rc = update(store, request, &row);
    else if (rc == STORE_NOT_FOUND)
        rc = create(store, request, &row.pack);
    if (rc == STORE_OK)
        rc = content_write(store, row.pack, &request->put->content);
    if (rc == STORE_OK)
        rc = pack_replace_parameters(store, row.pack, &request->put->description);
    return rc == STORE_OK ? pack_arn(store, request->scope, row.pack, request->arn) : rc;
}

static enum store_rc run(struct store *store, store_body_fn *body, struct request *request)
{
    store_lock(store); /* so that `now` is the transaction's */
    request->now = store_now(store);
    const enum store_rc rc = store_transaction(store, body, request);
    store_unlock(store);
    arena_free(&request->arena);
    return rc;
}

enum store_rc store_put_pack(struct store *store, const struct scope *scope, const struct pack_put *put,
                             const struct progression *progression, int64_t quota, char arn[ARN_SIZE])
{
    struct request request = {scope, put->description.name, put, progression, quota, .arn = arn};
    return run(store, put_pack, &request);
}

/* ---- delete ---- */

static enum store_rc delete_pack(struct store *store, void *arg)
{
    struct request *request = arg;
    struct standing_row row;
    const enum store_rc rc = standing_find(store, request->scope, request->name, request->now, &row);
    if (rc != STORE_OK)
        return rc;
    return is_under_way(row.standing.state) ? STORE_IN_USE : begin_again(store, request, REQUEST_DELETE, &row);
}

enum store_rc store_delete_pack(struct store *store, const struct scope *scope, const char *name,
                                const struct progression *progression)
{
    struct request request = {scope, name, .progression = progression};
    return run(store, delete_pack, &request);
}
