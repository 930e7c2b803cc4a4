/* Options, store, fixtures, listen; signals; an orderly stop. */
#include "base/file.h"
#include "base/json_tree.h"
#include "base/machine_clock.h"
#include "fixtures/fixture.h"
#include "server/commands.h"
#include "server/fence.h"
#include "server/http/http.h"
#include "server/log.h"
#include "server/options.h"
#include "server/route.h"
#include "server/version.h"
#include "server/world.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, LARGEST_PEM = 1024 * 1024 };

/* The parts of a running server, in the order they are taken up; given back in reverse. */
struct server {
    const struct options *options;
    struct store *store;
    char *certificate;
    char *key;
    struct journal *journal;
    struct metrics *metrics;
    struct recall *recall;
    struct router router;
    struct http_server *http;
};

static bool fail(const char *message)
{
    fprintf(stderr, "awsconfig-mock: %s\n", message);
    return false;
}

static void report_store(void *arg, const char *message)
{
    (void)arg;
    log_line(LOG_ERROR, "%s", message);
}

static bool open_store(struct server *server)
{
    char message[STORE_MESSAGE];
    const struct store_options options = {
        .path = server->options->database,
        .has_seed = server->options->has_seed,
        .seed = server->options->seed,
        .report = report_store,
    };
    return store_open(&server->store, &options, message) == STORE_OK || fail(message);
}

/* A database that holds a world goes on with it, its clock and all: a container's restart must not set it back. */
static bool load_world(struct server *server)
{
    char message[FIXTURE_MESSAGE];
    const struct options *options = server->options;
    bool is_loaded = false;
    if (store_is_loaded(server->store, &is_loaded) != STORE_OK)
        return fail("the database can't be read, see the log (it is left as it is)");
    if (!is_loaded)
        return world_reset(server->store, options, &SCOPE_ALL, true, message) == FIXTURE_OK || fail(message);
    if (options->fixtures.count > 0 || options->clock_is_frozen)
        log_line(LOG_INFO, "the database holds a world: --fixture and --clock are left for POST /_mock/reset");
    return true;
}

static bool read_tls(struct server *server)
{
    const struct options *options = server->options;
    const struct {
        const char *path;
        char **text;
    } files[] = {{options->tls_certificate, &server->certificate}, {options->tls_key, &server->key}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].path == NULL)
            continue;
        size_t length = 0;
        *files[i].text = file_read(files[i].path, LARGEST_PEM, &length);
        if (*files[i].text == NULL) {
            fprintf(stderr, "awsconfig-mock: %s: %s\n", files[i].path, strerror(errno));
            return false;
        }
    }
    return true;
}

static bool open_books(struct server *server)
{
    server->journal = journal_new(server->options->journal);
    server->metrics = metrics_new();
    server->recall = recall_new();
    return (server->journal != NULL && server->metrics != NULL && server->recall != NULL) || fail("memory is out");
}

static bool set_up_router(struct server *server)
{
    const struct options *options = server->options;
    const uint64_t seed = store_seed(server->store);
    server->router.endpoint.operations = (struct operation_settings){
        .store = server->store,
        .unknown_pack_is_error = options->unknown_pack_is_error,
        .one_template_only = options->errors == ERRORS_DOCUMENTED,
        .progression = options->progression,
        .pack_quota = options->max_packs,
    };
    server->router.endpoint.errors = options->errors;
    server->router.endpoint.verify_signatures = options->verify_signatures;
    server->router.endpoint.body_cap = options->max_body;
    server->router.endpoint.seed = seed;
    server->router.endpoint.journal = server->journal;
    server->router.endpoint.metrics = server->metrics;
    server->router.endpoint.recall = server->recall;
    server->router.control = (struct control){
        .store = server->store,
        .options = options,
        .journal = server->journal,
        .metrics = server->metrics,
        .started = machine_ticks(),
    };
    return page_key_from_seed(seed, &server->router.endpoint.operations.page_key) || fail("GnuTLS has no HMAC-SHA256");
}

/* Sanitizers read files of /proc and trace the process at its end. */
#ifdef WITHOUT_FENCE
static const bool may_be_fenced = false;
#else
static const bool may_be_fenced = true;
#endif

/* Before any thread starts, as each is fenced by who starts it; after looking up a host's name. */
static void raise_fence(const struct options *options)
{
    const struct fence_gates gates = {
        .fixtures = options->fixtures.names,
        .fixture_count = options->fixtures.count,
        .database = options->database,
    };
    if (options->fence && may_be_fenced)
        fence_raise(&gates);
}

static bool listen_for_requests(struct server *server)
{
    char message[HTTP_MESSAGE];
    struct listener listener;
    const struct options *options = server->options;
    if (!listen_on(options->host, options->port, &listener, message, sizeof message))
        return fail(message);
    raise_fence(options);
    const struct http_config config = {
        .listener = listener,
        .host = options->host,
        .tls_certificate = server->certificate,
        .tls_key = server->key,
        .handler = route_request,
        .body_cap = route_body_cap,
        .arg = &server->router,
        .idle_timeout = server->options->idle_timeout,
        .request_timeout = server->options->request_timeout,
        .most_connections = server->options->max_connections,
        .threads = server->options->threads,
        .most_memory = server->options->max_memory,
    };
    server->http = http_start(&config, message);
    return server->http != NULL || fail(message);
}

/* Blocked before any thread starts, so that no thread is interrupted and none gets lost before sigwait. */
static void block_signals(sigset_t *stop)
{
    sigemptyset(stop);
    sigaddset(stop, SIGTERM);
    sigaddset(stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, stop, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void wait_for_signal(const sigset_t *stop)
{
    int taken = 0;
    while (sigwait(stop, &taken) != 0)
        continue;
    log_line(LOG_INFO, "%s: stopping", strsignal(taken));
}

static bool say_ready(const struct server *server)
{
    printf("ready %s\n", http_url(server->http));
    return fflush(stdout) == 0 || fail("standard output can't be written");
}

static int serve(const struct options *options)
{
    sigset_t stop;
    struct server server = {.options = options};
    log_setup(options->log_level, options->log_format);
    block_signals(&stop);
    const bool running = open_store(&server) && load_world(&server) && read_tls(&server) && open_books(&server) &&
                         set_up_router(&server) && listen_for_requests(&server) && say_ready(&server);
    if (running)
        wait_for_signal(&stop);
    http_stop(server.http);
    recall_free(server.recall);
    metrics_free(server.metrics);
    journal_free(server.journal);
    free(server.key);
    free(server.certificate);
    store_close(server.store);
    return running ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct options *options)
{
    switch (options->command) {
    case COMMAND_CHECK:
        return command_check(options);
    case COMMAND_HEALTH:
        return command_health(options);
    case COMMAND_HELP:
        options_print_help(stdout);
        return EXIT_SUCCESS;
    case COMMAND_VERSION:
        puts("awsconfig-mock " VERSION);
        return EXIT_SUCCESS;
    case COMMAND_SERVE:
        break;
    }
    return serve(options);
}

int main(int argc, char *argv[])
{
    struct options options;
    char message[OPTIONS_MESSAGE];
    json_tree_init();
    int status = EXIT_USAGE;
    if (options_read(&options, argc, argv, message))
        status = run(&options);
    else
        fail(message);
    options_free(&options);
    return status;
}
