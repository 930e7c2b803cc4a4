/* UUIDs as text (RFC 4122). */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdint.h>

enum { UUID_LENGTH = sizeof "12345678-1234-1234-1234-123456789012" - 1 };

/* Writes the 128 bits as UUID_LENGTH characters, in small letters and without a NUL. Version and variant are the
 * caller's to set. */
void uuid_write(uint64_t high, uint64_t low, char text[UUID_LENGTH]);

#endif
