#include "server/recall.h"

#include "base/mix.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* An answer and the question it was given to, in one piece of memory. */
struct kept {
    struct store_lease lease;
    size_t key_length;
    size_t answer_length;
    char bytes[]; /* the key, then the answer */
};

struct recall {
    pthread_mutex_t mutex;
    size_t bytes;
    struct kept *slots[RECALL_SLOTS];
};

struct recall *recall_new(void)
{
    struct recall *recall = calloc(1, sizeof *recall);
    if (recall != NULL && pthread_mutex_init(&recall->mutex, NULL) != 0) {
        free(recall);
        return NULL;
    }
    return recall;
}

static size_t size_of(const struct kept *kept)
{
    return kept != NULL ? sizeof *kept + kept->key_length + kept->answer_length : 0;
}

static void forget_all(struct recall *recall)
{
    for (size_t i = 0; i < RECALL_SLOTS; i++) {
        free(recall->slots[i]);
        recall->slots[i] = NULL;
    }
    recall->bytes = 0;
}

void recall_free(struct recall *recall)
{
    if (recall == NULL)
        return;
    forget_all(recall);
    pthread_mutex_destroy(&recall->mutex);
    free(recall);
}

/* ---- questions as bytes ---- */

enum { PARTS = 4 };

/* What makes one question differ from another. Texts bring their NUL along, so that ("ab", "c") is not ("a", "bc"). */
struct key {
    struct {
        const char *bytes;
        size_t length;
    } parts[PARTS];
};

static struct key key_of(const struct question *question)
{
    return (struct key){{
        {question->operation, strlen(question->operation) + 1},
        {question->scope.account, strlen(question->scope.account) + 1},
        {question->scope.region, strlen(question->scope.region) + 1},
        {question->input, question->length},
    }};
}

static size_t key_length(const struct key *key)
{
    size_t length = 0;
    for (size_t i = 0; i < PARTS; i++)
        length += key->parts[i].length;
    return length;
}

/* Eight bytes at a time. Where two questions meet in a slot, the later one takes it. */
static size_t slot_of(const struct key *key)
{
    uint64_t digest = 0;
    for (size_t i = 0; i < PARTS; i++) {
        const char *bytes = key->parts[i].bytes;
        for (size_t left = key->parts[i].length; left > 0;) {
            const size_t taken = left < sizeof digest ? left : sizeof digest;
            uint64_t word = 0;
            memcpy(&word, bytes, taken);
            digest = mix_bits(digest ^ word);
            bytes += taken;
            left -= taken;
        }
    }
    return digest % RECALL_SLOTS;
}

static bool is_to(const struct kept *kept, const struct key *key)
{
    if (kept == NULL || kept->key_length != key_length(key))
        return false;
    const char *bytes = kept->bytes;
    for (size_t i = 0; i < PARTS; bytes += key->parts[i++].length) {
        if (memcmp(bytes, key->parts[i].bytes, key->parts[i].length) != 0)
            return false;
    }
    return true;
}

/* ---- finding and keeping ---- */

bool recall_find(struct recall *recall, struct store *store, const struct question *question, struct buffer *answer)
{
    const struct key key = key_of(question);
    const size_t slot = slot_of(&key);
    pthread_mutex_lock(&recall->mutex);
    const struct kept *kept = recall->slots[slot];
    const bool found = is_to(kept, &key) && store_lease_holds(store, &kept->lease);
    if (found)
        buffer_append(answer, kept->bytes + kept->key_length, kept->answer_length);
    pthread_mutex_unlock(&recall->mutex);
    return found;
}

static struct kept *copy(const struct key *key, const struct store_lease *lease, const struct buffer *answer)
{
    const size_t length = key_length(key);
    struct kept *kept = malloc(sizeof *kept + length + answer->length);
    if (kept == NULL)
        return NULL;
    *kept = (struct kept){.lease = *lease, .key_length = length, .answer_length = answer->length};
    char *end = kept->bytes;
    for (size_t i = 0; i < PARTS; end += key->parts[i++].length)
        memcpy(end, key->parts[i].bytes, key->parts[i].length);
    memcpy(end, answer->data, answer->length);
    return kept;
}

void recall_keep(struct recall *recall, const struct question *question, const struct store_lease *lease,
                 const struct buffer *answer)
{
    const struct key key = key_of(question);
    if (key_length(&key) + answer->length > RECALL_LARGEST)
        return;
    const size_t slot = slot_of(&key);
    struct kept *kept = copy(&key, lease, answer);
    pthread_mutex_lock(&recall->mutex);
    recall->bytes -= size_of(recall->slots[slot]);
    free(recall->slots[slot]);
    recall->slots[slot] = NULL;
    if (recall->bytes + size_of(kept) > RECALL_BYTES)
        forget_all(recall);
    recall->slots[slot] = kept;
    recall->bytes += size_of(kept);
    pthread_mutex_unlock(&recall->mutex);
}
