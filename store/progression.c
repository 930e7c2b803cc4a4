/* Progressions as text. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

/* A whole number of polls, from 1 to POLLS_MAX. */
static bool parse_polls(const char *text, int64_t *polls)
{
    char *end = NULL;
    if (strspn(text, "0123456789") == 0 || strlen(text) > 7)
        return false;
    *polls = strtol(text, &end, 10);
    return *end == '\0' && *polls >= 1 && *polls <= POLLS_MAX;
}

bool progression_parse(const char *text, struct progression *progression)
{
    int64_t amount = 0;
    if (strcmp(text, "immediate") == 0)
        *progression = (struct progression){TRIGGER_NOW, 0};
    else if (strcmp(text, "manual") == 0)
        *progression = (struct progression){TRIGGER_HAND, 0};
    else if (strncmp(text, "after ", 6) == 0 && duration_parse(text + 6, &amount))
        *progression = (struct progression){TRIGGER_TIME, amount};
    else if (strncmp(text, "polls ", 6) == 0 && parse_polls(text + 6, &amount))
        *progression = (struct progression){TRIGGER_POLLS, amount};
    else
        return false;
    return true;
}
