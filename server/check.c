/* `awsconfig-mock check`: fixtures are loaded into a world that is thrown away. */
#include "server/commands.h"
#include "server/world.h"

#include <stdio.h>

int command_check(const struct options *options)
{
    char message[FIXTURE_MESSAGE];
    struct store *store = NULL;
    const struct store_options store_options = {.has_seed = true};
    if (store_open(&store, &store_options, message) != STORE_OK) {
        fprintf(stderr, "awsconfig-mock: %s\n", message);
        return 1;
    }
    const enum fixture_rc rc = world_check(store, options, message);
    store_close(store);
    if (rc != FIXTURE_OK)
        fprintf(stderr, "%s\n", message);
    return rc == FIXTURE_OK ? 0 : 1;
}
