#include "server/journal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* An entry and its text, in one piece of memory. */
struct kept {
    struct journal_entry entry;
    size_t size;
    char text[];
};

struct journal {
    pthread_mutex_t mutex;
    struct kept **ring; /* `count` entries from `first` on, oldest first */
    size_t capacity;
    size_t first;
    size_t count;
    size_t bytes;
    uint64_t added;
};

struct journal *journal_new(size_t entries)
{
    struct journal *journal = calloc(1, sizeof *journal);
    struct kept **ring = calloc(entries > 0 ? entries : 1, sizeof *ring);
    if (journal == NULL || ring == NULL || pthread_mutex_init(&journal->mutex, NULL) != 0) {
        free(ring);
        free(journal);
        return NULL;
    }
    journal->ring = ring;
    journal->capacity = entries;
    return journal;
}

static struct kept **slot(const struct journal *journal, size_t index)
{
    return &journal->ring[(journal->first + index) % journal->capacity];
}

static void drop_oldest(struct journal *journal)
{
    struct kept *oldest = *slot(journal, 0);
    journal->bytes -= oldest->size;
    free(oldest);
    journal->first = (journal->first + 1) % journal->capacity;
    journal->count--;
}

void journal_free(struct journal *journal)
{
    if (journal == NULL)
        return;
    while (journal->count > 0)
        drop_oldest(journal);
    pthread_mutex_destroy(&journal->mutex);
    free(journal->ring);
    free(journal);
}

/* Copies `length` bytes and a NUL to *end, which moves behind them. */
static const char *put(char **end, const char *text, size_t length)
{
    char *start = *end;
    memcpy(start, text, length);
    start[length] = '\0';
    *end = start + length + 1;
    return start;
}

static const char *put_text(char **end, const char *text)
{
    return text != NULL ? put(end, text, strlen(text)) : NULL;
}

static size_t text_size(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

static size_t capped(size_t length)
{
    return length < JOURNAL_TEXT ? length : JOURNAL_TEXT;
}

static struct kept *copy_entry(const struct journal_entry *entry)
{
    const size_t size = sizeof(struct kept) + text_size(entry->id) + text_size(entry->operation) +
                        text_size(entry->account) + text_size(entry->region) + text_size(entry->error) +
                        capped(entry->input_length) + capped(entry->answer_length) + 2;
    struct kept *kept = malloc(size);
    if (kept == NULL)
        return NULL;
    char *end = kept->text;
    kept->size = size;
    kept->entry = *entry;
    kept->entry.id = put_text(&end, entry->id);
    kept->entry.operation = put_text(&end, entry->operation);
    kept->entry.account = put_text(&end, entry->account);
    kept->entry.region = put_text(&end, entry->region);
    kept->entry.error = put_text(&end, entry->error);
    kept->entry.input_length = capped(entry->input_length);
    kept->entry.input = put(&end, entry->input, kept->entry.input_length);
    kept->entry.answer_length = capped(entry->answer_length);
    kept->entry.answer = put(&end, entry->answer, kept->entry.answer_length);
    return kept;
}

void journal_add(struct journal *journal, const struct journal_entry *entry)
{
    struct kept *kept = journal->capacity > 0 ? copy_entry(entry) : NULL;
    pthread_mutex_lock(&journal->mutex);
    journal->added++;
    if (kept != NULL) {
        while (journal->count > 0 &&
               (journal->count == journal->capacity || journal->bytes + kept->size > JOURNAL_BYTES))
            drop_oldest(journal);
        *slot(journal, journal->count++) = kept;
        journal->bytes += kept->size;
    }
    pthread_mutex_unlock(&journal->mutex);
}

static bool same(const char *wanted, const char *text)
{
    return wanted == NULL || (text != NULL && strcmp(wanted, text) == 0);
}

static bool fits(const struct journal_entry *entry, const struct journal_filter *filter)
{
    return same(filter->operation, entry->operation) && same(filter->account, entry->account) &&
           same(filter->region, entry->region) && (filter->status == 0 || filter->status == entry->status);
}

/* The index of the oldest entry to show, so that at most `limit` that fit are shown. */
static size_t first_to_show(const struct journal *journal, const struct journal_filter *filter)
{
    size_t index = journal->count;
    size_t fitting = 0;
    while (index > 0 && (filter->limit == 0 || fitting < filter->limit)) {
        index--;
        if (fits(&(*slot(journal, index))->entry, filter))
            fitting++;
    }
    return index;
}

uint64_t journal_read(struct journal *journal, const struct journal_filter *filter, journal_fn *each, void *arg)
{
    pthread_mutex_lock(&journal->mutex);
    for (size_t i = first_to_show(journal, filter); i < journal->count; i++) {
        const struct journal_entry *entry = &(*slot(journal, i))->entry;
        if (fits(entry, filter))
            each(arg, entry);
    }
    const uint64_t added = journal->added;
    pthread_mutex_unlock(&journal->mutex);
    return added;
}

void journal_clear(struct journal *journal, const struct journal_filter *filter)
{
    pthread_mutex_lock(&journal->mutex);
    size_t left = 0;
    for (size_t i = 0; i < journal->count; i++) {
        struct kept *kept = *slot(journal, i);
        if (fits(&kept->entry, filter)) {
            journal->bytes -= kept->size;
            free(kept);
        } else {
            *slot(journal, left++) = kept;
        }
    }
    journal->count = left;
    pthread_mutex_unlock(&journal->mutex);
}

size_t journal_count(struct journal *journal)
{
    pthread_mutex_lock(&journal->mutex);
    const size_t count = journal->count;
    pthread_mutex_unlock(&journal->mutex);
    return count;
}
