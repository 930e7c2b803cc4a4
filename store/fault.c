/* What is to go wrong on purpose. */
#include "base/mix.h"
#include "store/internal.h"

/* The columns of FAULT_COLUMNS */
enum {
    ID,
    OPERATION,
    ACCOUNT,
    REGION,
    ERROR,
    MESSAGE,
    STATUS,
    DELAY,
    JITTER,
    CONNECTION,
    PROBABILITY,
    SKIP,
    TIMES,
    IS_SPENT,
    SEEN,
    PLACE, /* among the faults that are set, from 0 */
};

struct addition {
    const struct fault *fault;
    int64_t *id;
};

static enum store_rc add_fault(struct store *store, void *arg)
{
    const struct addition *addition = arg;
    const struct fault *fault = addition->fault;
    struct query query = query_begin(store, SQL_ADD_FAULT);
    query_bind_text(&query, ":operation", fault->operation);
    query_bind_text(&query, ":account", fault->account);
    query_bind_text(&query, ":region", fault->region);
    query_bind_text(&query, ":error", fault->error);
    query_bind_text(&query, ":message", fault->message);
    query_bind_integer(&query, ":status", fault->status);
    query_bind_integer(&query, ":delay", fault->delay_ms);
    query_bind_integer(&query, ":jitter", fault->jitter_ms);
    query_bind_integer(&query, ":connection", fault->connection);
    query_bind_real(&query, ":probability", fault->probability);
    query_bind_integer(&query, ":skip", fault->skip);
    query_bind_count(&query, ":remaining", fault->times);
    const enum store_rc rc = query_run(&query);
    *addition->id = sqlite3_last_insert_rowid(store->database);
    return rc;
}

enum store_rc store_add_fault(struct store *store, const struct fault *fault, int64_t *id)
{
    struct addition addition = {fault, id};
    return store_transaction(store, add_fault, &addition);
}

static struct fault fault_row(const struct query *query)
{
    return (struct fault){
        .id = query_integer(query, ID),
        .operation = query_text(query, OPERATION),
        .account = query_text(query, ACCOUNT),
        .region = query_text(query, REGION),
        .error = query_text(query, ERROR),
        .message = query_text(query, MESSAGE),
        .status = (int)query_integer(query, STATUS),
        .delay_ms = query_integer(query, DELAY),
        .jitter_ms = query_integer(query, JITTER),
        .connection = (enum fault_connection)query_integer(query, CONNECTION),
        .probability = query_real(query, PROBABILITY),
        .skip = query_integer(query, SKIP),
        .times = query_integer(query, TIMES),
        .is_spent = query_integer(query, IS_SPENT) != 0,
    };
}

/* ---- meeting one ---- */

struct meeting {
    const struct scope *scope;
    const char *operation;
    fault_use_fn *use;
    void *arg;
};

/* A number from 0 to 1, its end excluded: the `seen`th draw of the fault in that place, for that purpose. */
static double draw(const struct store *store, const struct query *row, uint64_t purpose)
{
    const uint64_t place = (uint64_t)query_integer(row, PLACE);
    const uint64_t seen = (uint64_t)query_integer(row, SEEN);
    return (double)(mix_bits(mix_bits(mix_bits(store->world.seed) + place) + 2 * seen + purpose) >> 11) * 0x1p-53;
}

static enum store_rc count(struct store *store, int64_t fault, int64_t skip, bool hit)
{
    struct query query = query_begin(store, SQL_COUNT_FAULT);
    query_bind_integer(&query, ":fault", fault);
    query_bind_integer(&query, ":skip", skip);
    query_bind_integer(&query, ":hit", hit);
    return query_run(&query);
}

/* Whether the fault of a row that fits hits; it is counted either way. */
static enum store_rc try_fault(struct store *store, const struct query *row, struct fault *fault, bool *hit)
{
    *fault = fault_row(row);
    *hit = fault->skip == 0 && draw(store, row, 0) < fault->probability;
    fault->delay_ms += (int64_t)((double)fault->jitter_ms * draw(store, row, 1));
    fault->jitter_ms = 0;
    return count(store, fault->id, fault->skip > 0 ? fault->skip - 1 : 0, *hit);
}

static enum store_rc meet(struct store *store, void *arg)
{
    const struct meeting *meeting = arg;
    enum store_rc rc = STORE_OK;
    bool hit = false;
    struct query query = query_begin(store, SQL_FITTING_FAULTS);
    query_bind_text(&query, ":operation", meeting->operation);
    query_bind_text(&query, ":account", meeting->scope->account);
    query_bind_text(&query, ":region", meeting->scope->region);
    while (rc == STORE_OK && !hit && query_next(&query)) {
        struct fault fault;
        rc = try_fault(store, &query, &fault, &hit);
        if (rc == STORE_OK && hit && !meeting->use(meeting->arg, &fault))
            rc = STORE_FAILED;
    }
    const enum store_rc read = query_end(&query);
    return rc != STORE_OK ? rc : read;
}

enum store_rc store_meet_fault(struct store *store, const struct scope *scope, const char *operation, fault_use_fn *use,
                               void *arg)
{
    struct meeting meeting = {scope, operation, use, arg};
    store_lock(store);
    const enum store_rc rc = store->world.has_faults ? store_transaction(store, meet, &meeting) : STORE_OK;
    store_unlock(store);
    return rc;
}

/* ---- listing and removing ---- */

static struct query begin_within(struct store *store, enum statement statement, int64_t id, const struct scope *within)
{
    struct query query = query_begin(store, statement);
    query_bind_integer(&query, ":fault", id);
    query_bind_text(&query, ":account", within->account);
    query_bind_text(&query, ":region", within->region);
    return query;
}

enum store_rc store_faults(struct store *store, int64_t id, const struct scope *within, fault_fn *each, void *arg)
{
    store_lock(store);
    struct query query = begin_within(store, SQL_FAULTS, id, within);
    while (query_next(&query)) {
        const struct fault fault = fault_row(&query);
        each(arg, &fault);
    }
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc;
}

struct removal {
    int64_t id;
    const struct scope *within;
};

static enum store_rc remove_faults(struct store *store, void *arg)
{
    const struct removal *removal = arg;
    struct query query = begin_within(store, SQL_REMOVE_FAULTS, removal->id, removal->within);
    const enum store_rc rc = query_run(&query);
    return rc == STORE_OK && removal->id != 0 && sqlite3_changes(store->database) == 0 ? STORE_NOT_FOUND : rc;
}

enum store_rc store_remove_faults(struct store *store, int64_t id, const struct scope *within)
{
    struct removal removal = {id, within};
    return store_transaction(store, remove_faults, &removal);
}
