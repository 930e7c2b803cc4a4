/* x-amzn-RequestId: a UUID a request, reproducible with the seed. */
#ifndef SERVER_AWS_REQUEST_ID_H
#define SERVER_AWS_REQUEST_ID_H

#include "base/uuid.h"

enum { REQUEST_ID_SIZE = UUID_LENGTH + 1 };

/* The `number`th id of that seed, as a version-4 UUID. */
void request_id_write(uint64_t seed, uint64_t number, char id[REQUEST_ID_SIZE]);

#endif
