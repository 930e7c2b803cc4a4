/* What a fenced process may do, and what it may not: each thing is tried by a child with a fence around it. */
#include "server/fence.h"

#include "server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* ---- a folder to stand in ---- */

static const char *const folders[] = {"worlds", "worlds/below", "more", "kept"};
static const char *const files[] = {"worlds/in.json", "worlds/below/in.json", "more/one.json",
                                    "outside.json",   "kept/world.db",        "kept/world.db-wal"};

static int make_place(void **state)
{
    static char place[64];
    snprintf(place, sizeof place, "/tmp/test-fence-XXXXXX");
    if (mkdtemp(place) == NULL || chdir(place) != 0)
        return -1;
    for (size_t i = 0; i < COUNT(folders); i++) {
        if (mkdir(folders[i], 0700) != 0)
            return -1;
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        const int made = open(files[i], O_WRONLY | O_CREAT, 0600);
        if (made < 0)
            return -1;
        close(made);
    }
    *state = place;
    return symlink("../outside.json", "worlds/link.json");
}

static int remove_place(void **state)
{
    for (size_t i = 0; i < COUNT(files); i++)
        unlink(files[i]);
    unlink("worlds/link.json");
    for (size_t i = COUNT(folders); i > 0; i--)
        rmdir(folders[i - 1]);
    return chdir("/") == 0 ? rmdir(*state) : -1;
}

/* ---- what is tried: 0, or errno ---- */

struct attempt {
    const char *name;
    int (*run)(const struct attempt *attempt);
    const char *path;
    long number; /* open's flags; a system call's */
    int becomes; /* behind the fence */
};

static int open_file(const struct attempt *attempt)
{
    const int handle = open(attempt->path, (int)attempt->number, 0600);
    return handle >= 0 ? close(handle) : errno;
}

static int remove_file(const struct attempt *attempt)
{
    return unlink(attempt->path) == 0 ? 0 : errno;
}

static int run_program(const struct attempt *attempt)
{
    execl(attempt->path, attempt->path, (char *)NULL);
    return errno;
}

static int start_process(const struct attempt *attempt)
{
    (void)attempt;
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0 ? 0 : errno;
}

static void *nothing(void *arg)
{
    return arg;
}

static int start_thread(const struct attempt *attempt)
{
    (void)attempt;
    pthread_t thread;
    const int error = pthread_create(&thread, NULL, nothing, NULL);
    return error != 0 ? error : pthread_join(thread, NULL);
}

/* With arguments that no call takes: unfenced, it fails with another error. */
static int make_call(const struct attempt *attempt)
{
    return syscall(attempt->number, -1, -1, -1, -1, -1, -1) >= 0 ? 0 : errno;
}

static const struct attempt files_tried[] = {
    {"a world", open_file, "worlds/in.json", O_RDONLY, 0},
    {"a world below", open_file, "worlds/below/in.json", O_RDONLY, 0},
    {"the list of worlds", open_file, "worlds", O_RDONLY | O_DIRECTORY, 0},
    {"a world named by itself", open_file, "more/one.json", O_RDONLY, 0},
    {"what links out", open_file, "worlds/link.json", O_RDONLY, EACCES},
    {"what lies beside", open_file, "outside.json", O_RDONLY, EACCES},
    {"the machine's users", open_file, "/etc/passwd", O_RDONLY, EACCES},
    {"a process", open_file, "/proc/self/maps", O_RDONLY, EACCES},
    {"writing a world", open_file, "worlds/in.json", O_WRONLY, EACCES},
    {"a new file", open_file, "worlds/new.json", O_WRONLY | O_CREAT, EACCES},
    {"removing a world", remove_file, "worlds/in.json", 0, EACCES},
    {"writing the database", open_file, "kept/world.db", O_RDWR, 0},
    {"writing its log", open_file, "kept/world.db-wal", O_RDWR, 0},
    {"its folder, to sync it", open_file, "kept", O_RDONLY | O_DIRECTORY, 0},
    {"removing its log", remove_file, "kept/world.db-wal", 0, 0},
};

static const struct attempt calls_tried[] = {
    {"a thread", start_thread, NULL, 0, 0},
    {"a program", run_program, "/bin/true", 0, EPERM},
    {"a process", start_process, NULL, 0, EPERM},
    {"a socket", make_call, NULL, SYS_socket, EPERM},
    {"a process, new way", make_call, NULL, SYS_clone3, ENOSYS},
    {"tracing", make_call, NULL, SYS_ptrace, EPERM},
    {"another's memory", make_call, NULL, SYS_process_vm_readv, EPERM},
    {"another root", make_call, NULL, SYS_chroot, EPERM},
    {"another namespace", make_call, NULL, SYS_unshare, EPERM},
    {"a ring of calls", make_call, NULL, SYS_io_uring_setup, EPERM},
};

/* ---- the child that tries it ---- */

static int behind_a_fence(const struct attempt *attempt)
{
    static const char *const fixtures[] = {"worlds", "more/one.json", "nowhere/one.json"};
    const struct fence_gates gates = {fixtures, COUNT(fixtures), "kept/world.db"};
    const pid_t child = fork();
    if (child == 0) {
        log_setup(LOG_ERROR, LOG_TEXT);
        fence_raise(&gates);
        _exit(attempt->run(attempt));
    }
    int status = 0;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void try_all(const struct attempt *attempts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int became = behind_a_fence(&attempts[i]);
        if (became != attempts[i].becomes)
            fail_msg("%s: %s, not %s", attempts[i].name, strerror(became), strerror(attempts[i].becomes));
    }
}

static void files_stay_within(void **state)
{
    (void)state;
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
        print_message("skipped: no Landlock here: %s\n", strerror(errno));
        skip();
    }
    try_all(files_tried, COUNT(files_tried));
}

static void calls_stay_within(void **state)
{
    (void)state;
    const uint32_t action = SECCOMP_RET_ERRNO;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0) {
        print_message("skipped: no seccomp here: %s\n", strerror(errno));
        skip();
    }
    try_all(calls_tried, COUNT(calls_tried));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_stay_within, make_place, remove_place),
        cmocka_unit_test_setup_teardown(calls_stay_within, make_place, remove_place),
    };
    return cmocka_run_group_tests_name("fence", tests, NULL, NULL);
}
