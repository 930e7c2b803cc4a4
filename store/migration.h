/* Brings a database to the schema of this binary, or says why not. */
#ifndef STORE_MIGRATION_H
#define STORE_MIGRATION_H

#include "store/store.h"

#include <sqlite3.h>

/* PRAGMA application_id of our files: "AWCM". */
#define STORE_APPLICATION_ID 0x4157434d

/* PRAGMA user_version. */
enum { STORE_VERSION = 3 };

/* Brings an empty database (`*is_new`) or an older one to this version; all of it or nothing. STORE_FAILED with
 * `message` when it is newer, or when SQLite fails. */
enum store_rc migration_run(sqlite3 *database, bool *is_new, char message[STORE_MESSAGE]);

/* Whether the file may be opened at all: absent, empty or with our application id in its header. Reads at most its
 * first 100 bytes. */
enum store_rc migration_check_file(const char *path, char message[STORE_MESSAGE]);

#endif
