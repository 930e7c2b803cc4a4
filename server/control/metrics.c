/* Everything there is to count, as OpenMetrics text. */
#include "server/metrics.h"

#include "server/control/call.h"

static const char media_type[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";

static void count_fault(void *arg, const struct fault *fault)
{
    (void)fault;
    ++*(size_t *)arg;
}

static void write_gauge(struct buffer *out, const char *name, const char *help, size_t value)
{
    buffer_printf(out, "# TYPE %s gauge\n# HELP %s %s\n%s %zu\n", name, name, help, name, value);
}

static void write_packs(struct buffer *out, const int64_t counts[PACK_STATES])
{
    buffer_append_text(out, "# TYPE awsconfig_mock_packs gauge\n"
                            "# HELP awsconfig_mock_packs Conformance packs by state.\n");
    for (int state = 0; state < PACK_DELETED; state++)
        buffer_printf(out, "awsconfig_mock_packs{state=\"%s\"} %lld\n", pack_state_name((enum pack_state)state),
                      (long long)counts[state]);
}

void control_metrics(struct control_call *call)
{
    struct buffer *out = &call->reply->body;
    int64_t states[PACK_STATES];
    size_t faults = 0;
    if (store_count_states(call->control->store, states) != STORE_OK ||
        store_faults(call->control->store, 0, &SCOPE_ALL, count_fault, &faults) != STORE_OK) {
        control_failed(call);
        return;
    }
    call->content_type = media_type;
    metrics_write(call->control->metrics, out);
    write_packs(out, states);
    write_gauge(out, "awsconfig_mock_faults", "Faults that are set.", faults);
    write_gauge(out, "awsconfig_mock_journal_entries", "Requests in the journal.",
                journal_count(call->control->journal));
    buffer_append_text(out, "# EOF\n");
}
