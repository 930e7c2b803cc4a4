#include "server/world.h"

#include "server/aws/validate.h"

#include <stdio.h>

/* What is to be done to the world, and how it went. */
struct change {
    const struct options *options;
    const struct scope *within;
    bool empties;
    bool loads_fixtures;
    const struct world_text *text; /* NULL: none is loaded */
    enum fixture_rc rc;
    char *message;
};

static enum store_rc empty(struct store *store, const struct change *change)
{
    if (!scope_is_all(change->within))
        return store_clear_within(store, change->within);
    const enum store_rc rc = store_clear(store);
    if (rc != STORE_OK || !change->options->clock_is_frozen)
        return rc;
    return store_set_clock(store, &(struct store_clock){.now = change->options->clock_now, .frozen = true});
}

/* A fixture_check_fn: the operation must be AWS's, the answer of its output's shape. */
static const char *check_answer(struct arena *arena, const char *name, const cJSON *answer)
{
    const struct operation *operation = model_find_operation(name);
    if (operation == NULL)
        return "AWS Config has no such operation";
    return answer != NULL ? validate_answer(arena, operation->output, answer) : NULL;
}

static enum fixture_rc load(struct store *store, const struct change *change)
{
    struct fixture_options loading = {.check_answer = check_answer, .only = *change->within};
    if (change->text != NULL)
        return fixture_load_text(store, &loading, "body", change->text->text, change->text->length, change->message);
    loading.skip_outside = true;                           /* the fixtures may speak of other worlds too */
    loading.keep_clock = change->options->clock_is_frozen; /* an instant on the command line wins over theirs */
    return fixture_load_paths(store, &loading, change->options->fixtures.names, change->options->fixtures.count,
                              change->message);
}

static enum store_rc run(struct store *store, void *arg)
{
    struct change *change = arg;
    const enum store_rc rc = change->empties ? empty(store, change) : STORE_OK;
    if (rc != STORE_OK)
        return rc;
    if (change->loads_fixtures || change->text != NULL)
        change->rc = load(store, change);
    return change->rc == FIXTURE_OK ? store_set_loaded(store) : STORE_REFUSED;
}

static enum fixture_rc make(struct store *store, struct change *change)
{
    if (store_transaction(store, run, change) == STORE_FAILED && change->rc == FIXTURE_OK) {
        snprintf(change->message, FIXTURE_MESSAGE, "the store failed");
        return FIXTURE_FAILED;
    }
    return change->rc;
}

enum fixture_rc world_reset(struct store *store, const struct options *options, const struct scope *within,
                            bool with_fixtures, char message[FIXTURE_MESSAGE])
{
    struct change change = {
        .options = options,
        .within = within,
        .empties = true,
        .loads_fixtures = with_fixtures,
        .message = message,
    };
    return make(store, &change);
}

enum fixture_rc world_load(struct store *store, const struct options *options, const struct scope *within,
                           const struct world_text *text, char message[FIXTURE_MESSAGE])
{
    struct change change = {
        .options = options,
        .within = within,
        .empties = text->replaces,
        .text = text,
        .message = message,
    };
    return make(store, &change);
}

enum fixture_rc world_check(struct store *store, const struct options *options, const char *path,
                            char message[FIXTURE_MESSAGE])
{
    const struct fixture_options loading = {.check_answer = check_answer, .keep_clock = options->clock_is_frozen};
    return fixture_load_paths(store, &loading, &path, 1, message);
}

enum fixture_rc world_add_fault(struct store *store, const char *text, size_t length, int64_t *id,
                                char message[FIXTURE_MESSAGE])
{
    const struct fixture_options loading = {.check_answer = check_answer};
    return fixture_load_fault(store, &loading, text, length, id, message);
}
