/* A file, whole. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

/* The file's bytes with a NUL behind them, and how many there are; the caller frees them. NULL with errno: EFBIG when
 * there are more than `most`, EINVAL when it is no regular file. */
char *file_read(const char *path, size_t most, size_t *length);

#endif
