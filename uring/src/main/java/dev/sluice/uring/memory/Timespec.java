// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import dev.sluice.uring.sys.TimespecLayout;
import java.nio.ByteBuffer;

/** Writes {@code struct __kernel_timespec}, the argument of {@link dev.sluice.uring.Sqe#prepTimeout}. */
public final class Timespec {

    /** Size of the structure in bytes. */
    public static final int SIZE_BYTES = TimespecLayout.SIZE;

    private static final long NS_PER_SECOND = 1_000_000_000L;

    private Timespec() {}

    /**
     * Writes a duration.
     *
     * @param memory in native order
     * @param offset where in {@code memory}, a multiple of 8
     * @param durationNs nanoseconds, not negative
     * @throws IllegalArgumentException if {@code durationNs} is negative
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public static void write(ByteBuffer memory, int offset, long durationNs) {
        if (durationNs < 0) {
            throw new IllegalArgumentException("durationNs must not be negative: " + durationNs);
        }
        memory.putLong(offset + TimespecLayout.SECONDS, durationNs / NS_PER_SECOND);
        memory.putLong(offset + TimespecLayout.NANOSECONDS, durationNs % NS_PER_SECOND);
    }
}
