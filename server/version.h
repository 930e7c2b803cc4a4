/* The version of the program: `--version`, health and packaging have it from here. */
#ifndef SERVER_VERSION_H
#define SERVER_VERSION_H

#define VERSION "0.1.0"

#endif
