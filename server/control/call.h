/* What the files of the control API share: one call, and how it is answered. */
#ifndef SERVER_CONTROL_CALL_H
#define SERVER_CONTROL_CALL_H

#include "base/json_writer.h"
#include "server/control/control.h"

#include <cjson/cJSON.h>

enum { CONTROL_PARAMETERS = 7 }; /* most that a route takes */

/* A query parameter, decoded. */
struct control_parameter {
    const char *name;
    const char *value;
};

struct control_call {
    const struct control *control;
    const struct request *request;
    struct control_parameter query[CONTROL_PARAMETERS]; /* behind the last: NULL */
    const char *name;  /* what stood for the '*' of the route; NULL where it has none */
    const cJSON *body; /* NULL when there was none */
    struct reply *reply;
    bool no_memory;           /* set by whoever ran out: the answer is a 500 then, and nothing is changed */
    const char *content_type; /* of the answer */
    struct json_writer output;
};

typedef void control_fn(struct control_call *call);

/* The path behind /_mock. */
const char *control_path(const struct control_call *call);

/* Answers {"error": {"code", "message", "path"}}; `path` is the place in the body or NULL. */
void control_error(struct control_call *call, int status, const char *code, const char *path, const char *message);
void control_failed(struct control_call *call); /* 500: the store failed */

/* The value of a query parameter, decoded; NULL where it is not given. */
const char *control_query(const struct control_call *call, const char *name);

/* A query parameter that is a whole number up to `most`; `standard` where it is not given. False with 400. */
bool control_query_number(struct control_call *call, const char *name, int64_t most, int64_t standard, int64_t *value);

/* What ?account=&region= choose; NULL where they don't. False with 400 when they can't be such. */
bool control_scope(struct control_call *call, struct scope *scope);

/* Whether the body is an object with none but these keys (the list ends with NULL); else 400. */
bool control_check_keys(struct control_call *call, const char *const *keys);

/* Sends text that lives as long as the program. */
void control_send(struct control_call *call, const char *media_type, const char *text, size_t length);

/* The handlers, a file for each group of them. */
control_fn control_health, control_operations, control_openapi;
control_fn control_reset, control_export, control_replace_state, control_add_state;
control_fn control_clock, control_set_clock, control_advance_clock;
control_fn control_worlds, control_packs, control_pack, control_move_pack;
control_fn control_faults, control_add_fault, control_remove_faults, control_fault, control_remove_fault;
control_fn control_requests, control_forget_requests;
control_fn control_metrics;

/* Whether that path is a file of the console; answers with it, or false where it is none or not asked by GET. */
bool control_is_console(const char *path);
bool control_console(struct control_call *call);

#endif
