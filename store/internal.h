/* What the files of the store share among themselves. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "store/sql.h"
#include "store/store.h"

#include <pthread.h>

struct store {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS]; /* prepared on first use */
    pthread_mutex_t mutex;                /* recursive; held by whoever uses anything here */
    unsigned transaction_depth;
    bool is_new;
    store_report_fn *report;
    void *report_arg;
    /* the row of table `world` */
    uint64_t seed;
    bool clock_frozen;
    int64_t clock_frozen_at;
    int64_t clock_offset;
};

void store_lock(struct store *store);
void store_unlock(struct store *store);

/* Tells the reporter what SQLite says went wrong. */
void store_report(struct store *store, const char *what);

/* Reads the row of table `world` into the struct again: at opening, and when a transaction was undone. */
enum store_rc store_load_world(struct store *store);

/* Removes a pack that is gone and remembers that the scope saw a deletion. Within a transaction. */
enum store_rc store_purge_pack(struct store *store, const struct scope *scope, int64_t pack);

/* Where a pack stands and what it waits for: a row of STANDING_…, without its text. */
struct standing_row {
    int64_t pack;
    int64_t step;
    struct pack_standing standing;
    bool waits_for_polls;
    int64_t polls; /* still to come */
};

/* Reads the row that `query` stands on. Its reason lives until the query moves. */
struct standing_row standing_row(const struct query *query);

/* Finds where a pack stands now; STORE_NOT_FOUND. Its reason is gone: NULL. */
enum store_rc standing_find(struct store *store, const struct scope *scope, const char *name,
                            struct standing_row *row);

/* Gives a pack its rows in table `transition`, from `first` on: how it stands since `since`, then its steps, whose
 * times count from `origin`. Within a transaction. */
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
