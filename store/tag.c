/* Tags of packs, which are named by ARN. */
#include "store/internal.h"

#include <string.h>

struct tagging {
    const struct scope *scope;
    const char *arn;
    const struct tag *tags;
    const char *const *keys;
    size_t count;
};

enum store_rc tag_write(struct store *store, int64_t pack, const struct tag *tag)
{
    struct query query = query_begin(store, SQL_SET_TAG);
    query_bind_integer(&query, ":pack", pack);
    query_bind_text(&query, ":key", tag->key);
    query_bind_text(&query, ":value", tag->value);
    return query_run(&query);
}

/* The pack of an ARN …:conformance-pack/NAME/ID. */
static enum store_rc find(struct store *store, const struct scope *scope, const char *arn, int64_t *pack)
{
    char name[ARN_SIZE];
    char its_arn[ARN_SIZE];
    const char *start = strchr(arn, '/');
    const size_t length = start != NULL ? strcspn(start + 1, "/") : 0;
    if (length == 0 || length >= sizeof name)
        return STORE_NOT_FOUND;
    memcpy(name, start + 1, length);
    name[length] = '\0';
    struct standing_row row = {0};
    enum store_rc rc = standing_find(store, scope, name, store_now(store), &row);
    if (rc == STORE_OK)
        rc = pack_arn(store, scope, row.pack, its_arn);
    if (rc == STORE_OK && strcmp(its_arn, arn) != 0)
        rc = STORE_NOT_FOUND;
    *pack = row.pack;
    return rc;
}

static enum store_rc check_count(struct store *store, int64_t pack)
{
    struct query query = query_begin(store, SQL_COUNT_TAGS);
    query_bind_integer(&query, ":pack", pack);
    const bool too_many = query_next(&query) && query_integer(&query, 0) > TAGS_MAX;
    const enum store_rc rc = query_end(&query);
    return rc == STORE_OK && too_many ? STORE_TOO_MANY : rc;
}

static enum store_rc set_tags(struct store *store, void *arg)
{
    const struct tagging *tagging = arg;
    int64_t pack = 0;
    enum store_rc rc = find(store, tagging->scope, tagging->arn, &pack);
    for (size_t i = 0; i < tagging->count && rc == STORE_OK; i++)
        rc = tag_write(store, pack, &tagging->tags[i]);
    return rc == STORE_OK ? check_count(store, pack) : rc;
}

enum store_rc store_tag(struct store *store, const struct scope *scope, const char *arn, const struct tag *tags,
                        size_t count)
{
    struct tagging tagging = {.scope = scope, .arn = arn, .tags = tags, .count = count};
    return store_transaction(store, set_tags, &tagging);
}

static enum store_rc remove_tags(struct store *store, void *arg)
{
    const struct tagging *tagging = arg;
    int64_t pack = 0;
    enum store_rc rc = find(store, tagging->scope, tagging->arn, &pack);
    for (size_t i = 0; i < tagging->count && rc == STORE_OK; i++) {
        struct query query = query_begin(store, SQL_REMOVE_TAG);
        query_bind_integer(&query, ":pack", pack);
        query_bind_text(&query, ":key", tagging->keys[i]);
        rc = query_run(&query);
    }
    return rc;
}

enum store_rc store_untag(struct store *store, const struct scope *scope, const char *arn, const char *const *keys,
                          size_t count)
{
    struct tagging tagging = {.scope = scope, .arn = arn, .keys = keys, .count = count};
    return store_transaction(store, remove_tags, &tagging);
}

static enum store_rc show_tags(struct store *store, int64_t pack, const char *after, size_t limit, tag_fn *each,
                               void *arg, bool *more)
{
    size_t shown = 0;
    struct query query = query_begin(store, SQL_TAGS);
    query_bind_integer(&query, ":pack", pack);
    query_bind_text(&query, ":after", after);
    query_bind_integer(&query, ":limit", (int64_t)limit + 1);
    while (query_next(&query)) {
        *more = shown == limit;
        if (*more)
            break;
        each(arg, &(struct tag){query_text(&query, 0), query_text(&query, 1)});
        shown++;
    }
    return query_end(&query);
}

enum store_rc store_tags(struct store *store, const struct scope *scope, const char *arn, const char *after,
                         size_t limit, tag_fn *each, void *arg, bool *more)
{
    int64_t pack = 0;
    *more = false;
    store_lock(store);
    enum store_rc rc = find(store, scope, arn, &pack);
    if (rc == STORE_OK)
        rc = show_tags(store, pack, after, limit, each, arg, more);
    store_unlock(store);
    return rc;
}
