/*
 * The floor under a file server on io_uring: what the kernel's part of a reply costs, and next to nothing else.
 *
 *     bare-responder DIRECTORY PORT
 *
 * One thread, one ring. For each request the steps of Sluice's file server: receive, openat2 below the directory, statx,
 * read behind the room for a header, send header and body in one piece, close the file, receive again. Not HTTP: the path
 * is what stands between the first two spaces, a request ends with an empty line, and the header never changes but for
 * the length. What is not a file of at most MAX_BODY_BYTES ends the connection.
 *
 * Needs Linux 6.1 and liburing 2.3. Ends on SIGTERM.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <liburing.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_CONNECTIONS = 4096,
    MAX_REQUEST_BYTES = 4095,
    MAX_BODY_BYTES = 64 * 1024,
    HEADER_ROOM_BYTES = 512,
    SQ_ENTRIES = 256,
    CQ_ENTRIES = 4 * MAX_CONNECTIONS,
    BACKLOG = 4096,
};

/* In the low byte of user_data; the connection's index is above it. */
enum step { ACCEPT, RECEIVE, OPEN, READ, SEND, CLOSE };

struct connection {
    int socket;
    int file;
    int received_bytes;
    int header_bytes;
    int body_bytes;
    int under_way; /* of the two that end a reply: its send, and the close of the file */
    int failed;
    struct open_how how;
    char request[MAX_REQUEST_BYTES + 1];
    char reply[HEADER_ROOM_BYTES + MAX_BODY_BYTES]; /* the header ends where the body starts */
};

/* Copied out before any is handled, so that the ring has its slots back while operations are started. */
struct completion {
    uint64_t user_data;
    int result;
};

static struct io_uring ring;
static int root;
static struct connection *connections[MAX_CONNECTIONS];
static int free_indexes[MAX_CONNECTIONS];
static int free_count;
static struct completion completions[CQ_ENTRIES];

/* The prep functions leave user_data alone. */
static struct io_uring_sqe *claim(enum step step, int index) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
    if (sqe == NULL) {
        io_uring_submit(&ring);
        sqe = io_uring_get_sqe(&ring);
        if (sqe == NULL) {
            errx(1, "the kernel takes no submission");
        }
    }
    sqe->user_data = (uint64_t)index << 8 | step;
    return sqe;
}

static void receive(int index) {
    struct connection *c = connections[index];
    struct io_uring_sqe *sqe = claim(RECEIVE, index);
    io_uring_prep_recv(sqe, c->socket, c->request + c->received_bytes, MAX_REQUEST_BYTES - c->received_bytes, 0);
    sqe->ioprio = IORING_RECVSEND_POLL_FIRST;
}

static void accepted(int result) {
    if (result < 0) {
        errx(1, "accept: %s", strerror(-result));
    }
    if (free_count == 0) {
        close(result);
        return;
    }
    const int index = free_indexes[--free_count];
    if (connections[index] == NULL) {
        connections[index] = calloc(1, sizeof(struct connection));
        if (connections[index] == NULL) {
            err(1, "calloc");
        }
        connections[index]->how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
        connections[index]->how.resolve = RESOLVE_BENEATH;
    }
    connections[index]->socket = result;
    connections[index]->received_bytes = 0;
    connections[index]->failed = 0;
    receive(index);
}

static void hang_up(int index) {
    close(connections[index]->socket);
    free_indexes[free_count++] = index;
}

static void received(int index, int result) {
    struct connection *c = connections[index];
    if (result <= 0) {
        hang_up(index);
        return;
    }
    c->received_bytes += result;
    c->request[c->received_bytes] = '\0';
    if (strstr(c->request, "\r\n\r\n") == NULL) {
        if (c->received_bytes == MAX_REQUEST_BYTES) {
            hang_up(index);
        } else {
            receive(index);
        }
        return;
    }
    c->received_bytes = 0;
    char *path = strstr(c->request, " /");
    char *end = path == NULL ? NULL : strchr(path + 1, ' ');
    if (end == NULL) {
        hang_up(index);
        return;
    }
    *end = '\0';
    io_uring_prep_openat2(claim(OPEN, index), root, path + 2, &c->how);
}

static void close_file(int index) {
    struct connection *c = connections[index];
    io_uring_prep_close(claim(CLOSE, index), c->file);
    c->under_way++;
}

static void opened(int index, int result) {
    struct connection *c = connections[index];
    if (result < 0) {
        hang_up(index);
        return;
    }
    c->file = result;
    struct statx status;
    if (statx(c->file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &status) != 0
            || !S_ISREG(status.stx_mode) || status.stx_size > MAX_BODY_BYTES) {
        c->failed = 1;
        close_file(index);
        return;
    }
    c->body_bytes = (int)status.stx_size;
    io_uring_prep_read(claim(READ, index), c->file, c->reply + HEADER_ROOM_BYTES, c->body_bytes, 0);
}

static void write_header(struct connection *c) {
    static char header[HEADER_ROOM_BYTES];
    static int header_bytes;
    static int for_body_bytes = -1;
    if (for_body_bytes != c->body_bytes) {
        for_body_bytes = c->body_bytes;
        header_bytes = snprintf(
                header,
                sizeof header,
                "HTTP/1.1 200 OK\r\n"
                "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                "Content-Type: application/octet-stream\r\n"
                "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                "Content-Length: %d\r\n\r\n",
                c->body_bytes);
    }
    c->header_bytes = header_bytes;
    memcpy(c->reply + HEADER_ROOM_BYTES - header_bytes, header, header_bytes);
}

static void was_read(int index, int result) {
    struct connection *c = connections[index];
    if (result == c->body_bytes) {
        write_header(c);
        io_uring_prep_send(
                claim(SEND, index),
                c->socket,
                c->reply + HEADER_ROOM_BYTES - c->header_bytes,
                c->header_bytes + c->body_bytes,
                MSG_NOSIGNAL | MSG_WAITALL);
        c->under_way++;
    } else {
        c->failed = 1;
    }
    close_file(index);
}

/* The reply is sent, or the file is closed; after both comes the next request. */
static void ended(int index, int failed) {
    struct connection *c = connections[index];
    c->failed |= failed;
    if (--c->under_way > 0) {
        return;
    }
    if (c->failed) {
        hang_up(index);
    } else {
        receive(index);
    }
}

static void handle(const struct completion *completion) {
    const int index = (int)(completion->user_data >> 8);
    const int result = completion->result;
    switch ((enum step)(completion->user_data & 0xFF)) {
        case ACCEPT:
            accepted(result);
            break;
        case RECEIVE:
            received(index, result);
            break;
        case OPEN:
            opened(index, result);
            break;
        case READ:
            was_read(index, result);
            break;
        case SEND:
            ended(index, result != connections[index]->header_bytes + connections[index]->body_bytes);
            break;
        case CLOSE:
            ended(index, result < 0);
            break;
    }
}

static int listen_on(int port) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
            || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, BACKLOG) != 0) {
        err(1, "port %d", port);
    }
    return listener;
}

static void allow_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        err(1, "getrlimit");
    }
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        err(1, "setrlimit");
    }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        errx(2, "usage: bare-responder DIRECTORY PORT");
    }
    root = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        err(1, "%s", argv[1]);
    }
    allow_descriptors();
    struct io_uring_params params = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE,
        .cq_entries = CQ_ENTRIES};
    const int failure = io_uring_queue_init_params(SQ_ENTRIES, &ring, &params);
    if (failure < 0) {
        errx(1, "io_uring: %s", strerror(-failure));
    }
    while (free_count < MAX_CONNECTIONS) {
        free_indexes[free_count] = MAX_CONNECTIONS - 1 - free_count;
        free_count++;
    }
    io_uring_prep_multishot_accept(claim(ACCEPT, 0), listen_on(atoi(argv[2])), NULL, NULL, SOCK_CLOEXEC);

    while (1) {
        io_uring_submit_and_wait(&ring, 1);
        unsigned head;
        unsigned count = 0;
        struct io_uring_cqe *cqe;
        io_uring_for_each_cqe(&ring, head, cqe) {
            completions[count++] = (struct completion){cqe->user_data, cqe->res};
        }
        io_uring_cq_advance(&ring, count);
        for (unsigned i = 0; i < count; i++) {
            handle(&completions[i]);
        }
    }
}
