/*
 * The version of the program: `--version`, health, the manual page, the packages and the image have it from here.
 * Scripts read the lines as they stand, one space each; clang-format lines up neighbours.
 */
#ifndef SERVER_VERSION_H
#define SERVER_VERSION_H

#define VERSION "0.1.0"

/* Of its release. */
#define VERSION_DATE "2026-11-22"

#endif
