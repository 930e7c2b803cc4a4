#include "server/options.h"

#include <stdlib.h>
#include <string.h>

struct option;
typedef bool apply_fn(struct options *options, const char *value);

/* One row an option: everything that is to be known of it. */
struct option {
    const char *flag;
    const char *environment;
    const char *argument; /* NULL: a switch; in the environment 1, true, yes, on, or the reverse */
    const char *standard; /* the default, read like any value; NULL: none */
    const char *help;
    const char *wanted; /* what a value must be, for the error */
    apply_fn *apply;
};

struct word {
    const char *text;
    int value;
};

/* The value behind a word; -1 where it is none of them. The list ends with NULL. */
static int find_word(const struct word *words, const char *text)
{
    for (; words->text != NULL; words++) {
        if (strcmp(words->text, text) == 0)
            return words->value;
    }
    return -1;
}

static bool parse_unsigned(const char *text, uint64_t max, uint64_t *value)
{
    if (*text == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > 19)
        return false;
    *value = strtoull(text, NULL, 10);
    return *value <= max;
}

static bool apply_host(struct options *options, const char *value)
{
    options->host = value;
    return *value != '\0';
}

static bool apply_port(struct options *options, const char *value)
{
    uint64_t port = 0;
    if (!parse_unsigned(value, UINT16_MAX, &port))
        return false;
    options->port = (uint16_t)port;
    return true;
}

static bool apply_fixture(struct options *options, const char *value)
{
    if (*value == '\0' || options->fixture_count == OPTIONS_FIXTURES)
        return false;
    options->fixtures[options->fixture_count++] = value;
    return true;
}

static bool apply_database(struct options *options, const char *value)
{
    options->database = value;
    return *value != '\0';
}

static bool apply_progression(struct options *options, const char *value)
{
    return progression_parse(value, &options->progression);
}

static bool apply_max_packs(struct options *options, const char *value)
{
    uint64_t packs = 0;
    if (!parse_unsigned(value, 1000000000, &packs))
        return false;
    options->max_packs = (int64_t)packs;
    return true;
}

static bool apply_journal(struct options *options, const char *value)
{
    uint64_t entries = 0;
    if (!parse_unsigned(value, 1000000, &entries))
        return false;
    options->journal = (size_t)entries;
    return true;
}

static bool apply_clock(struct options *options, const char *value)
{
    options->clock_is_frozen = strcmp(value, "real") != 0;
    return !options->clock_is_frozen || timestamp_parse(value, &options->clock_now);
}

static bool apply_seed(struct options *options, const char *value)
{
    options->has_seed = parse_unsigned(value, INT64_MAX, &options->seed);
    return options->has_seed;
}

static bool apply_errors(struct options *options, const char *value)
{
    static const struct word words[] = {{"documented", ERRORS_DOCUMENTED}, {"observed", ERRORS_OBSERVED}, {NULL, 0}};
    const int mode = find_word(words, value);
    options->errors = (enum errors_mode)mode;
    return mode >= 0;
}

static bool apply_unknown_pack(struct options *options, const char *value)
{
    static const struct word words[] = {{"omit", false}, {"error", true}, {NULL, 0}};
    const int error = find_word(words, value);
    options->unknown_pack_is_error = error == true;
    return error >= 0;
}

static bool apply_verify_signatures(struct options *options, const char *value)
{
    static const struct word words[] = {{"1", true}, {"true", true},   {"yes", true}, {"on", true},   {"0", false},
                                        {"", false}, {"false", false}, {"no", false}, {"off", false}, {NULL, 0}};
    const int verify = find_word(words, value);
    options->verify_signatures = verify == true;
    return verify >= 0;
}

static bool apply_control_token(struct options *options, const char *value)
{
    options->control_token = value;
    return *value != '\0';
}

static bool apply_tls_certificate(struct options *options, const char *value)
{
    options->tls_certificate = value;
    return *value != '\0';
}

static bool apply_tls_key(struct options *options, const char *value)
{
    options->tls_key = value;
    return *value != '\0';
}

static bool apply_log_format(struct options *options, const char *value)
{
    static const struct word words[] = {{"text", LOG_TEXT}, {"json", LOG_JSON}, {NULL, 0}};
    const int format = find_word(words, value);
    options->log_format = (enum log_format)format;
    return format >= 0;
}

static bool apply_log_level(struct options *options, const char *value)
{
    static const struct word words[] = {
        {"error", LOG_ERROR}, {"warn", LOG_WARN}, {"info", LOG_INFO}, {"debug", LOG_DEBUG}, {NULL, 0}};
    const int level = find_word(words, value);
    options->log_level = (enum log_level)level;
    return level >= 0;
}

#define PREFIX "AWSCONFIG_MOCK_"

static const struct option table[] = {
    {"--host", PREFIX "HOST", "ADDRESS", "127.0.0.1", "listen on this address or name", "an address", apply_host},
    {"--port", PREFIX "PORT", "PORT", "4566", "listen on this port; 0 picks a free one", "0 to 65535", apply_port},
    {"--fixture", PREFIX "FIXTURES", "FILE", NULL,
     "load this world at start, or every *.json of a directory; repeatable (environment: colon-separated)",
     "a file or directory, at most 256 of them", apply_fixture},
    {"--database", PREFIX "DATABASE", "FILE", NULL,
     "keep the world in this file (without it, nothing outlives the process)", "a file", apply_database},
    {"--progression", PREFIX "PROGRESSION", "HOW", "after 2s",
     "how packs move unless a script says otherwise: immediate, after DURATION, polls N, manual",
     "immediate, after DURATION, polls N or manual", apply_progression},
    {"--max-packs", PREFIX "MAX_PACKS", "N", "50",
     "AWS's quota: packs that PutConformancePack allows an account and region", "a whole number up to 1000000000",
     apply_max_packs},
    {"--clock", PREFIX "CLOCK", "INSTANT", "real", "an ISO 8601 instant freezes the clock there",
     "real or an ISO 8601 instant", apply_clock},
    {"--seed", PREFIX "SEED", "N", NULL, "make ids, UUIDs and tokens reproducible", "a whole number below 2^63",
     apply_seed},
    {"--errors", PREFIX "ERRORS", "MODE", "documented",
     "how failed constraints are answered: documented, or observed (always ValidationException)",
     "documented or observed", apply_errors},
    {"--unknown-pack", PREFIX "UNKNOWN_PACK", "MODE", "omit",
     "DescribeConformancePackStatus of a name that no pack has: omit, or error (NoSuchConformancePackException)",
     "omit or error", apply_unknown_pack},
    {"--journal", PREFIX "JOURNAL", "N", "1000", "how many requests the journal keeps", "a whole number up to 1000000",
     apply_journal},
    {"--verify-signatures", PREFIX "VERIFY_SIGNATURES", NULL, NULL, "check SigV4 against the fixture's credentials",
     "1 or 0", apply_verify_signatures},
    {"--control-token", PREFIX "CONTROL_TOKEN", "TOKEN", NULL, "/_mock wants \"Authorization: Bearer TOKEN\"",
     "not empty", apply_control_token},
    {"--tls-cert", PREFIX "TLS_CERT", "FILE", NULL, "serve HTTPS with this certificate chain (PEM)", "a file",
     apply_tls_certificate},
    {"--tls-key", PREFIX "TLS_KEY", "FILE", NULL, "the certificate's key (PEM)", "a file", apply_tls_key},
    {"--log-format", PREFIX "LOG_FORMAT", "FORMAT", "text", "text or json, on standard error", "text or json",
     apply_log_format},
    {"--log-level", PREFIX "LOG_LEVEL", "LEVEL", "info", "error, warn, info or debug", "error, warn, info or debug",
     apply_log_level},
};
enum { OPTIONS = sizeof table / sizeof table[0] };

static bool refuse(char message[OPTIONS_MESSAGE], const char *name, const char *value, const char *wanted)
{
    snprintf(message, OPTIONS_MESSAGE, "%s: '%.80s' is not %s", name, value, wanted);
    return false;
}

static bool apply_defaults(struct options *options)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (table[i].standard != NULL && !table[i].apply(options, table[i].standard))
            return false;
    }
    return true;
}

/* Fixtures are the one option that takes several values from the environment. */
static bool apply_fixture_list(struct options *options, const char *value)
{
    char *rest = strdup(value);
    options->fixture_list = rest;
    if (rest == NULL)
        return false;
    for (char *file = strsep(&rest, ":"); file != NULL; file = strsep(&rest, ":")) {
        if (*file != '\0' && !apply_fixture(options, file))
            return false;
    }
    return true;
}

static bool apply_environment(struct options *options, char message[OPTIONS_MESSAGE])
{
    for (size_t i = 0; i < OPTIONS; i++) {
        const struct option *option = &table[i];
        const char *value = getenv(option->environment);
        if (value == NULL || (*value == '\0' && option->argument != NULL))
            continue; /* compose files and workflows pass unset variables on as empty ones */
        apply_fn *apply = option->apply == apply_fixture ? apply_fixture_list : option->apply;
        if (!apply(options, value))
            return refuse(message, option->environment, value, option->wanted);
    }
    return true;
}

static const struct option *find_option(const char *argument, size_t length)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (strlen(table[i].flag) == length && strncmp(table[i].flag, argument, length) == 0)
            return &table[i];
    }
    return NULL;
}

/* Reads the option at argv[*index], written "--flag VALUE" or "--flag=VALUE"; *index moves to its last word. */
static bool read_option(struct options *options, char *const argv[], int *index, bool *fixtures_given,
                        char message[OPTIONS_MESSAGE])
{
    const char *argument = argv[*index];
    const char *equals = strchr(argument, '=');
    const struct option *option =
        find_option(argument, equals != NULL ? (size_t)(equals - argument) : strlen(argument));
    if (option == NULL) {
        snprintf(message, OPTIONS_MESSAGE, "unknown option %.80s (--help lists them)", argument);
        return false;
    }
    const char *value = equals != NULL ? equals + 1 : "1";
    if (equals == NULL && option->argument != NULL) {
        value = argv[++*index];
        if (value == NULL) {
            snprintf(message, OPTIONS_MESSAGE, "%s wants a value: %s", option->flag, option->wanted);
            return false;
        }
    }
    if (option->apply == apply_fixture && !*fixtures_given) { /* the command line replaces the environment's list */
        *fixtures_given = true;
        options->fixture_count = 0;
    }
    return option->apply(options, value) ? true : refuse(message, option->flag, value, option->wanted);
}

static bool read_command(struct options *options, const char *argument)
{
    static const struct word words[] = {
        {"serve", COMMAND_SERVE}, {"check", COMMAND_CHECK}, {"health", COMMAND_HEALTH},     {"--help", COMMAND_HELP},
        {"-h", COMMAND_HELP},     {"help", COMMAND_HELP},   {"--version", COMMAND_VERSION}, {NULL, 0}};
    const int command = find_word(words, argument);
    if (command >= 0)
        options->command = (enum command)command;
    return command >= 0;
}

/* What no single option can see. */
static bool check_together(const struct options *options, char message[OPTIONS_MESSAGE])
{
    const size_t operands = options->operand_count;
    if (options->command == COMMAND_SERVE && operands > 0)
        snprintf(message, OPTIONS_MESSAGE, "unknown command %.80s (--help lists them)", options->operands[0]);
    else if (options->command == COMMAND_CHECK && operands == 0)
        snprintf(message, OPTIONS_MESSAGE, "check wants at least one file");
    else if (options->command == COMMAND_HEALTH && operands > 1)
        snprintf(message, OPTIONS_MESSAGE, "health takes one URL");
    else if ((options->tls_certificate == NULL) != (options->tls_key == NULL))
        snprintf(message, OPTIONS_MESSAGE, "--tls-cert and --tls-key go together");
    else
        return true;
    return false;
}

bool options_read(struct options *options, int argc, char *const argv[], char message[OPTIONS_MESSAGE])
{
    *options = (struct options){.command = COMMAND_SERVE};
    options->operands = calloc((size_t)argc + 1, sizeof *options->operands);
    if (options->operands == NULL || !apply_defaults(options)) {
        snprintf(message, OPTIONS_MESSAGE, "memory is out");
        return false;
    }
    if (!apply_environment(options, message))
        return false;
    bool fixtures_given = false;
    for (int i = 1; i < argc; i++) {
        const bool is_option = strncmp(argv[i], "--", 2) == 0;
        if ((i == 1 || is_option) && read_command(options, argv[i])) {
            if (options->command == COMMAND_HELP || options->command == COMMAND_VERSION)
                return true;
        } else if (!is_option) {
            options->operands[options->operand_count++] = argv[i];
        } else if (!read_option(options, argv, &i, &fixtures_given, message)) {
            return false;
        }
    }
    return check_together(options, message);
}

void options_free(struct options *options)
{
    free(options->operands);
    free(options->fixture_list);
}

void options_print_help(FILE *out)
{
    fputs("Usage: awsconfig-mock [serve] [options]   run a local AWS Config endpoint (the default command)\n"
          "       awsconfig-mock check FILE...       validate fixtures\n"
          "       awsconfig-mock health [URL]        exit 0 when the server is healthy\n"
          "       awsconfig-mock --help | --version\n\n"
          "Options, each also by the environment variable beside it:\n",
          out);
    for (size_t i = 0; i < OPTIONS; i++) {
        const struct option *option = &table[i];
        char flag[64];
        snprintf(flag, sizeof flag, "%s %s", option->flag, option->argument != NULL ? option->argument : "");
        fprintf(out, "  %-24s %s\n      %s", flag, option->environment, option->help);
        if (option->standard != NULL)
            fprintf(out, " (default: %s)", option->standard);
        fputc('\n', out);
    }
}
