/* The server that targets ask: all of it but the transport, over a small world (world.json) in memory. */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

#include "server/route.h"

/* Brings it up; once, before all else here. */
void fuzz_world_open(void);

/* A copy of this much of the command line, as a text of words that spaces separate, counts for what is asked from now
 * on: --errors, --unknown-pack, --verify-signatures, --progression, --max-packs, --control-token. What is no command
 * line changes nothing. */
void fuzz_world_configure(char *words);

struct store *fuzz_world_store(void);
const struct options *fuzz_world_options(void);

/* Answers the request, and requires of the answer what holds for each. True when the world may have been changed. */
bool fuzz_world_ask(const struct request *request, struct reply *reply);

/* Answers all requests of an input, the options in a first line that begins with "--". True likewise. */
bool fuzz_world_ask_all(const uint8_t *data, size_t size);

/* Loads a text in the place of the world. FIXTURE_FAILED cannot be. */
bool fuzz_world_load(const char *text, size_t length);

/* Requires that the world, written out and read in again, is written out the same. */
void fuzz_world_require_round_trip(void);

/* Back to the small world and the options of the start. */
void fuzz_world_reset(void);

#endif
