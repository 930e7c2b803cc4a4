#include "server/option_table.h"

#include <inttypes.h>
#include <stdio.h>

#define COUNT(table)   (sizeof(table) / sizeof(table)[0])
#define VARIABLE(name) "AWSCONFIG_MOCK_" name
#define MEMBER(name)   .offset = offsetof(struct options, name), .size = sizeof((struct options *)NULL)->name
#define IS_SET(name)   .is_set = offsetof(struct options, name)

const struct option option_table[] = {
    {"--host", VARIABLE("HOST"), "ADDRESS", "127.0.0.1", "listen on this address or name", OPTION_TEXT, MEMBER(host),
     .wanted = "an address"},
    {"--port", VARIABLE("PORT"), "PORT", "4566", "listen on this port; 0 picks a free one", OPTION_NUMBER, MEMBER(port),
     .max = UINT16_MAX},
    {"--fixture", VARIABLE("FIXTURES"), "FILE", NULL,
     "load this world at start, or every *.json of a directory; repeatable (environment: colon-separated)",
     OPTION_FILES, MEMBER(fixtures), .max = OPTIONS_FILES},
    {"--database", VARIABLE("DATABASE"), "FILE", NULL,
     "keep the world in this file (without it, nothing outlives the process)", OPTION_FILE, MEMBER(database)},
    {"--progression", VARIABLE("PROGRESSION"), "HOW", "after 2s",
     "how packs move unless a script says otherwise: immediate, after DURATION, polls N, manual", OPTION_PROGRESSION,
     MEMBER(progression), .choices = {"immediate", "after DURATION", "polls N", "manual"}},
    {"--max-packs", VARIABLE("MAX_PACKS"), "N", "50",
     "AWS's quota: packs that PutConformancePack allows an account and region", OPTION_NUMBER, MEMBER(max_packs),
     .max = 1000000000},
    {"--clock", VARIABLE("CLOCK"), "INSTANT", "real", "an ISO 8601 instant freezes the clock there", OPTION_INSTANT,
     MEMBER(clock_now), IS_SET(clock_is_frozen), .choices = {"real", "an ISO 8601 instant"}},
    {"--seed", VARIABLE("SEED"), "N", NULL, "make ids, UUIDs and tokens reproducible", OPTION_NUMBER, MEMBER(seed),
     IS_SET(has_seed), .max = INT64_MAX, .wanted = "a whole number below 2^63"},
    {"--errors", VARIABLE("ERRORS"), "MODE", "documented",
     "how failed constraints are answered: documented, or observed (always ValidationException)", OPTION_CHOICE,
     MEMBER(errors), .choices = {[ERRORS_DOCUMENTED] = "documented", [ERRORS_OBSERVED] = "observed"}},
    {"--unknown-pack", VARIABLE("UNKNOWN_PACK"), "MODE", "omit",
     "DescribeConformancePackStatus of a name that no pack has: omit, or error (NoSuchConformancePackException)",
     OPTION_CHOICE, MEMBER(unknown_pack_is_error), .choices = {[false] = "omit", [true] = "error"}},
    {"--journal", VARIABLE("JOURNAL"), "N", "1000", "how many requests the journal keeps", OPTION_NUMBER,
     MEMBER(journal), .max = 1000000},
    {"--verify-signatures", VARIABLE("VERIFY_SIGNATURES"), NULL, NULL, "check SigV4 against the fixture's credentials",
     OPTION_SWITCH, MEMBER(verify_signatures), .wanted = "1 or 0"},
    {"--control-token", VARIABLE("CONTROL_TOKEN"), "TOKEN", NULL, "/_mock wants \"Authorization: Bearer TOKEN\"",
     OPTION_TEXT, MEMBER(control_token), .wanted = "a token"},
    {"--tls-cert", VARIABLE("TLS_CERT"), "FILE", NULL, "serve HTTPS with this certificate chain (PEM)", OPTION_FILE,
     MEMBER(tls_certificate)},
    {"--tls-key", VARIABLE("TLS_KEY"), "FILE", NULL, "the certificate's key (PEM)", OPTION_FILE, MEMBER(tls_key)},
    {"--idle-timeout", VARIABLE("IDLE_TIMEOUT"), "DURATION", "75s", "close connections that are silent so long",
     OPTION_DURATION, MEMBER(idle_timeout), .min = 1000, .max = 86400000},
    {"--request-timeout", VARIABLE("REQUEST_TIMEOUT"), "DURATION", "60s",
     "close connections whose request takes longer to come, or its reply to be fetched", OPTION_DURATION,
     MEMBER(request_timeout), .min = 1000, .max = 86400000},
    {"--threads", VARIABLE("THREADS"), "N", "0", "threads that serve; 0: one for each core, up to 4", OPTION_NUMBER,
     MEMBER(threads), .max = 16},
    {"--max-connections", VARIABLE("MAX_CONNECTIONS"), "N", "20000",
     "connections at a time, as far as the limit of open files goes; others wait", OPTION_NUMBER,
     MEMBER(max_connections), .min = 1, .max = 1000000},
    {"--max-body", VARIABLE("MAX_BODY"), "BYTES", "1048576",
     "longest body of a request to AWS's endpoint; a longer one is answered with 413", OPTION_NUMBER, MEMBER(max_body),
     .min = 1, .max = 1 << 28},
    {"--max-memory", VARIABLE("MAX_MEMORY"), "BYTES", "536870912",
     "bodies of all requests and replies together; a request that does not fit in is answered with 503", OPTION_NUMBER,
     MEMBER(max_memory), .min = 1, .max = INT64_C(1) << 40},
    {"--fence", VARIABLE("FENCE"), "SWITCH", "on",
     "have the kernel refuse the server what serving does not take: other files, programs, connections", OPTION_CHOICE,
     MEMBER(fence), .choices = {[false] = "off", [true] = "on"}},
    {"--log-format", VARIABLE("LOG_FORMAT"), "FORMAT", "text", "text or json, on standard error", OPTION_CHOICE,
     MEMBER(log_format), .choices = {[LOG_TEXT] = "text", [LOG_JSON] = "json"}},
    {"--log-level", VARIABLE("LOG_LEVEL"), "LEVEL", "info", "error, warn, info or debug", OPTION_CHOICE,
     MEMBER(log_level),
     .choices = {[LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"}},
};
const size_t option_table_count = COUNT(option_table);

const struct option_command option_commands[] = {
    {"serve", COMMAND_SERVE, "[serve] [options]", "run a local AWS Config endpoint (the default command)"},
    {"check", COMMAND_CHECK, "check FILE...", "validate fixtures"},
    {"health", COMMAND_HEALTH, "health [URL]", "exit 0 when the server is healthy"},
    {"--help", COMMAND_HELP, NULL, "list the options and exit"},
    {"--version", COMMAND_VERSION, NULL, "print the version and exit"},
    {"-h", COMMAND_HELP, NULL, NULL},
    {"help", COMMAND_HELP, NULL, NULL},
};
const size_t option_commands_count = COUNT(option_commands);

/* "error, warn, info or debug" */
static void list_choices(const struct option *option, char text[OPTION_WANTED])
{
    int used = snprintf(text, OPTION_WANTED, "%s", option->choices[0]);
    for (size_t i = 1; option->choices[i] != NULL && used < OPTION_WANTED; i++) {
        const char *joint = option->choices[i + 1] != NULL ? ", " : " or ";
        used += snprintf(text + used, OPTION_WANTED - (size_t)used, "%s%s", joint, option->choices[i]);
    }
}

const char *option_wanted(const struct option *option, char text[OPTION_WANTED])
{
    if (option->wanted != NULL)
        return option->wanted;
    if (option->choices[0] != NULL)
        list_choices(option, text);
    else if (option->kind == OPTION_NUMBER)
        snprintf(text, OPTION_WANTED, "a whole number from %" PRId64 " to %" PRId64, option->min, option->max);
    else if (option->kind == OPTION_DURATION)
        snprintf(text, OPTION_WANTED, "a duration from %" PRId64 "ms to %" PRId64 "ms", option->min, option->max);
    else if (option->kind == OPTION_FILES)
        snprintf(text, OPTION_WANTED, "a file or directory, at most %" PRId64 " of them", option->max);
    else
        return "a file";
    return text;
}
