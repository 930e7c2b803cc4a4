#include "server/metrics.h"

#include "base/utf8.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 80 };

struct series {
    char operation[LONGEST_NAME];
    char error[LONGEST_NAME]; /* "": none */
    int status;
    uint64_t count;
};

/* Upper bounds of the latency histogram, in microseconds. */
static const int64_t bounds[] = {25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 100000, 1000000, 10000000};
enum { BOUNDS = sizeof bounds / sizeof bounds[0] };

struct metrics {
    pthread_mutex_t mutex;
    struct series series[METRICS_SERIES];
    size_t series_count;
    uint64_t buckets[BOUNDS + 1]; /* not cumulative; the last is beyond all bounds */
    uint64_t requests;
    uint64_t total_us;
};

struct metrics *metrics_new(void)
{
    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics != NULL && pthread_mutex_init(&metrics->mutex, NULL) != 0) {
        free(metrics);
        return NULL;
    }
    return metrics;
}

void metrics_free(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    pthread_mutex_destroy(&metrics->mutex);
    free(metrics);
}

static bool is_series(const struct series *series, const char *operation, int status, const char *error)
{
    return series->status == status && strncmp(series->operation, operation, LONGEST_NAME - 1) == 0 &&
           strncmp(series->error, error, LONGEST_NAME - 1) == 0;
}

/* The series of that kind, which is begun where there is none yet. */
static struct series *find_series(struct metrics *metrics, const char *operation, int status, const char *error)
{
    for (size_t i = 0; i < metrics->series_count; i++) {
        if (is_series(&metrics->series[i], operation, status, error))
            return &metrics->series[i];
    }
    const bool is_last = metrics->series_count == METRICS_SERIES - 1;
    if (metrics->series_count == METRICS_SERIES)
        return &metrics->series[METRICS_SERIES - 1];
    struct series *series = &metrics->series[metrics->series_count++];
    series->status = is_last ? 0 : status;
    strncpy(series->operation, is_last ? "other" : operation, LONGEST_NAME - 1);
    strncpy(series->error, is_last ? "" : error, LONGEST_NAME - 1);
    utf8_trim(series->error);
    return series;
}

void metrics_count(struct metrics *metrics, const char *operation, int status, const char *error, int64_t duration_us)
{
    size_t bucket = 0;
    while (bucket < BOUNDS && duration_us > bounds[bucket])
        bucket++;
    pthread_mutex_lock(&metrics->mutex);
    find_series(metrics, operation != NULL ? operation : "", status, error != NULL ? error : "")->count++;
    metrics->buckets[bucket]++;
    metrics->requests++;
    metrics->total_us += (uint64_t)duration_us;
    pthread_mutex_unlock(&metrics->mutex);
}

/* A label's value; names from fixtures may hold anything. */
static void write_label(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            buffer_append_text(out, "\\n");
        else if (*text == '"' || *text == '\\')
            buffer_append(out, (char[]){'\\', *text}, 2);
        else
            buffer_append_char(out, *text);
    }
}

static void write_requests(const struct metrics *metrics, struct buffer *out)
{
    buffer_append_text(out, "# TYPE awsconfig_mock_requests counter\n"
                            "# HELP awsconfig_mock_requests Requests to the AWS endpoint.\n");
    for (size_t i = 0; i < metrics->series_count; i++) {
        const struct series *series = &metrics->series[i];
        buffer_append_text(out, "awsconfig_mock_requests_total{operation=\"");
        write_label(out, series->operation);
        buffer_printf(out, "\",code=\"%d\",error=\"", series->status);
        write_label(out, series->error);
        buffer_printf(out, "\"} %llu\n", (unsigned long long)series->count);
    }
}

static void write_histogram(const struct metrics *metrics, struct buffer *out)
{
    uint64_t below = 0;
    buffer_append_text(out, "# TYPE awsconfig_mock_request_duration_seconds histogram\n"
                            "# UNIT awsconfig_mock_request_duration_seconds seconds\n"
                            "# HELP awsconfig_mock_request_duration_seconds From the request to its answer.\n");
    for (size_t i = 0; i < BOUNDS; i++) {
        below += metrics->buckets[i];
        buffer_printf(out, "awsconfig_mock_request_duration_seconds_bucket{le=\"%g\"} %llu\n", (double)bounds[i] / 1e6,
                      (unsigned long long)below);
    }
    buffer_printf(out,
                  "awsconfig_mock_request_duration_seconds_bucket{le=\"+Inf\"} %llu\n"
                  "awsconfig_mock_request_duration_seconds_sum %.6f\n"
                  "awsconfig_mock_request_duration_seconds_count %llu\n",
                  (unsigned long long)metrics->requests, (double)metrics->total_us / 1e6,
                  (unsigned long long)metrics->requests);
}

void metrics_write(struct metrics *metrics, struct buffer *out)
{
    pthread_mutex_lock(&metrics->mutex);
    write_requests(metrics, out);
    write_histogram(metrics, out);
    pthread_mutex_unlock(&metrics->mutex);
}
