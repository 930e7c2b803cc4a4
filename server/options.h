/* The command line and the environment, from one table. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include "server/aws/validate.h"
#include "server/log.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum command { COMMAND_SERVE, COMMAND_CHECK, COMMAND_HEALTH, COMMAND_HELP, COMMAND_VERSION };

enum { OPTIONS_FILES = 256 };

/* Files and directories, in order. */
struct option_files {
    const char *names[OPTIONS_FILES];
    size_t count;
    char *list; /* owned: where they come from the environment, that text, cut at the colons */
};

/* Text points into argv or the environment. */
struct options {
    enum command command;
    const char **operands; /* check: the files; health: the URL. Owned; their text is not */
    size_t operand_count;

    const char *host;
    uint16_t port;
    struct option_files fixtures;
    const char *database; /* NULL: none */
    struct progression progression;
    int64_t max_packs; /* an account and region */
    size_t journal;    /* entries */
    bool clock_is_frozen;
    int64_t clock_now; /* where it is frozen */
    bool has_seed;
    uint64_t seed;
    enum errors_mode errors;
    bool unknown_pack_is_error;
    bool verify_signatures;
    const char *control_token; /* NULL: none */
    const char *tls_certificate;
    const char *tls_key;
    int64_t idle_timeout;
    int64_t request_timeout;
    uint32_t threads; /* 0: one a core */
    uint32_t max_connections;
    size_t max_body;   /* bytes of a request to AWS's endpoint */
    size_t max_memory; /* bytes of all bodies under way */
    bool fence;
    enum log_format log_format;
    enum log_level log_level;
};

enum { OPTIONS_MESSAGE = 256 };

/* Reads the environment, then the command line, which wins. False, with one line in `message`, when something is not
 * as the table says. Free with options_free either way. */
bool options_read(struct options *options, int argc, char *const argv[], char message[OPTIONS_MESSAGE]);
void options_free(struct options *options);

/* What --help prints. */
void options_print_help(FILE *out);

#endif
