/* Answers that fixtures give for operations (`responses`). */
#ifndef SERVER_AWS_ANSWERS_H
#define SERVER_AWS_ANSWERS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "server/aws/error.h"
#include "store/store.h"

enum written_answer {
    ANSWER_NONE,   /* nobody wrote one */
    ANSWER_BODY,   /* it is in `body` */
    ANSWER_ERROR,  /* it is in `error`, whose text lives in `arena` */
    ANSWER_FAILED, /* the store or memory failed */
};

/* The first written answer to that operation that fits the scope, and counts it. */
enum written_answer answers_find(struct store *store, const struct scope *scope, const char *operation,
                                 struct arena *arena, struct buffer *body, struct aws_error *error);

#endif
