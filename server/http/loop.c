#include "server/http/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { EVENTS = 64 };

static void take_events(struct loop *loop, const struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        eventfd_t wakes = 0;
        if (events[i].data.ptr == &loop->waker)
            eventfd_read(loop->waker, &wakes);
        else if (events[i].data.ptr != &loop->descriptor)
            loop->last(events[i].data.ptr);
    }
}

static void *wait_and_run(void *arg)
{
    struct loop *loop = arg;
    struct epoll_event events[EVENTS];
    while (!atomic_load(&loop->ending)) {
        take_events(loop, events, epoll_wait(loop->epoll, events, EVENTS, loop->patience(loop->arg)));
        loop->run(loop->arg); /* a round too many, where the wait was interrupted, does no harm */
    }
    return NULL;
}

static bool watch(const struct loop *loop, int descriptor, unsigned events, void *who)
{
    struct epoll_event event = {.events = events, .data.ptr = who};
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

static void close_both(struct loop *loop)
{
    if (loop->epoll >= 0)
        close(loop->epoll);
    if (loop->waker >= 0)
        close(loop->waker);
}

bool loop_start(struct loop *loop)
{
    atomic_init(&loop->ending, false);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->waker = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->epoll >= 0 && loop->waker >= 0 && watch(loop, loop->descriptor, EPOLLIN, &loop->descriptor) &&
        watch(loop, loop->waker, EPOLLIN, &loop->waker) && pthread_create(&loop->thread, NULL, wait_and_run, loop) == 0)
        return true;
    close_both(loop);
    return false;
}

void loop_watch(struct loop *loop, int socket, void *who)
{
    watch(loop, socket, EPOLLRDHUP | EPOLLET | EPOLLONESHOT, who); /* where it can't, time-outs must do */
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
    close_both(loop);
}
