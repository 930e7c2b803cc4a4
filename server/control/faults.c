/* What is to go wrong on purpose. */
#include "fixtures/fixture.h"
#include "server/control/call.h"
#include "server/world.h"

#include <stdlib.h>
#include <string.h>

struct listing {
    struct json_writer *writer;
    size_t count;
};

static void write_fault(void *arg, const struct fault *fault)
{
    struct listing *listing = arg;
    listing->count++;
    fixture_write_fault(listing->writer, fault, true);
}

/* The id in the path; 0, which none has, where it is no number. */
static int64_t id_of(const struct control_call *call)
{
    const size_t length = strlen(call->name);
    return length < 18 && strspn(call->name, "0123456789") == length ? strtoll(call->name, NULL, 10) : 0;
}

static void no_such_fault(struct control_call *call)
{
    control_error(call, 404, "NotFound", NULL, "there is no fault of that id");
}

void control_faults(struct control_call *call)
{
    struct scope within;
    struct listing listing = {.writer = &call->output};
    if (!control_scope(call, &within))
        return;
    json_begin_object(&call->output);
    json_key(&call->output, "faults");
    json_begin_array(&call->output);
    if (store_faults(call->control->store, 0, &within, write_fault, &listing) != STORE_OK) {
        control_failed(call);
        return;
    }
    json_end_array(&call->output);
    json_end_object(&call->output);
}

/* Writes the fault of that id; 404 where there is none. */
static void show_fault(struct control_call *call, int64_t id)
{
    struct listing listing = {.writer = &call->output};
    if (id != 0 && store_faults(call->control->store, id, &SCOPE_ALL, write_fault, &listing) != STORE_OK)
        control_failed(call);
    else if (listing.count == 0)
        no_such_fault(call);
}

void control_fault(struct control_call *call)
{
    show_fault(call, id_of(call));
}

void control_add_fault(struct control_call *call)
{
    int64_t id = 0;
    char message[FIXTURE_MESSAGE];
    const struct request *request = call->request;
    switch (world_add_fault(call->control->store, request->body, request->body_length, &id, message)) {
    case FIXTURE_OK:
        call->reply->status = 201;
        show_fault(call, id);
        break;
    case FIXTURE_INVALID:
        control_error(call, 400, "InvalidBody", NULL, message);
        break;
    case FIXTURE_FAILED:
        control_error(call, 500, "InternalFailure", NULL, message);
        break;
    }
}

static void remove_faults(struct control_call *call, int64_t id, const struct scope *within)
{
    const enum store_rc rc = store_remove_faults(call->control->store, id, within);
    if (rc == STORE_NOT_FOUND) {
        no_such_fault(call);
    } else if (rc != STORE_OK) {
        control_failed(call);
    } else {
        json_begin_object(&call->output);
        json_end_object(&call->output);
    }
}

void control_remove_faults(struct control_call *call)
{
    struct scope within;
    if (control_scope(call, &within))
        remove_faults(call, 0, &within);
}

void control_remove_fault(struct control_call *call)
{
    const int64_t id = id_of(call);
    if (id != 0)
        remove_faults(call, id, &SCOPE_ALL);
    else
        no_such_fault(call);
}
