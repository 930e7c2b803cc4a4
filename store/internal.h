/* What the files of the store share among themselves. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "base/arena.h"
#include "store/identity.h"
#include "store/sql.h"
#include "store/store.h"

#include <pthread.h>

/* What every request asks and few transactions change: read again at the end of an outermost one, and what it was
 * before one that failed. Inside of one only the clock is kept up. */
struct known_world {
    uint64_t seed;
    bool clock_frozen;
    int64_t clock_frozen_at;
    int64_t clock_offset;
    bool has_credentials;
    bool has_responses;
    bool has_faults;
};

struct store {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS]; /* prepared on first use */
    pthread_mutex_t mutex;                /* recursive; held by whoever uses anything here */
    unsigned transaction_depth;
    bool in_transaction; /* begun, and not yet committed or undone by us */
    uint64_t changes;    /* how many transactions there were, those that changed something among them */
    bool is_new;         /* made by this opening */
    store_report_fn *report;
    void *report_arg;
    struct known_world world;
};

void store_lock(struct store *store);
void store_unlock(struct store *store);

/* Tells the reporter what SQLite says went wrong. */
void store_report(struct store *store, const char *what);

/* Reads what the struct keeps of the tables: at opening, and at the end of a transaction. */
enum store_rc store_load_world(struct store *store);

/* Prepares what transactions begin and end with, so that undoing one wants no memory. */
enum store_rc transaction_prepare(struct store *store);

/* Adds the row of a new pack that stands so since then, in place of one that is gone; `*number` is its key.
 * STORE_EXISTS when one stands there. Within a transaction, like all that follows. */
enum store_rc pack_insert(struct store *store, const struct scope *scope, const struct pack_description *pack,
                          const struct pack_standing *standing, int64_t since, int64_t *number);
enum store_rc pack_arn(struct store *store, const struct scope *scope, int64_t number, char arn[ARN_SIZE]);
enum store_rc pack_replace_parameters(struct store *store, int64_t number, const struct pack_description *pack);

/* Writes a pack's template and rules in place of those it had; its tags. */
enum store_rc content_write(struct store *store, int64_t pack, const struct pack_content *content);
enum store_rc content_add_tags(struct store *store, int64_t pack, const struct pack_content *content);

/* Begins a statement that wants an account and a region. */
struct query scoped_begin(struct store *store, enum statement statement, const struct scope *scope);

/* Drops the history of a pack that stands in that step, but for the last of it: it must not grow for ever. */
enum store_rc transition_drop_history(struct store *store, int64_t pack, int64_t step);

/* Drops the steps of a pack from that one on. */
enum store_rc transition_drop_from(struct store *store, int64_t pack, int64_t step);

/* Sets one tag. */
enum store_rc tag_write(struct store *store, int64_t pack, const struct tag *tag);

/* The steps that the first script for that request prescribes, counting it; `*found` is false where there is none. Text
 * and steps live in `arena`. */
enum store_rc script_take(struct store *store, const struct scope *scope, const char *name, enum pack_request request,
                          struct arena *arena, const struct transition **steps, size_t *count, bool *found);

/* The columns of STANDING_COLUMNS in statements.def, in its order. */
enum {
    STANDING_PACK,
    STANDING_DUE_AT,
    STANDING_POLLS,
    STANDING_FIRST_STEP,
    STANDING_FIRST_STATE,
    STANDING_STEP,
    STANDING_STATE,
    STANDING_COLUMN_COUNT,
};

/* Those of STATUS_COLUMNS, which stand behind them: of the first step, then of another one. */
enum {
    STATUS_FIRST_REASON = STANDING_COLUMN_COUNT,
    STATUS_FIRST_REQUESTED_AT,
    STATUS_FIRST_COMPLETED_AT,
    STATUS_REASON,
    STATUS_REQUESTED_AT,
    STATUS_COMPLETED_AT,
    STATUS_NAME,
    STATUS_ID,
    STATUS_ARN,
    STATUS_STACK_ARN,
    STATUS_CREATED_AT,
    STATUS_COLUMN_COUNT,
};

/* Those of DESCRIPTION_COLUMNS, behind these. */
enum {
    DESCRIPTION_CREATED_BY = STATUS_COLUMN_COUNT,
    DESCRIPTION_DELIVERY_S3_BUCKET,
    DESCRIPTION_DELIVERY_S3_KEY_PREFIX,
    DESCRIPTION_SSM_DOCUMENT_NAME,
    DESCRIPTION_SSM_DOCUMENT_VERSION,
    DESCRIPTION_COLUMN_COUNT,
};

/* The description in a row, without its parameters. Text lives until the query moves, made ARNs in `arn` and
 * `stack_arn`. */
struct pack_description description_row(const struct query *row, const struct arns *arns, char arn[ARN_SIZE],
                                        char stack_arn[ARN_SIZE]);

/* Keeps text and lists that outlive their rows. `no_memory` is sticky. */
struct keeper {
    struct arena arena;
    bool no_memory;
};

/* Room for one element more behind `count`; NULL when memory is out. */
void *keeper_grow(struct keeper *keeper, const void *list, size_t count, size_t size);

/* A copy; NULL for NULL, or when memory is out. */
const char *keeper_text(struct keeper *keeper, const char *text);

/* Reads the parameters of a pack into its description. STORE_FAILED also when memory is out. */
enum store_rc description_read_parameters(struct store *store, struct keeper *keeper, int64_t pack,
                                          struct pack_description *description);

/* Who a row of STATUS_COLUMNS is about. Text lives until the query moves; ARNs that are not kept are made into `arn`
 * and `stack_arn`, a stack's is "" where there is none. */
struct pack_identity {
    const char *name;
    const char *id;
    const char *arn;
    const char *stack_arn;
};
struct pack_identity pack_identity_row(const struct query *row, const struct arns *arns, char arn[ARN_SIZE],
                                       char stack_arn[ARN_SIZE]);

/*
 * A walk over a statement of STANDING_COLUMNS, from pack to pack. The rows are each pack's steps but the first one, the
 * last first; a pack that has no others is one row. It stands in the first row that stands, else in its first step. The
 * row read before is the step ahead, those behind it are history.
 */
struct standing_walk {
    struct query query;
    int64_t now;
    int64_t until; /* the next instant at which one of the packs walked over moves by itself; INT64_MAX: none does */
    int64_t pack;  /* the one that was come to */
    int64_t step;  /* where it stands */
    enum pack_state state;
    bool in_first; /* it stands in its first step */
    int64_t polls; /* that it waits for; 0: it does not */
};

/* Begins a walk at that instant, over packs of the scope where the statement asks for one (NULL: it does not). */
struct standing_walk standing_begin(struct store *store, enum statement statement, const struct scope *scope,
                                    int64_t now);

/* Goes on to the next pack that is not gone. False at the end, or when it failed. */
bool standing_next(struct standing_walk *walk);

/* Where a pack stands and what it waits for, as a walk over STATUS_COLUMNS has it. */
struct standing_row {
    int64_t pack;
    int64_t step;
    struct pack_standing standing; /* its reason lives until the walk goes on */
    int64_t polls;
};
struct standing_row standing_row(const struct standing_walk *walk);

/* Finds where a pack stands at that instant; STORE_NOT_FOUND. Its reason is left out. */
enum store_rc standing_find(struct store *store, const struct scope *scope, const char *name, int64_t now,
                            struct standing_row *row);

/* Calls `each` on the packs of a page, by a statement for all packs and one for a named one. Stops at the first that is
 * not STORE_OK, which is returned. */
struct page_end {
    bool more;     /* others follow */
    int64_t now;   /* the page's instant */
    int64_t until; /* see struct standing_walk */
};
typedef enum store_rc standing_fn(void *arg, const struct standing_walk *pack);
enum store_rc standing_page(struct store *store, const struct scope *scope, const struct pack_query *query,
                            enum statement all, enum statement by_name, standing_fn *each, void *arg,
                            struct page_end *end);

/* How a pack that stood as `before` stands when it arrives in `state` at that instant. */
struct pack_standing movement_arrive(const struct pack_standing *before, enum pack_state state, const char *reason,
                                     int64_t at);

/* Gives a pack its steps from `first` on: how it stands since `since` (step 0 is in the pack's own row already), then
 * those whose times count from `origin`. Within a transaction. */
struct transition_plan {
    int64_t pack;
    int64_t first;
    const struct pack_standing *standing;
    int64_t since;
    int64_t origin;
    const struct transition *steps;
    size_t count;
};
enum store_rc transition_write(struct store *store, const struct transition_plan *plan);

/* Counts one poll of a pack that waits for polls, and moves it when that was the last. Within a transaction. */
enum store_rc transition_count_poll(struct store *store, const struct standing_row *row);

#endif
