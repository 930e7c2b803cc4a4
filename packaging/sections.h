/* What the frames beside this file have from the table of options. */
#ifndef PACKAGING_SECTIONS_H
#define PACKAGING_SECTIONS_H

#include "server/option_table.h"

#include <stdio.h>

/* man(7): the .TH line; a line of usage a command; a paragraph an option */
void print_man_title(FILE *out);
void print_man_synopsis(FILE *out);
void print_man_options(FILE *out);

/* arms of a `case`, which set what a flag's value may be; and all that may start a word */
void print_bash_values(FILE *out);
void print_bash_words(FILE *out);

/* specifications for _arguments; and NAME:HELP for _describe */
void print_zsh_options(FILE *out);
void print_zsh_commands(FILE *out);

/* calls of `complete` */
void print_fish_options(FILE *out);
void print_fish_commands(FILE *out);

#endif
