#include "server/log.h"

#include "base/json_writer.h"
#include "base/machine_clock.h"
#include "store/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum log_level threshold = LOG_INFO;
static enum log_format line_format = LOG_TEXT;

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

enum { LONGEST_MESSAGE = 2048 };

void log_setup(enum log_level level, enum log_format format)
{
    threshold = level;
    line_format = format;
}

bool log_enabled(enum log_level level)
{
    return level <= threshold;
}

static void format_json(struct buffer *line, const char *time, enum log_level level, const char *message)
{
    struct json_writer writer = {line, false};
    json_begin_object(&writer);
    json_member_string(&writer, "time", time);
    json_member_string(&writer, "level", level_names[level]);
    json_key(&writer, "message");
    json_lossy_string(&writer, message, strlen(message));
    json_end_object(&writer);
}

/* A line break in a message would forge a line of its own. */
static void append_one_line(struct buffer *line, const char *message)
{
    for (; *message != '\0'; message++)
        buffer_append_char(line, (unsigned char)*message < 0x20 ? ' ' : *message);
}

void log_line(enum log_level level, const char *format, ...)
{
    if (!log_enabled(level))
        return;
    char message[LONGEST_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);

    char time[TIMESTAMP_TEXT];
    struct buffer line = {0};
    timestamp_format(machine_now(), time);
    if (line_format == LOG_JSON) {
        format_json(&line, time, level, message);
    } else {
        buffer_printf(&line, "%s %s ", time, level_names[level]);
        append_one_line(&line, message);
    }
    buffer_append_char(&line, '\n');
    if (!line.failed && write(STDERR_FILENO, line.data, line.length) < 0) {
        /* nowhere is left to say so */
    }
    buffer_free(&line);
}
