// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import org.jspecify.annotations.Nullable;

/** What is to be sent, in order. What was sent is used again for what comes. */
final class OutboundItems {
    /** What a burst needed beside them is not kept. */
    private static final int MOST_UNUSED = 16;

    /** Linked. */
    private @Nullable OutboundItem first;

    private @Nullable OutboundItem last;
    private @Nullable OutboundItem firstAside;
    private @Nullable OutboundItem lastAside;
    private @Nullable OutboundItem unused;
    private int unusedCount;

    /** Returns one that says nothing yet, and is not queued. */
    OutboundItem take(long countedBytes) {
        final OutboundItem item;
        if (unused == null) {
            item = new OutboundItem();
        } else {
            item = unused;
            unused = item.next;
            unusedCount--;
            item.next = null;
        }
        item.countedBytes = countedBytes;
        return item;
    }

    void add(OutboundItem item) {
        if (last == null) {
            first = item;
        } else {
            last.goesWithRange = item.whenUnreadable != null;
            last.copyBehindBytes = item.copyableBytes();
            if (item.mayStandBehind) {
                last.rangeBehindBytes = item.lengthBytes;
            }
            last.next = item;
        }
        last = item;
    }

    /** What is added from now on is in front of what is queued, until {@link #bringBack}. */
    void setAside() {
        if (lastAside == null) {
            firstAside = first;
        } else {
            lastAside.next = first;
        }
        lastAside = last == null ? lastAside : last;
        first = null;
        last = null;
    }

    void bringBack() {
        if (last == null) {
            first = firstAside;
        } else {
            last.next = firstAside;
        }
        last = lastAside == null ? last : lastAside;
        firstAside = null;
        lastAside = null;
    }

    /** Returns the first, or null. */
    @Nullable
    OutboundItem peek() {
        return first;
    }

    /** Takes the first out; null if there is none. */
    @Nullable
    OutboundItem poll() {
        final OutboundItem polled = first;
        if (polled != null) {
            first = polled.next;
            polled.next = null;
            last = first == null ? null : last;
        }
        return polled;
    }

    /** It is done with, and queued no more. */
    void giveBack(OutboundItem item) {
        item.clear();
        if (unusedCount < MOST_UNUSED) {
            item.next = unused;
            unused = item;
            unusedCount++;
        }
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Tells whether a buffer is one of them. */
    boolean has(IoBuffer buffer) {
        OutboundItem item = first;
        while (item != null && item.buffer != buffer) {
            item = item.next;
        }
        return item != null;
    }
}
