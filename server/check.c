/* `awsconfig-mock check`: fixtures are loaded into a world that is thrown away. */
#include "server/commands.h"
#include "server/world.h"

#include <stdio.h>
#include <stdlib.h>

/* Each operand is a world of its own. */
static bool check_one(const struct options *options, const char *path)
{
    char message[FIXTURE_MESSAGE];
    struct store *store = NULL;
    const struct store_options store_options = {.has_seed = true};
    if (store_open(&store, &store_options, message) != STORE_OK) {
        fprintf(stderr, "awsconfig-mock: %s\n", message);
        return false;
    }
    const enum fixture_rc rc = world_check(store, options, path, message);
    store_close(store);
    if (rc != FIXTURE_OK)
        fprintf(stderr, "%s\n", message);
    return rc == FIXTURE_OK;
}

int command_check(const struct options *options)
{
    bool all_good = true;
    for (size_t i = 0; i < options->operand_count; i++)
        all_good = check_one(options, options->operands[i]) && all_good;
    return all_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
