/*
 * Things that are to be over in time, all in the same: a line in which who stands longest is first. Setting, taking out
 * and looking cost nothing, however many there are.
 */
#ifndef SERVER_HTTP_DEADLINE_H
#define SERVER_HTTP_DEADLINE_H

#include <stdint.h>

/* In a line, or in none when zeroed. */
struct deadline {
    struct deadline *previous;
    struct deadline *next;
    int64_t at; /* ms of machine_ticks' clock */
};

struct deadline_line {
    struct deadline ring; /* its next is the first */
    int64_t allowed;      /* ms */
};

void deadline_line_init(struct deadline_line *line, int64_t allowed);

/* From now on it has the line's time again; it leaves the line it stood in. `now` never runs back. */
void deadline_set(struct deadline_line *line, struct deadline *deadline, int64_t now);
void deadline_clear(struct deadline *deadline);

/* Who was to be over by now, first come first; NULL: no one. */
struct deadline *deadline_due(const struct deadline_line *line, int64_t now);

/* In how many ms the next is due, at the least 0; INT64_MAX where there is none. */
int64_t deadline_wait(const struct deadline_line *line, int64_t now);

#endif
