#include "server/http/connection.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { ENDED_MS = 5 };

void connections_init(struct connections *connections, struct loop *loop, int64_t idle_timeout, int64_t request_timeout,
                      int64_t now)
{
    connections->loop = loop;
    connections->now = now;
    deadline_line_init(&connections->waiting, idle_timeout + request_timeout);
    deadline_line_init(&connections->busy, request_timeout);
    deadline_line_init(&connections->ended, ENDED_MS);
}

/* It waits for what comes next, in that line: in vain, where the client has said its last. */
static void wait_for_more(struct connection *connection, struct deadline_line *line)
{
    struct connections *all = connection->all;
    deadline_set(connection->ended ? &all->ended : line, &connection->deadline, all->now);
}

void connection_note_end(void *who)
{
    struct connection *connection = who;
    connection->ended = true;
    if (!connection->answering)
        wait_for_more(connection, NULL);
}

/* ---- a connection's life ---- */

struct connection *connection_open(struct connections *connections, struct MHD_Connection *handle)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->all = connections;
    connection->handle = handle;
    connection->socket = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    loop_watch(connections->loop, connection->socket, connection);
    wait_for_more(connection, &connections->waiting);
    return connection;
}

void connection_close(struct connections *connections, struct connection *connection)
{
    connections->has_room = true;
    if (connection == NULL)
        return;
    deadline_clear(&connection->deadline);
    free(connection);
}

struct connection *connection_of(struct MHD_Connection *handle)
{
    return MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

void connection_request_begins(struct connection *connection)
{
    wait_for_more(connection, &connection->all->busy);
}

void connection_request_arrived(struct connection *connection)
{
    connection->answering = true;
}

void connection_reply_begins(struct connection *connection)
{
    deadline_set(&connection->all->busy, &connection->deadline, connection->all->now);
}

void connection_request_ends(struct connection *connection)
{
    connection->answering = false;
    wait_for_more(connection, &connection->all->waiting);
}

/* Called from any thread. The library wakes no loop but its own. */
static void wake_up(void *arg)
{
    const struct connection *connection = arg;
    struct loop *loop = connection->all->loop; /* the connection may be gone in a moment */
    MHD_resume_connection(connection->handle);
    loop_wake(loop);
}

void connection_sleep(struct connection *connection, struct delay_queue *delays, int64_t milliseconds)
{
    deadline_clear(&connection->deadline);
    MHD_suspend_connection(connection->handle);
    if (!delay_call(delays, milliseconds, wake_up, connection))
        wake_up(connection);
}

/* ---- who is too slow ---- */

static void hang_up(struct deadline *due)
{
    const struct connection *connection = (const struct connection *)due;
    deadline_clear(due);
    shutdown(connection->socket, SHUT_RDWR);
}

static void hang_up_on_due(struct deadline_line *line, int64_t now)
{
    for (struct deadline *due = NULL; (due = deadline_due(line, now)) != NULL;)
        hang_up(due);
}

static bool has_bytes(const struct deadline *due)
{
    char byte = 0;
    return recv(((const struct connection *)due)->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* Those that wait in vain. The library learns of an end only where it comes alone: behind the last bytes it is not
 * looked for. */
static void hang_up_on_ended(struct connections *connections)
{
    struct deadline_line *line = &connections->ended;
    for (struct deadline *due = NULL; (due = deadline_due(line, connections->now)) != NULL;) {
        if (has_bytes(due))
            deadline_set(line, due, connections->now); /* they are to be read first */
        else
            hang_up(due);
    }
}

void connections_begin_round(struct connections *connections, int64_t now)
{
    connections->now = now;
    connections->has_room = false;
    hang_up_on_due(&connections->waiting, now);
    hang_up_on_due(&connections->busy, now);
    hang_up_on_ended(connections);
}

int64_t connections_wait(const struct connections *connections, int64_t now)
{
    const struct deadline_line *const lines[] = {&connections->waiting, &connections->busy, &connections->ended};
    if (connections->has_room)
        return 0; /* the library begins the round with a look whether it may accept again */
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const int64_t wait = deadline_wait(lines[i], now);
        least = wait < least ? wait : least;
    }
    return least;
}
