/*
 * What one signal-and-dequeue costs with epoll(7) and select(2): as DescriptorsFork measures it.
 *
 * descriptors epoll|select DECLARED ACTIVE WARM_UP_MS WINDOW_MS
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <unistd.h>

#include "measure.h"

#define BITS (8 * sizeof(unsigned long))

static int declared, active, use_select;
static int *read_ends, *write_ends;

static int epoll_fd;
static struct epoll_event *reported;

/* Bitmaps of any length: the kernel takes them, glibc's fd_set ends at 1,024. */
static unsigned long *interested, *ready;
static size_t bitmap_words;
static int highest;

static int64_t signal_ns, dequeue_ns, turns;

static void fail(const char *call) {
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    exit(1);
}

static void declare(int fd) {
    if (use_select) {
        interested[fd / BITS] |= 1UL << fd % BITS;
        highest = fd > highest ? fd : highest;
    } else {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
    }
}

static void open_all(void) {
    read_ends = calloc(active, sizeof *read_ends);
    write_ends = calloc(active, sizeof *write_ends);
    reported = calloc(active, sizeof *reported);
    bitmap_words = (declared + active + 64) / BITS + 2;
    interested = calloc(bitmap_words, sizeof *interested);
    ready = calloc(bitmap_words, sizeof *ready);
    if (!read_ends || !write_ends || !reported || !interested || !ready) fail("calloc");
    if ((epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll_create1");
    const int stride = declared / active;
    for (int i = 0; i < declared; i++) {
        if (i % stride == 0 && i / stride < active) {
            int ends[2];
            if (pipe(ends) != 0) fail("pipe");
            read_ends[i / stride] = ends[0];
            write_ends[i / stride] = ends[1];
            declare(ends[0]);
        } else {
            const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
            if (fd < 0) fail("eventfd");
            declare(fd);
        }
    }
}

static void signal_all(void) {
    for (int i = 0; i < active; i++) {
        if (write(write_ends[i], "", 1) != 1) fail("write");
    }
}

static void reset_all(void) {
    char octet;
    for (int i = 0; i < active; i++) {
        if (read(read_ends[i], &octet, 1) != 1) fail("read");
    }
}

static volatile int handled;

/* A server with select(2) looks for the bits that are set: at every descriptor below the highest. */
static int dequeue(void) {
    int taken = 0;
    if (use_select) {
        memcpy(ready, interested, bitmap_words * sizeof *ready);
        if (select(highest + 1, (fd_set *) ready, NULL, NULL, NULL) < 0) fail("select");
        for (size_t word = 0; word < bitmap_words; word++) {
            for (unsigned long bits = ready[word]; bits != 0; bits &= bits - 1) {
                handled = word * BITS + __builtin_ctzl(bits);
                taken++;
            }
        }
    } else {
        taken = epoll_wait(epoll_fd, reported, active, -1);
        if (taken < 0) fail("epoll_wait");
        for (int i = 0; i < taken; i++) handled = reported[i].data.fd;
    }
    return taken;
}

static void run(int64_t duration_ns) {
    signal_ns = dequeue_ns = turns = 0;
    const int64_t end_ns = now_ns() + duration_ns;
    int64_t after_ns;
    do {
        const int64_t before_ns = now_ns();
        signal_all();
        const int64_t signalled_ns = now_ns();
        for (int taken = 0; taken < active;) taken += dequeue();
        after_ns = now_ns();
        signal_ns += signalled_ns - before_ns;
        dequeue_ns += after_ns - signalled_ns;
        turns++;
        reset_all();
    } while (after_ns < end_ns);
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "descriptors epoll|select DECLARED ACTIVE WARM_UP_MS WINDOW_MS\n");
        return 2;
    }
    use_select = strcmp(arguments[1], "select") == 0;
    declared = atoi(arguments[2]);
    active = atoi(arguments[3]);
    open_all();
    run(atoll(arguments[4]) * 1000000);
    double both[SLICES], dequeued[SLICES];
    for (int i = 0; i < SLICES; i++) {
        run(atoll(arguments[5]) * 1000000 / SLICES);
        both[i] = (double) (signal_ns + dequeue_ns) / (turns * active);
        dequeued[i] = (double) dequeue_ns / (turns * active);
    }
    print("signal-and-dequeue", both);
    print("dequeue", dequeued);
    return 0;
}
