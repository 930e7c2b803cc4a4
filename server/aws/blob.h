/*
 * Blobs: in AWS JSON a string of Base64.
 */
#ifndef SERVER_AWS_BLOB_H
#define SERVER_AWS_BLOB_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether `text` is Base64, padded and with no stray bits. Else *message is AWS's text for it (seen on Kinesis, through
 * kinesalite's tests), in `arena`, or NULL when memory is out. */
bool blob_check(struct arena *arena, const char *text, const char **message);

/* How many bytes a checked `text` stands for. */
size_t blob_length(const char *text);

#endif
