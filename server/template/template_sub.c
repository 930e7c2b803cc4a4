#include "server/template/template_functions.h"

#include <string.h>

/* ${!x}: the literal is what stands around the exclamation mark, so it comes as two pieces, "${" and "x}". */
static void take_escape(const char **cursor, struct template_sub_piece *piece)
{
    *piece = (struct template_sub_piece){.text = *cursor, .length = 2};
    *cursor += 3;
}

static bool take_variable(const char **cursor, struct template_sub_piece *piece)
{
    const char *end = strchr(*cursor, '}');
    if (end == NULL)
        return false;
    *piece = (struct template_sub_piece){.text = *cursor + 2, .length = (size_t)(end - *cursor) - 2, .variable = true};
    *cursor = end + 1;
    return true;
}

bool template_sub_next(const char **cursor, struct template_sub_piece *piece)
{
    const char *start = *cursor;
    if (*start == '\0')
        return false;
    if (strncmp(start, "${!", 3) == 0) {
        take_escape(cursor, piece);
        return true;
    }
    if (strncmp(start, "${", 2) == 0 && take_variable(cursor, piece))
        return true;
    /* Up to the next variable; where a "${" has no end, up to the end. */
    const char *end = strstr(start + 1, "${");
    if (end == NULL || strncmp(start, "${", 2) == 0)
        end = start + strlen(start);
    *piece = (struct template_sub_piece){.text = start, .length = (size_t)(end - start)};
    *cursor = end;
    return true;
}
