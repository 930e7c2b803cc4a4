/* What the server says to its operator: lines on standard error, as text or JSON. Never a secret. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON };

/* Call before any thread starts. Until then: LOG_INFO, LOG_TEXT. */
void log_setup(enum log_level level, enum log_format format);

/* Whether a line of that level would be written. */
bool log_enabled(enum log_level level);

/* One line, with the time of the machine's clock; written in one piece, from any thread. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
