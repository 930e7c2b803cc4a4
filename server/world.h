/* The world that the command line asks for: its fixtures and its clock, in the store. */
#ifndef SERVER_WORLD_H
#define SERVER_WORLD_H

#include "fixtures/fixture.h"
#include "server/options.h"
#include "store/store.h"

/* Brings the store back to the start: empty, the clock as --clock says, the fixtures loaded, if `with_fixtures`. Where
 * `within` names an account or region, only what belongs to it. All of it or nothing; the message says why not. */
enum fixture_rc world_reset(struct store *store, const struct options *options, const struct scope *within,
                            bool with_fixtures, char message[FIXTURE_MESSAGE]);

/* Loads one file or directory: `awsconfig-mock check`. */
enum fixture_rc world_check(struct store *store, const struct options *options, const char *path,
                            char message[FIXTURE_MESSAGE]);

/* A world as text, in the place of what is there or added to it. */
struct world_text {
    const char *text;
    size_t length;
    bool replaces;
};

/* Loads it: PUT and POST /_mock/state. Where `within` names an account or region, the text may speak of no other. All
 * of it or nothing. */
enum fixture_rc world_load(struct store *store, const struct options *options, const struct scope *within,
                           const struct world_text *text, char message[FIXTURE_MESSAGE]);

/* Adds one fault, written as JSON; `*id` is its own. */
enum fixture_rc world_add_fault(struct store *store, const char *text, size_t length, int64_t *id,
                                char message[FIXTURE_MESSAGE]);

#endif
