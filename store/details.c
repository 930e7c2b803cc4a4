/* What packs are, wherever they stand: what DescribeConformancePacks shows. */
#include "base/arena.h"
#include "store/identity.h"
#include "store/internal.h"

#include <string.h>

/* The columns of DETAILS_… */
enum {
    PACK,
    NAME,
    ID,
    ARN,
    DELIVERY_S3_BUCKET,
    DELIVERY_S3_KEY_PREFIX,
    REQUESTED_AT,
    CREATED_BY,
    SSM_DOCUMENT_NAME,
    SSM_DOCUMENT_VERSION,
};

enum { PARAMETERS_MAX = 60 }; /* the service model's */

struct showing {
    struct store *store;
    const struct scope *scope;
    pack_details_fn *each;
    void *arg;
    struct arena arena; /* for one pack's parameters */
};

static char *keep(struct showing *showing, const char *text, bool *no_memory)
{
    char *kept = arena_strdup(&showing->arena, text);
    *no_memory = *no_memory || kept == NULL;
    return kept;
}

static enum store_rc read_parameters(struct showing *showing, int64_t pack, struct input_parameter *parameters,
                                     size_t *count)
{
    bool no_memory = false;
    struct query query = query_begin(showing->store, SQL_INPUT_PARAMETERS);
    query_bind_integer(&query, ":pack", pack);
    for (*count = 0; *count < PARAMETERS_MAX && query_next(&query); (*count)++) {
        parameters[*count].name = keep(showing, query_text(&query, 0), &no_memory);
        parameters[*count].value = keep(showing, query_text(&query, 1), &no_memory);
    }
    const enum store_rc rc = query_end(&query);
    return no_memory ? STORE_FAILED : rc;
}

static enum store_rc show(void *arg, const struct query *row)
{
    struct showing *showing = arg;
    char made_arn[ARN_SIZE];
    struct input_parameter parameters[PARAMETERS_MAX];
    const char *name = query_text(row, NAME);
    const char *id = query_text(row, ID);
    const char *arn = query_text(row, ARN);
    struct pack_details details = {
        .description =
            {
                .name = name,
                .id = id,
                .arn = arn != NULL ? arn : identity_pack_arn(showing->scope, name, id, made_arn),
                .created_by = query_text(row, CREATED_BY),
                .delivery_s3_bucket = query_text(row, DELIVERY_S3_BUCKET),
                .delivery_s3_key_prefix = query_text(row, DELIVERY_S3_KEY_PREFIX),
                .ssm_document_name = query_text(row, SSM_DOCUMENT_NAME),
                .ssm_document_version = query_text(row, SSM_DOCUMENT_VERSION),
                .parameters = parameters,
            },
        .requested_at = query_instant(row, REQUESTED_AT),
    };
    const enum store_rc rc =
        read_parameters(showing, query_integer(row, PACK), parameters, &details.description.parameter_count);
    if (rc == STORE_OK)
        showing->each(showing->arg, &details);
    arena_reset(&showing->arena);
    return rc;
}

enum store_rc store_pack_details(struct store *store, const struct scope *scope, const struct pack_query *query,
                                 pack_details_fn *each, void *arg, bool *more)
{
    struct showing showing = {store, scope, each, arg, {0}};
    store_lock(store);
    const enum store_rc rc =
        standing_page(store, scope, query, SQL_DETAILS_PAGE, SQL_DETAILS_BY_NAME, show, &showing, more);
    store_unlock(store);
    arena_free(&showing.arena);
    return rc;
}
