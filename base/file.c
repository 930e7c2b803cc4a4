#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* How many bytes the open file has; -1 with errno. */
static long long size_of(FILE *file, size_t most)
{
    struct stat status;
    if (fstat(fileno(file), &status) != 0)
        return -1;
    if (!S_ISREG(status.st_mode) || (unsigned long long)status.st_size > most) {
        errno = S_ISREG(status.st_mode) ? EFBIG : EINVAL;
        return -1;
    }
    return status.st_size;
}

char *file_read(const char *path, size_t most, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    const long long size = size_of(file, most);
    char *bytes = size >= 0 ? malloc((size_t)size + 1) : NULL;
    if (bytes != NULL) {
        errno = 0;
        *length = fread(bytes, 1, (size_t)size, file); /* less when it was cut meanwhile: that is its length now */
        bytes[*length] = '\0';
        if (ferror(file)) {
            free(bytes);
            bytes = NULL;
        }
    }
    const int reason = errno;
    fclose(file);
    errno = reason;
    return bytes;
}
