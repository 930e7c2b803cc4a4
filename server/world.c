#include "server/world.h"

#include "server/aws/validate.h"

#include <stdio.h>

struct reset {
    const struct options *options;
    enum fixture_rc rc;
    char *message;
};

static enum store_rc empty(struct store *store, void *arg)
{
    const struct options *options = arg;
    const enum store_rc rc = store_clear(store);
    if (rc != STORE_OK || !options->clock_is_frozen)
        return rc;
    return store_set_clock(store, &(struct store_clock){.now = options->clock_now, .frozen = true});
}

enum store_rc world_empty(struct store *store, const struct options *options)
{
    return store_transaction(store, empty, (void *)options);
}

/* A fixture_check_fn: the operation must be AWS's, the answer of its output's shape. */
static const char *check_answer(struct arena *arena, const char *name, const cJSON *answer)
{
    const struct operation *operation = model_find_operation(name);
    if (operation == NULL)
        return "AWS Config has no such operation";
    return answer != NULL ? validate_answer(arena, operation->output, answer) : NULL;
}

/* An instant on the command line wins over the fixtures' own clock. */
static struct fixture_options fixture_options(const struct options *options)
{
    return (struct fixture_options){.keep_clock = options->clock_is_frozen, .check_answer = check_answer};
}

enum fixture_rc world_check(struct store *store, const struct options *options, char message[FIXTURE_MESSAGE])
{
    const struct fixture_options loading = fixture_options(options);
    return fixture_load_paths(store, &loading, options->operands, options->operand_count, message);
}

static enum store_rc reset(struct store *store, void *arg)
{
    struct reset *reset = arg;
    const enum store_rc rc = world_empty(store, reset->options);
    if (rc != STORE_OK)
        return rc;
    const struct fixture_options loading = fixture_options(reset->options);
    reset->rc =
        fixture_load_paths(store, &loading, reset->options->fixtures, reset->options->fixture_count, reset->message);
    return reset->rc == FIXTURE_OK ? STORE_OK : STORE_REFUSED;
}

enum fixture_rc world_reset(struct store *store, const struct options *options, char message[FIXTURE_MESSAGE])
{
    struct reset arg = {options, FIXTURE_OK, message};
    if (store_transaction(store, reset, &arg) == STORE_FAILED && arg.rc == FIXTURE_OK) {
        snprintf(message, FIXTURE_MESSAGE, "the store failed");
        return FIXTURE_FAILED;
    }
    return arg.rc;
}

enum fixture_rc world_add(struct store *store, const struct options *options, const char *text, size_t length,
                          char message[FIXTURE_MESSAGE])
{
    const struct fixture_options loading = fixture_options(options);
    return fixture_load_text(store, &loading, "body", text, length, message);
}
