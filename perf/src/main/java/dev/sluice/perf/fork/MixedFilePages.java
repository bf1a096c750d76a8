// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.util.SplittableRandom;

/** Which pages of a file are hot and which cold. None lies beside another that is read: the kernel would take it for a sequence and read ahead. */
public final class MixedFilePages {
    /** Pages of a chunk, of which one is hot. */
    public static final int CHUNK = 64;

    private static final int HOT = 8;
    private static final int FIRST_COLD = 16;
    private static final int STRIDE = 4;
    private static final int COLD_PER_CHUNK = (CHUNK - FIRST_COLD) / STRIDE;

    private MixedFilePages() {}

    /**
     * The hot page of a chunk.
     *
     * @param chunk from 0 on
     * @return its index in the file
     */
    public static int hot(int chunk) {
        return chunk * CHUNK + HOT;
    }

    /** All cold ones, in random order. */
    static int[] cold(int chunks, SplittableRandom random) {
        final int[] pages = new int[chunks * COLD_PER_CHUNK];
        for (int i = 0; i < pages.length; i++) {
            final int page = i / COLD_PER_CHUNK * CHUNK + FIRST_COLD + i % COLD_PER_CHUNK * STRIDE;
            final int j = random.nextInt(i + 1);
            pages[i] = pages[j];
            pages[j] = page;
        }
        return pages;
    }
}
