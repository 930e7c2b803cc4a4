/*
 * The journal: the last requests to the AWS endpoint, and counts of all of them, so that a test can ask what its code
 * asked. Bounded in entries and in bytes; it never holds a header, and so no secret.
 */
#ifndef SERVER_JOURNAL_H
#define SERVER_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;

enum {
    JOURNAL_TEXT = 64 * 1024,         /* most bytes kept of an input or an answer */
    JOURNAL_BYTES = 16 * 1024 * 1024, /* most bytes kept in all: the oldest make way */
};

struct journal_entry {
    const char *id;        /* x-amzn-RequestId */
    int64_t time;          /* of the machine's clock */
    const char *operation; /* NULL: the request named none */
    const char *account;   /* "" when it did not come that far */
    const char *region;
    const char *input; /* the body as it came, JSON or not; need not end in a NUL */
    size_t input_length;
    const char *answer;
    size_t answer_length;
    int status;
    const char *error; /* wire name; NULL: none */
    int64_t duration_us;
};

/* A journal for so many entries; NULL when memory is out. */
struct journal *journal_new(size_t entries);
void journal_free(struct journal *journal); /* NULL does nothing */

/* Adds a copy. When memory is out the entry is lost, but counted. From any thread. */
void journal_add(struct journal *journal, const struct journal_entry *entry);

/* Which entries. NULL, 0: any. */
struct journal_filter {
    const char *operation;
    const char *account;
    const char *region;
    int status;
    size_t limit; /* the newest so many; 0: all */
};

/* Calls `each` with the entries that fit, oldest first; what it is given lives until it returns. It must not call the
 * journal. Returns how many were ever added. */
typedef void journal_fn(void *arg, const struct journal_entry *entry);
uint64_t journal_read(struct journal *journal, const struct journal_filter *filter, journal_fn *each, void *arg);

/* Forgets the entries that fit. */
void journal_clear(struct journal *journal, const struct journal_filter *filter);

/* How many entries it holds. */
size_t journal_count(struct journal *journal);

#endif
