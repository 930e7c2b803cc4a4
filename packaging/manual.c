/* The parts of the manual page that follow from the tables, in man(7). */
#include "packaging/sections.h"
#include "server/version.h"

/* Text that roff takes as it is: a bare - would become a hyphen, and \ starts a command. */
static void print_roff(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", out);
    for (; *text != '\0'; text++) {
        if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\\')
            fputs("\\e", out);
        else
            fputc(*text, out);
    }
}

void print_man_title(FILE *out)
{
    fputs(".TH AWSCONFIG\\-MOCK 1 \"" VERSION_DATE "\" \"awsconfig\\-mock " VERSION "\" \"User Commands\"\n", out);
}

void print_man_synopsis(FILE *out)
{
    for (size_t i = 0; i < option_commands_count; i++) {
        const struct option_command *command = &option_commands[i];
        if (command->help == NULL)
            continue;
        fputs(i > 0 ? ".br\n.B awsconfig\\-mock\n" : ".B awsconfig\\-mock\n", out);
        print_roff(out, command->usage != NULL ? command->usage : command->name);
        fputc('\n', out);
    }
}

/* --port PORT, AWSCONFIG_MOCK_PORT=PORT */
static void print_names(FILE *out, const struct option *option)
{
    fputs(".TP\n.BI \"", out);
    print_roff(out, option->flag);
    if (option->argument != NULL)
        fprintf(out, " \" %s \"", option->argument);
    fprintf(out, ", %s=\" %s\n", option->environment, option->argument != NULL ? option->argument : "1");
}

void print_man_options(FILE *out)
{
    for (size_t i = 0; i < option_table_count; i++) {
        const struct option *option = &option_table[i];
        print_names(out, option);
        print_roff(out, option->help);
        if (option->standard != NULL) {
            fputs("\n(default:\n.BR \"", out);
            print_roff(out, option->standard);
            fputs("\" )", out);
        }
        fputc('\n', out);
    }
    for (size_t i = 0; i < option_commands_count; i++) {
        const struct option_command *command = &option_commands[i];
        if (command->usage != NULL || command->help == NULL)
            continue;
        fputs(".TP\n.B ", out);
        print_roff(out, command->name);
        fputc('\n', out);
        print_roff(out, command->help);
        fputc('\n', out);
    }
}
