/* The commands beside `serve`. Each returns the process's exit status. */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H

#include "server/options.h"

/* check FILE...: 0, or 1 with file:line:column: message on standard error. */
int command_check(const struct options *options);

/* health [URL]: 0 when /_mock/health answers 200 there (default: where the options say the server listens), else 1. */
int command_health(const struct options *options);

#endif
