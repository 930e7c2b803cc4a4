/* generate FRAME : the frame on standard output, with what follows from the table of options in the place of each line
 * that is a name between two @. So that the manual page and the shells' completions hold no list of their own. */
#include "packaging/sections.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *line;
    void (*print)(FILE *out);
} sections[] = {
    {"@man-title@\n", print_man_title},         {"@man-synopsis@\n", print_man_synopsis},
    {"@man-options@\n", print_man_options},     {"@bash-values@\n", print_bash_values},
    {"@bash-words@\n", print_bash_words},       {"@zsh-options@\n", print_zsh_options},
    {"@zsh-commands@\n", print_zsh_commands},   {"@fish-options@\n", print_fish_options},
    {"@fish-commands@\n", print_fish_commands},
};

static bool print_line(FILE *out, const char *line)
{
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (strcmp(line, sections[i].line) == 0) {
            sections[i].print(out);
            return true;
        }
    }
    fputs(line, out);
    return *line != '@';
}

static int fill(FILE *frame, const char *name)
{
    char *line = NULL;
    size_t size = 0;
    int status = EXIT_SUCCESS;
    while (status == EXIT_SUCCESS && getline(&line, &size, frame) > 0) {
        if (!print_line(stdout, line)) {
            fprintf(stderr, "%s: unknown section: %s", name, line);
            status = EXIT_FAILURE;
        }
    }
    free(line);
    if (ferror(frame) != 0 || fflush(stdout) != 0) {
        fprintf(stderr, "%s: %s\n", name, strerror(errno));
        status = EXIT_FAILURE;
    }
    return status;
}

int main(int argc, char *argv[])
{
    if (argc != 2) {
        fputs("usage: generate FRAME\n", stderr);
        return EXIT_FAILURE;
    }
    FILE *frame = fopen(argv[1], "r");
    if (frame == NULL) {
        fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
        return EXIT_FAILURE;
    }
    const int status = fill(frame, argv[1]);
    fclose(frame);
    return status;
}
