/* The options and the commands as data: what reads them, --help, the manual page and the shells' completions have
 * them from here, and from nowhere else. */
#ifndef SERVER_OPTION_TABLE_H
#define SERVER_OPTION_TABLE_H

#include "server/options.h"

/* What a value is, and the type of the member of struct options that it goes to. */
enum option_kind {
    OPTION_SWITCH,      /* bool. No value on the command line; in the environment 1, true, yes, on, or the reverse */
    OPTION_CHOICE,      /* bool or an enum: the word's place among the choices */
    OPTION_NUMBER,      /* any unsigned integer, or a signed one; whole, from min to max */
    OPTION_DURATION,    /* int64_t, milliseconds; from min to max */
    OPTION_INSTANT,     /* int64_t, milliseconds since 1970; the default is the word for "none" */
    OPTION_PROGRESSION, /* struct progression */
    OPTION_TEXT,        /* const char *, not empty */
    OPTION_FILE,        /* const char *, not empty: a file's name */
    OPTION_FILES,       /* struct option_files: files and directories; the option may be repeated */
};

enum { OPTION_CHOICES = 6 };

/* One row an option: everything that is to be known of it. */
struct option {
    const char *flag;
    const char *environment;
    const char *argument; /* NULL: a switch */
    const char *standard; /* the default, read like any value; NULL: none */
    const char *help;
    enum option_kind kind;
    size_t offset; /* in struct options, */
    size_t size;   /* and how many bytes are there */
    size_t is_set; /* the offset of a bool that says whether there is a value; 0: none */
    int64_t min;
    int64_t max;
    const char *choices[OPTION_CHOICES + 1]; /* those with a space in them say a form, and are no words */
    const char *wanted;                      /* what a value must be, for the error; NULL: choices and bounds say it */
};

extern const struct option option_table[];
extern const size_t option_table_count;

/* The first word, or --help or --version anywhere. */
struct option_command {
    const char *name;
    enum command command;
    const char *usage; /* as --help shows it; NULL: not on a line of its own */
    const char *help;  /* NULL: another row's second name, which is not shown */
};

extern const struct option_command option_commands[];
extern const size_t option_commands_count;

enum { OPTION_WANTED = 128 };

/* What a value of this option must be, as in "a whole number from 0 to 65535"; `text` may be used for it. */
const char *option_wanted(const struct option *option, char text[OPTION_WANTED]);

#endif
