// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

/** Bytes between a low and a high mark: above from reaching the high one until they are down to the low one. */
final class WaterMarks {
    private long highBytes;
    private long lowBytes;
    private long bytes;
    private boolean above;

    WaterMarks(long lowBytes, long highBytes) {
        set(lowBytes, highBytes);
    }

    void set(long newLowBytes, long newHighBytes) {
        if (newLowBytes < 0L || newHighBytes <= newLowBytes) {
            throw new IllegalArgumentException(
                    "marks must be 0 <= low < high: lowBytes=" + newLowBytes + ", highBytes=" + newHighBytes);
        }
        lowBytes = newLowBytes;
        highBytes = newHighBytes;
    }

    /** Returns true if they have risen to the high mark by this. */
    boolean add(long more) {
        bytes += more;
        if (above || bytes < highBytes) {
            return false;
        }
        above = true;
        return true;
    }

    /** Returns true if they have fallen to the low mark by this. */
    boolean subtract(long less) {
        bytes -= less;
        if (!above || bytes > lowBytes) {
            return false;
        }
        above = false;
        return true;
    }

    boolean isAbove() {
        return above;
    }

    long bytes() {
        return bytes;
    }

    long highBytes() {
        return highBytes;
    }
}
