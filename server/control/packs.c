/* Packs as the console and tests look at them, and moved by hand. */
#include "base/json_tree.h"
#include "base/utf8.h"
#include "fixtures/fixture.h"
#include "server/control/call.h"

#include <string.h>

enum { PAGE = 100, LARGEST_PAGE = 1000 };

/* The world that ?account=&region= choose, or the default one. */
static bool one_world(struct control_call *call, struct scope *scope)
{
    if (!control_scope(call, scope))
        return false;
    if (scope->account == NULL)
        scope->account = SCOPE_DEFAULT.account;
    if (scope->region == NULL)
        scope->region = SCOPE_DEFAULT.region;
    return true;
}

/* ---- out ---- */

static void write_step(struct json_writer *writer, const struct timeline_step *ahead)
{
    static const char *const triggers[] = {
        [TRIGGER_NOW] = "now",     [TRIGGER_TIME] = "time", [TRIGGER_POLLS] = "polls",
        [TRIGGER_HAND] = "manual", [TRIGGER_AT] = "time",   [TRIGGER_REQUEST] = "now",
    };
    json_begin_object(writer);
    json_member_string(writer, "ConformancePackState", pack_state_name(ahead->step.state));
    json_optional_string(writer, "ConformancePackStatusReason", ahead->step.reason);
    json_key(writer, "at");
    if (ahead->at != TIMESTAMP_NONE)
        json_instant(writer, ahead->at);
    else
        json_null(writer);
    json_member_bool(writer, "past", ahead->is_past);
    json_member_string(writer, "trigger", triggers[ahead->step.trigger]);
    if (ahead->step.trigger == TRIGGER_TIME) {
        json_key(writer, "afterSeconds");
        json_thousandths(writer, ahead->step.after);
    }
    if (ahead->step.trigger == TRIGGER_POLLS)
        json_member_integer(writer, "afterPolls", ahead->step.after);
    json_end_object(writer);
}

static void write_timeline(struct json_writer *writer, const struct pack_record *record)
{
    json_key(writer, "transitions");
    json_begin_array(writer);
    for (size_t i = 0; i < record->step_count; i++)
        write_step(writer, &record->steps[i]);
    json_end_array(writer);
}

/* The rules that the pack's template puts in force, by the names AWS gives them: RULE-conformance-pack-ID (seen). */
static void write_rules(struct control_call *call, const struct pack_record *record)
{
    struct json_writer *writer = &call->output;
    json_key(writer, "ConfigRules");
    json_begin_array(writer);
    for (size_t i = 0; i < record->content.rule_count; i++) {
        const struct pack_rule *rule = &record->content.rules[i];
        const char *name = arena_printf(call->request->arena, "%s-%s", rule->name, record->description.id);
        call->no_memory = call->no_memory || name == NULL;
        fixture_write_rule(writer, name != NULL ? name : rule->name, rule);
    }
    json_end_array(writer);
}

/* The members of a pack, without its brackets. */
static void write_members(struct json_writer *writer, const struct pack_record *record)
{
    const struct pack_description *pack = &record->description;
    json_member_string(writer, "account", record->scope.account);
    json_member_string(writer, "region", record->scope.region);
    json_member_string(writer, "ConformancePackName", pack->name);
    json_member_string(writer, "ConformancePackId", pack->id);
    json_member_string(writer, "ConformancePackArn", pack->arn);
    json_member_string(writer, "ConformancePackState", pack_state_name(record->standing.state));
    if (*pack->stack_arn != '\0')
        json_member_string(writer, "StackArn", pack->stack_arn);
    json_optional_string(writer, "ConformancePackStatusReason", record->standing.reason);
    json_optional_instant(writer, "LastUpdateRequestedTime", record->standing.requested_at);
    json_optional_instant(writer, "LastUpdateCompletedTime", record->standing.completed_at);
}

/* ---- lists ---- */

struct listing {
    struct control_call *call;
    int64_t limit;
    int64_t shown;
    char *next; /* the cursor behind the last one shown, when there are more */
    char *last;
};

/* One more than the limit is asked for: it says that there are more. */
static void list_pack(void *arg, const struct pack_record *record)
{
    struct listing *listing = arg;
    if (listing->shown++ == listing->limit) {
        listing->next = listing->last;
        return;
    }
    json_begin_object(&listing->call->output);
    write_members(&listing->call->output, record);
    json_end_object(&listing->call->output);
    if (listing->shown < listing->limit)
        return;
    listing->last = arena_printf(listing->call->request->arena, "%s/%s/%s", record->scope.account, record->scope.region,
                                 record->description.name);
    listing->call->no_memory = listing->call->no_memory || listing->last == NULL;
}

/* Reads a cursor account/region/name. */
static bool read_cursor(struct control_call *call, struct record_query *query)
{
    const char *after = control_query(call, "after");
    if (after == NULL)
        return true;
    char *rest = arena_strdup(call->request->arena, after);
    call->no_memory = rest == NULL;
    query->after_scope.account = rest != NULL ? strsep(&rest, "/") : NULL;
    query->after_scope.region = rest != NULL ? strsep(&rest, "/") : NULL;
    query->after_name = rest;
    if (query->after_name == NULL)
        control_error(call, 400, "InvalidQuery", "after", "must be the \"next\" of an earlier answer");
    return query->after_name != NULL;
}

static bool read_query(struct control_call *call, struct record_query *query)
{
    const char *state = control_query(call, "state");
    int64_t limit = PAGE;
    *query = (struct record_query){.search = control_query(call, "search")};
    if (!control_scope(call, &query->within) || !control_query_number(call, "limit", LARGEST_PAGE, PAGE, &limit) ||
        !read_cursor(call, query))
        return false;
    query->limit = limit > 0 ? limit : PAGE;
    query->has_state = state != NULL && *state != '\0';
    if (query->has_state && !pack_state_from_name(state, &query->state)) {
        control_error(call, 400, "InvalidQuery", "state", "must be a state of a conformance pack");
        return false;
    }
    return true;
}

void control_packs(struct control_call *call)
{
    struct record_query query;
    int64_t total = 0;
    if (!read_query(call, &query))
        return;
    struct listing listing = {.call = call, .limit = query.limit};
    query.limit++;
    json_begin_object(&call->output);
    json_key(&call->output, "packs");
    json_begin_array(&call->output);
    if (store_count_records(call->control->store, &query, &total) != STORE_OK ||
        store_records(call->control->store, &query, list_pack, &listing) != STORE_OK) {
        control_failed(call);
        return;
    }
    json_end_array(&call->output);
    json_key(&call->output, "next");
    if (listing.next != NULL)
        json_string(&call->output, listing.next);
    else
        json_null(&call->output);
    json_member_integer(&call->output, "total", total);
    json_end_object(&call->output);
}

static void write_world(void *arg, const struct scope *scope, int64_t packs)
{
    struct json_writer *writer = arg;
    json_begin_object(writer);
    json_member_string(writer, "account", scope->account);
    json_member_string(writer, "region", scope->region);
    json_member_integer(writer, "packs", packs);
    json_end_object(writer);
}

void control_worlds(struct control_call *call)
{
    json_begin_object(&call->output);
    json_key(&call->output, "worlds");
    json_begin_array(&call->output);
    if (store_scopes(call->control->store, write_world, &call->output) != STORE_OK) {
        control_failed(call);
        return;
    }
    json_end_array(&call->output);
    json_end_object(&call->output);
}

/* ---- one pack ---- */

static void no_such_pack(struct control_call *call)
{
    control_error(call, 404, "NoSuchConformancePack", NULL, "that account and region has no such pack");
}

static void write_one(void *arg, const struct pack_record *record)
{
    struct control_call *call = arg;
    json_begin_object(&call->output);
    write_members(&call->output, record);
    write_timeline(&call->output, record);
    write_rules(call, record);
    json_end_object(&call->output);
}

void control_pack(struct control_call *call)
{
    struct scope scope;
    if (!one_world(call, &scope))
        return;
    const enum store_rc rc = store_record(call->control->store, &scope, call->name, write_one, call);
    if (rc == STORE_NOT_FOUND)
        no_such_pack(call);
    else if (rc != STORE_OK)
        control_failed(call);
}

/* ---- moving ---- */

struct move {
    struct scope scope;
    enum pack_state state;
    const char *reason;
    bool force;
};

static bool read_move(struct control_call *call, struct move *move)
{
    static const char *const keys[] = {"ConformancePackState", "ConformancePackStatusReason", "force", NULL};
    if (!control_check_keys(call, keys) || !one_world(call, &move->scope))
        return false;
    const char *state = json_member_text(call->body, "ConformancePackState");
    const cJSON *reason = json_member(call->body, "ConformancePackStatusReason");
    const cJSON *force = json_member(call->body, "force");
    move->reason = cJSON_GetStringValue(reason);
    move->force = cJSON_IsTrue(force);
    if (state == NULL || !pack_state_from_name(state, &move->state))
        control_error(call, 400, "InvalidBody", "ConformancePackState", "must be a state, or DELETED");
    else if (reason != NULL && (move->reason == NULL || utf8_count(move->reason) > REASON_MAX))
        control_error(call, 400, "InvalidBody", "ConformancePackStatusReason",
                      "must be text of at most 2000 characters");
    else if (force != NULL && !cJSON_IsBool(force))
        control_error(call, 400, "InvalidBody", "force", "must be true or false");
    else
        return true;
    return false;
}

void control_move_pack(struct control_call *call)
{
    struct move move;
    if (!read_move(call, &move))
        return;
    switch (store_move_pack(call->control->store, &move.scope, call->name, move.state, move.reason, move.force)) {
    case STORE_OK:
        json_begin_object(&call->output);
        json_member_string(&call->output, "ConformancePackName", call->name);
        json_member_string(&call->output, "ConformancePackState", pack_state_name(move.state));
        json_end_object(&call->output);
        break;
    case STORE_NOT_FOUND:
        no_such_pack(call);
        break;
    case STORE_REFUSED:
        control_error(call, 409, "IllegalMove", "ConformancePackState",
                      "a pack cannot go there from where it is; \"force\": true moves it all the same");
        break;
    default:
        control_failed(call);
    }
}
