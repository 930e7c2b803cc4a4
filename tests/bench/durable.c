/*
 * The limit of a durable PutConformancePack: what SQLite makes of the same inserts, with the settings of store/store.c
 * and no server around it.
 *
 *   durable SCHEMA DATABASE TEMPLATE RULES SECONDS
 *
 * SCHEMA is the store's schema, DATABASE a file to be made, TEMPLATE a file with a TemplateBody, RULES how many rules
 * are in it. Prints one line of JSON.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_BYTES = 1024 * 1024, AN_ACCOUNTS_PACKS = 40, AFTER_MS = 2000, LONGEST_NAME = 32 };

/* A pack's rows, in the order in which they are written. */
enum statement { BEGIN, PACK, STEP, TEMPLATE, RULE, COMMIT, STATEMENTS };

static const char *const statement_text[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [PACK] =
        ("INSERT INTO pack (pack, account, region, name, id, moves, first_step, state, since, requested_at, created_at)"
         " VALUES (?1, ?2, 'us-east-1', ?3, ?4, ?1, 0, 0, ?5, ?5, ?5)"),
    [STEP] = ("INSERT INTO transition (pack, step, state, trigger, after, due_at, requested_at)"
              " VALUES (?, 1, 1, 1, ?, ?, ?)"),
    [TEMPLATE] = "INSERT INTO template_source (pack, body) VALUES (?, ?)",
    [RULE] = "INSERT INTO pack_rule (pack, position, name, source_owner, source_identifier) VALUES (?, ?, ?, 'AWS', ?)",
    [COMMIT] = "COMMIT",
};

struct bare {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
    const char *template;
    int rules;
};

static _Noreturn void die(const struct bare *bare, const char *what)
{
    fprintf(stderr, "durable: %s: %s\n", what, bare->database != NULL ? sqlite3_errmsg(bare->database) : "");
    exit(1);
}

static char *read_text(const char *path)
{
    char *text = calloc(1, MOST_BYTES + 1);
    FILE *file = fopen(path, "rb");
    if (text == NULL || file == NULL || fread(text, 1, MOST_BYTES, file) == 0) {
        fprintf(stderr, "durable: %s can't be read\n", path);
        exit(1);
    }
    fclose(file);
    return text;
}

static void execute(struct bare *bare, const char *sql)
{
    if (sqlite3_exec(bare->database, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(bare, sql);
}

static void open_database(struct bare *bare, const char *path, const char *schema)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    if (sqlite3_open_v2(path, &bare->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        die(bare, path);
    execute(bare, "PRAGMA locking_mode = EXCLUSIVE");
    execute(bare, schema);
    execute(bare, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    for (int i = 0; i < STATEMENTS; i++) {
        if (sqlite3_prepare_v3(bare->database, statement_text[i], -1, SQLITE_PREPARE_PERSISTENT, &bare->statements[i],
                               NULL) != SQLITE_OK)
            die(bare, statement_text[i]);
    }
}

static void run(struct bare *bare, enum statement statement)
{
    if (sqlite3_step(bare->statements[statement]) != SQLITE_DONE)
        die(bare, statement_text[statement]);
    sqlite3_reset(bare->statements[statement]);
}

static void insert_step(struct bare *bare, int64_t pack, int64_t now)
{
    sqlite3_stmt *statement = bare->statements[STEP];
    sqlite3_bind_int64(statement, 1, pack);
    sqlite3_bind_int64(statement, 2, AFTER_MS);
    sqlite3_bind_int64(statement, 3, now + AFTER_MS);
    sqlite3_bind_int64(statement, 4, now);
    run(bare, STEP);
}

static void insert_pack(struct bare *bare, unsigned number, int64_t now)
{
    char account[LONGEST_NAME];
    char name[LONGEST_NAME];
    snprintf(account, sizeof account, "1000%08u", number / AN_ACCOUNTS_PACKS);
    snprintf(name, sizeof name, "put-%08u", number);
    run(bare, BEGIN);
    sqlite3_stmt *statement = bare->statements[PACK];
    const int64_t pack = number + 1;
    sqlite3_bind_int64(statement, 1, pack);
    sqlite3_bind_text(statement, 2, account, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, "conformance-pack-uday4bbox", -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 5, now);
    run(bare, PACK);
    insert_step(bare, pack, now);
    statement = bare->statements[TEMPLATE];
    sqlite3_bind_int64(statement, 1, pack);
    sqlite3_bind_text(statement, 2, bare->template, -1, SQLITE_STATIC);
    run(bare, TEMPLATE);
    statement = bare->statements[RULE];
    for (int rule = 0; rule < bare->rules; rule++) {
        sqlite3_bind_int64(statement, 1, pack);
        sqlite3_bind_int(statement, 2, rule);
        sqlite3_bind_text(statement, 3, "s3-bucket-versioning", -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 4, "S3_BUCKET_VERSIONING_ENABLED", -1, SQLITE_STATIC);
        run(bare, RULE);
    }
    run(bare, COMMIT);
}

static int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int main(int argc, char *argv[])
{
    struct bare bare = {0};
    if (argc != 6) {
        fprintf(stderr, "durable SCHEMA DATABASE TEMPLATE RULES SECONDS\n");
        return 2;
    }
    char *schema = read_text(argv[1]);
    char *template = read_text(argv[3]);
    bare.template = template;
    bare.rules = (int)strtol(argv[4], NULL, 10);
    open_database(&bare, argv[2], schema);

    const int64_t began = now_ns();
    const int64_t until = began + (int64_t)(strtod(argv[5], NULL) * 1e9);
    unsigned count = 0;
    int64_t now = began;
    for (; now < until; now = now_ns())
        insert_pack(&bare, count++, now / 1000000);
    const double seconds = (double)(now - began) / 1e9;
    printf("{\"requests\": %u, \"seconds\": %.6f, \"rate\": %.1f}\n", count, seconds, count / seconds);

    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(bare.statements[i]);
    sqlite3_close(bare.database);
    free(template);
    free(schema);
    return 0;
}
