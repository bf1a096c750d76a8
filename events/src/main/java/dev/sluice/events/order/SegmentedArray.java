// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import java.util.Arrays;

/** Grows by a segment at a time, so that no turn of the loop copies what there is but for one reference to each segment. */
final class SegmentedArray<T> {
    static final int SEGMENT_BITS = 8;
    static final int SEGMENT_LENGTH = 1 << SEGMENT_BITS;
    static final int SEGMENT_MASK = SEGMENT_LENGTH - 1;

    private Object[][] segments = {new Object[SEGMENT_LENGTH]};
    private int capacity = SEGMENT_LENGTH;

    /** What {@link #set} has put there; {@code index} is within what {@link #ensureCapacity} was asked for. */
    @SuppressWarnings("unchecked") // only set() puts anything in
    T get(int index) {
        return (T) segments[index >>> SEGMENT_BITS][index & SEGMENT_MASK];
    }

    void set(int index, T element) {
        segments[index >>> SEGMENT_BITS][index & SEGMENT_MASK] = element;
    }

    /** Called with each size on the way: makes one more segment at most. */
    void ensureCapacity(int size) {
        if (size > capacity) {
            final int segment = capacity >>> SEGMENT_BITS;
            if (segment == segments.length) {
                segments = Arrays.copyOf(segments, 2 * segment);
            }
            segments[segment] = new Object[SEGMENT_LENGTH];
            capacity += SEGMENT_LENGTH;
        }
    }
}
