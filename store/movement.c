/*
 * The rules of movement, as data: which state may follow which, and what arriving in one does to the times and the
 * reason.
 */
#include "store/internal.h"

#include <string.h>

/* SQL knows them by number: see statements.def */
_Static_assert(PACK_DELETED == 5 && TRIGGER_POLLS == 2 && TRIGGER_REQUEST == 5, "the statements say so");

#define MAY(state) (1U << (state))

static const struct {
    const char *name;
    unsigned next;     /* the states that may follow */
    bool is_requested; /* arriving sets LastUpdateRequestedTime */
    bool is_success;   /* arriving sets LastUpdateCompletedTime */
} rules[PACK_STATES] = {
    /* The service model's five states. It has none for an update: that goes through CREATE_IN_PROGRESS again. */
    [PACK_CREATE_IN_PROGRESS] = {.name = "CREATE_IN_PROGRESS",
                                 .next = MAY(PACK_CREATE_COMPLETE) | MAY(PACK_CREATE_FAILED),
                                 .is_requested = true},
    [PACK_CREATE_COMPLETE] = {.name = "CREATE_COMPLETE",
                              .next = MAY(PACK_CREATE_IN_PROGRESS) | MAY(PACK_DELETE_IN_PROGRESS),
                              .is_success = true},
    /* A failure may turn into its success without a new request: a script's short form of "then it works". */
    [PACK_CREATE_FAILED] = {.name = "CREATE_FAILED",
                            .next = MAY(PACK_CREATE_IN_PROGRESS) | MAY(PACK_DELETE_IN_PROGRESS) |
                                    MAY(PACK_CREATE_COMPLETE)},
    [PACK_DELETE_IN_PROGRESS] = {.name = "DELETE_IN_PROGRESS", .next = MAY(PACK_DELETED) | MAY(PACK_DELETE_FAILED)},
    [PACK_DELETE_FAILED] = {.name = "DELETE_FAILED",
                            .next = MAY(PACK_DELETE_IN_PROGRESS) | MAY(PACK_CREATE_IN_PROGRESS) | MAY(PACK_DELETED)},
    [PACK_DELETED] = {.name = "DELETED", .next = 0},
};

/* What each request does to a pack. */
static const struct {
    const char *name;
    enum pack_state begins;
    enum pack_state succeeds;
} courses[PACK_REQUESTS] = {
    [REQUEST_CREATE] = {"create", PACK_CREATE_IN_PROGRESS, PACK_CREATE_COMPLETE},
    [REQUEST_UPDATE] = {"update", PACK_CREATE_IN_PROGRESS, PACK_CREATE_COMPLETE},
    [REQUEST_DELETE] = {"delete", PACK_DELETE_IN_PROGRESS, PACK_DELETED},
};

const char *request_name(enum pack_request request)
{
    return courses[request].name;
}

bool request_from_name(const char *name, enum pack_request *request)
{
    for (size_t i = 0; i < PACK_REQUESTS; i++) {
        if (strcmp(courses[i].name, name) == 0) {
            *request = (enum pack_request)i;
            return true;
        }
    }
    return false;
}

enum pack_state request_begins(enum pack_request request)
{
    return courses[request].begins;
}

enum pack_state request_succeeds(enum pack_request request)
{
    return courses[request].succeeds;
}

const char *pack_state_name(enum pack_state state)
{
    return rules[state].name;
}

bool pack_state_from_name(const char *name, enum pack_state *state)
{
    for (size_t i = 0; i < PACK_STATES; i++) {
        if (strcmp(rules[i].name, name) == 0) {
            *state = (enum pack_state)i;
            return true;
        }
    }
    return false;
}

bool movement_allowed(enum pack_state from, enum pack_state to)
{
    return (rules[from].next & MAY(to)) != 0;
}

/* Times that count from the same origin, and instants, must not go back. */
static bool is_in_order(const struct transition *step, int64_t *time, int64_t *instant)
{
    switch (step->trigger) {
    case TRIGGER_TIME:
        if (step->after < *time)
            return false;
        *time = step->after;
        return true;
    case TRIGGER_AT:
        if (step->after < *instant)
            return false;
        *instant = step->after;
        return true;
    case TRIGGER_POLLS:
    case TRIGGER_HAND:
        *time = 0;
        return true;
    case TRIGGER_NOW:
    case TRIGGER_REQUEST:
        break;
    }
    return true;
}

bool movement_check(enum pack_state from, const struct transition *steps, size_t count, size_t *index,
                    const char **message)
{
    int64_t time = 0;
    int64_t instant = TIMESTAMP_MIN;
    for (*index = 0; *index < count; (*index)++) {
        const struct transition *step = &steps[*index];
        if (!movement_allowed(from, step->state)) {
            *message = "a pack cannot go there from the state before";
            return false;
        }
        if (!is_in_order(step, &time, &instant)) {
            *message = "goes back in time (seconds count from the request, or the last step by polls or by hand)";
            return false;
        }
        from = step->state;
    }
    return true;
}

struct pack_standing movement_arrive(const struct pack_standing *before, enum pack_state state, const char *reason,
                                     int64_t at)
{
    /* a clock that was set back must not make a success earlier than its request */
    const int64_t completed_at = before->requested_at > at ? before->requested_at : at;
    return (struct pack_standing){
        .state = state,
        .reason = reason,
        .requested_at = rules[state].is_requested ? at : before->requested_at,
        .completed_at = rules[state].is_success ? completed_at : before->completed_at,
    };
}
