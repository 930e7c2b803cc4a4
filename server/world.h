/* The world that the command line asks for: its fixtures and its clock, in the store. */
#ifndef SERVER_WORLD_H
#define SERVER_WORLD_H

#include "fixtures/fixture.h"
#include "server/options.h"
#include "store/store.h"

/* Brings the store back to the start: empty, the clock as --clock says, the fixtures loaded. All of it or nothing;
 * the message says why not. */
enum fixture_rc world_reset(struct store *store, const struct options *options, char message[FIXTURE_MESSAGE]);

/* The same without fixtures. */
enum store_rc world_empty(struct store *store, const struct options *options);

/* Loads the operands' files: `awsconfig-mock check`. */
enum fixture_rc world_check(struct store *store, const struct options *options, char message[FIXTURE_MESSAGE]);

/* Loads text into the world that is there: POST /_mock/state. */
enum fixture_rc world_add(struct store *store, const struct options *options, const char *text, size_t length,
                          char message[FIXTURE_MESSAGE]);

#endif
