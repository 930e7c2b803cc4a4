/* The version of the program: `--version`, health, the manual page, the packages and the image have it from here. */
#ifndef SERVER_VERSION_H
#define SERVER_VERSION_H

#define VERSION      "0.1.0"
#define VERSION_DATE "2026-11-22" /* of its release */

#endif
