/* `awsconfig-mock check`: fixtures are loaded into a world that is thrown away. */
#include "fixtures/fixture.h"
#include "server/commands.h"

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
    const struct fixture_options loading = {.keep_clock = options->clock_is_frozen};
    const enum fixture_rc rc =
        fixture_load_paths(store, &loading, options->operands, options->operand_count, message);
    store_close(store);
    if (rc != FIXTURE_OK)
        fprintf(stderr, "%s\n", message);
    return rc == FIXTURE_OK ? 0 : 1;
}
