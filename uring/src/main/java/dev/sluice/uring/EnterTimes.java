// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long the native calls of a ring took that were not asked to wait: what the kernel did before it gave the thread back. A histogram by
 * powers of two, and the maximum.
 *
 * <p>Written by the ring's owner, without allocation; read by any thread, for which each number is one that stood there and at most a few
 * stores old.
 */
public final class EnterTimes {

    /** How many counts there are: the last one is of all that took 2^39 ns, nine minutes, or longer. */
    public static final int BUCKETS = 40;

    private static final int MAX = BUCKETS;

    /** Opaque stores: whole, in order for each number, and as cheap as plain ones. */
    private final AtomicLongArray values = new AtomicLongArray(BUCKETS + 1);

    /** Nothing recorded yet. For who implements a {@link Ring}. */
    public EnterTimes() {}

    /**
     * Counts a call. Only for the ring's owner thread.
     *
     * @param durationNs how long it took, in nanoseconds
     */
    public void record(long durationNs) {
        final int bucket = Math.min(BUCKETS - 1, Long.SIZE - 1 - Long.numberOfLeadingZeros(durationNs | 1L));
        values.setOpaque(bucket, values.getPlain(bucket) + 1L);
        if (durationNs > values.getPlain(MAX)) {
            values.setOpaque(MAX, durationNs);
        }
    }

    /**
     * How many calls took from 2^bucket ns to below the double of that.
     *
     * @param bucket 0, which counts what is faster too, to {@link #BUCKETS} - 1, which counts what is slower too
     * @return the count
     * @throws IndexOutOfBoundsException if there is no such bucket
     */
    public long count(int bucket) {
        return values.getOpaque(bucketChecked(bucket));
    }

    private static int bucketChecked(int bucket) {
        if (bucket < 0 || bucket >= BUCKETS) {
            throw new IndexOutOfBoundsException("bucket must be 0.." + (BUCKETS - 1) + ": bucket=" + bucket);
        }
        return bucket;
    }

    /**
     * How many calls took at least a time.
     *
     * @param durationNs nanoseconds, taken up to the next power of two
     * @return the count
     */
    public long countFrom(long durationNs) {
        long count = 0L;
        for (int bucket = BUCKETS - 1; bucket >= 0 && 1L << bucket >= durationNs; bucket--) {
            count += values.getOpaque(bucket);
        }
        return count;
    }

    /**
     * The longest call.
     *
     * @return nanoseconds
     */
    public long maxNs() {
        return values.getOpaque(MAX);
    }

    /**
     * The numbers of this moment.
     *
     * @return a copy that stays as it is
     */
    public EnterTimes copy() {
        final EnterTimes copy = new EnterTimes();
        for (int i = 0; i < values.length(); i++) {
            copy.values.setPlain(i, values.getOpaque(i));
        }
        return copy;
    }

    /** The counts that are not 0, each behind the lower bound of its bucket in nanoseconds. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("EnterTimes[");
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (count(bucket) > 0L) {
                text.append(1L << bucket).append(" ns: ").append(count(bucket)).append(", ");
            }
        }
        return text.append("max ").append(maxNs()).append(" ns]").toString();
    }
}
