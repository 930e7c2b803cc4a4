/* What the files of the control API share: one call, and how it is answered. */
#ifndef SERVER_CONTROL_CALL_H
#define SERVER_CONTROL_CALL_H

#include "base/json_writer.h"
#include "server/control/control.h"

#include <cjson/cJSON.h>

struct control_call {
    const struct control *control;
    const struct request *request;
    const char *name;  /* what stood for the '*' of the route; NULL where it has none */
    const cJSON *body; /* NULL when there was none */
    struct reply *reply;
    struct json_writer output;
};

typedef void control_fn(struct control_call *call);

/* Answers {"error": {"code", "message", "path"}}; `path` is the place in the body or NULL. */
void control_error(struct control_call *call, int status, const char *code, const char *path, const char *message);
void control_failed(struct control_call *call); /* 500: the store failed */

/* The value of a query parameter, decoded; NULL where it is not given (or memory is out). */
const char *control_query(const struct control_call *call, const char *name);

/* Whether the body is an object with none but these keys (the list ends with NULL); else 400. */
bool control_check_keys(struct control_call *call, const char *const *keys);

control_fn control_health;
control_fn control_reset;
control_fn control_clock;
control_fn control_set_clock;
control_fn control_advance_clock;
control_fn control_add_state;
control_fn control_move_pack;

#endif
