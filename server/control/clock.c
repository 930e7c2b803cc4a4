/* The clock that a test holds. */
#include "base/json_tree.h"
#include "server/control/call.h"

#include <math.h>
#include <string.h>

static void write_clock(struct control_call *call)
{
    char text[TIMESTAMP_TEXT];
    const struct store_clock clock = store_clock(call->control->store);
    json_begin_object(&call->output);
    json_member_string(&call->output, "now", timestamp_format(clock.now, text));
    json_member_string(&call->output, "mode", clock.frozen ? "frozen" : "real");
    json_end_object(&call->output);
}

/* Answers with the clock, or why it could not be set. */
static void answer(struct control_call *call, enum store_rc rc)
{
    if (rc == STORE_OK)
        write_clock(call);
    else if (rc == STORE_REFUSED)
        control_error(call, 400, "InvalidBody", NULL, "the clock goes from year 1 to year 9999");
    else
        control_failed(call);
}

void control_clock(struct control_call *call)
{
    write_clock(call);
}

/* A number of epoch seconds or an ISO 8601 instant. */
static bool read_now(const cJSON *value, int64_t *now)
{
    if (cJSON_IsNumber(value))
        return timestamp_from_epoch_seconds(value->valuedouble, now);
    return cJSON_IsString(value) && timestamp_parse(value->valuestring, now);
}

void control_set_clock(struct control_call *call)
{
    static const char *const keys[] = {"now", "mode", NULL};
    if (!control_check_keys(call, keys))
        return;
    struct store_clock clock = store_clock(call->control->store);
    const cJSON *now = json_member(call->body, "now");
    const cJSON *mode = json_member(call->body, "mode");
    if (now != NULL && !read_now(now, &clock.now)) {
        control_error(call, 400, "InvalidBody", "now", "must be an ISO 8601 instant or epoch seconds");
        return;
    }
    if (mode != NULL) {
        const char *text = cJSON_GetStringValue(mode);
        clock.frozen = text != NULL && strcmp(text, "frozen") == 0;
        if (!clock.frozen && (text == NULL || strcmp(text, "real") != 0)) {
            control_error(call, 400, "InvalidBody", "mode", "must be real or frozen");
            return;
        }
    }
    answer(call, store_set_clock(call->control->store, &clock));
}

void control_advance_clock(struct control_call *call)
{
    static const char *const keys[] = {"seconds", NULL};
    if (!control_check_keys(call, keys))
        return;
    const cJSON *seconds = json_member(call->body, "seconds");
    const double most = 1e12;
    if (!cJSON_IsNumber(seconds) || !(fabs(seconds->valuedouble) <= most)) {
        control_error(call, 400, "InvalidBody", "seconds", "must be a number of seconds");
        return;
    }
    answer(call, store_advance_clock(call->control->store, (int64_t)round(seconds->valuedouble * 1000)));
}
