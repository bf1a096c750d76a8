/*
 * The floor under a file server on io_uring: what the kernel's part of a reply costs, and next to nothing else.
 *
 *     bare-responder DIRECTORY ADDRESS PORT opened|kept|memory
 *
 * One thread, one ring. For each request the steps of Sluice's file server in one of its states:
 *
 *     opened   receive, openat2 below the directory, statx, read behind the room for a header, send header and body in one
 *              piece, close the file, receive again
 *     kept     receive, statx of the descriptor that the first request left open, read within a call, send and with it the
 *              next receive
 *     memory   receive, statx of that descriptor, send what the first request has read and with it the next receive
 *
 * kept and memory keep one file, the one that the first request names; another one ends the connection. One that has another
 * size or other times than at first ends the program: nothing here should change it.
 *
 * Not HTTP: the path is what stands between the first two spaces, a request ends with an empty line, and the header never
 * changes but for the length. What is not a file of at most MAX_BODY_BYTES ends the connection.
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
#include <sys/syscall.h>
#include <sys/uio.h>
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

enum state { OPENED, KEPT, MEMORY };

struct connection {
    int socket;
    int file;
    int received_bytes;
    int header_bytes;
    int body_bytes;
    int under_way; /* of the two that end a reply: its send, and the close of the file */
    int failed;
    char request[MAX_REQUEST_BYTES + 1];
    char reply[HEADER_ROOM_BYTES + MAX_BODY_BYTES]; /* the header ends where the body starts */
};

/* Copied out before any is handled, so that the ring has its slots back while operations are started. */
struct completion {
    uint64_t user_data;
    int result;
};

/* The one that is kept open, and in memory a reply that is ready to be sent. */
struct kept_file {
    char path[MAX_REQUEST_BYTES + 1];
    int file; /* -1 before the first request */
    struct statx status;
    int header_bytes;
    char reply[HEADER_ROOM_BYTES + MAX_BODY_BYTES];
};

static const struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_BENEATH};
static enum state state;
static struct kept_file kept = {.file = -1};
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

static void answer_from_kept(int index, const char *path);

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
    if (state == OPENED) {
        io_uring_prep_openat2(claim(OPEN, index), root, path + 2, (struct open_how *)&how);
    } else {
        answer_from_kept(index, path + 2);
    }
}

static void close_file(int index) {
    struct connection *c = connections[index];
    io_uring_prep_close(claim(CLOSE, index), c->file);
    c->under_way++;
}

/* Whether it is a file that can be served. */
static int look(int file, struct statx *status) {
    return statx(file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, status) == 0
            && S_ISREG(status->stx_mode) && status->stx_size <= MAX_BODY_BYTES;
}

static void opened(int index, int result) {
    struct connection *c = connections[index];
    if (result < 0) {
        hang_up(index);
        return;
    }
    c->file = result;
    struct statx status;
    if (!look(c->file, &status)) {
        c->failed = 1;
        close_file(index);
        return;
    }
    c->body_bytes = (int)status.stx_size;
    io_uring_prep_read(claim(READ, index), c->file, c->reply + HEADER_ROOM_BYTES, c->body_bytes, 0);
}

/* Returns how long it is; it ends where the body starts. */
static int write_header(char *reply, int body_bytes) {
    static char header[HEADER_ROOM_BYTES];
    static int header_bytes;
    static int for_body_bytes = -1;
    if (for_body_bytes != body_bytes) {
        for_body_bytes = body_bytes;
        header_bytes = snprintf(
                header,
                sizeof header,
                "HTTP/1.1 200 OK\r\n"
                "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                "Content-Type: application/octet-stream\r\n"
                "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                "Content-Length: %d\r\n\r\n",
                body_bytes);
    }
    memcpy(reply + HEADER_ROOM_BYTES - header_bytes, header, header_bytes);
    return header_bytes;
}

static int same_time(struct statx_timestamp one, struct statx_timestamp other) {
    return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

/* Whoever asks next has the whole reply, so its memory is free again, and only a failure need be heard of. */
static void send_reply_and_receive(int index, const char *reply) {
    struct connection *c = connections[index];
    struct io_uring_sqe *sqe = claim(SEND, index);
    io_uring_prep_send(
            sqe,
            c->socket,
            reply + HEADER_ROOM_BYTES - c->header_bytes,
            c->header_bytes + c->body_bytes,
            MSG_NOSIGNAL | MSG_WAITALL);
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    receive(index);
}

/* Returns 0 if there is no such file. */
static int keep(const char *path) {
    const int file = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
    if (file < 0) {
        return 0;
    }
    if (!look(file, &kept.status)
            || pread(file, kept.reply + HEADER_ROOM_BYTES, kept.status.stx_size, 0) != (ssize_t)kept.status.stx_size) {
        close(file);
        return 0;
    }
    kept.header_bytes = write_header(kept.reply, (int)kept.status.stx_size);
    strcpy(kept.path, path);
    kept.file = file;
    return 1;
}

static void answer_from_kept(int index, const char *path) {
    struct connection *c = connections[index];
    if ((kept.file < 0 && !keep(path)) || strcmp(path, kept.path) != 0) {
        hang_up(index);
        return;
    }
    struct statx now;
    if (!look(kept.file, &now) || now.stx_size != kept.status.stx_size || !same_time(now.stx_mtime, kept.status.stx_mtime)
            || !same_time(now.stx_ctime, kept.status.stx_ctime)) {
        errx(1, "%s has changed", path);
    }
    c->body_bytes = (int)now.stx_size;
    if (state == MEMORY) {
        c->header_bytes = kept.header_bytes;
        send_reply_and_receive(index, kept.reply);
        return;
    }
    struct iovec into = {.iov_base = c->reply + HEADER_ROOM_BYTES, .iov_len = c->body_bytes};
    if (preadv2(kept.file, &into, 1, 0, RWF_NOWAIT) != c->body_bytes) {
        errx(1, "%s is not in memory", path);
    }
    c->header_bytes = write_header(c->reply, c->body_bytes);
    send_reply_and_receive(index, c->reply);
}

static void was_read(int index, int result) {
    struct connection *c = connections[index];
    if (result == c->body_bytes) {
        c->header_bytes = write_header(c->reply, c->body_bytes);
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
            if (state != OPENED) {
                shutdown(connections[index]->socket, SHUT_RDWR); /* it has failed; the receive ends then */
                break;
            }
            ended(index, result != connections[index]->header_bytes + connections[index]->body_bytes);
            break;
        case CLOSE:
            ended(index, result < 0);
            break;
    }
}

static int listen_on(const char *host, int port) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        errx(2, "not an IPv4 address: %s", host);
    }
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
            || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, BACKLOG) != 0) {
        err(1, "%s:%d", host, port);
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

static enum state state_named(const char *name) {
    if (strcmp(name, "opened") == 0) {
        return OPENED;
    }
    if (strcmp(name, "kept") == 0) {
        return KEPT;
    }
    if (strcmp(name, "memory") == 0) {
        return MEMORY;
    }
    errx(2, "neither opened nor kept nor memory: %s", name);
}

int main(int argc, char **argv) {
    if (argc != 5) {
        errx(2, "usage: bare-responder DIRECTORY ADDRESS PORT opened|kept|memory");
    }
    state = state_named(argv[4]);
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
    io_uring_prep_multishot_accept(claim(ACCEPT, 0), listen_on(argv[2], atoi(argv[3])), NULL, NULL, SOCK_CLOEXEC);

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
