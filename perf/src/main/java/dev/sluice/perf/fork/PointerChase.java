// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.util.SplittableRandom;

/**
 * Loads that depend on each other, each from another cache line: what memory costs when nothing is known beforehand. The
 * lines form one cycle in random order, so that every line is visited before one is visited again.
 */
final class PointerChase {
    private static final int LINE_BYTES = 64;
    private static final int INTS = LINE_BYTES / Integer.BYTES;

    /** At the start of each line, the index of the next. */
    private final int[] next;

    private int at;

    PointerChase(long footprintBytes, long seed) {
        final int lines = Math.toIntExact(Math.min(footprintBytes / LINE_BYTES, Integer.MAX_VALUE / INTS));
        next = new int[lines * INTS];
        for (int i = 0; i < lines; i++) {
            next[i * INTS] = i * INTS;
        }
        // Sattolo: a permutation that is one cycle.
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = lines - 1; i > 0; i--) {
            final int other = random.nextInt(i) * INTS;
            final int swapped = next[i * INTS];
            next[i * INTS] = next[other];
            next[other] = swapped;
        }
    }

    /** Follows the chain; returns where it ended, so that the loads are needed. */
    int follow(int loads) {
        int line = at;
        for (int i = 0; i < loads; i++) {
            line = next[line];
        }
        at = line;
        return line;
    }
}
