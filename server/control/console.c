/* The console's files, which are inside the program. */
#include "base/embed.h"
#include "server/control/call.h"

#include <string.h>

#define X(symbol, name, media_type) EMBED(console_##symbol, "server/console/" name);
#include "server/console/files.def"
#undef X

static const struct file {
    const char *path;
    const char *media_type;
    const char *text;
    const char *end;
} files[] = {
#define X(symbol, name, media_type) {"/" name, media_type, console_##symbol, console_##symbol##_end},
#include "server/console/files.def"
#undef X
};

static const struct file *find_file(const char *path)
{
    if (strcmp(path, "") == 0 || strcmp(path, "/") == 0)
        path = "/index.html";
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (strcmp(files[i].path, path) == 0)
            return &files[i];
    }
    return NULL;
}

bool control_is_console(const char *path)
{
    return find_file(path) != NULL;
}

bool control_console(struct control_call *call)
{
    const struct file *file = find_file(control_path(call));
    if (file == NULL || strcmp(call->request->method, "GET") != 0)
        return false;
    control_send(call, file->media_type, file->text, (size_t)(file->end - file->text));
    return true;
}
