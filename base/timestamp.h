/*
 * Instants and durations as text. Everywhere in the program an instant is an int64_t of milliseconds since
 * 1970-01-01T00:00:00Z, a duration an int64_t of milliseconds.
 */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

/* "no such time" */
#define TIMESTAMP_NONE INT64_MIN

/* Instants from year 1 to year 9999, what ISO 8601 writes with four digits. */
#define TIMESTAMP_MIN (-62135596800000LL)
#define TIMESTAMP_MAX 253402300799999LL

/* Reads an ISO 8601 instant: date, 'T' or a space, time, an optional fraction (cut to milliseconds) and 'Z' or an
 * offset: 2026-01-01T00:00:00Z, 2019-11-16T01:46:41.619000+01:00. A date alone is its midnight, UTC.
 * False, `*instant` untouched, for anything else. */
bool timestamp_parse(const char *text, int64_t *instant);

/* Epoch seconds, as AWS JSON and the AWS CLI write them. False when it is out of range or not a number. */
bool timestamp_from_epoch_seconds(double seconds, int64_t *instant);

enum { TIMESTAMP_TEXT = 80 }; /* 24 are used; compilers want room for any int */

/* Writes 2026-01-01T00:00:00.000Z and returns `text`. */
const char *timestamp_format(int64_t instant, char text[TIMESTAMP_TEXT]);

/* Reads a duration: a number, which may have a fraction, and a unit of ms, s, m or h: 2s, 1.5m, 250ms; a bare number
 * is seconds. From 0 to 100 years. False, `*duration` untouched, for anything else. */
bool duration_parse(const char *text, int64_t *duration);

#endif
