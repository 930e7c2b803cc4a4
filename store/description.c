/* What packs are, wherever they stand: what DescribeConformancePacks shows. */
#include "base/arena.h"
#include "store/internal.h"

#include <string.h>

struct pack_description description_row(const struct query *row, const struct arns *arns, char arn[ARN_SIZE],
                                        char stack_arn[ARN_SIZE])
{
    const struct pack_identity pack = pack_identity_row(row, arns, arn, stack_arn);
    return (struct pack_description){
        .name = pack.name,
        .id = pack.id,
        .arn = pack.arn,
        .stack_arn = pack.stack_arn,
        .created_by = query_text(row, DESCRIPTION_CREATED_BY),
        .delivery_s3_bucket = query_text(row, DESCRIPTION_DELIVERY_S3_BUCKET),
        .delivery_s3_key_prefix = query_text(row, DESCRIPTION_DELIVERY_S3_KEY_PREFIX),
        .ssm_document_name = query_text(row, DESCRIPTION_SSM_DOCUMENT_NAME),
        .ssm_document_version = query_text(row, DESCRIPTION_SSM_DOCUMENT_VERSION),
    };
}

void *keeper_grow(struct keeper *keeper, const void *list, size_t count, size_t size)
{
    const bool is_full = (count & (count - 1)) == 0; /* 0, or a power of two */
    if (!is_full)
        return (void *)list;
    char *grown = arena_calloc(&keeper->arena, count == 0 ? 1 : count * 2, size);
    keeper->no_memory = keeper->no_memory || grown == NULL;
    if (grown != NULL && count > 0)
        memcpy(grown, list, count * size);
    return grown;
}

const char *keeper_text(struct keeper *keeper, const char *text)
{
    const char *kept = text != NULL ? arena_strdup(&keeper->arena, text) : NULL;
    keeper->no_memory = keeper->no_memory || (text != NULL && kept == NULL);
    return kept;
}

enum store_rc description_read_parameters(struct store *store, struct keeper *keeper, int64_t pack,
                                          struct pack_description *description)
{
    struct query query = query_begin(store, SQL_INPUT_PARAMETERS);
    query_bind_integer(&query, ":pack", pack);
    while (!keeper->no_memory && query_next(&query)) {
        struct input_parameter *list =
            keeper_grow(keeper, description->parameters, description->parameter_count, sizeof *list);
        if (list == NULL)
            break;
        description->parameters = list;
        list[description->parameter_count++] = (struct input_parameter){keeper_text(keeper, query_text(&query, 0)),
                                                                        keeper_text(keeper, query_text(&query, 1))};
    }
    const enum store_rc rc = query_end(&query);
    return keeper->no_memory ? STORE_FAILED : rc;
}

/* ---- DescribeConformancePacks ---- */

struct showing {
    struct store *store;
    struct arns arns;
    pack_details_fn *each;
    void *arg;
    struct keeper keeper; /* for one pack's parameters */
};

static enum store_rc show(void *arg, const struct standing_walk *pack)
{
    struct showing *showing = arg;
    char made_arn[ARN_SIZE];
    char made_stack_arn[ARN_SIZE];
    struct pack_details details = {
        .description = description_row(&pack->query, &showing->arns, made_arn, made_stack_arn),
        .requested_at = standing_row(pack).standing.requested_at,
    };
    const enum store_rc rc =
        description_read_parameters(showing->store, &showing->keeper, pack->pack, &details.description);
    if (rc == STORE_OK)
        showing->each(showing->arg, &details);
    arena_reset(&showing->keeper.arena);
    return rc;
}

enum store_rc store_pack_details(struct store *store, const struct scope *scope, const struct pack_query *query,
                                 pack_details_fn *each, void *arg, bool *more)
{
    struct showing showing = {store, identity_arns(scope), each, arg, {{0}, false}};
    struct page_end end;
    store_lock(store);
    const enum store_rc rc =
        standing_page(store, scope, query, SQL_DETAILS_PAGE, SQL_DETAILS_BY_NAME, show, &showing, &end);
    store_unlock(store);
    *more = end.more;
    arena_free(&showing.keeper.arena);
    return rc;
}
