/* Which database files are opened, which are brought up to date, and which are refused and left as they are. */
#include "store/migration.h"

#include "base/buffer.h"
#include "base/embed.h"
#include "base/file.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

EMBED(schema_v1, "tests/unit/schema_1.sql");

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define T0           1767225600000LL

static const struct scope scope = {"123456789012", "us-east-1"};

struct place {
    char directory[64];
    char file[96];
};

static int make_place(void **state)
{
    static struct place place;
    snprintf(place.directory, sizeof place.directory, "/tmp/test-migration-XXXXXX");
    if (mkdtemp(place.directory) == NULL)
        return -1;
    snprintf(place.file, sizeof place.file, "%s/world.db", place.directory);
    *state = &place;
    return 0;
}

/* How many files there are; all of them are removed where asked. */
static size_t count_files(const struct place *place, bool also_remove)
{
    size_t count = 0;
    DIR *directory = opendir(place->directory);
    assert_non_null(directory);
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char path[512];
        if (entry->d_name[0] == '.')
            continue;
        count++;
        snprintf(path, sizeof path, "%s/%s", place->directory, entry->d_name);
        if (also_remove)
            remove(path);
    }
    closedir(directory);
    return count;
}

static int remove_place(void **state)
{
    const struct place *place = *state;
    count_files(place, true);
    return rmdir(place->directory);
}

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* A database made by `sql`, closed, without the helpers of WAL mode beside it. */
static void make_database(const char *path, const char *const *sql)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    for (; *sql != NULL; sql++) {
        char *message = NULL;
        if (sqlite3_exec(database, *sql, NULL, NULL, &message) != SQLITE_OK)
            fail_msg("%s", message);
    }
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static struct store *open_store(const char *path)
{
    char message[STORE_MESSAGE] = "";
    struct store *store = NULL;
    if (store_open(&store, &(struct store_options){.path = path}, message) != STORE_OK)
        fail_msg("%s", message);
    return store;
}

static void make_world(const char *path)
{
    struct store *store = open_store(path);
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "pack-%02d", i);
        const struct pack_description pack = {.name = name, .created_by = "somebody"};
        const struct pack_standing standing = {PACK_CREATE_COMPLETE, "reason", T0, T0};
        assert_int_equal(store_add_pack(store, &scope, &pack, &standing, NULL, 0), STORE_OK);
    }
    store_close(store);
}

/* Opening fails, says so naming the file and `why`, and neither the file nor anything beside it changed. */
static void assert_refused(const struct place *place, const char *why)
{
    char message[STORE_MESSAGE] = "";
    struct store *store = NULL;
    size_t before_length = 0;
    size_t after_length = 0;
    char *before = file_read(place->file, 1 << 30, &before_length);
    const size_t files = count_files(place, false);
    assert_non_null(before);
    assert_int_equal(store_open(&store, &(struct store_options){.path = place->file}, message), STORE_FAILED);
    assert_null(store);
    char *after = file_read(place->file, 1 << 30, &after_length);
    assert_int_equal(before_length, after_length);
    assert_memory_equal(before, after, before_length);
    assert_int_equal(count_files(place, false), files);
    if (strncmp(message, place->file, strlen(place->file)) != 0 || strstr(message, why) == NULL)
        fail_msg("'%s' says nothing of '%s'", message, why);
    free(before);
    free(after);
}

/* ---- files that are not ours ---- */

static void refuses_what_is_no_database(void **state)
{
    const struct place *place = *state;
    char page[8192];
    const struct {
        const void *bytes;
        size_t length;
    } table[] = {
        {"x", 1},
        {"{\"conformancePacks\": []}", 24},
        {"SQLite format 3", 16},
        {page, 99},
        {page, 100},
        {page, sizeof page},
    };
    memset(page, 'z', sizeof page);
    for (size_t i = 0; i < COUNT(table); i++) {
        write_file(place->file, table[i].bytes, table[i].length);
        assert_refused(place, "not a database");
    }
}

static void refuses_a_database_of_another_program(void **state)
{
    static const char *const foreign[][4] = {
        {"CREATE TABLE t (x)", "INSERT INTO t VALUES (1)"},
        {"PRAGMA journal_mode = WAL", "CREATE TABLE t (x)"},
        {"PRAGMA application_id = 1", "PRAGMA user_version = 1", "CREATE TABLE world (x)"},
    };
    const struct place *place = *state;
    for (size_t i = 0; i < COUNT(foreign); i++) {
        make_database(place->file, foreign[i]);
        assert_refused(place, "another program");
        count_files(place, true);
    }
}

static void refuses_a_newer_version(void **state)
{
    static const char *const newer[] = {"PRAGMA user_version = 2000000", "CREATE TABLE from_the_future (x)", NULL};
    static const char *const journaled[] = {"PRAGMA journal_mode = DELETE", NULL};
    const struct place *place = *state;
    make_world(place->file);
    make_database(place->file, newer); /* in WAL mode, as the store leaves it */
    assert_refused(place, "version 2000000");
    make_database(place->file, journaled);
    assert_refused(place, "version 2000000");
}

static void refuses_ours_without_a_version(void **state)
{
    static const char *const unversioned[] = {"PRAGMA user_version = 0", NULL};
    const struct place *place = *state;
    make_world(place->file);
    make_database(place->file, unversioned);
    assert_refused(place, "");
}

static void refuses_a_file_cut_short(void **state)
{
    const struct place *place = *state;
    size_t length = 0;
    make_world(place->file);
    char *whole = file_read(place->file, 1 << 30, &length);
    assert_non_null(whole);
    const size_t page = 4096;
    assert_true(length > 3 * page);
    const size_t table[] = {1, 99, 100, 512, page - 1, page, page + 1, length / 2, length - page};
    for (size_t i = 0; i < COUNT(table); i++) {
        write_file(place->file, whole, table[i]);
        assert_refused(place, "");
    }
    write_file(place->file, whole, length);
    store_close(open_store(place->file));
    free(whole);
}

static void refuses_what_is_no_file(void **state)
{
    const struct place *place = *state;
    struct store *store = NULL;
    char message[STORE_MESSAGE] = "";
    char missing[128];
    assert_int_equal(store_open(&store, &(struct store_options){.path = place->directory}, message), STORE_FAILED);
    assert_non_null(strstr(message, "not a regular file"));
    snprintf(missing, sizeof missing, "%s/absent/world.db", place->directory);
    assert_int_equal(store_open(&store, &(struct store_options){.path = missing}, message), STORE_FAILED);
    assert_memory_equal(message, missing, strlen(missing));
    assert_int_equal(count_files(place, false), 0);
}

static bool is_loaded(struct store *store)
{
    bool loaded = false;
    assert_int_equal(store_is_loaded(store, &loaded), STORE_OK);
    return loaded;
}

/* ---- files that are ours ---- */

static void makes_a_world_where_there_is_none(void **state)
{
    const struct place *place = *state;
    struct store *store = open_store(place->file);
    assert_false(is_loaded(store));
    store_close(store);
    count_files(place, true);
    write_file(place->file, "", 0); /* an empty file is no one's */
    store = open_store(place->file);
    assert_false(is_loaded(store));
    store_close(store);
    store = open_store(place->file); /* nothing was loaded into it: a start goes on from there */
    assert_false(is_loaded(store));
    assert_int_equal(store_set_loaded(store), STORE_OK);
    store_close(store);
    store = open_store(place->file);
    assert_true(is_loaded(store));
    store_close(store);
}

/* What the schema consists of, one line an object. */
static int append_row(void *arg, int columns, char **values, char **names)
{
    (void)names;
    for (int i = 0; i < columns; i++)
        buffer_printf(arg, "%s%s", values[i] != NULL ? values[i] : "NULL", i < columns - 1 ? "|" : "\n");
    return 0;
}

static void read_rows(const char *path, const char *sql, struct buffer *rows)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, append_row, rows, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    buffer_append(rows, "", 1);
    assert_false(rows->failed);
}

static const char *const first_version[] = {
    schema_v1,
    "PRAGMA application_id = 0x4157434d; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;",
    "UPDATE world SET seed = 77, clock_frozen_at = 1767225600000;"
    "INSERT INTO loaded VALUES (1767225600000);"
    "INSERT INTO pack (pack, account, region, name, id, created_at, created_by)"
    " VALUES (1, '123456789012', 'us-east-1', 'old', 'conformance-pack-uday4bbox', 1767225000000, 'somebody');"
    "INSERT INTO input_parameter VALUES (1, 0, 'Days', '90');"
    "INSERT INTO transition VALUES (1, 0, 0, 0, 0, 1767225000000, 1767225000000, NULL, NULL),"
    " (1, 1, 2, 1, 60000, 1767225060000, 1767225000000, NULL, 'why'), (1, 2, 1, 2, 3, NULL, NULL, NULL, NULL);"
    "INSERT INTO credential VALUES ('AKIAIOSFODNN7EXAMPLE', 'secret', NULL, '123456789012');",
    NULL,
};

static void note_status(void *arg, const struct pack_status *status)
{
    buffer_printf(arg, "%s %s %s %s\n", status->name, status->id, pack_state_name(status->standing.state),
                  status->standing.reason);
}

/* Takes comments, quotes and blanks out of SQL: they differ where a table was renamed. */
static void strip_sql(struct buffer *sql)
{
    size_t kept = 0;
    for (size_t i = 0; i + 1 < sql->length; i++) {
        while (memcmp(sql->data + i, "--", 2) == 0)
            i += strcspn(sql->data + i, "\n");
        if (strchr(" \n\"", sql->data[i]) == NULL)
            sql->data[kept++] = sql->data[i];
    }
    sql->data[kept] = '\0';
    sql->length = kept;
}

static void brings_version_1_up_to_date(void **state)
{
    static const char schema[] = "SELECT type, name, tbl_name, sql || ';' FROM sqlite_schema ORDER BY type, name";
    static const char versions[] =
        "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version";
    const struct place *place = *state;
    struct buffer migrated = {0};
    struct buffer fresh = {0};
    struct buffer shown = {0};
    char fresh_file[128];
    bool more = false;

    make_database(place->file, first_version);
    struct store *store = open_store(place->file);
    assert_true(is_loaded(store));
    assert_int_equal(store_seed(store), 77);
    assert_int_equal(store_now(store), T0);
    for (int poll = 0; poll < 4; poll++)
        assert_int_equal(store_pack_status(store, &scope, &(struct pack_query){.limit = 5}, note_status, &shown, &more),
                         STORE_OK);
    buffer_append(&shown, "", 1);
    assert_string_equal(shown.data, "old conformance-pack-uday4bbox CREATE_FAILED why\n"
                                    "old conformance-pack-uday4bbox CREATE_FAILED why\n"
                                    "old conformance-pack-uday4bbox CREATE_FAILED why\n"
                                    "old conformance-pack-uday4bbox CREATE_COMPLETE (null)\n");
    assert_int_equal(store_move_pack(store, &scope, "old", PACK_DELETE_IN_PROGRESS, NULL, false), STORE_OK);
    store_close(store);

    snprintf(fresh_file, sizeof fresh_file, "%s/fresh.db", place->directory);
    store_close(open_store(fresh_file));
    read_rows(place->file, schema, &migrated);
    read_rows(fresh_file, schema, &fresh);
    strip_sql(&migrated);
    strip_sql(&fresh);
    assert_non_null(strstr(fresh.data, "CREATETABLEpack(packINTEGERNOTNULLUNIQUE,"));
    assert_string_equal(migrated.data, fresh.data);
    buffer_clear(&migrated);
    buffer_clear(&fresh);
    read_rows(place->file, versions, &migrated);
    read_rows(fresh_file, versions, &fresh);
    assert_string_equal(migrated.data, fresh.data);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%d|%d\n", STORE_APPLICATION_ID, STORE_VERSION);
    assert_string_equal(fresh.data, wanted);

    store = open_store(place->file); /* once it is done, it is done */
    assert_int_equal(store_find_pack(store, &scope, "old"), STORE_OK);
    store_close(store);
    buffer_free(&migrated);
    buffer_free(&fresh);
    buffer_free(&shown);
}

static void a_migration_that_fails_changes_nothing(void **state)
{
    static const char *const in_the_way[] = {"CREATE TABLE script (x)", NULL};
    const struct place *place = *state;
    make_database(place->file, first_version);
    make_database(place->file, in_the_way); /* the upgrade to version 2 makes a table of that name */
    assert_refused(place, "script");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refuses_what_is_no_database),
        TEST(refuses_a_database_of_another_program),
        TEST(refuses_a_newer_version),
        TEST(refuses_ours_without_a_version),
        TEST(refuses_a_file_cut_short),
        TEST(refuses_what_is_no_file),
        TEST(makes_a_world_where_there_is_none),
        TEST(brings_version_1_up_to_date),
        TEST(a_migration_that_fails_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
