#include "server/http/delay.h"

#include "base/machine_clock.h"

#include <pthread.h>
#include <stdlib.h>

struct pending {
    struct pending *next; /* in order of time */
    struct timespec at;
    delay_fn *run;
    void *arg;
};

struct delay_queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t thread;
    struct pending *first;
    bool closed;
};

static bool is_before(const struct timespec *left, const struct timespec *right)
{
    return left->tv_sec != right->tv_sec ? left->tv_sec < right->tv_sec : left->tv_nsec < right->tv_nsec;
}

/* Takes the first off the list and runs it, the mutex let go meanwhile. */
static void run_first(struct delay_queue *queue)
{
    struct pending *pending = queue->first;
    queue->first = pending->next;
    pthread_mutex_unlock(&queue->mutex);
    pending->run(pending->arg);
    free(pending);
    pthread_mutex_lock(&queue->mutex);
}

static void *wait_and_run(void *arg)
{
    struct delay_queue *queue = arg;
    pthread_mutex_lock(&queue->mutex);
    while (!queue->closed) {
        const struct timespec time = machine_deadline(0);
        if (queue->first == NULL)
            pthread_cond_wait(&queue->changed, &queue->mutex);
        else if (is_before(&time, &queue->first->at)) {
            const struct timespec until = queue->first->at; /* the list may change while waiting */
            pthread_cond_timedwait(&queue->changed, &queue->mutex, &until);
        } else
            run_first(queue);
    }
    pthread_mutex_unlock(&queue->mutex);
    return NULL;
}

static bool init(struct delay_queue *queue)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    const bool made =
        pthread_mutex_init(&queue->mutex, NULL) == 0 && pthread_cond_init(&queue->changed, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return made && pthread_create(&queue->thread, NULL, wait_and_run, queue) == 0;
}

struct delay_queue *delay_new(void)
{
    struct delay_queue *queue = calloc(1, sizeof *queue);
    if (queue != NULL && !init(queue)) {
        free(queue);
        return NULL;
    }
    return queue;
}

bool delay_call(struct delay_queue *queue, int64_t milliseconds, delay_fn *run, void *arg)
{
    struct pending *pending = malloc(sizeof *pending);
    if (pending == NULL)
        return false;
    *pending = (struct pending){.at = machine_deadline(milliseconds), .run = run, .arg = arg};
    pthread_mutex_lock(&queue->mutex);
    const bool taken = !queue->closed;
    if (taken) {
        struct pending **place = &queue->first;
        while (*place != NULL && !is_before(&pending->at, &(*place)->at))
            place = &(*place)->next;
        pending->next = *place;
        *place = pending;
        pthread_cond_signal(&queue->changed);
    }
    pthread_mutex_unlock(&queue->mutex);
    if (!taken)
        free(pending);
    return taken;
}

void delay_flush(struct delay_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    const bool was_closed = queue->closed;
    queue->closed = true;
    pthread_cond_signal(&queue->changed);
    pthread_mutex_unlock(&queue->mutex);
    if (!was_closed)
        pthread_join(queue->thread, NULL);
    pthread_mutex_lock(&queue->mutex);
    while (queue->first != NULL)
        run_first(queue);
    pthread_mutex_unlock(&queue->mutex);
}

void delay_free(struct delay_queue *queue)
{
    if (queue == NULL)
        return;
    delay_flush(queue);
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->mutex);
    free(queue);
}
