/* Opening and closing a world. */
#include "base/machine_clock.h"
#include "store/internal.h"
#include "store/migration.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * One connection, used under one mutex, that keeps its lock on the file: a read then takes no file lock (measured:
 * 16.5 µs of CPU a request, against 24.5 in shared WAL mode), and a second process is told that the file is in use.
 * Durable: in WAL mode with synchronous=FULL a commit has reached the disk when it returns.
 */
static const char file_settings[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
static const char memory_settings[] = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;";
static const char all_settings[] = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";

void store_report(struct store *store, const char *what)
{
    char message[STORE_MESSAGE];
    if (store->report == NULL)
        return;
    snprintf(message, sizeof message, "store: %s: %s", what, sqlite3_errmsg(store->database));
    store->report(store->report_arg, message);
}

enum store_rc store_load_world(struct store *store)
{
    struct query query = query_begin(store, SQL_WORLD);
    if (query_next(&query)) {
        store->world.has_credentials = query_integer(&query, 3) != 0;
        store->world.has_responses = query_integer(&query, 4) != 0;
        store->world.has_faults = query_integer(&query, 5) != 0;
        store->world.seed = (uint64_t)query_integer(&query, 0);
        store->world.clock_frozen = !query_is_null(&query, 1);
        store->world.clock_frozen_at = query_integer(&query, 1);
        store->world.clock_offset = query_integer(&query, 2);
    }
    return query_end(&query);
}

static enum store_rc set_seed(struct store *store, void *arg)
{
    const uint64_t *seed = arg;
    struct query query = query_begin(store, SQL_SET_SEED);
    query_bind_integer(&query, ":seed", (int64_t)*seed);
    return query_run(&query);
}

static enum store_rc choose_seed(struct store *store, const struct store_options *options)
{
    uint64_t seed = options->seed;
    if (!options->has_seed && !store->is_new)
        return STORE_OK;
    if (!options->has_seed && getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return STORE_FAILED;
    return store_transaction(store, set_seed, &seed);
}

static enum store_rc fail_with(struct store *store, const char *path, char message[STORE_MESSAGE])
{
    char reason[STORE_MESSAGE];
    snprintf(reason, sizeof reason, "%s", sqlite3_errmsg(store->database));
    snprintf(message, STORE_MESSAGE, "%.200s: %.280s", path != NULL ? path : "memory", reason);
    return STORE_FAILED;
}

static int execute(struct store *store, const char *sql)
{
    return sqlite3_exec(store->database, sql, NULL, NULL, NULL);
}

/* SQLite takes some names for more than paths ("file:…", ":memory:"): ours are paths, whatever they look like. */
static bool name_for_sqlite(const char *path, char name[PATH_MAX])
{
    if (path == NULL)
        return snprintf(name, PATH_MAX, ":memory:") > 0;
    return snprintf(name, PATH_MAX, "%s%s", *path == '/' ? "" : "./", path) < PATH_MAX;
}

/* The one connection is used under our own mutex, so SQLite needs none of its own, nor to count its memory. */
static void configure_sqlite(void)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum store_rc open_database(struct store *store, const char *path, char message[STORE_MESSAGE])
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (path != NULL && migration_check_file(path, message) != STORE_OK)
        return STORE_FAILED;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char file[PATH_MAX];
    pthread_once(&once, configure_sqlite);
    if (!name_for_sqlite(path, file)) {
        snprintf(message, STORE_MESSAGE, "%.200s...: the path is too long", path);
        return STORE_FAILED;
    }
    if (sqlite3_open_v2(file, &store->database, flags, NULL) != SQLITE_OK)
        return fail_with(store, path, message);
    if (path != NULL && sqlite3_db_readonly(store->database, "main") == 1) {
        snprintf(message, STORE_MESSAGE, "%.200s: it can't be written to", path);
        return STORE_FAILED;
    }
    /* until the version is known to be ours, closing must not touch the file either */
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (execute(store, "PRAGMA locking_mode = EXCLUSIVE") != SQLITE_OK)
        return fail_with(store, path, message);
    if (migration_run(store->database, &store->is_new, message) != STORE_OK) {
        char reason[STORE_MESSAGE];
        memcpy(reason, message, sizeof reason);
        snprintf(message, STORE_MESSAGE, "%.200s: %.280s", path != NULL ? path : "memory", reason);
        return STORE_FAILED;
    }
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    if (execute(store, path != NULL ? file_settings : memory_settings) != SQLITE_OK ||
        execute(store, all_settings) != SQLITE_OK)
        return fail_with(store, path, message);
    return STORE_OK;
}

/* SQLite leaves an empty log beside a file that it opened and we refused. */
struct log_guard {
    char path[STORE_MESSAGE];
    bool was_there;
};

static void note_log(struct log_guard *guard, const char *path)
{
    const int length = snprintf(guard->path, sizeof guard->path, "%s-wal", path != NULL ? path : "");
    guard->was_there = path == NULL || length >= (int)sizeof guard->path || access(guard->path, F_OK) == 0;
}

static void remove_new_log(const struct log_guard *guard)
{
    struct stat status;
    if (!guard->was_there && stat(guard->path, &status) == 0 && status.st_size == 0)
        unlink(guard->path);
}

static bool init_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0)
        return false;
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    const bool made = pthread_mutex_init(mutex, &attributes) == 0;
    pthread_mutexattr_destroy(&attributes);
    return made;
}

enum store_rc store_open(struct store **opened, const struct store_options *options, char message[STORE_MESSAGE])
{
    *opened = NULL;
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL || !init_mutex(&store->mutex)) {
        free(store);
        snprintf(message, STORE_MESSAGE, "memory is out");
        return STORE_FAILED;
    }
    store->report = options->report;
    store->report_arg = options->report_arg;
    struct log_guard log;
    note_log(&log, options->path);
    if (open_database(store, options->path, message) != STORE_OK) {
        store_close(store);
        remove_new_log(&log);
        return STORE_FAILED;
    }
    if (transaction_prepare(store) != STORE_OK || store_load_world(store) != STORE_OK ||
        choose_seed(store, options) != STORE_OK) {
        fail_with(store, options->path, message);
        store_close(store);
        return STORE_FAILED;
    }
    *opened = store;
    return STORE_OK;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    query_finalize_all(store);
    sqlite3_close(store->database);
    pthread_mutex_destroy(&store->mutex);
    free(store);
}

enum store_rc store_is_loaded(struct store *store, bool *is_loaded)
{
    store_lock(store);
    struct query query = query_begin(store, SQL_IS_LOADED);
    *is_loaded = query_next(&query);
    const enum store_rc rc = query_end(&query);
    store_unlock(store);
    return rc;
}

static enum store_rc set_loaded(struct store *store, void *arg)
{
    (void)arg;
    struct query query = query_begin(store, SQL_SET_LOADED);
    query_bind_integer(&query, ":at", machine_now());
    return query_run(&query);
}

enum store_rc store_set_loaded(struct store *store)
{
    return store_transaction(store, set_loaded, NULL);
}

uint64_t store_seed(struct store *store)
{
    store_lock(store);
    const uint64_t seed = store->world.seed;
    store_unlock(store);
    return seed;
}
