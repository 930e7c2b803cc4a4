#include "server/http/worker.h"

#include "base/machine_clock.h"
#include "server/http/daemon.h"

#include <limits.h>

static int64_t now_ms(void)
{
    return machine_ticks() / 1000;
}

static int patience(void *arg)
{
    const struct worker *worker = arg;
    const int64_t ours = connections_wait(&worker->service.connections, now_ms());
    MHD_UNSIGNED_LONG_LONG library = INT_MAX;
    MHD_get_timeout(worker->daemon, &library);
    const int64_t least = library < (MHD_UNSIGNED_LONG_LONG)ours ? (int64_t)library : ours;
    return least < INT_MAX ? (int)least : INT_MAX;
}

static void serve(void *arg)
{
    struct worker *worker = arg;
    if (!worker->quiesced && atomic_load(&worker->service.shared->closing)) {
        worker->quiesced = true; /* here, as the library does not lock what this changes */
        MHD_quiesce_daemon(worker->daemon);
    }
    connections_begin_round(&worker->service.connections, now_ms());
    MHD_run(worker->daemon);
}

static void close_daemon(struct worker *worker)
{
    daemon_stop(worker->daemon);
    exchange_store_free(&worker->service.exchanges);
}

static bool start_loop(struct worker *worker)
{
    struct loop *loop = &worker->loop;
    loop->descriptor = MHD_get_daemon_info(worker->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    loop->patience = patience;
    loop->run = serve;
    loop->last = connection_note_end;
    loop->arg = worker;
    return loop_start(loop);
}

bool worker_start(struct worker *worker, struct shared *shared)
{
    const struct http_config *config = &shared->config;
    struct service *service = &worker->service;
    service->shared = shared;
    service->exchanges.budget = &shared->budget;
    connections_init(&service->connections, &worker->loop, config->idle_timeout, config->request_timeout, now_ms());
    worker->daemon = daemon_start(service);
    if (worker->daemon == NULL)
        return false;
    if (start_loop(worker))
        return true;
    close_daemon(worker);
    return false;
}

void worker_wake(struct worker *worker)
{
    loop_wake(&worker->loop);
}

void worker_stop(struct worker *worker)
{
    loop_stop(&worker->loop);
    close_daemon(worker);
}
