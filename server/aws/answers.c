#include "server/aws/answers.h"

struct found {
    struct arena *arena;
    struct buffer *body;
    struct aws_error *error;
    enum written_answer answer;
};

static bool take_answer(void *arg, const struct response *response)
{
    struct found *found = arg;
    if (response->body != NULL) {
        buffer_append_text(found->body, response->body);
        found->answer = ANSWER_BODY;
        return !found->body->failed;
    }
    const char *message = response->message != NULL ? arena_strdup(found->arena, response->message) : NULL;
    const char *name = arena_strdup(found->arena, response->error);
    const bool complete = name != NULL && (message != NULL || response->message == NULL);
    if (complete)
        aws_error_set_named(found->error, name, response->status, message);
    found->answer = ANSWER_ERROR;
    return complete;
}

enum written_answer answers_find(struct store *store, const struct scope *scope, const char *operation,
                                 struct arena *arena, struct buffer *body, struct aws_error *error)
{
    struct found found = {arena, body, error, ANSWER_NONE};
    const enum store_rc rc = store_response(store, scope, operation, take_answer, &found);
    if (rc == STORE_NOT_FOUND)
        return ANSWER_NONE;
    return rc == STORE_OK ? found.answer : ANSWER_FAILED;
}
