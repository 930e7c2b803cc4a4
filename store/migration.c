#include "store/migration.h"

#include "base/embed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

EMBED(store_schema, "store/schema.sql");
EMBED(store_upgrade_to_2, "store/upgrade_to_2.sql");
EMBED(store_upgrade_to_3, "store/upgrade_to_3.sql");

/* What leads from each version to the next, from the first on. */
static const char *const upgrades[] = {store_upgrade_to_2, store_upgrade_to_3};
_Static_assert(sizeof upgrades / sizeof upgrades[0] == STORE_VERSION - 1, "an upgrade to each version but the first");

/* The header of an SQLite file (sqlite.org/fileformat.html): a magic string, and big-endian numbers behind it. */
enum { HEADER_SIZE = 100, HEADER_APPLICATION_ID = 68 };

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static enum store_rc refuse(char message[STORE_MESSAGE], const char *path, const char *why)
{
    snprintf(message, STORE_MESSAGE, "%s: %s", path, why);
    return STORE_FAILED;
}

enum store_rc migration_check_file(const char *path, char message[STORE_MESSAGE])
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? STORE_OK : refuse(message, path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return refuse(message, path, "not a regular file");
    if (status.st_size == 0)
        return STORE_OK;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return refuse(message, path, strerror(errno));
    unsigned char header[HEADER_SIZE];
    const size_t size = fread(header, 1, sizeof header, file);
    fclose(file);
    if (size < sizeof header || memcmp(header, "SQLite format 3", sizeof "SQLite format 3") != 0)
        return refuse(message, path, "not a database (it is left as it is)");
    if (big_endian(header + HEADER_APPLICATION_ID) != STORE_APPLICATION_ID)
        return refuse(message, path, "a database of another program (it is left as it is)");
    return STORE_OK;
}

static int read_version(sqlite3 *database, int *version)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        *version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int set_pragma(sqlite3 *database, const char *name, int value)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA %s = %d", name, value);
    return sqlite3_exec(database, sql, NULL, NULL, NULL);
}

/* Makes what there is in a new database (version 0), or takes an older one through the upgrades it has not seen. */
static int migrate(sqlite3 *database, int version)
{
    int rc = version == 0 ? sqlite3_exec(database, store_schema, NULL, NULL, NULL) : SQLITE_OK;
    for (int next = version == 0 ? STORE_VERSION : version; next < STORE_VERSION && rc == SQLITE_OK; next++)
        rc = sqlite3_exec(database, upgrades[next - 1], NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = set_pragma(database, "application_id", STORE_APPLICATION_ID);
    return rc;
}

enum store_rc migration_run(sqlite3 *database, bool *is_new, char message[STORE_MESSAGE])
{
    int version = 0;
    int rc = read_version(database, &version);
    if (rc == SQLITE_OK && version > STORE_VERSION) {
        snprintf(message, STORE_MESSAGE,
                 "the database is of version %d, this program knows up to %d (it is left as it is)", version,
                 STORE_VERSION);
        return STORE_FAILED;
    }
    *is_new = version == 0;
    if (rc == SQLITE_OK && version < STORE_VERSION) {
        rc = sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        if (rc == SQLITE_OK)
            rc = migrate(database, version);
        if (rc == SQLITE_OK)
            rc = set_pragma(database, "user_version", STORE_VERSION);
        if (rc == SQLITE_OK)
            rc = sqlite3_exec(database, "COMMIT", NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK)
        return STORE_OK;
    snprintf(message, STORE_MESSAGE, "%s", sqlite3_errmsg(database));
    return STORE_FAILED;
}
