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

/* What cannot be written, as nowhere is left to say so, is lost. */
static void put_out(const char *text, size_t length)
{
    const ssize_t written = write(STDERR_FILENO, text, length);
    (void)written;
}

/* Text wants no memory: what is said when memory is out must come through. A line break in a message would forge a line
 * of its own. */
static void write_text(const char *time, enum log_level level, char *message)
{
    char line[LONGEST_MESSAGE + TIMESTAMP_TEXT + 16];
    for (char *byte = message; *byte != '\0'; byte++) {
        if ((unsigned char)*byte < 0x20)
            *byte = ' ';
    }
    const int length = snprintf(line, sizeof line, "%s %s %s\n", time, level_names[level], message);
    put_out(line, (size_t)length);
}

static void write_json(const char *time, enum log_level level, const char *message)
{
    static const char no_memory[] =
        "{\"level\":\"error\",\"message\":\"memory is out, and with it a line of this log\"}\n";
    struct buffer line = {0};
    struct json_writer writer = {&line, false};
    json_begin_object(&writer);
    json_member_string(&writer, "time", time);
    json_member_string(&writer, "level", level_names[level]);
    json_key(&writer, "message");
    json_lossy_string(&writer, message, strlen(message));
    json_end_object(&writer);
    buffer_append_char(&line, '\n');
    if (line.failed)
        put_out(no_memory, sizeof no_memory - 1);
    else
        put_out(line.data, line.length);
    buffer_free(&line);
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
    timestamp_format(machine_now(), time);
    if (line_format == LOG_JSON)
        write_json(time, level, message);
    else
        write_text(time, level, message);
}
