/*
 * A load generator with little cost of its own: one thread, N connections, requests that are there as bytes.
 *
 *   load -p PORT -f FILE [-c CONNECTIONS] [-n COUNT] [-t SECONDS] [-x] [-b] [-s STATUS] [-r ROUND]
 *
 * FILE holds requests, each as "LENGTH\n" and that many bytes; they are sent in rotation to 127.0.0.1:PORT, until COUNT
 * were sent or SECONDS have passed. ######## in a request becomes the number of the rotation, which begins with ROUND:
 * so that each pack that is put has a name of its own. With -x every request has a connection of its own, and its time
 * holds the connecting. With -b it never sleeps: else a program that is slower than the load pays, reply by reply, for
 * waking it, and one that is quicker does not. A reply with another status than STATUS (200) is an error, as is one
 * that is broken off or does not come for 20 s. Prints one line of JSON.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    PIECE = 256 * 1024,       /* bytes taken at once */
    LONGEST_HEADER = 4096,    /* of a reply, all its lines together */
    HOLE = 8,                 /* the length of ######## */
    MOST_HOLES = 4,           /* in one request */
    SLOWEST_US = 1000 * 1000, /* replies that took longer are counted as this */
    EVENTS = 256,
    LONGEST_SILENCE_MS = 20000,
};

struct request {
    char *bytes;
    size_t length;
    size_t holes[MOST_HOLES];
    size_t hole_count;
};

struct connection {
    int socket;
    bool waits_to_send;
    struct request *request;
    uint64_t round;
    size_t sent;
    uint64_t began; /* ns */
    char header[LONGEST_HEADER + 1];
    size_t header_length;
    bool in_body;
    size_t body_left;
};

struct load {
    /* what was asked for */
    uint16_t port;
    const char *file;
    size_t connections;
    uint64_t count;
    double seconds;
    bool one_shot;
    bool busy;
    int status;
    uint64_t first_round;

    struct request *requests;
    size_t request_count;
    int epoll;
    uint64_t sent;
    uint64_t until; /* ns */
    size_t open;    /* connections with a request under way */

    uint64_t replies;
    uint64_t errors;
    size_t header_bytes; /* of the last reply */
    size_t body_bytes;
    uint32_t *histogram; /* by µs */
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, errno != 0 ? strerror(errno) : "not understood");
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec;
}

/* ---- the requests ---- */

static void find_holes(struct request *request)
{
    const char *end = request->bytes + request->length;
    const char *hole = request->bytes;
    while (request->hole_count < MOST_HOLES && (hole = memmem(hole, (size_t)(end - hole), "########", HOLE)) != NULL) {
        request->holes[request->hole_count++] = (size_t)(hole - request->bytes);
        hole += HOLE;
    }
}

static void read_requests(struct load *load)
{
    FILE *file = fopen(load->file, "rb");
    size_t length = 0;
    if (file == NULL)
        die(load->file);
    while (fscanf(file, "%zu", &length) == 1 && fgetc(file) == '\n') { // NOLINT(cert-err34-c)
        struct request *more = realloc(load->requests, (load->request_count + 1) * sizeof *more);
        char *bytes = malloc(length + 1);
        if (more == NULL || bytes == NULL || fread(bytes, 1, length, file) != length)
            die(load->file);
        load->requests = more;
        load->requests[load->request_count] = (struct request){.bytes = bytes, .length = length};
        find_holes(&load->requests[load->request_count++]);
    }
    fclose(file);
    if (load->request_count == 0)
        die(load->file);
}

static void fill_holes(struct request *request, uint64_t round)
{
    for (size_t i = 0; i < request->hole_count; i++) {
        char *hole = request->bytes + request->holes[i];
        uint64_t rest = round;
        for (size_t digit = HOLE; digit-- > 0; rest /= 10)
            hole[digit] = (char)('0' + rest % 10);
    }
}

/* ---- sending ---- */

static int connect_to(uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle < 0 || setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        connect(handle, (const struct sockaddr *)&address, sizeof address) != 0)
        die("connect");
    return handle;
}

static void watch(struct load *load, struct connection *connection, int change)
{
    struct epoll_event event = {
        .events = connection->waits_to_send ? EPOLLIN | EPOLLOUT : EPOLLIN,
        .data.ptr = connection,
    };
    if (epoll_ctl(load->epoll, change, connection->socket, &event) != 0)
        die("epoll_ctl");
}

static void open_connection(struct load *load, struct connection *connection)
{
    connection->socket = connect_to(load->port);
    connection->waits_to_send = false;
    watch(load, connection, EPOLL_CTL_ADD);
}

static bool is_over(const struct load *load)
{
    return load->sent == load->count || now_ns() >= load->until;
}

/* Sends what is left of the request; false when the other side is gone. */
static bool send_rest(struct load *load, struct connection *connection)
{
    struct request *request = connection->request;
    fill_holes(request, connection->round);
    while (connection->sent < request->length) {
        const ssize_t sent = send(connection->socket, request->bytes + connection->sent,
                                  request->length - connection->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            return false;
        if (sent < 0)
            break;
        connection->sent += (size_t)sent;
    }
    const bool waits = connection->sent < request->length;
    if (waits != connection->waits_to_send) {
        connection->waits_to_send = waits;
        watch(load, connection, EPOLL_CTL_MOD);
    }
    return true;
}

static void begin_request(struct load *load, struct connection *connection)
{
    connection->began = now_ns();
    if (connection->socket < 0)
        open_connection(load, connection);
    connection->request = &load->requests[load->sent % load->request_count];
    connection->round = load->first_round + load->sent / load->request_count;
    connection->sent = 0;
    connection->header_length = 0;
    connection->in_body = false;
    load->sent++;
    load->open++;
    send_rest(load, connection); /* a connection that is gone is met again when its reply is read */
}

/* ---- the replies ---- */

static size_t content_length(const char *header)
{
    for (const char *line = strchr(header, '\n'); line != NULL; line = strchr(line + 1, '\n')) {
        if (strncasecmp(line + 1, "Content-Length:", 15) == 0)
            return strtoul(line + 16, NULL, 10);
    }
    return 0;
}

/* Takes bytes up to the header's end; how many of them. */
static size_t take_header(struct load *load, struct connection *connection, const char *bytes, size_t length)
{
    const size_t before = connection->header_length;
    const size_t room = LONGEST_HEADER - before;
    const size_t taken = length < room ? length : room;
    memcpy(connection->header + before, bytes, taken);
    connection->header[before + taken] = '\0';
    connection->header_length += taken;
    const char *end = strstr(connection->header, "\r\n\r\n");
    if (end == NULL)
        return taken;
    const size_t header = (size_t)(end + 4 - connection->header);
    connection->in_body = true;
    connection->body_left = content_length(connection->header);
    load->header_bytes = header;
    load->body_bytes = connection->body_left;
    return header - before;
}

static void count_reply(struct load *load, const struct connection *connection)
{
    const uint64_t took = (now_ns() - connection->began) / 1000;
    load->histogram[took < SLOWEST_US ? took : SLOWEST_US]++;
    load->replies++;
    load->errors += connection->header_length < 12 || strtol(connection->header + 9, NULL, 10) != load->status;
}

static void close_connection(struct connection *connection)
{
    close(connection->socket);
    connection->socket = -1;
}

static void end_request(struct load *load, struct connection *connection, bool broken)
{
    load->open--;
    if (broken)
        load->errors++;
    else
        count_reply(load, connection);
    if (broken || load->one_shot)
        close_connection(connection);
    if (!is_over(load))
        begin_request(load, connection);
}

static void take_reply(struct load *load, struct connection *connection)
{
    static char piece[PIECE];
    const ssize_t received = recv(connection->socket, piece, sizeof piece, MSG_DONTWAIT);
    if (received < 0 && errno == EAGAIN)
        return;
    size_t left = received > 0 ? (size_t)received : 0;
    if (left == 0) {
        end_request(load, connection, true);
        return;
    }
    if (!connection->in_body)
        left -= take_header(load, connection, piece, left);
    if (!connection->in_body) {
        if (connection->header_length == LONGEST_HEADER)
            end_request(load, connection, true);
        return;
    }
    connection->body_left -= left < connection->body_left ? left : connection->body_left;
    if (connection->body_left == 0)
        end_request(load, connection, false);
}

/* ---- the run ---- */

/* 0 after a long silence: as good as broken off. */
static int await(const struct load *load, struct epoll_event events[EVENTS])
{
    if (!load->busy)
        return epoll_wait(load->epoll, events, EVENTS, LONGEST_SILENCE_MS);
    const uint64_t until = now_ns() + LONGEST_SILENCE_MS * UINT64_C(1000000);
    int count = 0;
    while (count == 0 && now_ns() < until)
        count = epoll_wait(load->epoll, events, EVENTS, 0);
    return count;
}

static void run(struct load *load, struct connection *connections)
{
    struct epoll_event events[EVENTS];
    for (size_t i = 0; i < load->connections && !is_over(load); i++)
        begin_request(load, &connections[i]);
    while (load->open > 0) {
        const int count = await(load, events);
        if (count == 0) {
            load->errors += load->open;
            break;
        }
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if ((events[i].events & EPOLLOUT) != 0 && connection->waits_to_send)
                send_rest(load, connection);
            if ((events[i].events & ~(unsigned)EPOLLOUT) != 0)
                take_reply(load, connection);
        }
    }
}

static unsigned percentile(const struct load *load, double share)
{
    const uint64_t rank = (uint64_t)(share * (double)load->replies);
    uint64_t seen = 0;
    for (unsigned us = 0; us <= SLOWEST_US; us++) {
        seen += load->histogram[us];
        if (seen > rank)
            return us;
    }
    return SLOWEST_US;
}

static void read_options(struct load *load, int argc, char *argv[])
{
    for (int option = 0; (option = getopt(argc, argv, "p:f:c:n:t:xbs:r:")) != -1;) {
        switch (option) {
        case 'p':
            load->port = (uint16_t)strtoul(optarg, NULL, 10);
            break;
        case 'f':
            load->file = optarg;
            break;
        case 'c':
            load->connections = strtoul(optarg, NULL, 10);
            break;
        case 'n':
            load->count = strtoull(optarg, NULL, 10);
            break;
        case 't':
            load->seconds = strtod(optarg, NULL);
            break;
        case 'x':
            load->one_shot = true;
            break;
        case 'b':
            load->busy = true;
            break;
        case 's':
            load->status = (int)strtol(optarg, NULL, 10);
            break;
        case 'r':
            load->first_round = strtoull(optarg, NULL, 10);
            break;
        default:
            exit(2);
        }
    }
    if (load->port == 0 || load->file == NULL || load->connections == 0)
        die("the options");
}

int main(int argc, char *argv[])
{
    struct load load = {.connections = 1, .count = UINT64_MAX, .seconds = 3600, .status = 200};
    read_options(&load, argc, argv);
    read_requests(&load);
    struct connection *connections = calloc(load.connections, sizeof *connections);
    load.histogram = calloc(SLOWEST_US + 1, sizeof *load.histogram);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (connections == NULL || load.histogram == NULL || load.epoll < 0)
        die("setting up");
    for (size_t i = 0; i < load.connections; i++) {
        connections[i].socket = -1;
        if (!load.one_shot)
            open_connection(&load, &connections[i]);
    }
    const uint64_t began = now_ns();
    load.until = began + (uint64_t)(load.seconds * 1e9);
    run(&load, connections);
    const double seconds = (double)(now_ns() - began) / 1e9;
    printf("{\"requests\": %llu, \"errors\": %llu, \"seconds\": %.6f, \"rate\": %.1f, \"p50_us\": %u, \"p99_us\": %u, "
           "\"header_bytes\": %zu, \"body_bytes\": %zu}\n",
           (unsigned long long)load.replies, (unsigned long long)load.errors, seconds, (double)load.replies / seconds,
           percentile(&load, 0.5), percentile(&load, 0.99), load.header_bytes, load.body_bytes);
    free(load.histogram);
    free(connections);
    return 0;
}
