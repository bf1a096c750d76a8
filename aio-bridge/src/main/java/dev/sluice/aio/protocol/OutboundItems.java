// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What is to be sent, in order. What was sent is used again for what comes. */
final class OutboundItems {
    private final ArrayDeque<OutboundItem> queued = new ArrayDeque<>();
    private final ArrayDeque<OutboundItem> aside = new ArrayDeque<>();
    private final ArrayDeque<OutboundItem> unused = new ArrayDeque<>();

    /** Null if there is none. */
    private @Nullable OutboundItem last;

    /** Returns one that says nothing yet, and is not queued. */
    OutboundItem take(long countedBytes) {
        final OutboundItem item = unused.isEmpty() ? new OutboundItem() : unused.pollLast();
        item.countedBytes = countedBytes;
        return item;
    }

    void add(OutboundItem item) {
        if (last != null && item.mayStandBehind) {
            last.rangeBehindBytes = item.lengthBytes;
        }
        if (last != null) {
            last.goesWithRange = item.whenUnreadable != null;
        }
        queued.add(item);
        last = item;
    }

    /** What is added from now on is in front of what is queued, until {@link #bringBack}. */
    void setAside() {
        aside.addAll(queued);
        queued.clear();
        last = null;
    }

    void bringBack() {
        queued.addAll(aside);
        aside.clear();
        last = queued.peekLast();
    }

    /** Returns the first, or null. */
    @Nullable
    OutboundItem peek() {
        return queued.peek();
    }

    /** Takes the first out; null if there is none. */
    @Nullable
    OutboundItem poll() {
        final OutboundItem first = queued.poll();
        if (first == last) {
            last = null;
        }
        return first;
    }

    /** It is done with, and queued no more. */
    void giveBack(OutboundItem item) {
        item.clear();
        unused.add(item);
    }

    boolean isEmpty() {
        return queued.isEmpty();
    }

    /** Tells whether a buffer is one of them. */
    boolean has(IoBuffer buffer) {
        return queued.stream().anyMatch(item -> item.buffer == buffer);
    }
}
