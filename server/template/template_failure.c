#include "server/template/template_failure.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

static const char *const texts[] = {
#define X(name, sureness, text) [TEMPLATE_##name] = (text),
#include "server/template/template_messages.def"
#undef X
};

/* Longer than any message that a template within the limits can cause. */
enum { MESSAGE_BYTES = 4 * 1024 * 1024 };

static void append_filled(struct buffer *out, const char *text, const char *first, const char *second)
{
    while (*text != '\0') {
        const bool place = text[0] == '{' && (text[1] == '1' || text[1] == '2') && text[2] == '}';
        const char *argument = place ? (text[1] == '1' ? first : second) : NULL;
        if (argument != NULL)
            buffer_append_text(out, argument);
        else
            buffer_append_char(out, *text);
        text += argument != NULL ? 3 : 1;
    }
}

bool template_fail(struct template_failure *failure, enum template_fault fault, const char *first, const char *second)
{
    if (failure->failed)
        return false;
    struct buffer out = {.cap = MESSAGE_BYTES};
    buffer_append_text(&out, "Invalid conformance pack template provided. Errors found: [");
    append_filled(&out, texts[fault], first, second);
    buffer_append_text(&out, "]. Fix your template and try again.");
    failure->failed = true;
    failure->message = out.failed ? NULL : arena_strndup(failure->arena, out.data, out.length);
    buffer_free(&out);
    return false;
}

bool template_fail_names(struct template_failure *failure, enum template_fault fault, const char *const *names,
                         size_t count)
{
    struct buffer joined = {.cap = MESSAGE_BYTES};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_text(&joined, ", ");
        buffer_append_text(&joined, names[i]);
    }
    buffer_append_char(&joined, '\0');
    if (joined.failed)
        template_fail_memory(failure);
    else
        template_fail(failure, fault, joined.data, NULL);
    buffer_free(&joined);
    return false;
}

bool template_fail_memory(struct template_failure *failure)
{
    failure->failed = true;
    failure->message = NULL;
    return false;
}

bool template_names_add(struct arena *arena, struct template_names *names, const char *name)
{
    if (names->count == names->capacity) {
        const size_t capacity = names->capacity == 0 ? 8 : names->capacity * 2;
        const char **grown = arena_calloc(arena, capacity, sizeof *grown);
        if (grown == NULL)
            return false;
        if (names->count > 0)
            memcpy(grown, names->names, names->count * sizeof *grown);
        names->names = grown;
        names->capacity = capacity;
    }
    names->names[names->count++] = name;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void template_names_unique(struct template_names *names)
{
    if (names->count == 0)
        return;
    qsort(names->names, names->count, sizeof *names->names, by_text);
    size_t kept = 1;
    for (size_t i = 1; i < names->count; i++) {
        if (strcmp(names->names[i], names->names[kept - 1]) != 0)
            names->names[kept++] = names->names[i];
    }
    names->count = kept;
}
