/* What belongs to packs beside their description: templates, the rules they put in force, tags. */
#include "store/internal.h"

static enum store_rc run_for_pack(struct store *store, enum statement statement, int64_t pack)
{
    struct query query = query_begin(store, statement);
    query_bind_integer(&query, ":pack", pack);
    return query_run(&query);
}

static enum store_rc write_rules(struct store *store, int64_t pack, const struct pack_content *content)
{
    enum store_rc rc = run_for_pack(store, SQL_CLEAR_RULES, pack);
    for (size_t i = 0; i < content->rule_count && rc == STORE_OK; i++) {
        struct query query = query_begin(store, SQL_ADD_RULE);
        query_bind_integer(&query, ":pack", pack);
        query_bind_integer(&query, ":position", (int64_t)i);
        query_bind_text(&query, ":name", content->rules[i].name);
        query_bind_text(&query, ":source_owner", content->rules[i].source_owner);
        query_bind_text(&query, ":source_identifier", content->rules[i].source_identifier);
        query_bind_text(&query, ":input_parameters", content->rules[i].input_parameters);
        rc = query_run(&query);
    }
    return rc;
}

enum store_rc content_write(struct store *store, int64_t pack, const struct pack_content *content)
{
    struct query query = query_begin(store, SQL_SET_TEMPLATE_SOURCE);
    query_bind_integer(&query, ":pack", pack);
    query_bind_text(&query, ":body", content->template_body);
    query_bind_text(&query, ":s3_uri", content->template_s3_uri);
    const enum store_rc rc = query_run(&query);
    return rc == STORE_OK ? write_rules(store, pack, content) : rc;
}

enum store_rc content_add_tags(struct store *store, int64_t pack, const struct pack_content *content)
{
    enum store_rc rc = STORE_OK;
    for (size_t i = 0; i < content->tag_count && rc == STORE_OK; i++)
        rc = tag_write(store, pack, &content->tags[i]);
    return rc;
}

struct setting {
    const struct scope *scope;
    const char *name;
    const struct pack_content *content;
};

static enum store_rc set_content(struct store *store, void *arg)
{
    const struct setting *setting = arg;
    struct standing_row row;
    enum store_rc rc = standing_find(store, setting->scope, setting->name, store_now(store), &row);
    if (rc == STORE_OK)
        rc = content_write(store, row.pack, setting->content);
    return rc == STORE_OK ? content_add_tags(store, row.pack, setting->content) : rc;
}

enum store_rc store_set_pack_content(struct store *store, const struct scope *scope, const char *name,
                                     const struct pack_content *content)
{
    struct setting setting = {scope, name, content};
    return store_transaction(store, set_content, &setting);
}
