/*
 * What the server remembers: conformance packs by account and region, how they move, and the clock they move by. It
 * knows no HTTP and no JSON; text in and out is UTF-8, instants are milliseconds since 1970 (base/timestamp.h).
 *
 * Every function may be called from any thread. Rows come out by callback; what a callback is given lives until it
 * returns, and it must not call the store.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/timestamp.h"
#include "store/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum store_rc {
    STORE_OK,
    STORE_NOT_FOUND,
    STORE_EXISTS,   /* what was to be added is there already */
    STORE_REFUSED,  /* a callback or the rules of movement said no; nothing was changed */
    STORE_IN_USE,   /* a request for the pack is under way */
    STORE_TOO_MANY, /* a quota is used up */
    STORE_FAILED,   /* SQLite failed; it was reported, nothing was changed */
};

/* ---- opening ---- */

enum { STORE_MESSAGE = 512 };

/* Told of every failure of SQLite, in words. May come from any thread. */
typedef void store_report_fn(void *arg, const char *message);

struct store_options {
    const char *path;        /* a database file, made where there is none; NULL: memory, gone at the end */
    bool has_seed;           /* else a new world draws one at random and an old one keeps its own */
    uint64_t seed;           /* what ids, UUIDs and tokens are made from */
    store_report_fn *report; /* may be NULL */
    void *report_arg;
};

/* Opens a world. STORE_FAILED, with the reason in `message` and a file that was there untouched, when it is not a
 * database of ours, of a newer version, in use, unreadable or when memory is out. */
enum store_rc store_open(struct store **opened, const struct store_options *options, char message[STORE_MESSAGE]);
void store_close(struct store *store); /* NULL does nothing */

/* Whether a world was loaded into it once, and that one is now. STORE_FAILED where that can't be read: it may be. */
enum store_rc store_is_loaded(struct store *store, bool *is_loaded);
enum store_rc store_set_loaded(struct store *store);

uint64_t store_seed(struct store *store);

/* Runs `body` in one transaction that no other thread sees half of: committed when it returns STORE_OK, undone else.
 * A transaction inside another one is part of it: when it fails the outer body must fail too, as what it did is undone
 * with the whole only. Returns what `body` did, or STORE_FAILED. */
typedef enum store_rc store_body_fn(struct store *store, void *arg);
enum store_rc store_transaction(struct store *store, store_body_fn *body, void *arg);

/* Takes everything out, and sets the clock running with the machine's. */
enum store_rc store_clear(struct store *store);

/* Takes out what belongs to an account or region: packs, scripts, answers, faults. */
enum store_rc store_clear_within(struct store *store, const struct scope *within);

/* ---- the clock ---- */

struct store_clock {
    int64_t now;   /* TIMESTAMP_NONE in store_set_clock for a running one: `ahead` says it */
    bool frozen;   /* stands still until it is moved; else it runs on from `now` */
    int64_t ahead; /* what a running clock is ahead of the machine's, milliseconds */
};

int64_t store_now(struct store *store);
struct store_clock store_clock(struct store *store);
enum store_rc store_set_clock(struct store *store, const struct store_clock *clock);

/* Moves the clock by `milliseconds`, forwards or back. STORE_REFUSED past what timestamp.h can write. */
enum store_rc store_advance_clock(struct store *store, int64_t milliseconds);

/* ---- packs and how they move ---- */

/* The states of the service model, and DELETED for a pack that is gone, which AWS has no name for. */
enum pack_state {
    PACK_CREATE_IN_PROGRESS,
    PACK_CREATE_COMPLETE,
    PACK_CREATE_FAILED,
    PACK_DELETE_IN_PROGRESS,
    PACK_DELETE_FAILED,
    PACK_DELETED,
};
enum { PACK_STATES = PACK_DELETED + 1 };

/* "CREATE_IN_PROGRESS" and so on. */
const char *pack_state_name(enum pack_state state);
bool pack_state_from_name(const char *name, enum pack_state *state);

/* What brings a pack to its next state. */
enum trigger {
    TRIGGER_NOW,     /* the step before it */
    TRIGGER_TIME,    /* `after` milliseconds, see below */
    TRIGGER_POLLS,   /* `after` DescribeConformancePackStatus answers that showed the pack in the state before */
    TRIGGER_HAND,    /* store_move_pack */
    TRIGGER_AT,      /* the instant `after`, or the step before it where that is later */
    TRIGGER_REQUEST, /* none: it is where a request or a hand set the pack on a new course */
};

enum {
    POLLS_MAX = 1000000,
    STEPS_MAX = 1000,    /* of one pack or script */
    REASON_MAX = 2000,   /* characters; the service model's */
    PARAMETERS_MAX = 60, /* of one pack; the service model's */
};

/* How packs come to the end of a create, update or delete unless a script says otherwise (--progression). */
struct progression {
    enum trigger trigger;
    int64_t after;
};

/* Reads "immediate", "after DURATION" (timestamp.h), "polls N" or "manual". */
bool progression_parse(const char *text, struct progression *progression);

/* A step to come. Times count from the request that the pack moves for, or from the last step before this one that
 * came by polls or by hand. */
struct transition {
    enum pack_state state;
    enum trigger trigger;
    int64_t after;
    const char *reason; /* ConformancePackStatusReason; NULL: none */
};

/* Whether a pack may go from one state to the other. */
bool movement_allowed(enum pack_state from, enum pack_state to);

/* Whether a pack in state `from` may take these steps: each a move that is allowed, in times that don't go back. On
 * false `*index` is the step that may not, and the message (a constant) says why. */
bool movement_check(enum pack_state from, const struct transition *steps, size_t count, size_t *index,
                    const char **message);

/* A pack as its owner described it. NULL: not given. */
struct pack_description {
    const char *name;
    const char *id;        /* NULL: one is made */
    const char *arn;       /* NULL: made from scope, name and id */
    const char *stack_arn; /* NULL: made likewise; "": the pack has no stack */
    const char *created_by;
    const char *delivery_s3_bucket;
    const char *delivery_s3_key_prefix;
    const char *ssm_document_name;
    const char *ssm_document_version;
    const struct input_parameter *parameters;
    size_t parameter_count;
};

struct input_parameter {
    const char *name;
    const char *value;
};

/* How a pack stands. */
struct pack_standing {
    enum pack_state state;
    const char *reason;   /* NULL: none */
    int64_t requested_at; /* LastUpdateRequestedTime; TIMESTAMP_NONE in store_add_pack: now */
    int64_t completed_at; /* LastUpdateCompletedTime; TIMESTAMP_NONE: there was no success */
};

/* Adds a pack that stands so and has these steps before it, which movement_check allows. STORE_EXISTS when the scope
 * has a pack of that name. */
enum store_rc store_add_pack(struct store *store, const struct scope *scope, const struct pack_description *pack,
                             const struct pack_standing *standing, const struct transition *steps, size_t count);

/* Moves a pack to a state now, by hand. Where its next step leads to that state it is taken, and what follows stays
 * ahead; else the steps ahead are dropped. STORE_NOT_FOUND; STORE_REFUSED for a move that is not allowed, unless
 * `force`. */
enum store_rc store_move_pack(struct store *store, const struct scope *scope, const char *name, enum pack_state state,
                              const char *reason, bool force);

/* What DescribeConformancePackStatus says of a pack. */
struct pack_status {
    const char *name;
    const char *id;
    const char *arn;
    const char *stack_arn; /* NULL: the pack has no stack */
    struct pack_standing standing;
};

/* Called for each row, in order of name. */
typedef void pack_status_fn(void *arg, const struct pack_status *status);

/* Room for any ConformancePackName of the service model (256 characters). */
enum { PACK_NAME_SIZE = 257 };

/* Room for any ConformancePackId of the service model (1,024 characters). */
enum { ID_SIZE = 4 * 1024 + 1 };

/* Room for any ARN of the service model (2,048 characters, of up to four bytes). */
enum { ARN_SIZE = 4 * 2048 + 1 };

/* How long what was read would be read again: while nothing is changed and the clock is from `from` to before `until`.
 * Zeroed it never holds. */
struct store_lease {
    uint64_t changes;
    int64_t from;
    int64_t until;
};
bool store_lease_holds(struct store *store, const struct store_lease *lease);

/* Which packs: those of `names` where there are any, else all; of them those behind `after` in order of name, at most
 * `limit`. */
struct pack_query {
    const char *const *names; /* sorted, without duplicates */
    size_t name_count;
    const char *after; /* NULL: from the first */
    size_t limit;      /* 1 to PACK_QUERY_MAX */
    /* Asked by store_pack_status when all is shown and before polls are counted: whether the answer could be made.
     * Where not, nothing is counted. NULL: it could. */
    bool (*is_made)(void *arg, bool more);
    struct store_lease *lease; /* filled in by store_pack_status; NULL: not wanted */
};
enum { PACK_QUERY_MAX = 25 };

/* Shows packs as they are at the store's clock, and counts one poll for each pack shown. `*more`: others follow.
 * STORE_FAILED also where `is_made` said no. */
enum store_rc store_pack_status(struct store *store, const struct scope *scope, const struct pack_query *query,
                                pack_status_fn *each, void *arg, bool *more);

/* STORE_OK where the scope has a pack of that name, STORE_NOT_FOUND where not. */
enum store_rc store_find_pack(struct store *store, const struct scope *scope, const char *name);

/* ---- requests: what PutConformancePack, DeleteConformancePack and their kin do ---- */

/* What a pack can be asked to do. */
enum pack_request { REQUEST_CREATE, REQUEST_UPDATE, REQUEST_DELETE };
enum { PACK_REQUESTS = REQUEST_DELETE + 1 };

/* "create", "update", "delete". */
const char *request_name(enum pack_request request);
bool request_from_name(const char *name, enum pack_request *request);

/* The state that a request puts a pack in at once, and the one where it has succeeded. */
enum pack_state request_begins(enum pack_request request);
enum pack_state request_succeeds(enum pack_request request);

/* A rule that the pack's template puts in force. NULL: not given. */
struct pack_rule {
    const char *name; /* the template's; AWS calls the rule NAME-conformance-pack-ID */
    const char *source_owner;
    const char *source_identifier;
    const char *input_parameters; /* as JSON text */
};

struct tag {
    const char *key;
    const char *value;
};

/* What belongs to a pack beside its description. */
struct pack_content {
    const char *template_body;   /* NULL: not given */
    const char *template_s3_uri; /* NULL: not given */
    const struct pack_rule *rules;
    size_t rule_count;
    const struct tag *tags;
    size_t tag_count;
};

/* Gives it to a pack, in place of what it had, but for tags: they are added. STORE_NOT_FOUND. */
enum store_rc store_set_pack_content(struct store *store, const struct scope *scope, const char *name,
                                     const struct pack_content *content);

/* What PutConformancePack says of a pack. */
struct pack_put {
    struct pack_description description; /* its id and ARNs are not looked at */
    struct pack_content content;         /* its tags are for a new pack; an update leaves them alone */
};

/* Creates the pack or updates the one that stands, which keeps its id, ARN, stack and tags; how it will fare is up to
 * the scripts, or `progression`. Writes the pack's ARN. STORE_IN_USE; STORE_TOO_MANY when the scope has `quota` packs
 * already. */
enum store_rc store_put_pack(struct store *store, const struct scope *scope, const struct pack_put *put,
                             const struct progression *progression, int64_t quota, char arn[ARN_SIZE]);

/* Begins to delete a pack; likewise. STORE_NOT_FOUND; STORE_IN_USE. */
enum store_rc store_delete_pack(struct store *store, const struct scope *scope, const char *name,
                                const struct progression *progression);

/* What DescribeConformancePacks says of a pack. NULL: not there. */
struct pack_details {
    struct pack_description description; /* complete, but for the stack's ARN */
    int64_t requested_at;
};
typedef void pack_details_fn(void *arg, const struct pack_details *details);

/* As store_pack_status, but counts no poll. */
enum store_rc store_pack_details(struct store *store, const struct scope *scope, const struct pack_query *query,
                                 pack_details_fn *each, void *arg, bool *more);

/* Sets tags of the pack with that ARN, over those of the same keys. STORE_NOT_FOUND; STORE_TOO_MANY when it would have
 * more than TAGS_MAX. */
enum { TAGS_MAX = 50 };
enum store_rc store_tag(struct store *store, const struct scope *scope, const char *arn, const struct tag *tags,
                        size_t count);

/* Takes tags off; keys that it does not have do no harm. STORE_NOT_FOUND. */
enum store_rc store_untag(struct store *store, const struct scope *scope, const char *arn, const char *const *keys,
                          size_t count);

/* The tags of the pack with that ARN, in order of key, from the first behind `after` on ("" for all), at most `limit`.
 * STORE_NOT_FOUND. */
typedef void tag_fn(void *arg, const struct tag *tag);
enum store_rc store_tags(struct store *store, const struct scope *scope, const char *arn, const char *after,
                         size_t limit, tag_fn *each, void *arg, bool *more);

/* ---- credentials ---- */

struct credential {
    const char *access_key_id;
    const char *secret;
    const char *session_token; /* NULL: none */
    const char *account;
};

/* STORE_EXISTS when the access key is known. */
enum store_rc store_add_credential(struct store *store, const struct credential *credential);

/* Calls `each` once with the credential of that key, or returns STORE_NOT_FOUND. */
typedef void credential_fn(void *arg, const struct credential *credential);
enum store_rc store_credential(struct store *store, const char *access_key_id, credential_fn *each, void *arg);

/* ---- what a fixture prescribes ---- */

/* How packs will fare that are asked for something. NULL account or region: any. */
struct script {
    const char *match; /* a glob over the name */
    enum pack_request request;
    const char *account;
    const char *region;
    int64_t times;                  /* how often it counts; 0: always */
    const struct transition *steps; /* behind the request's own state; none: it hangs */
    size_t count;
};
enum store_rc store_add_script(struct store *store, const struct script *script);

/* The text of a template that is only pointed at: an S3 URI or the name of an SSM document. STORE_EXISTS. */
enum store_rc store_add_template(struct store *store, const char *location, const char *body);

/* Calls `each` with the text kept for that location, or returns STORE_NOT_FOUND. */
typedef void template_fn(void *arg, const char *body);
enum store_rc store_template(struct store *store, const char *location, template_fn *each, void *arg);

/* An answer that somebody wrote for an operation. NULL account or region: any. */
struct response {
    const char *operation;
    const char *account;
    const char *region;
    const char *body;  /* what is answered; NULL: the error is */
    const char *error; /* wire name */
    const char *message;
    int status;
    int64_t times; /* how often it counts; 0: always */
};
enum store_rc store_add_response(struct store *store, const struct response *response);

typedef void response_fn(void *arg, const struct response *response);

/* Calls `use` with the first answer that fits, and counts it, unless `use` says false: STORE_FAILED. STORE_NOT_FOUND
 * where none fits. */
typedef bool response_use_fn(void *arg, const struct response *response);
enum store_rc store_response(struct store *store, const struct scope *scope, const char *operation,
                             response_use_fn *use, void *arg);

/* Whether any answer was written for that operation, counted out or not: STORE_OK or STORE_NOT_FOUND. */
enum store_rc store_has_response(struct store *store, const char *operation);

/* What becomes of an answer's bytes. */
enum fault_connection { CONNECTION_KEPT, CONNECTION_RESET, CONNECTION_EMPTY, CONNECTION_TRUNCATED };

/* What is to go wrong on purpose. */
struct fault {
    int64_t id;            /* given by the store */
    const char *operation; /* "*": any */
    const char *account;   /* NULL: any */
    const char *region;    /* NULL: any */
    const char *error;     /* wire name of what is answered; NULL: the answer is as it would be */
    const char *message;   /* NULL: none */
    int status;            /* HTTP, of the error */
    int64_t delay_ms;      /* before the answer */
    int64_t jitter_ms;     /* at the most added to that, at random */
    enum fault_connection connection;
    double probability; /* of those it fits, how many it hits */
    int64_t skip;       /* how many it still lets pass */
    int64_t times;      /* how many it still hits; 0: all */
    bool is_spent;      /* it has hit all it was to hit */
};
enum store_rc store_add_fault(struct store *store, const struct fault *fault, int64_t *id);

typedef void fault_fn(void *arg, const struct fault *fault);

/* Calls `use` with the fault that hits this request, if one does, its delay drawn (jitter_ms is 0 then), and counts,
 * unless `use` says false: STORE_FAILED. Drawn from the seed: the same requests meet the same faults. */
typedef bool fault_use_fn(void *arg, const struct fault *fault);
enum store_rc store_meet_fault(struct store *store, const struct scope *scope, const char *operation, fault_use_fn *use,
                               void *arg);

/* All faults, or the one with that id (0: all), or of that account or region (NULL: any), in the order they were added.
 */
enum store_rc store_faults(struct store *store, int64_t id, const struct scope *within, fault_fn *each, void *arg);

/* Removes them likewise. STORE_NOT_FOUND when none was there under that id. */
enum store_rc store_remove_faults(struct store *store, int64_t id, const struct scope *within);

/* ---- the world, for those who look at it from outside ---- */

/* A step of a pack's time line. */
struct timeline_step {
    struct transition step; /* polls: how many are still to come */
    int64_t at;             /* when it came or will come; TIMESTAMP_NONE: not known yet */
    bool is_past;           /* or where the pack stands */
};

/* All there is of a pack. */
struct pack_record {
    struct scope scope;
    struct pack_description description; /* complete: id, ARNs and all; stack_arn "": none */
    struct pack_standing standing;
    const struct timeline_step *steps; /* past and coming */
    size_t step_count;
    struct pack_content content;
};
typedef void pack_record_fn(void *arg, const struct pack_record *record);

/* Which records: of packs within a scope, in a state or any, whose name has `search` in it (NULL: any; without case for
 * letters of ASCII), from behind the pack `after` on in order of account, region and name; at most `limit`. */
struct record_query {
    struct scope within;
    const char *search;
    bool has_state;
    enum pack_state state;
    struct scope after_scope; /* NULL: from the first */
    const char *after_name;
    int64_t limit; /* -1: none */
};
enum store_rc store_records(struct store *store, const struct record_query *query, pack_record_fn *each, void *arg);

/* The record of one pack. STORE_NOT_FOUND. */
enum store_rc store_record(struct store *store, const struct scope *scope, const char *name, pack_record_fn *each,
                           void *arg);

/* How many packs the query's filters fit, wherever it begins and ends. */
enum store_rc store_count_records(struct store *store, const struct record_query *query, int64_t *count);

/* The accounts and regions that have packs, and how many. */
typedef void scope_fn(void *arg, const struct scope *scope, int64_t packs);
enum store_rc store_scopes(struct store *store, scope_fn *each, void *arg);

/* What fixtures prescribed, in the order it was added. */
typedef void script_fn(void *arg, const struct script *script);
typedef void location_fn(void *arg, const char *location, const char *body);
enum store_rc store_credentials(struct store *store, credential_fn *each, void *arg);
enum store_rc store_scripts(struct store *store, const struct scope *within, script_fn *each, void *arg);
enum store_rc store_templates(struct store *store, location_fn *each, void *arg);
enum store_rc store_responses(struct store *store, const struct scope *within, response_fn *each, void *arg);

/* ---- counts ---- */

/* How many packs there are, in all accounts and regions. Quick, however many there are. */
enum store_rc store_count_packs(struct store *store, int64_t *count);

/* How many packs stand in each state. */
enum store_rc store_count_states(struct store *store, int64_t counts[PACK_STATES]);

#endif
