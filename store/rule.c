/* The rules that packs put in force: kept for the operations on compliance. */
#include "store/internal.h"

enum store_rc store_pack_rules(struct store *store, const struct scope *scope, const char *name, pack_rule_fn *each,
                               void *arg)
{
    struct standing_row row;
    store_lock(store);
    enum store_rc rc = standing_find(store, scope, name, &row);
    if (rc == STORE_OK) {
        struct query query = query_begin(store, SQL_RULES);
        query_bind_integer(&query, ":pack", row.pack);
        while (query_next(&query)) {
            each(arg, &(struct pack_rule){
                          .name = query_text(&query, 0),
                          .source_owner = query_text(&query, 1),
                          .source_identifier = query_text(&query, 2),
                          .input_parameters = query_text(&query, 3),
                      });
        }
        rc = query_end(&query);
    }
    store_unlock(store);
    return rc;
}
