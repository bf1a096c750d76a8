/*
 * What calls cost that no disk is needed for: as CachedCallsFork measures it.
 *
 * cached-calls FILE WARM_UP_MS WINDOW_MS BATCH...
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "measure.h"

#define READ_BYTES 4096
#define BLOCKS 256
#define CALLS_A_LOOK 64

static const char *path;
static int file;
static char buffer[READ_BYTES] __attribute__((aligned(4096)));

static void fail(const char *call) {
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    exit(1);
}

static void read_once(unsigned call) {
    if (pread(file, buffer, READ_BYTES, (off_t) (call % BLOCKS) * READ_BYTES) != READ_BYTES) fail("pread");
}

static void open_once(unsigned call) {
    (void) call;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail("open");
    close(fd);
}

static void stat_once(unsigned call) {
    (void) call;
    struct stat status;
    if (fstat(file, &status) < 0) fail("fstat");
}

static const struct {
    const char *name;
    void (*once)(unsigned call);
} calls[] = {{"read", read_once}, {"open", open_once}, {"stat", stat_once}};

#define CALLS (sizeof calls / sizeof *calls)

/* Returns nanoseconds a call. */
static double run(void (*once)(unsigned), int64_t duration_ns) {
    const int64_t start_ns = now_ns();
    int64_t count = 0, took_ns;
    do {
        for (unsigned i = 0; i < CALLS_A_LOOK; i++) once(i);
        count += CALLS_A_LOOK;
        took_ns = now_ns() - start_ns;
    } while (took_ns < duration_ns);
    return (double) took_ns / count;
}

int main(int count, char **arguments) {
    if (count < 5) {
        fprintf(stderr, "cached-calls FILE WARM_UP_MS WINDOW_MS BATCH...\n");
        return 2;
    }
    path = arguments[1];
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) fail(path);
    const int64_t warm_up_ns = atoll(arguments[2]) * 1000000, slice_ns = atoll(arguments[3]) * 1000000 / SLICES;
    for (size_t i = 0; i < CALLS; i++) {
        run(calls[i].once, warm_up_ns);
        /* A call is one call, however many follow: the batch makes no difference. */
        for (int batch = 4; batch < count; batch++) {
            double took_ns[SLICES];
            for (int slice = 0; slice < SLICES; slice++) took_ns[slice] = run(calls[i].once, slice_ns);
            char name[64];
            snprintf(name, sizeof name, "%s-%s", calls[i].name, arguments[batch]);
            print(name, took_ns);
        }
    }
    return 0;
}
