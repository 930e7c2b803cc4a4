#include "tests/fuzz/world.h"

#include "base/embed.h"
#include "base/json_tree.h"
#include "base/utf8.h"
#include "server/world.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/reply_check.h"
#include "tests/fuzz/request_text.h"

#include <string.h>

EMBED(small_world, "tests/fuzz/world.json");

enum { SEED = 1, MOST_REQUESTS = 12, MOST_OPTIONS = 8 };

static struct {
    struct options options;
    struct store *store;
    struct router router;
    bool was_prescribed; /* somebody wrote down an answer or a fault: errors may have any name */
} world;

static void report(void *arg, const char *message)
{
    (void)arg;
    REQUIRE_OR_SAY(message == NULL, "the store: %s\n", message);
}

static void read_defaults(void)
{
    char name[] = "awsconfig-mock";
    char message[OPTIONS_MESSAGE];
    REQUIRE(options_read(&world.options, 1, (char *[]){name, NULL}, message));
    world.options.log_level = LOG_ERROR;
}

/* As main.c does it. */
static void set_up_router(void)
{
    struct aws_endpoint *endpoint = &world.router.endpoint;
    endpoint->operations.store = world.store;
    endpoint->seed = SEED;
    endpoint->body_cap = world.options.max_body;
    endpoint->journal = journal_new(16);
    endpoint->metrics = metrics_new();
    REQUIRE(endpoint->journal != NULL && endpoint->metrics != NULL);
    REQUIRE(page_key_from_seed(SEED, &endpoint->operations.page_key));
    world.router.control = (struct control){
        .store = world.store,
        .options = &world.options,
        .journal = endpoint->journal,
        .metrics = endpoint->metrics,
    };
}

static void apply_options(void)
{
    struct aws_endpoint *endpoint = &world.router.endpoint;
    const struct options *options = &world.options;
    endpoint->operations.unknown_pack_is_error = options->unknown_pack_is_error;
    endpoint->operations.one_template_only = options->errors == ERRORS_DOCUMENTED;
    endpoint->operations.progression = options->progression;
    endpoint->operations.pack_quota = options->max_packs;
    endpoint->errors = options->errors;
    endpoint->verify_signatures = options->verify_signatures;
}

void fuzz_world_open(void)
{
    char message[STORE_MESSAGE];
    const struct store_options options = {.has_seed = true, .seed = SEED, .report = report};
    json_tree_init();
    log_setup(LOG_ERROR, LOG_TEXT);
    read_defaults();
    REQUIRE_OR_SAY(store_open(&world.store, &options, message) == STORE_OK, "%s\n", message);
    set_up_router();
    fuzz_world_reset();
}

void fuzz_world_configure(char *words)
{
    struct options given;
    char name[] = "awsconfig-mock";
    char message[OPTIONS_MESSAGE];
    char *argv[MOST_OPTIONS + 2] = {name, words};
    int argc = 2;
    for (char *next = words; argc <= MOST_OPTIONS && (next = strstr(next, " --")) != NULL; argv[argc++] = next)
        *next++ = '\0';
    if (options_read(&given, argc, argv, message)) {
        world.options.errors = given.errors;
        world.options.unknown_pack_is_error = given.unknown_pack_is_error;
        world.options.verify_signatures = given.verify_signatures;
        world.options.progression = given.progression;
        world.options.max_packs = given.max_packs;
        world.options.control_token = given.control_token;
        apply_options();
    }
    options_free(&given);
}

struct store *fuzz_world_store(void)
{
    return world.store;
}

const struct options *fuzz_world_options(void)
{
    return &world.options;
}

static bool is_control(const struct request *request)
{
    const size_t length = sizeof CONTROL_PREFIX - 1;
    return strncmp(request->path, CONTROL_PREFIX, length) == 0 && strchr("/", request->path[length]) != NULL;
}

/* Something was done, not only looked at. To be looked at moves a pack too that waits for polls, but none does until
 * something else was done. */
static bool may_have_changed(const struct request *request, const struct reply *reply)
{
    const char *target = request_header(request, "X-Amz-Target");
    const bool looks = !is_control(request) && target != NULL && strstr(target, ".Describe") != NULL;
    return reply->status / 100 == 2 && strcmp(request->method, "GET") != 0 && !looks;
}

bool fuzz_world_ask(const struct request *request, struct reply *reply)
{
    struct request capped = *request;
    capped.body_too_large = request->body_length > route_body_cap(&world.router, request->path);
    route_request(&world.router, &capped, reply);
    if (is_control(request)) {
        reply_check_control(reply);
        world.was_prescribed |= may_have_changed(request, reply);
    } else {
        reply_check_aws(request, reply, world.was_prescribed);
    }
    return may_have_changed(request, reply);
}

bool fuzz_world_ask_all(const uint8_t *data, size_t size)
{
    struct request_text text = {(const char *)data, size};
    struct arena arena = {0};
    struct arena words = {0};
    struct request request;
    bool changed = false;
    char *line = size > 2 && data[0] == '-' && data[1] == '-' ? request_text_line(&text, &words) : NULL;
    if (line != NULL)
        fuzz_world_configure(line);
    for (int i = 0; i < MOST_REQUESTS && request_text_next(&text, &arena, &request); i++) {
        struct reply reply = {0};
        changed |= fuzz_world_ask(&request, &reply);
        buffer_free(&reply.body);
        arena_reset(&arena);
    }
    arena_free(&arena);
    world.options.control_token = line != NULL ? NULL : world.options.control_token; /* it pointed into the line */
    arena_free(&words);
    return changed;
}

bool fuzz_world_load(const char *text, size_t length)
{
    char message[FIXTURE_MESSAGE] = "";
    const struct world_text whole = {text, length, true};
    const enum fixture_rc rc = world_load(world.store, &world.options, &SCOPE_ALL, &whole, message);
    REQUIRE_OR_SAY(rc != FIXTURE_FAILED, "%s\n", message);
    REQUIRE_OR_SAY(rc == FIXTURE_OK || strncmp(message, "body:", 5) == 0, "%s\n", message);
    REQUIRE_OR_SAY(rc == FIXTURE_OK || utf8_check(message, strlen(message)), "%s\n", message);
    return rc == FIXTURE_OK;
}

static void write_world(struct buffer *out)
{
    struct json_writer writer = {out, false};
    REQUIRE(fixture_write(world.store, &SCOPE_ALL, &writer) == STORE_OK && !out->failed);
}

void fuzz_world_require_round_trip(void)
{
    struct buffer first = {0};
    struct buffer second = {0};
    char message[FIXTURE_MESSAGE] = "";
    write_world(&first);
    const struct world_text whole = {first.data, first.length, true};
    const enum fixture_rc rc = world_load(world.store, &world.options, &SCOPE_ALL, &whole, message);
    REQUIRE_OR_SAY(rc == FIXTURE_OK, "%s\nin %.*s\n", message, (int)first.length, first.data);
    write_world(&second);
    REQUIRE_OR_SAY(first.length == second.length && memcmp(first.data, second.data, first.length) == 0,
                   "%.*s\nthen %.*s\n", (int)first.length, first.data, (int)second.length, second.data);
    buffer_free(&first);
    buffer_free(&second);
}

void fuzz_world_reset(void)
{
    options_free(&world.options);
    read_defaults();
    apply_options();
    journal_clear(world.router.endpoint.journal, &(struct journal_filter){0});
    atomic_store(&world.router.endpoint.requests, 1);
    world.was_prescribed = false;
    REQUIRE(fuzz_world_load(small_world, (size_t)(small_world_end - small_world)));
}
