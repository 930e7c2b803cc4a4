#include "server/option_table.h"
#include "server/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

enum { RENDERED = 2048, MOST_ARGUMENTS = 16 };

/* Everything that was read, as "name=value" between spaces. */
static void render(const struct options *options, char text[RENDERED])
{
    static const char *const commands[] = {"serve", "check", "health", "help", "version"};
    int used = snprintf(
        text, RENDERED,
        " command=%s host=%s port=%u database=%s progression=%d/%lld max-packs=%lld clock=%s%lld seed=%s%llu errors=%s"
        " unknown=%s verify=%d token=%s cert=%s key=%s timeouts=%lld/%lld threads=%u caps=%u/%zu/%zu"
        " fence=%d log=%d/%d fixtures=",
        commands[options->command], options->host, options->port, options->database != NULL ? options->database : "-",
        (int)options->progression.trigger, (long long)options->progression.after, (long long)options->max_packs,
        options->clock_is_frozen ? "" : "real/", options->clock_is_frozen ? (long long)options->clock_now : 0,
        options->has_seed ? "" : "random/", options->has_seed ? (unsigned long long)options->seed : 0,
        options->errors == ERRORS_DOCUMENTED ? "documented" : "observed",
        options->unknown_pack_is_error ? "error" : "omit", options->verify_signatures,
        options->control_token != NULL ? options->control_token : "-",
        options->tls_certificate != NULL ? options->tls_certificate : "-",
        options->tls_key != NULL ? options->tls_key : "-", (long long)options->idle_timeout,
        (long long)options->request_timeout, options->threads, options->max_connections, options->max_body,
        options->max_memory, options->fence, (int)options->log_format, (int)options->log_level);
    for (size_t i = 0; i < options->fixtures.count; i++)
        used += snprintf(text + used, RENDERED - (size_t)used, "%s%s", i > 0 ? "," : "", options->fixtures.names[i]);
    used += snprintf(text + used, RENDERED - (size_t)used, " operands=");
    for (size_t i = 0; i < options->operand_count; i++)
        used += snprintf(text + used, RENDERED - (size_t)used, "%s%s", i > 0 ? "," : "", options->operands[i]);
    snprintf(text + used, RENDERED - (size_t)used, " ");
}

/* Reads a command line; `text` is what was read, or the error behind "! ". */
static void read_line(const char *const *arguments, char text[RENDERED])
{
    char *argv[MOST_ARGUMENTS + 2] = {(char *)"awsconfig-mock"};
    int argc = 1;
    char message[OPTIONS_MESSAGE] = "";
    struct options options;
    for (; *arguments != NULL; arguments++)
        argv[argc++] = (char *)*arguments;
    if (options_read(&options, argc, argv, message))
        render(&options, text);
    else
        snprintf(text, RENDERED, "! %s", message);
    options_free(&options);
}

static void assert_reads(const char *what, const char *const *arguments, const char *wanted)
{
    char text[RENDERED];
    read_line(arguments, text);
    if (strstr(text, wanted) == NULL)
        fail_msg("%s: '%s' instead of '%s'", what, text, wanted);
}

#define READS(wanted, ...) assert_reads(#__VA_ARGS__, (const char *const[]){__VA_ARGS__, NULL}, wanted)

/* Every option: a value, what it becomes; a value that is refused, and what it should have been. */
static const struct {
    const char *flag;
    const char *environment;
    const char *value;
    const char *becomes;
    const char *bad;
    const char *wanted;
} table[] = {
    {"--host", "HOST", "0.0.0.0", " host=0.0.0.0 ", NULL, NULL},
    {"--host", "HOST", "::1", " host=::1 ", NULL, NULL},
    {"--port", "PORT", "0", " port=0 ", "65536", "a whole number from 0 to 65535"},
    {"--port", "PORT", "65535", " port=65535 ", "-1", "a whole number from 0 to 65535"},
    {"--port", "PORT", "080", " port=80 ", "http", "a whole number from 0 to 65535"},
    {"--port", "PORT", "1", " port=1 ", "1x", "a whole number from 0 to 65535"},
    {"--port", "PORT", "1", " port=1 ", "18446744073709551617", "a whole number from 0 to 65535"},
    {"--database", "DATABASE", "/tmp/x.db", " database=/tmp/x.db ", NULL, NULL},
    {"--progression", "PROGRESSION", "immediate", " progression=0/0 ", "soon",
     "immediate, after DURATION, polls N or manual"},
    {"--progression", "PROGRESSION", "after 1.5s", " progression=1/1500 ", "after", "immediate, after"},
    {"--progression", "PROGRESSION", "polls 3", " progression=2/3 ", "polls 0", "immediate, after"},
    {"--progression", "PROGRESSION", "manual", " progression=3/0 ", "Manual", "immediate, after"},
    {"--max-packs", "MAX_PACKS", "0", " max-packs=0 ", "1000000001", "a whole number from 0 to 1000000000"},
    {"--clock", "CLOCK", "real", " clock=real/0 ", "frozen", "real or an ISO 8601 instant"},
    {"--clock", "CLOCK", "2026-01-01T00:00:00Z", " clock=1767225600000 ", "1767225600", "real or an ISO 8601 instant"},
    {"--seed", "SEED", "0", " seed=0 ", "-1", "a whole number below 2^63"},
    {"--seed", "SEED", "9223372036854775807", " seed=9223372036854775807 ", "9223372036854775808",
     "a whole number below 2^63"},
    {"--errors", "ERRORS", "observed", " errors=observed ", "seen", "documented or observed"},
    {"--errors", "ERRORS", "documented", " errors=documented ", "Observed", "documented or observed"},
    {"--unknown-pack", "UNKNOWN_PACK", "error", " unknown=error ", "fail", "omit or error"},
    {"--unknown-pack", "UNKNOWN_PACK", "omit", " unknown=omit ", "true", "omit or error"},
    {"--verify-signatures", "VERIFY_SIGNATURES", "1", " verify=1 ", "2", "1 or 0"},
    {"--verify-signatures", "VERIFY_SIGNATURES", "yes", " verify=1 ", "YES", "1 or 0"},
    {"--verify-signatures", "VERIFY_SIGNATURES", "off", " verify=0 ", "never", "1 or 0"},
    {"--idle-timeout", "IDLE_TIMEOUT", "5s", " timeouts=5000/60000 ", "0s", "a duration from 1000ms to 86400000ms"},
    {"--request-timeout", "REQUEST_TIMEOUT", "1.5s", " timeouts=75000/1500 ", "7x", "a duration from 1000ms"},
    {"--threads", "THREADS", "16", " threads=16 ", "17", "a whole number from 0 to 16"},
    {"--max-connections", "MAX_CONNECTIONS", "9", " caps=9/", "0", "a whole number from 1 to 1000000"},
    {"--max-body", "MAX_BODY", "268435456", "/268435456/", "268435457", "a whole number from 1 to 268435456"},
    {"--max-memory", "MAX_MEMORY", "1", "/1 ", "1k", "a whole number from 1 to 1099511627776"},
    {"--fence", "FENCE", "off", " fence=0 ", "none", "off or on"},
    {"--fence", "FENCE", "on", " fence=1 ", "true.", "off or on"},
    {"--control-token", "CONTROL_TOKEN", "hush", " token=hush ", NULL, NULL},
    {"--log-format", "LOG_FORMAT", "json", " log=1/", "xml", "text or json"},
    {"--log-level", "LOG_LEVEL", "debug", "/3 ", "all", "error, warn, info or debug"},
    {"--log-level", "LOG_LEVEL", "error", "/0 ", "ERROR", "error, warn, info or debug"},
    {"--fixture", "FIXTURES", "a.json", " fixtures=a.json ", NULL, NULL},
};

static const char *variable(size_t row, char name[64])
{
    snprintf(name, 64, "AWSCONFIG_MOCK_%s", table[row].environment);
    return name;
}

static int clear_environment(void **state)
{
    char name[64];
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        unsetenv(variable(i, name));
    unsetenv("AWSCONFIG_MOCK_TLS_CERT");
    unsetenv("AWSCONFIG_MOCK_TLS_KEY");
    return 0;
}

static void has_defaults(void **state)
{
    (void)state;
    assert_reads("nothing", (const char *const[]){NULL},
                 " command=serve host=127.0.0.1 port=4566 database=- progression=1/2000 max-packs=50 clock=real/0"
                 " seed=random/0 errors=documented unknown=omit verify=0 token=- cert=- key=- timeouts=75000/60000 "
                 "threads=0 caps=20000/1048576/536870912 fence=1 log=0/2 fixtures="
                 " operands= ");
}

static void reads_each_option_three_ways(void **state)
{
    char name[64];
    char joined[128];
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const bool is_switch = strcmp(table[i].flag, "--verify-signatures") == 0;
        snprintf(joined, sizeof joined, "%s=%s", table[i].flag, table[i].value);
        READS(table[i].becomes, joined);
        if (!is_switch)
            READS(table[i].becomes, table[i].flag, table[i].value);
        assert_int_equal(setenv(variable(i, name), table[i].value, 1), 0);
        assert_reads(name, (const char *const[]){NULL}, table[i].becomes);
        unsetenv(name);
    }
    READS(" verify=1 ", "--verify-signatures");
}

static void says_what_a_value_must_be(void **state)
{
    char name[64];
    char joined[128];
    char wanted[256];
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        if (table[i].bad == NULL)
            continue;
        snprintf(joined, sizeof joined, "%s=%s", table[i].flag, table[i].bad);
        snprintf(wanted, sizeof wanted, "! %s: '%s' is not %s", table[i].flag, table[i].bad, table[i].wanted);
        READS(wanted, joined);
        snprintf(wanted, sizeof wanted, "! %s: '%s' is not %s", variable(i, name), table[i].bad, table[i].wanted);
        assert_int_equal(setenv(name, table[i].bad, 1), 0);
        assert_reads(name, (const char *const[]){NULL}, wanted);
        unsetenv(name);
    }
    READS("! --host: '' is not an address", "--host=");
    READS("! --database: '' is not a file", "--database", "");
    READS("! --fixture: '' is not a file or directory", "--fixture", "");
    READS("! --port wants a value: a whole number from 0 to 65535", "--port");
    READS("! --seed wants a value: a whole number below 2^63", "--port", "1", "--seed");
}

static void the_command_line_wins_over_the_environment(void **state)
{
    char name[64];
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        char joined[128];
        if (table[i].bad != NULL && strcmp(table[i].environment, "CLOCK") != 0) {
            assert_int_equal(setenv(variable(i, name), i % 2 == 0 ? "" : table[i].value, 1), 0);
            snprintf(joined, sizeof joined, "%s=%s", table[i].flag, table[i].value);
            READS(table[i].becomes, joined);
            unsetenv(name);
        }
    }
    setenv("AWSCONFIG_MOCK_PORT", "1", 1);
    READS(" port=2 ", "--port=2");
    READS(" port=3 ", "--port=2", "--port", "3");
    setenv("AWSCONFIG_MOCK_CLOCK", "2026-01-01T00:00:00Z", 1);
    READS(" clock=real/0 ", "--clock=real");
    setenv("AWSCONFIG_MOCK_VERIFY_SIGNATURES", "1", 1);
    READS(" verify=0 ", "--verify-signatures=0");
}

static void an_empty_variable_is_none(void **state)
{
    char name[64];
    char text[RENDERED];
    char defaults[RENDERED];
    (void)state;
    read_line((const char *const[]){NULL}, defaults);
    for (size_t i = 0; i < COUNT(table); i++)
        setenv(variable(i, name), "", 1);
    read_line((const char *const[]){NULL}, text);
    assert_string_equal(text, defaults);
}

static void takes_many_fixtures(void **state)
{
    (void)state;
    READS(" fixtures=a.json,b,c.json ", "--fixture", "a.json", "--fixture=b", "--fixture", "c.json");
    setenv("AWSCONFIG_MOCK_FIXTURES", "x.json::y:", 1);
    assert_reads("a list", (const char *const[]){NULL}, " fixtures=x.json,y ");
    READS(" fixtures=a.json ", "--fixture", "a.json"); /* in place of the environment's, not behind them */

    char list[2 * (OPTIONS_FILES + 1) + 1] = "";
    for (size_t i = 0; i < sizeof list - 1; i++)
        list[i] = i % 2 == 0 ? 'f' : ':';
    list[sizeof list - 3] = '\0'; /* one less than it has room for: just as many as there may be */
    setenv("AWSCONFIG_MOCK_FIXTURES", list, 1);
    struct options options;
    char message[OPTIONS_MESSAGE];
    assert_true(options_read(&options, 1, (char *[]){(char *)"awsconfig-mock", NULL}, message));
    assert_int_equal(options.fixtures.count, OPTIONS_FILES);
    options_free(&options);
    list[sizeof list - 3] = 'f';
    setenv("AWSCONFIG_MOCK_FIXTURES", list, 1);
    assert_reads("one too many", (const char *const[]){NULL}, " is not a file or directory, at most 256 of them");
}

static void knows_the_commands(void **state)
{
    (void)state;
    READS(" command=serve ", "serve", "--port", "0");
    READS(" command=check ", "check", "a.json", "b.json");
    READS(" operands=a.json,b.json ", "check", "a.json", "b.json");
    READS(" operands=a.json,b.json ", "check", "a.json", "--seed", "1", "b.json");
    READS(" command=health ", "health");
    READS(" operands=http://127.0.0.1:1 ", "health", "http://127.0.0.1:1");
    READS(" command=help ", "--help");
    READS(" command=help ", "-h");
    READS(" command=help ", "--port", "0", "--help", "--nonsense");
    READS(" command=version ", "--version");
}

static void refuses_what_it_does_not_know(void **state)
{
    (void)state;
    READS("! unknown option --nonsense (--help lists them)", "--nonsense");
    READS("! unknown option --portal=1 (--help lists them)", "--portal=1");
    READS("! unknown option --por (--help lists them)", "--por", "1");
    READS("! unknown option -- (--help lists them)", "--");
    READS("! unknown command start (--help lists them)", "start");
    READS("! unknown command check (--help lists them)", "serve", "check");
    READS("! check wants at least one file", "check");
    READS("! health takes one URL", "health", "a", "b");
    READS("! --tls-cert and --tls-key go together", "--tls-cert", "cert.pem");
    READS("! --tls-cert and --tls-key go together", "--tls-key=key.pem");
    READS(" cert=cert.pem key=key.pem ", "--tls-cert", "cert.pem", "--tls-key=key.pem");
    setenv("AWSCONFIG_MOCK_TLS_CERT", "cert.pem", 1);
    READS(" cert=cert.pem key=key.pem ", "--tls-key=key.pem");
}

static void a_long_value_makes_no_long_message(void **state)
{
    char argument[4096] = "--port=";
    char text[RENDERED];
    (void)state;
    memset(argument + 7, '7', sizeof argument - 8);
    read_line((const char *const[]){argument, NULL}, text);
    assert_non_null(strstr(text, "' is not a whole number from 0 to 65535"));
    memset(argument, '-', sizeof argument - 1);
    read_line((const char *const[]){argument, NULL}, text);
    assert_non_null(strstr(text, "(--help lists them)"));
}

static void help_names_every_option(void **state)
{
    char *help = NULL;
    size_t length = 0;
    char name[64];
    FILE *out = open_memstream(&help, &length);
    (void)state;
    assert_non_null(out);
    options_print_help(out);
    assert_int_equal(fclose(out), 0);
    for (size_t i = 0; i < COUNT(table); i++) {
        if (strstr(help, table[i].flag) == NULL || strstr(help, variable(i, name)) == NULL)
            fail_msg("%s or %s is missing", table[i].flag, name);
    }
    assert_non_null(strstr(help, "(default: 4566)"));
    assert_non_null(strstr(help, "(default: after 2s)"));
    assert_non_null(strstr(help, "--tls-key FILE"));
    free(help);
}

/* What the compiler cannot see in a table of offsets. */
static void members_are_of_the_size_of_their_kind(void **state)
{
    static const size_t sizes[] = {
        [OPTION_SWITCH] = sizeof(bool),
        [OPTION_DURATION] = sizeof(int64_t),
        [OPTION_INSTANT] = sizeof(int64_t),
        [OPTION_PROGRESSION] = sizeof(struct progression),
        [OPTION_TEXT] = sizeof(const char *),
        [OPTION_FILE] = sizeof(const char *),
        [OPTION_FILES] = sizeof(struct option_files),
    };
    (void)state;
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];
        const size_t size = option->kind == OPTION_CHOICE || option->kind == OPTION_NUMBER ? 0 : sizes[option->kind];
        const bool is_integer = option->size == sizeof(bool) || option->size == sizeof(uint16_t) ||
                                option->size == sizeof(uint32_t) || option->size == sizeof(uint64_t);
        if (size == 0 ? !is_integer : option->size != size)
            fail_msg("%s: a member of %zu bytes", option->flag, option->size);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, clear_environment, clear_environment)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(has_defaults),
        TEST(reads_each_option_three_ways),
        TEST(says_what_a_value_must_be),
        TEST(the_command_line_wins_over_the_environment),
        TEST(an_empty_variable_is_none),
        TEST(takes_many_fixtures),
        TEST(knows_the_commands),
        TEST(refuses_what_it_does_not_know),
        TEST(a_long_value_makes_no_long_message),
        TEST(help_names_every_option),
        TEST(members_are_of_the_size_of_their_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
