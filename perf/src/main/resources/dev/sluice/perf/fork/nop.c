/*
 * What one io_uring_enter of N operations that do nothing costs: as NopFork measures it.
 *
 * nop SETUP_FLAGS WARM_UP_MS WINDOW_MS N...
 */
#define _GNU_SOURCE
#include <liburing.h>
#include <string.h>

#include "measure.h"

#define ENTRIES 128
#define ENTERS_A_LOOK 64
#define MOST_POINTS 32

static struct io_uring ring;

static void fail(const char *call, int error) {
    fprintf(stderr, "%s: %s\n", call, strerror(-error));
    exit(1);
}

static void enter(unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
        io_uring_prep_nop(sqe);
        io_uring_sqe_set_data64(sqe, i);
    }
    const int submitted = io_uring_submit_and_wait(&ring, n);
    if (submitted < 0) fail("io_uring_submit_and_wait", submitted);
    unsigned head, done = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&ring, head, cqe) {
        if (cqe->res < 0) fail("nop", cqe->res);
        done++;
    }
    io_uring_cq_advance(&ring, done);
    if (done != n) {
        fprintf(stderr, "%u of %u operations completed\n", done, n);
        exit(1);
    }
}

/* Returns nanoseconds an enter. */
static double run(unsigned n, int64_t duration_ns) {
    const int64_t start_ns = now_ns();
    int64_t enters = 0, took_ns;
    do {
        for (int i = 0; i < ENTERS_A_LOOK; i++) enter(n);
        enters += ENTERS_A_LOOK;
        took_ns = now_ns() - start_ns;
    } while (took_ns < duration_ns);
    return (double) took_ns / enters;
}

int main(int count, char **arguments) {
    const int points = count - 4;
    if (points < 1 || points > MOST_POINTS) {
        fprintf(stderr, "nop SETUP_FLAGS WARM_UP_MS WINDOW_MS N...\n");
        return 2;
    }
    struct io_uring_params params = {.flags = strtoul(arguments[1], NULL, 0), .cq_entries = 2 * ENTRIES};
    int error = io_uring_queue_init_params(ENTRIES, &ring, &params);
    if (error < 0) fail("io_uring_queue_init_params", error);
    /* io_uring_enable_rings, which liburing 2.3 declares and does not have. */
    error = io_uring_register(ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    if (error < 0) fail("io_uring_register", error);

    const int64_t warm_up_ns = atoll(arguments[2]) * 1000000, slice_ns = atoll(arguments[3]) * 1000000 / SLICES;
    static double took_ns[MOST_POINTS][SLICES];
    for (int point = 0; point < points; point++) run(atoi(arguments[4 + point]), warm_up_ns);
    for (int slice = 0; slice < SLICES; slice++) {
        for (int point = 0; point < points; point++) {
            took_ns[point][slice] = run(atoi(arguments[4 + point]), slice_ns);
        }
    }
    for (int point = 0; point < points; point++) print(arguments[4 + point], took_ns[point]);
    return 0;
}
