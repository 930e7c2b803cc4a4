#include "server/http/deadline.h"

#include <stddef.h>

void deadline_line_init(struct deadline_line *line, int64_t allowed)
{
    line->ring.previous = line->ring.next = &line->ring;
    line->allowed = allowed;
}

void deadline_clear(struct deadline *deadline)
{
    if (deadline->next == NULL)
        return;
    deadline->previous->next = deadline->next;
    deadline->next->previous = deadline->previous;
    deadline->previous = deadline->next = NULL;
}

void deadline_set(struct deadline_line *line, struct deadline *deadline, int64_t now)
{
    deadline_clear(deadline);
    deadline->at = now + line->allowed;
    deadline->previous = line->ring.previous;
    deadline->next = &line->ring;
    deadline->previous->next = deadline;
    line->ring.previous = deadline;
}

struct deadline *deadline_due(const struct deadline_line *line, int64_t now)
{
    struct deadline *first = line->ring.next;
    return first != &line->ring && first->at <= now ? first : NULL;
}

int64_t deadline_wait(const struct deadline_line *line, int64_t now)
{
    const struct deadline *first = line->ring.next;
    if (first == &line->ring)
        return INT64_MAX;
    return first->at > now ? first->at - now : 0;
}
