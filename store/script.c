/* Scripts: how packs will fare that are asked for something. */
#include "base/arena.h"
#include "store/internal.h"

static enum store_rc add_step(struct store *store, int64_t script, size_t number, const struct transition *step)
{
    struct query query = query_begin(store, SQL_ADD_SCRIPT_STEP);
    query_bind_integer(&query, ":script", script);
    query_bind_integer(&query, ":step", (int64_t)number);
    query_bind_integer(&query, ":state", step->state);
    query_bind_integer(&query, ":trigger", step->trigger);
    query_bind_integer(&query, ":after", step->after);
    query_bind_text(&query, ":reason", step->reason);
    return query_run(&query);
}

static enum store_rc add_script(struct store *store, void *arg)
{
    const struct script *script = arg;
    struct query query = query_begin(store, SQL_ADD_SCRIPT);
    query_bind_text(&query, ":match", script->match);
    query_bind_integer(&query, ":request", script->request);
    query_bind_text(&query, ":account", script->account);
    query_bind_text(&query, ":region", script->region);
    query_bind_count(&query, ":remaining", script->times);
    enum store_rc rc = query_run(&query);
    const int64_t number = sqlite3_last_insert_rowid(store->database);
    for (size_t i = 0; i < script->count && rc == STORE_OK; i++)
        rc = add_step(store, number, i, &script->steps[i]);
    return rc;
}

enum store_rc store_add_script(struct store *store, const struct script *script)
{
    struct script copy = *script;
    return store_transaction(store, add_script, &copy);
}

static enum store_rc find(struct store *store, const struct scope *scope, const char *name, enum pack_request request,
                          int64_t *script, bool *found)
{
    struct query query = query_begin(store, SQL_FIND_SCRIPT);
    query_bind_text(&query, ":name", name);
    query_bind_integer(&query, ":request", request);
    query_bind_text(&query, ":account", scope->account);
    query_bind_text(&query, ":region", scope->region);
    *found = query_next(&query);
    *script = *found ? query_integer(&query, 0) : 0;
    return query_end(&query);
}

static enum store_rc read_steps(struct store *store, int64_t script, struct arena *arena,
                                const struct transition **steps, size_t *count)
{
    struct transition *read = arena_calloc(arena, STEPS_MAX, sizeof *read);
    bool no_memory = read == NULL;
    struct query query = query_begin(store, SQL_SCRIPT_STEPS);
    query_bind_integer(&query, ":script", script);
    for (*count = 0; !no_memory && *count < STEPS_MAX && query_next(&query); (*count)++) {
        const char *reason = query_text(&query, 3);
        read[*count] = (struct transition){
            .state = (enum pack_state)query_integer(&query, 0),
            .trigger = (enum trigger)query_integer(&query, 1),
            .after = query_integer(&query, 2),
            .reason = reason != NULL ? arena_strdup(arena, reason) : NULL,
        };
        no_memory = reason != NULL && read[*count].reason == NULL;
    }
    *steps = read;
    const enum store_rc rc = query_end(&query);
    return no_memory ? STORE_FAILED : rc;
}

enum store_rc script_take(struct store *store, const struct scope *scope, const char *name, enum pack_request request,
                          struct arena *arena, const struct transition **steps, size_t *count, bool *found)
{
    int64_t script = 0;
    enum store_rc rc = find(store, scope, name, request, &script, found);
    if (rc != STORE_OK || !*found)
        return rc;
    struct query counting = query_begin(store, SQL_COUNT_SCRIPT);
    query_bind_integer(&counting, ":script", script);
    rc = query_run(&counting);
    return rc == STORE_OK ? read_steps(store, script, arena, steps, count) : rc;
}

enum store_rc store_scripts(struct store *store, const struct scope *within, script_fn *each, void *arg)
{
    struct arena arena = {0};
    enum store_rc rc = STORE_OK;
    store_lock(store);
    struct query query = query_begin(store, SQL_SCRIPTS);
    query_bind_text(&query, ":account", within->account);
    query_bind_text(&query, ":region", within->region);
    while (rc == STORE_OK && query_next(&query)) {
        struct script script = {
            .match = query_text(&query, 1),
            .request = (enum pack_request)query_integer(&query, 2),
            .account = query_text(&query, 3),
            .region = query_text(&query, 4),
            .times = query_integer(&query, 5),
        };
        rc = read_steps(store, query_integer(&query, 0), &arena, &script.steps, &script.count);
        if (rc == STORE_OK)
            each(arg, &script);
        arena_reset(&arena);
    }
    const enum store_rc read = query_end(&query);
    store_unlock(store);
    arena_free(&arena);
    return rc != STORE_OK ? rc : read;
}
