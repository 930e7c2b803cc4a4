/* The journal: what the code under test asked. */
#include "base/json_tree.h"
#include "server/control/call.h"

/* The text as JSON where it is, else as a string; null where there is none. */
static void write_text(struct json_writer *writer, const char *key, const char *text, size_t length)
{
    struct json_fault fault;
    json_key(writer, key);
    if (length == 0)
        json_null(writer);
    else if (json_check(text, length, &fault))
        json_raw(writer, text, length);
    else
        json_lossy_string(writer, text, length);
}

static void write_nullable(struct json_writer *writer, const char *key, const char *text)
{
    json_key(writer, key);
    if (text != NULL)
        json_string(writer, text);
    else
        json_null(writer);
}

static void write_entry(void *arg, const struct journal_entry *entry)
{
    struct json_writer *writer = arg;
    json_begin_object(writer);
    json_member_string(writer, "id", entry->id);
    json_member_instant(writer, "time", entry->time);
    write_nullable(writer, "operation", entry->operation);
    json_member_string(writer, "account", entry->account);
    json_member_string(writer, "region", entry->region);
    write_text(writer, "input", entry->input, entry->input_length);
    json_member_integer(writer, "status", entry->status);
    write_nullable(writer, "error", entry->error);
    json_key(writer, "durationMs");
    json_thousandths(writer, entry->duration_us);
    write_text(writer, "answer", entry->answer, entry->answer_length);
    json_end_object(writer);
}

static bool read_filter(struct control_call *call, struct journal_filter *filter)
{
    struct scope within;
    int64_t status = 0;
    int64_t limit = 0;
    if (!control_scope(call, &within) || !control_query_number(call, "status", 999, 0, &status) ||
        !control_query_number(call, "limit", 1000000, 0, &limit))
        return false;
    *filter = (struct journal_filter){
        .operation = control_query(call, "operation"),
        .account = within.account,
        .region = within.region,
        .status = (int)status,
        .limit = (size_t)limit,
    };
    return true;
}

void control_requests(struct control_call *call)
{
    struct journal_filter filter;
    if (!read_filter(call, &filter))
        return;
    json_begin_object(&call->output);
    json_key(&call->output, "requests");
    json_begin_array(&call->output);
    const uint64_t total = journal_read(call->control->journal, &filter, write_entry, &call->output);
    json_end_array(&call->output);
    json_member_integer(&call->output, "total", (int64_t)total);
    json_end_object(&call->output);
}

void control_forget_requests(struct control_call *call)
{
    struct journal_filter filter;
    if (!read_filter(call, &filter))
        return;
    journal_clear(call->control->journal, &filter);
    json_begin_object(&call->output);
    json_member_integer(&call->output, "requests", (int64_t)journal_count(call->control->journal));
    json_end_object(&call->output);
}
