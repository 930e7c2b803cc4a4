/*
 * A fence around the running server: what serving does not take is taken away by the kernel, so that who finds a hole
 * in the server finds little behind it. Landlock holds files and TCP, seccomp system calls; neither needs privileges.
 */
#ifndef SERVER_FENCE_H
#define SERVER_FENCE_H

#include <stddef.h>

/* What stays open, beside what the process has opened. Paths that are not there are passed over. */
struct fence_gates {
    const char *const *fixtures; /* may be read: folders with all below them; of a file its folder, as an editor puts a
                                    new file in the place of the old one */
    size_t fixture_count;
    const char *database; /* may be written, and its log beside it; NULL: none */
};

/*
 * From here on, and for every thread that the caller starts, fail
 *
 *   EACCES   opening, making and removing any other file; connecting and listening by TCP (from Linux 6.7 on)
 *   EPERM    new sockets, processes and programs, and what looks into or changes the system (the list is in fence.c)
 *
 * What the kernel or a container does not know, or not allow, is left out; the log says so. Nothing takes it back.
 */
void fence_raise(const struct fence_gates *gates);

#endif
