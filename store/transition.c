/*
 * Steps on the time line. A step's row says what the pack looks like from `due_at` on; the time is written as soon as
 * it is known: at once for steps by time, after the last poll or the hand's move for the others.
 */
#include "store/internal.h"

/* Walks steps in order, with the time as far as it is known. */
struct schedule {
    struct pack_standing standing; /* after the last step that has a time */
    int64_t at;                    /* that step's time */
    int64_t origin;                /* what times count from */
    bool known;                    /* no step that waits was met yet */
};

/* Takes the next step; true when its time is known, which is then in `at`. */
static bool schedule_step(struct schedule *schedule, const struct transition *step)
{
    const bool waits = step->trigger == TRIGGER_POLLS || step->trigger == TRIGGER_HAND;
    schedule->known = schedule->known && !waits;
    if (!schedule->known)
        return false;
    const int64_t at = step->trigger == TRIGGER_TIME ? schedule->origin + step->after
                       : step->trigger == TRIGGER_AT ? step->after
                                                     : schedule->at;
    /* not behind the last instant that the clock reaches and a fixture can name */
    if (at > schedule->at)
        schedule->at = at < TIMESTAMP_MAX ? at : TIMESTAMP_MAX;
    schedule->standing = movement_arrive(&schedule->standing, step->state, step->reason, schedule->at);
    return true;
}

static enum store_rc run_for(struct store *store, enum statement statement, int64_t pack)
{
    struct query query = query_begin(store, statement);
    query_bind_integer(&query, ":pack", pack);
    return query_run(&query);
}

static enum store_rc run_for_step(struct store *store, enum statement statement, int64_t pack, int64_t step)
{
    struct query query = query_begin(store, statement);
    query_bind_integer(&query, ":pack", pack);
    query_bind_integer(&query, ":step", step);
    return query_run(&query);
}

static enum store_rc add_row(struct store *store, int64_t pack, int64_t number, const struct transition *step,
                             const struct pack_standing *standing, int64_t due_at)
{
    struct query query = query_begin(store, SQL_ADD_STEP);
    query_bind_integer(&query, ":pack", pack);
    query_bind_integer(&query, ":step", number);
    query_bind_integer(&query, ":state", step->state);
    query_bind_integer(&query, ":trigger", step->trigger);
    query_bind_integer(&query, ":after", step->after);
    query_bind_text(&query, ":reason", step->reason);
    query_bind_instant(&query, ":due_at", due_at);
    query_bind_instant(&query, ":requested_at", due_at != TIMESTAMP_NONE ? standing->requested_at : TIMESTAMP_NONE);
    query_bind_instant(&query, ":completed_at", due_at != TIMESTAMP_NONE ? standing->completed_at : TIMESTAMP_NONE);
    return query_run(&query);
}

enum store_rc transition_write(struct store *store, const struct transition_plan *plan)
{
    struct schedule schedule = {*plan->standing, plan->since, plan->origin, true};
    const struct transition stands = {plan->standing->state, TRIGGER_REQUEST, 0, plan->standing->reason};
    enum store_rc rc =
        plan->first > 0 ? add_row(store, plan->pack, plan->first, &stands, plan->standing, plan->since) : STORE_OK;
    for (size_t i = 0; i < plan->count && rc == STORE_OK; i++) {
        const bool known = schedule_step(&schedule, &plan->steps[i]);
        rc = add_row(store, plan->pack, plan->first + 1 + (int64_t)i, &plan->steps[i], &schedule.standing,
                     known ? schedule.at : TIMESTAMP_NONE);
    }
    const bool has_steps = plan->first > 0 || plan->count > 0;
    return rc == STORE_OK && has_steps ? run_for(store, SQL_NOTE_STEPS, plan->pack) : rc;
}

/* Steps kept behind the one a pack stands in. */
enum { HISTORY = 50 };

enum store_rc transition_drop_history(struct store *store, int64_t pack, int64_t step)
{
    const int64_t first = step - HISTORY;
    if (first <= 0)
        return STORE_OK;
    const enum store_rc rc = run_for_step(store, SQL_BEGIN_WITH, pack, first);
    return rc == STORE_OK ? run_for_step(store, SQL_DROP_STEPS_TO, pack, first) : rc;
}

enum store_rc transition_drop_from(struct store *store, int64_t pack, int64_t step)
{
    return run_for_step(store, SQL_DROP_STEPS_FROM, pack, step);
}

static enum store_rc write_time(struct store *store, int64_t pack, int64_t number, const struct schedule *schedule)
{
    struct query query = query_begin(store, SQL_REACH_STEP);
    query_bind_integer(&query, ":pack", pack);
    query_bind_integer(&query, ":step", number);
    query_bind_instant(&query, ":due_at", schedule->at);
    query_bind_instant(&query, ":requested_at", schedule->standing.requested_at);
    query_bind_instant(&query, ":completed_at", schedule->standing.completed_at);
    return query_run(&query);
}

/* Where the clock was set back, steps ahead may have a time from their first coming. */
static enum store_rc forget_times_ahead(struct store *store, const struct standing_row *row)
{
    return run_for_step(store, SQL_FORGET_TIMES_FROM, row->pack, row->step + 1);
}

/* Gives the step behind `row` the time `now`, and times to those that follow it by themselves. */
static enum store_rc reach_next(struct store *store, const struct standing_row *row, int64_t now)
{
    struct schedule schedule = {row->standing, now, now, true};
    bool first = true;
    int64_t dropped = 0;
    enum store_rc rc = forget_times_ahead(store, row);
    struct query steps = query_begin(store, SQL_STEPS_FROM);
    query_bind_integer(&steps, ":pack", row->pack);
    query_bind_integer(&steps, ":step", row->step + 1);
    while (rc == STORE_OK && query_next(&steps)) {
        const struct transition step = {
            .state = (enum pack_state)query_integer(&steps, 1),
            .trigger = first ? TRIGGER_NOW : (enum trigger)query_integer(&steps, 2),
            .after = query_integer(&steps, 3),
        };
        if (step.trigger == TRIGGER_REQUEST) {
            dropped = query_integer(&steps, 0);
            break;
        }
        if (!schedule_step(&schedule, &step))
            continue;
        rc = write_time(store, row->pack, query_integer(&steps, 0), &schedule);
        first = false;
    }
    const enum store_rc read = query_end(&steps);
    if (rc == STORE_OK && dropped > 0)
        rc = transition_drop_from(store, row->pack, dropped);
    return rc != STORE_OK ? rc : read;
}

enum store_rc transition_count_poll(struct store *store, const struct standing_row *row)
{
    if (row->polls <= 1)
        return reach_next(store, row, store_now(store));
    return run_for_step(store, SQL_COUNT_POLL, row->pack, row->step + 1);
}

/* ---- by hand ---- */

struct move {
    const struct scope *scope;
    const char *name;
    enum pack_state state;
    const char *reason;
    bool force;
};

/* The state that the step behind `row` leads to, where there is one; else the one it stands in. */
static enum store_rc next_state(struct store *store, const struct standing_row *row, enum pack_state *state)
{
    *state = row->standing.state;
    struct query steps = query_begin(store, SQL_STEPS_FROM);
    query_bind_integer(&steps, ":pack", row->pack);
    query_bind_integer(&steps, ":step", row->step + 1);
    if (query_next(&steps) && query_integer(&steps, 2) != TRIGGER_REQUEST)
        *state = (enum pack_state)query_integer(&steps, 1);
    return query_end(&steps);
}

static enum store_rc set_reason(struct store *store, const struct standing_row *row, const char *reason)
{
    if (reason == NULL)
        return STORE_OK;
    struct query query = query_begin(store, SQL_SET_REASON);
    query_bind_integer(&query, ":pack", row->pack);
    query_bind_integer(&query, ":step", row->step + 1);
    query_bind_text(&query, ":reason", reason);
    return query_run(&query);
}

static enum store_rc replace_steps(struct store *store, const struct standing_row *row, const struct move *move)
{
    enum store_rc rc = transition_drop_from(store, row->pack, row->step + 1);
    if (rc == STORE_OK)
        rc = transition_drop_history(store, row->pack, row->step);
    if (rc != STORE_OK)
        return rc;
    const int64_t now = store_now(store);
    const struct pack_standing standing = movement_arrive(&row->standing, move->state, move->reason, now);
    return transition_write(store, &(struct transition_plan){
                                       .pack = row->pack,
                                       .first = row->step + 1,
                                       .standing = &standing,
                                       .since = now,
                                       .origin = now,
                                   });
}

static enum store_rc move_pack(struct store *store, void *arg)
{
    const struct move *move = arg;
    struct standing_row row;
    enum pack_state ahead = PACK_DELETED;
    enum store_rc rc = standing_find(store, move->scope, move->name, store_now(store), &row);
    if (rc != STORE_OK)
        return rc;
    if (!move->force && !movement_allowed(row.standing.state, move->state))
        return STORE_REFUSED;
    rc = next_state(store, &row, &ahead);
    if (rc != STORE_OK)
        return rc;
    if (ahead != move->state || ahead == row.standing.state)
        return replace_steps(store, &row, move);
    rc = set_reason(store, &row, move->reason);
    return rc == STORE_OK ? reach_next(store, &row, store_now(store)) : rc;
}

enum store_rc store_move_pack(struct store *store, const struct scope *scope, const char *name, enum pack_state state,
                              const char *reason, bool force)
{
    struct move move = {scope, name, state, reason, force};
    return store_transaction(store, move_pack, &move);
}
