/* Packs with all there is of them, for those who look at the world from outside. */
#include "base/arena.h"
#include "store/internal.h"

#include <stdlib.h>
#include <string.h>

/* The columns of RECORDS behind those of the description. */
enum {
    ACCOUNT = DESCRIPTION_COLUMN_COUNT,
    REGION,
    TEMPLATE_BODY,
    TEMPLATE_S3_URI,
};

/* One record under way. */
struct reading {
    struct store *store;
    struct keeper keeper; /* of what the record points at */
    struct pack_record record;
};

static struct query begin_for_pack(struct reading *reading, enum statement statement, int64_t pack)
{
    struct query query = query_begin(reading->store, statement);
    query_bind_integer(&query, ":pack", pack);
    return query;
}

static enum store_rc read_parameters(struct reading *reading, int64_t pack)
{
    return description_read_parameters(reading->store, &reading->keeper, pack, &reading->record.description);
}

static enum store_rc read_tags(struct reading *reading, int64_t pack)
{
    struct pack_record *record = &reading->record;
    struct query query = begin_for_pack(reading, SQL_TAGS, pack);
    query_bind_text(&query, ":after", "");
    query_bind_integer(&query, ":limit", -1);
    while (!reading->keeper.no_memory && query_next(&query)) {
        struct tag *list = keeper_grow(&reading->keeper, record->content.tags, record->content.tag_count, sizeof *list);
        if (list == NULL)
            break;
        record->content.tags = list;
        list[record->content.tag_count++] = (struct tag){keeper_text(&reading->keeper, query_text(&query, 0)),
                                                         keeper_text(&reading->keeper, query_text(&query, 1))};
    }
    return query_end(&query);
}

static enum store_rc read_rules(struct reading *reading, int64_t pack)
{
    struct pack_record *record = &reading->record;
    struct query query = begin_for_pack(reading, SQL_RULES, pack);
    while (!reading->keeper.no_memory && query_next(&query)) {
        struct pack_rule *list =
            keeper_grow(&reading->keeper, record->content.rules, record->content.rule_count, sizeof *list);
        if (list == NULL)
            break;
        record->content.rules = list;
        list[record->content.rule_count++] = (struct pack_rule){
            .name = keeper_text(&reading->keeper, query_text(&query, 0)),
            .source_owner = keeper_text(&reading->keeper, query_text(&query, 1)),
            .source_identifier = keeper_text(&reading->keeper, query_text(&query, 2)),
            .input_parameters = keeper_text(&reading->keeper, query_text(&query, 3)),
        };
    }
    return query_end(&query);
}

static enum store_rc read_steps(struct reading *reading, int64_t pack, int64_t stands_at)
{
    struct pack_record *record = &reading->record;
    struct query query = begin_for_pack(reading, SQL_TIMELINE, pack);
    while (!reading->keeper.no_memory && query_next(&query)) {
        struct timeline_step *list = keeper_grow(&reading->keeper, record->steps, record->step_count, sizeof *list);
        if (list == NULL)
            break;
        record->steps = list;
        list[record->step_count++] = (struct timeline_step){
            .step =
                {
                    .state = (enum pack_state)query_integer(&query, 1),
                    .trigger = (enum trigger)query_integer(&query, 2),
                    .after = query_integer(&query, 3),
                    .reason = keeper_text(&reading->keeper, query_text(&query, 4)),
                },
            .at = query_instant(&query, 5),
            .is_past = query_integer(&query, 0) <= stands_at,
        };
    }
    return query_end(&query);
}

/* The parts of a record that the row itself has. */
static void read_row(struct reading *reading, const struct standing_walk *pack, char arn[ARN_SIZE],
                     char stack[ARN_SIZE])
{
    struct pack_record *record = &reading->record;
    const struct query *row = &pack->query;
    record->scope = (struct scope){query_text(row, ACCOUNT), query_text(row, REGION)};
    record->standing = standing_row(pack).standing;
    const struct arns arns = identity_arns(&record->scope);
    record->description = description_row(row, &arns, arn, stack);
    record->content.template_body = query_text(row, TEMPLATE_BODY);
    record->content.template_s3_uri = query_text(row, TEMPLATE_S3_URI);
}

static enum store_rc show(struct reading *reading, const struct standing_walk *pack, pack_record_fn *each, void *arg)
{
    static enum store_rc (*const parts[])(struct reading *, int64_t) = {read_parameters, read_tags, read_rules};
    char arn[ARN_SIZE];
    char stack[ARN_SIZE];
    reading->record = (struct pack_record){0};
    read_row(reading, pack, arn, stack);
    enum store_rc rc = read_steps(reading, pack->pack, pack->step);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && rc == STORE_OK; i++)
        rc = parts[i](reading, pack->pack);
    if (rc == STORE_OK && reading->keeper.no_memory)
        rc = STORE_FAILED;
    if (rc == STORE_OK)
        each(arg, &reading->record);
    arena_reset(&reading->keeper.arena);
    return rc;
}

/* %TEXT% for LIKE, with its wildcards escaped. NULL when memory is out. */
static char *pattern_of(struct arena *arena, const char *search)
{
    char *pattern = arena_alloc(arena, 2 * strlen(search) + 3);
    char *end = pattern;
    if (pattern == NULL)
        return NULL;
    *end++ = '%';
    for (; *search != '\0'; search++) {
        if (strchr("%_\\", *search) != NULL)
            *end++ = '\\';
        *end++ = *search;
    }
    memcpy(end, "%", 2);
    return pattern;
}

/* A walk over the packs that the query's text and scope fit; its state is asked of each by fits(). */
static struct standing_walk begin_filtered(struct store *store, enum statement statement,
                                           const struct record_query *query, const char *pattern)
{
    struct standing_walk packs = standing_begin(store, statement, &query->within, store_now(store));
    query_bind_text(&packs.query, ":search", pattern);
    return packs;
}

static bool fits(const struct record_query *query, const struct standing_walk *pack)
{
    return !query->has_state || query->state == pack->state;
}

enum store_rc store_record(struct store *store, const struct scope *scope, const char *name, pack_record_fn *each,
                           void *arg)
{
    struct reading reading = {.store = store};
    store_lock(store);
    struct standing_walk pack = standing_begin(store, SQL_RECORD_BY_NAME, scope, store_now(store));
    query_bind_text(&pack.query, ":name", name);
    const bool found = standing_next(&pack);
    const enum store_rc shown = found ? show(&reading, &pack, each, arg) : STORE_NOT_FOUND;
    const enum store_rc read = query_end(&pack.query);
    store_unlock(store);
    arena_free(&reading.keeper.arena);
    return read != STORE_OK ? read : shown;
}

/* Shows the packs of a walk that fit, up to the limit. */
static enum store_rc show_fitting(struct reading *reading, struct standing_walk *packs,
                                  const struct record_query *query, pack_record_fn *each, void *arg)
{
    enum store_rc rc = STORE_OK;
    int64_t room = query->limit;
    while (rc == STORE_OK && room != 0 && standing_next(packs)) {
        if (!fits(query, packs))
            continue;
        rc = show(reading, packs, each, arg);
        room--;
    }
    return rc;
}

enum store_rc store_records(struct store *store, const struct record_query *query, pack_record_fn *each, void *arg)
{
    struct arena texts = {0};
    struct reading reading = {.store = store};
    const char *pattern = query->search != NULL ? pattern_of(&texts, query->search) : NULL;
    if (query->search != NULL && pattern == NULL)
        return STORE_FAILED;
    store_lock(store);
    struct standing_walk packs = begin_filtered(store, SQL_RECORDS, query, pattern);
    query_bind_text(&packs.query, ":after_account", query->after_name != NULL ? query->after_scope.account : NULL);
    query_bind_text(&packs.query, ":after_region", query->after_scope.region);
    query_bind_text(&packs.query, ":after_name", query->after_name);
    const enum store_rc shown = show_fitting(&reading, &packs, query, each, arg);
    const enum store_rc read = query_end(&packs.query);
    store_unlock(store);
    arena_free(&reading.keeper.arena);
    arena_free(&texts);
    return shown != STORE_OK ? shown : read;
}

enum store_rc store_count_records(struct store *store, const struct record_query *query, int64_t *count)
{
    struct arena texts = {0};
    const char *pattern = query->search != NULL ? pattern_of(&texts, query->search) : NULL;
    *count = 0;
    if (query->search != NULL && pattern == NULL)
        return STORE_FAILED;
    store_lock(store);
    struct standing_walk packs = begin_filtered(store, SQL_RECORDS_STANDING, query, pattern);
    while (standing_next(&packs))
        *count += fits(query, &packs);
    const enum store_rc rc = query_end(&packs.query);
    store_unlock(store);
    arena_free(&texts);
    return rc;
}
