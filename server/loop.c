#include "server/loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void *wait_and_run(void *arg)
{
    struct loop *loop = arg;
    struct pollfd watched[] = {{.fd = loop->descriptor, .events = POLLIN}, {.fd = loop->waker, .events = POLLIN}};
    while (!atomic_load(&loop->ending)) {
        const int ready = poll(watched, sizeof watched / sizeof watched[0], loop->patience(loop->arg));
        eventfd_t wakes = 0;
        if (ready > 0 && watched[1].revents != 0)
            eventfd_read(loop->waker, &wakes);
        loop->run(loop->arg); /* a round too many, where poll failed, does no harm */
    }
    return NULL;
}

bool loop_start(struct loop *loop)
{
    atomic_init(&loop->ending, false);
    loop->waker = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->waker < 0)
        return false;
    if (pthread_create(&loop->thread, NULL, wait_and_run, loop) == 0)
        return true;
    close(loop->waker);
    return false;
}

void loop_wake(struct loop *loop)
{
    eventfd_write(loop->waker, 1);
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->ending, true);
    loop_wake(loop);
    pthread_join(loop->thread, NULL);
    close(loop->waker);
}
