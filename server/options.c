#include "server/options.h"

#include "base/timestamp.h"
#include "server/option_table.h"

#include <stdlib.h>
#include <string.h>

/* ---- values, by their kinds ---- */

static void store_integer(const struct option *option, void *place, uint64_t value)
{
    switch (option->size) {
    case sizeof(bool):
        *(bool *)place = value != 0;
        break;
    case sizeof(uint16_t):
        *(uint16_t *)place = (uint16_t)value;
        break;
    case sizeof(uint32_t): /* enums are of this size */
        *(uint32_t *)place = (uint32_t)value;
        break;
    default:
        *(uint64_t *)place = value;
    }
}

static bool read_switch(const struct option *option, const char *text, void *place)
{
    static const char *const words[] = {"0", "1", "false", "true", "no", "yes", "off", "on", ""}; /* off, on, off, … */
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) == 0) {
            store_integer(option, place, i % 2);
            return true;
        }
    }
    return false;
}

static bool read_choice(const struct option *option, const char *text, void *place)
{
    for (size_t i = 0; option->choices[i] != NULL; i++) {
        if (strcmp(text, option->choices[i]) == 0) {
            store_integer(option, place, i);
            return true;
        }
    }
    return false;
}

static bool read_number(const struct option *option, const char *text, void *place)
{
    enum { DIGITS = 19 }; /* as many as never overflow */
    if (*text == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > DIGITS)
        return false;
    const uint64_t value = strtoull(text, NULL, 10);
    if (value < (uint64_t)option->min || value > (uint64_t)option->max)
        return false;
    store_integer(option, place, value);
    return true;
}

static bool read_duration(const struct option *option, const char *text, void *place)
{
    int64_t *const value = place;
    return duration_parse(text, value) && *value >= option->min && *value <= option->max;
}

static bool read_instant(const struct option *option, const char *text, void *place)
{
    return strcmp(text, option->standard) == 0 || timestamp_parse(text, place);
}

static bool read_progression(const struct option *option, const char *text, void *place)
{
    (void)option;
    return progression_parse(text, place);
}

static bool read_text(const struct option *option, const char *text, void *place)
{
    (void)option;
    *(const char **)place = text;
    return *text != '\0';
}

static bool read_files(const struct option *option, const char *text, void *place)
{
    struct option_files *const files = place;
    if (*text == '\0' || files->count == (size_t)option->max)
        return false;
    files->names[files->count++] = text;
    return true;
}

/* In the environment: several, with colons between them. */
static bool read_file_list(const struct option *option, const char *text, void *place)
{
    struct option_files *const files = place;
    char *rest = strdup(text);
    files->list = rest;
    if (rest == NULL)
        return false;
    for (char *name = strsep(&rest, ":"); name != NULL; name = strsep(&rest, ":")) {
        if (*name != '\0' && !read_files(option, name, place))
            return false;
    }
    return true;
}

typedef bool read_fn(const struct option *option, const char *text, void *place);

static read_fn *const readers[] = {
    [OPTION_SWITCH] = read_switch,     [OPTION_CHOICE] = read_choice,   [OPTION_NUMBER] = read_number,
    [OPTION_DURATION] = read_duration, [OPTION_INSTANT] = read_instant, [OPTION_PROGRESSION] = read_progression,
    [OPTION_TEXT] = read_text,         [OPTION_FILE] = read_text,       [OPTION_FILES] = read_files,
};

static bool read_value(struct options *options, const struct option *option, read_fn *read, const char *text)
{
    char *const base = (char *)options;
    if (option->is_set != 0)
        *(bool *)(base + option->is_set) = option->standard == NULL || strcmp(text, option->standard) != 0;
    return read(option, text, base + option->offset);
}

static bool refuse(char message[OPTIONS_MESSAGE], const char *name, const char *value, const struct option *option)
{
    char wanted[OPTION_WANTED];
    snprintf(message, OPTIONS_MESSAGE, "%s: '%.80s' is not %s", name, value, option_wanted(option, wanted));
    return false;
}

/* ---- where values come from ---- */

static bool read_defaults(struct options *options)
{
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];
        if (option->standard != NULL && !read_value(options, option, readers[option->kind], option->standard))
            return false;
    }
    return true;
}

static bool read_environment(struct options *options, char message[OPTIONS_MESSAGE])
{
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];
        const char *value = getenv(option->environment);
        if (value == NULL || (*value == '\0' && option->kind != OPTION_SWITCH))
            continue; /* compose files and workflows pass unset variables on as empty ones */
        read_fn *read = option->kind == OPTION_FILES ? read_file_list : readers[option->kind];
        if (!read_value(options, option, read, value))
            return refuse(message, option->environment, value, option);
    }
    return true;
}

static const struct option *find_option(const char *argument, size_t length)
{
    for (size_t i = 0; i < option_table_count; i++) {
        const char *flag = option_table[i].flag;
        if (strlen(flag) == length && strncmp(flag, argument, length) == 0)
            return &option_table[i];
    }
    return NULL;
}

/* The command line's list takes the place of the environment's. */
static void drop_list(struct option_files *files)
{
    if (files->list != NULL)
        files->count = 0;
    free(files->list);
    files->list = NULL;
}

/* Reads the option at argv[*index], written "--flag VALUE" or "--flag=VALUE"; *index moves to its last word. */
static bool read_option(struct options *options, char *const argv[], int *index, char message[OPTIONS_MESSAGE])
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
    if (equals == NULL && option->kind != OPTION_SWITCH) {
        value = argv[++*index];
        if (value == NULL) {
            char wanted[OPTION_WANTED];
            snprintf(message, OPTIONS_MESSAGE, "%s wants a value: %s", option->flag, option_wanted(option, wanted));
            return false;
        }
    }
    if (option->kind == OPTION_FILES)
        drop_list((struct option_files *)(void *)((char *)options + option->offset));
    return read_value(options, option, readers[option->kind], value) || refuse(message, option->flag, value, option);
}

static bool read_command(struct options *options, const char *argument)
{
    for (size_t i = 0; i < option_commands_count; i++) {
        if (strcmp(argument, option_commands[i].name) == 0) {
            options->command = option_commands[i].command;
            return true;
        }
    }
    return false;
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
    if (options->operands == NULL || !read_defaults(options)) {
        snprintf(message, OPTIONS_MESSAGE, "memory is out");
        return false;
    }
    if (!read_environment(options, message))
        return false;
    for (int i = 1; i < argc; i++) {
        const bool is_option = strncmp(argv[i], "--", 2) == 0;
        if ((i == 1 || is_option) && read_command(options, argv[i])) {
            if (options->command == COMMAND_HELP || options->command == COMMAND_VERSION)
                return true;
        } else if (!is_option) {
            options->operands[options->operand_count++] = argv[i];
        } else if (!read_option(options, argv, &i, message)) {
            return false;
        }
    }
    return check_together(options, message);
}

void options_free(struct options *options)
{
    free(options->operands);
    free(options->fixtures.list);
}

/* ---- what is shown of them ---- */

void options_print_help(FILE *out)
{
    const char *lead = "Usage:";
    for (size_t i = 0; i < option_commands_count; i++) {
        const struct option_command *command = &option_commands[i];
        if (command->usage == NULL)
            continue;
        fprintf(out, "%-6s awsconfig-mock %-19s %s\n", lead, command->usage, command->help);
        lead = "";
    }
    fputs("       awsconfig-mock --help | --version\n\nOptions, each also by the environment variable beside it:\n",
          out);
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];
        char flag[64];
        snprintf(flag, sizeof flag, "%s %s", option->flag, option->argument != NULL ? option->argument : "");
        fprintf(out, "  %-26s %s\n      %s", flag, option->environment, option->help);
        if (option->standard != NULL)
            fprintf(out, " (default: %s)", option->standard);
        fputc('\n', out);
    }
}
