// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/**
 * The sizes of a ring, each rounded up to a power of two. The set-up flags are not options: {@link dev.sluice.uring.kernel.KernelRing}
 * takes the best the kernel has.
 *
 * @param entries of the submission queue, 1 to {@link #MAX_ENTRIES}: how many operations one native call can start
 * @param cqEntries of the completion queue, from {@code entries} to {@link #MAX_CQ_ENTRIES}: how many completions can wait to be drained.
 *     When it is full the kernel keeps further completions aside and ends multishot operations: best at least twice the descriptors that
 *     are polled
 */
public record RingOptions(int entries, int cqEntries) {

    /** The kernel's limit of submission queue entries. */
    public static final int MAX_ENTRIES = 32_768;

    /** The kernel's limit of completion queue entries. */
    public static final int MAX_CQ_ENTRIES = 2 * MAX_ENTRIES;

    /**
     * Checks the values.
     *
     * @param entries see {@link #entries()}
     * @param cqEntries see {@link #cqEntries()}
     * @throws IllegalArgumentException if one is out of range
     */
    public RingOptions {
        if (entries < 1 || entries > MAX_ENTRIES) {
            throw new IllegalArgumentException("entries must be 1.." + MAX_ENTRIES + ": entries=" + entries);
        }
        if (cqEntries < entries || cqEntries > MAX_CQ_ENTRIES) {
            throw new IllegalArgumentException("cqEntries must be entries.." + MAX_CQ_ENTRIES + ": cqEntries="
                    + cqEntries + ", entries=" + entries);
        }
    }

    /**
     * 1,024 entries of the submission queue, 16,384 of the completion queue.
     *
     * @return the defaults
     */
    public static RingOptions defaults() {
        return new RingOptions(1_024, 16_384);
    }

    /**
     * Changes the size of the submission queue.
     *
     * @param newEntries see {@link #entries()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public RingOptions withEntries(int newEntries) {
        return new RingOptions(newEntries, cqEntries);
    }

    /**
     * Changes the size of the completion queue.
     *
     * @param newCqEntries see {@link #cqEntries()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public RingOptions withCqEntries(int newCqEntries) {
        return new RingOptions(entries, newCqEntries);
    }
}
