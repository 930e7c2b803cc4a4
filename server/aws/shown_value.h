/*
 * A value as AWS's messages show it: what Java's toString() makes of it.
 */
#ifndef SERVER_AWS_SHOWN_VALUE_H
#define SERVER_AWS_SHOWN_VALUE_H

#include "base/buffer.h"
#include "server/aws/model/model.h"

#include <cjson/cJSON.h>

/* Appends `value`, which passed validate_types for `shape`, without quotes round it: abc, 21, [a, b], {k=v, l=w},
 * com.amazonaws.starling.dove.Evaluation@27de0032. What stands behind the @ is a hash of the content, so the same
 * request is answered the same every time. */
void shown_value_append(struct buffer *out, const struct shape *shape, const cJSON *value);

#endif
