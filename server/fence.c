#include "server/fence.h"

#include "server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- files and TCP: Landlock ---- */

/* struct landlock_ruleset_attr as of version 6; the kernel takes a shorter or longer one for what it is. These names
 * came later than the headers that this must build with. */
struct ruleset {
    uint64_t files;
    uint64_t tcp;
    uint64_t scopes;
};
enum { TRUNCATE = 1 << 14, DEVICE_IOCTL = 1 << 15, TCP_BIND_AND_CONNECT = 3, SIGNALS_AND_ABSTRACT_SOCKETS = 3 };

/* All that version 1 knows: LANDLOCK_ACCESS_FS_EXECUTE to LANDLOCK_ACCESS_FS_MAKE_SYM. */
enum { FIRST_RIGHTS = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };

/* What each version of Landlock added (Documentation/userspace-api/landlock.rst). What is named is refused, unless a
 * rule allows it. */
static const struct {
    int version;
    struct ruleset refused;
} additions[] = {
    {1, {.files = FIRST_RIGHTS}}, {2, {.files = LANDLOCK_ACCESS_FS_REFER}},
    {3, {.files = TRUNCATE}},     {4, {.tcp = TCP_BIND_AND_CONNECT}},
    {5, {.files = DEVICE_IOCTL}}, {6, {.scopes = SIGNALS_AND_ABSTRACT_SOCKETS}},
};

enum {
    READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    WRITE = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE,
    /* SQLite syncs the folder, and removes its log at the end */
    HOLD = LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG,
    OF_FILES = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE,
};

/* A set of rules on its way. */
struct rules {
    int set;
    uint64_t refused;
    bool failed;
};

static void allow(struct rules *rules, const char *path, uint64_t rights)
{
    struct stat status;
    struct landlock_path_beneath_attr rule = {.parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent_fd < 0)
        return;
    if (fstat(rule.parent_fd, &status) == 0 && !S_ISDIR(status.st_mode))
        rights &= OF_FILES;
    rule.allowed_access = rights & rules->refused;
    if (syscall(SYS_landlock_add_rule, rules->set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        rules->failed = true;
    close(rule.parent_fd);
}

/* The folder that a file really lies in. */
static void allow_folder_of(struct rules *rules, const char *path, uint64_t rights)
{
    char real[PATH_MAX];
    if (realpath(path, real) != NULL)
        allow(rules, dirname(real), rights);
}

static void allow_fixture(struct rules *rules, const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        allow(rules, path, READ);
    else
        allow_folder_of(rules, path, READ);
}

static void allow_database(struct rules *rules, const char *path)
{
    char real[PATH_MAX];
    char log[PATH_MAX];
    if (realpath(path, real) == NULL)
        return;
    allow(rules, real, WRITE);
    if (snprintf(log, sizeof log, "%s-wal", real) < (int)sizeof log)
        allow(rules, log, WRITE);
    allow_folder_of(rules, path, HOLD);
}

/* Refuses all that is not allowed, or nothing. */
static bool refuse_files(const struct fence_gates *gates)
{
    const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    struct ruleset refused = {0};
    for (size_t i = 0; i < sizeof additions / sizeof additions[0] && additions[i].version <= version; i++) {
        refused.files |= additions[i].refused.files;
        refused.tcp |= additions[i].refused.tcp;
        refused.scopes |= additions[i].refused.scopes;
    }
    const long set = version > 0 ? syscall(SYS_landlock_create_ruleset, &refused, sizeof refused, 0) : -1;
    if (set < 0)
        return false;
    struct rules rules = {.set = (int)set, .refused = refused.files};
    for (size_t i = 0; i < gates->fixture_count; i++)
        allow_fixture(&rules, gates->fixtures[i]);
    if (gates->database != NULL)
        allow_database(&rules, gates->database);
    allow(&rules, "/dev/urandom", READ); /* SQLite's */
    const bool stands = !rules.failed && syscall(SYS_landlock_restrict_self, rules.set, 0) == 0;
    const int reason = errno;
    close(rules.set);
    errno = reason;
    return stands;
}

/* ---- system calls: seccomp ---- */

/* A list of what is refused, not of what is allowed: that would differ from one C library to the next. */
#if defined __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#endif

#ifdef MACHINE

static const unsigned refused_calls[] = {
    SYS_execve, SYS_execveat, /* no programs */
#ifdef SYS_fork
    SYS_fork, SYS_vfork, /* no processes; SYS_clone is looked at */
#endif
    SYS_socket, /* what listens and what was accepted is there */
    /* nothing of other processes */
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_open, SYS_pidfd_getfd, SYS_perf_event_open,
    /* no other view of the system */
    SYS_unshare, SYS_setns, SYS_chroot, SYS_pivot_root, SYS_mount, SYS_umount2, SYS_open_tree, SYS_move_mount,
    SYS_fsopen,
    /* nothing of the kernel that few programs use and many attacks do */
    SYS_bpf, SYS_io_uring_setup, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load};

enum { REFUSED_CALLS = sizeof refused_calls / sizeof refused_calls[0], LONGEST_FILTER = 2 * REFUSED_CALLS + 16 };

/* A filter on its way. */
struct filter {
    struct sock_filter code[LONGEST_FILTER];
    unsigned short length;
};

static void add(struct filter *filter, struct sock_filter instruction)
{
    filter->code[filter->length++] = instruction;
}

/* Loads a word of struct seccomp_data. */
static void load(struct filter *filter, size_t offset)
{
    add(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}

/* What was loaded decides: where `test` (a BPF_J…) with `operand` holds, the call fails with `error`, 0: goes on. */
static void answer_if(struct filter *filter, unsigned short test, unsigned operand, int error)
{
    const unsigned answer = error != 0 ? SECCOMP_RET_ERRNO | (unsigned)error : SECCOMP_RET_ALLOW;
    add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | test | BPF_K, operand, 0, 1));
    add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
}

static void write_filter(struct filter *filter)
{
    load(filter, offsetof(struct seccomp_data, arch));
    add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0));
    add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    load(filter, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
    answer_if(filter, BPF_JGE, 0x40000000, EPERM); /* x32 has numbers of its own */
#endif
    for (size_t i = 0; i < REFUSED_CALLS; i++)
        answer_if(filter, BPF_JEQ, refused_calls[i], EPERM);
    /* its flags are out of a filter's sight; C libraries then go back to clone */
    answer_if(filter, BPF_JEQ, SYS_clone3, ENOSYS);
    add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0));
    add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    load(filter, offsetof(struct seccomp_data, args[0]));
    answer_if(filter, BPF_JSET, CLONE_THREAD, 0);
    add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
}

static bool refuse_calls(void)
{
    struct filter filter = {.length = 0};
    write_filter(&filter);
    const struct sock_fprog program = {filter.length, filter.code};
    /* no mitigation of speculation, which would slow down all: nobody else's code runs here */
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0;
}

#else

static bool refuse_calls(void)
{
    errno = ENOSYS;
    return false;
}

#endif

/* ---- both ---- */

static void say(const char *what, bool stands)
{
    if (stands)
        log_line(LOG_DEBUG, "fence: %s stands", what);
    else
        log_line(LOG_INFO, "fence: no %s here: %s", what, strerror(errno));
}

void fence_raise(const struct fence_gates *gates)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        say("way to raise one", false);
        return;
    }
    say("Landlock for files", refuse_files(gates));
    say("seccomp for system calls", refuse_calls());
}
