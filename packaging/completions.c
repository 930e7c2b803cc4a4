/* The parts of the shells' completions that follow from the tables. */
#include "packaging/sections.h"

#include <string.h>

/* Text between single quotes, as all three shells read it; a backslash before what else is `special` to who takes it.
 */
static void print_quoted(FILE *out, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\'", out);
        else if (strchr(special, *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

static bool takes_files(const struct option *option)
{
    return option->kind == OPTION_FILE || option->kind == OPTION_FILES;
}

/* Whether it is shown at all, and as --help and --version are: among the options. */
static bool is_flag(const struct option_command *command)
{
    return command->help != NULL && command->name[0] == '-';
}

static bool is_word(const struct option_command *command)
{
    return command->help != NULL && command->name[0] != '-';
}

/* The words among the choices. */
static void print_choices(FILE *out, const struct option *option)
{
    const char *space = "";
    for (size_t i = 0; option->choices[i] != NULL; i++) {
        if (strchr(option->choices[i], ' ') == NULL) {
            fprintf(out, "%s%s", space, option->choices[i]);
            space = " ";
        }
    }
}

void print_bash_values(FILE *out)
{
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];
        if (option->kind == OPTION_SWITCH)
            continue;
        fprintf(out, "    %s) ", option->flag);
        if (takes_files(option)) {
            fputs("kind=file ;;\n", out);
            continue;
        }
        fputs("words='", out);
        print_choices(out, option);
        fputs("' ;;\n", out);
    }
}

void print_bash_words(FILE *out)
{
    fputs("    commands='", out);
    for (size_t i = 0; i < option_commands_count; i++) {
        if (is_word(&option_commands[i]))
            fprintf(out, " %s", option_commands[i].name);
    }
    fputs("'\n    flags='", out);
    for (size_t i = 0; i < option_table_count; i++)
        fprintf(out, " %s", option_table[i].flag);
    for (size_t i = 0; i < option_commands_count; i++) {
        if (is_flag(&option_commands[i]))
            fprintf(out, " %s", option_commands[i].name);
    }
    fputs("'\n", out);
}

/* '--flag=[help]:ARGUMENT:(words)'; a * before it where it may be repeated */
static void print_zsh_option(FILE *out, const struct option *option)
{
    const bool is_switch = option->kind == OPTION_SWITCH;
    fprintf(out, "    '%s%s%s[", option->kind == OPTION_FILES ? "*" : "", option->flag, is_switch ? "" : "=");
    print_quoted(out, option->help, "[]\\");
    fputc(']', out);
    if (!is_switch)
        fprintf(out, ":%s:", option->argument);
    if (takes_files(option)) {
        fputs("_files", out);
    } else if (option->choices[0] != NULL) {
        fputc('(', out);
        print_choices(out, option);
        fputc(')', out);
    } else if (!is_switch) {
        fputc(' ', out); /* any text, and no help for it */
    }
    fputs("'\n", out);
}

void print_zsh_options(FILE *out)
{
    for (size_t i = 0; i < option_table_count; i++)
        print_zsh_option(out, &option_table[i]);
    for (size_t i = 0; i < option_commands_count; i++) {
        if (is_flag(&option_commands[i]))
            fprintf(out, "    '(- *)%s[%s]'\n", option_commands[i].name, option_commands[i].help);
    }
}

void print_zsh_commands(FILE *out)
{
    for (size_t i = 0; i < option_commands_count; i++) {
        if (is_word(&option_commands[i]))
            fprintf(out, "    '%s:%s'\n", option_commands[i].name, option_commands[i].help);
    }
}

static void print_fish_line(FILE *out, const char *what, const char *name, const char *help)
{
    fprintf(out, "complete -c awsconfig-mock %s %s -d '", what, name);
    print_quoted(out, help, "\\");
    fputc('\'', out);
}

void print_fish_options(FILE *out)
{
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];
        print_fish_line(out, "-l", option->flag + strlen("--"), option->help);
        if (takes_files(option))
            fputs(" -r -F", out);
        else if (option->kind != OPTION_SWITCH)
            fputs(" -x", out);
        if (option->choices[0] != NULL) {
            fputs(" -a '", out);
            print_choices(out, option);
            fputc('\'', out);
        }
        fputc('\n', out);
    }
    for (size_t i = 0; i < option_commands_count; i++) {
        if (is_flag(&option_commands[i])) {
            print_fish_line(out, "-l", option_commands[i].name + strlen("--"), option_commands[i].help);
            fputc('\n', out);
        }
    }
}

void print_fish_commands(FILE *out)
{
    for (size_t i = 0; i < option_commands_count; i++) {
        if (is_word(&option_commands[i])) {
            print_fish_line(out, "-n __fish_use_subcommand -a", option_commands[i].name, option_commands[i].help);
            fputc('\n', out);
        }
    }
}
