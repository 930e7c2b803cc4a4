/*
 * The times of signed requests, as text.
 */
#ifndef SERVER_AWS_SIGV4_TIME_H
#define SERVER_AWS_SIGV4_TIME_H

#include <stdbool.h>
#include <stdint.h>

/* Reads what X-Amz-Date holds, ISO 8601's basic format: 20260101T000000Z; or what Date holds: Thu, 01 Jan 2026 00:00:00
 * GMT (RFC 1123; botocore writes -0000 for GMT). Milliseconds since 1970. False, `*instant` untouched, for anything
 * else. */
bool sigv4_time_parse(const char *text, int64_t *instant);

enum { SIGV4_TIME_TEXT = 17, SIGV4_DATE_LENGTH = 8 };

/* Writes 20260101T000000Z, whose first SIGV4_DATE_LENGTH characters are the date, and returns `text`. */
const char *sigv4_time_format(int64_t instant, char text[SIGV4_TIME_TEXT]);

#endif
