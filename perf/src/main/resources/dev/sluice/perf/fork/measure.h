/* What the programs that measure share. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A window is cut into so many slices, so that one disturbed moment does not count. */
#define SLICES 20

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

/* Prints a figure: the median of its slices, which it sorts. */
static void print(const char *name, double *slices) {
    qsort(slices, SLICES, sizeof *slices, ascending);
    printf("%s %.2f\n", name, (slices[(SLICES - 1) / 2] + slices[SLICES / 2]) / 2);
}
