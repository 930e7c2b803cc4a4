/*
 * Preloaded into a server under test (LD_PRELOAD): makes its Nth allocation, or its Nth system call on the database's
 * files, fail as the kernel might. What is to fail is said from outside, while the server runs, in a file that both
 * sides map: FAILING_PLAN names it, FAILING_FILES the folder whose files count. tests/support/failing.py is the other
 * side.
 *
 * Everything is handed on to glibc's __libc_ functions and to the kernel, so nothing is looked up that would itself
 * want memory. Preloaded libraries are initialised after all others: what they allocate to start is left alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind {
    ALLOCATE = 1,
    WRITE = 2,
    SYNC = 4,
    OPEN = 8,
    READ = 16,
    TRUNCATE = 32,
    REMOVE = 64,
};

/* Not for ever: libmicrohttpd, which allocates what it polls, waits in a loop for memory to come back. */
enum { SPELL_CALLS = 100 };

enum mode {
    ONCE,  /* the Nth fails */
    SPELL, /* the Nth and those that follow, SPELL_CALLS in all */
    ROOM,  /* writes: so many bytes fit, what is behind them does not */
};

/* tests/support/failing.py writes and reads it as "=IIIiqq". */
struct plan {
    _Atomic uint32_t kinds; /* of enum kind; 0: nothing fails or is counted */
    uint32_t mode;
    _Atomic uint32_t failed; /* so many have */
    int32_t error;           /* errno of failed system calls; allocations say ENOMEM */
    _Atomic int64_t left;    /* until the first that fails: 1 is the next; bytes in mode ROOM */
    _Atomic int64_t calls;   /* of these kinds, since armed */
};

static struct plan *plan;
static const char *files;

void *libc_malloc(size_t size) __asm__("__libc_malloc");
void *libc_calloc(size_t count, size_t size) __asm__("__libc_calloc");
void *libc_realloc(void *piece, size_t size) __asm__("__libc_realloc");
void *libc_memalign(size_t alignment, size_t size) __asm__("__libc_memalign");

__attribute__((constructor)) static void map_plan(void)
{
    const char *path = getenv("FAILING_PLAN");
    files = getenv("FAILING_FILES");
    const long handle = path != NULL ? syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
    if (handle < 0)
        return;
    void *mapped = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, (int)handle, 0);
    close((int)handle);
    if (mapped != MAP_FAILED)
        plan = mapped;
}

/* ---- whether it is time ---- */

static bool is_armed(enum kind kind)
{
    return plan != NULL && (atomic_load(&plan->kinds) & kind) != 0;
}

static bool fails(int error)
{
    const int64_t left = atomic_fetch_sub(&plan->left, 1);
    atomic_fetch_add(&plan->calls, 1);
    if (left > 1 || left <= 1 - (plan->mode == SPELL ? SPELL_CALLS : 1))
        return false;
    atomic_fetch_add(&plan->failed, 1);
    errno = error;
    return true;
}

static bool allocation_fails(void)
{
    return is_armed(ALLOCATE) && fails(ENOMEM);
}

static bool counts(const char *path)
{
    return files != NULL && path != NULL && strncmp(path, files, strlen(files)) == 0;
}

static bool handle_counts(int handle)
{
    char link[64];
    char path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    const long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    return counts(path);
}

static bool call_fails(enum kind kind, int handle)
{
    return is_armed(kind) && plan->mode != ROOM && handle_counts(handle) && fails(plan->error);
}

static bool path_call_fails(enum kind kind, const char *path)
{
    return is_armed(kind) && plan->mode != ROOM && counts(path) && fails(plan->error);
}

/* How much of a write still fits; -1: nothing does, errno says why. */
static ssize_t room_for(int handle, size_t size)
{
    if (!is_armed(WRITE) || plan->mode != ROOM || !handle_counts(handle))
        return (ssize_t)size;
    const int64_t left = atomic_load(&plan->left);
    const int64_t fitting = left < (int64_t)size ? left : (int64_t)size;
    atomic_fetch_add(&plan->calls, 1);
    atomic_fetch_sub(&plan->left, fitting);
    if (fitting > 0)
        return fitting;
    atomic_fetch_add(&plan->failed, 1);
    errno = plan->error;
    return -1;
}

/* The C library's headers name their parameters in their own way. */
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)

/* ---- memory ---- */

void *malloc(size_t size)
{
    return allocation_fails() ? NULL : libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return allocation_fails() ? NULL : libc_calloc(count, size);
}

void *realloc(void *piece, size_t size)
{
    return allocation_fails() ? NULL : libc_realloc(piece, size);
}

void *reallocarray(void *piece, size_t count, size_t size)
{
    size_t product = 0;
    if (__builtin_mul_overflow(count, size, &product)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(piece, product);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return allocation_fails() ? NULL : libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
    return aligned_alloc(alignment, size);
}

int posix_memalign(void **piece, size_t alignment, size_t size)
{
    void *made = aligned_alloc(alignment, size);
    if (made == NULL)
        return ENOMEM;
    *piece = made;
    return 0;
}

/* ---- files ---- */

static int open_at(int directory, const char *path, int flags, va_list arguments)
{
    const unsigned rights = (flags & O_CREAT) != 0 ? va_arg(arguments, unsigned) : 0;
    return path_call_fails(OPEN, path) ? -1 : (int)syscall(SYS_openat, directory, path, flags, rights);
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const int handle = open_at(AT_FDCWD, path, flags, arguments);
    va_end(arguments);
    return handle;
}

int openat(int directory, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const int handle = open_at(directory, path, flags, arguments);
    va_end(arguments);
    return handle;
}

ssize_t read(int handle, void *bytes, size_t size)
{
    return call_fails(READ, handle) ? -1 : syscall(SYS_read, handle, bytes, size);
}

ssize_t pread(int handle, void *bytes, size_t size, off_t offset)
{
    return call_fails(READ, handle) ? -1 : syscall(SYS_pread64, handle, bytes, size, offset);
}

ssize_t write(int handle, const void *bytes, size_t size)
{
    const ssize_t room = room_for(handle, size);
    return room < 0 || call_fails(WRITE, handle) ? -1 : syscall(SYS_write, handle, bytes, room);
}

ssize_t pwrite(int handle, const void *bytes, size_t size, off_t offset)
{
    const ssize_t room = room_for(handle, size);
    return room < 0 || call_fails(WRITE, handle) ? -1 : syscall(SYS_pwrite64, handle, bytes, room, offset);
}

int fsync(int handle)
{
    return call_fails(SYNC, handle) ? -1 : (int)syscall(SYS_fsync, handle);
}

int fdatasync(int handle)
{
    return call_fails(SYNC, handle) ? -1 : (int)syscall(SYS_fdatasync, handle);
}

int ftruncate(int handle, off_t size)
{
    return call_fails(TRUNCATE, handle) ? -1 : (int)syscall(SYS_ftruncate, handle, size);
}

int unlink(const char *path)
{
    return path_call_fails(REMOVE, path) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

/* The names that a program asks for which was built for large files; off_t has 64 bits either way here. */
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int openat64(int directory, const char *path, int flags, ...) __attribute__((alias("openat")));
ssize_t pread64(int handle, void *bytes, size_t size, off_t offset) __attribute__((alias("pread")));
ssize_t pwrite64(int handle, const void *bytes, size_t size, off_t offset) __attribute__((alias("pwrite")));
int ftruncate64(int handle, off_t size) __attribute__((alias("ftruncate")));

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
