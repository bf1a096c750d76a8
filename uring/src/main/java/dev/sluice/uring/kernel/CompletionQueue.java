// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.CqeLayout;
import dev.sluice.uring.sys.NativeView;
import java.nio.ByteBuffer;

/** The reading side of the completion queue. The tail is the kernel's, the head is ours. */
final class CompletionQueue {

    private final int headOffset;
    private final int tailOffset;
    private final int cqesOffset;
    private final int mask;

    private ByteBuffer ring;
    private int head;

    /** As {@code other} is now, in a copy of its memory. */
    CompletionQueue(CompletionQueue other, ByteBuffer copy) {
        ring = copy;
        headOffset = other.headOffset;
        tailOffset = other.tailOffset;
        cqesOffset = other.cqesOffset;
        mask = other.mask;
        head = other.head;
    }

    CompletionQueue(RingMapping mapping) {
        ring = mapping.cqRing;
        headOffset = mapping.cqHeadOffset;
        tailOffset = mapping.cqTailOffset;
        cqesOffset = mapping.cqesOffset;
        mask = mapping.cqEntries - 1;
        head = (int) NativeView.INT.getAcquire(ring, headOffset);
    }

    boolean isEmpty() {
        return (int) NativeView.INT.getOpaque(ring, tailOffset) == head;
    }

    int size() {
        return (int) NativeView.INT.getAcquire(ring, tailOffset) - head;
    }

    ByteBuffer memory() {
        return ring;
    }

    int drain(CompletionHandler handler, int limit) {
        final ByteBuffer cqes = ring;
        final int first = head;
        final int count = Math.min(size(), limit);
        if (count == 0) {
            return 0;
        }

        int handled = 0;
        try {
            while (handled < count) {
                final int cqe = cqesOffset + ((first + handled) & mask) * CqeLayout.SIZE;
                handled++; // before the call: the one a handler throws on is not handed out again
                handler.onCompletion(
                        cqes.getLong(cqe + CqeLayout.USER_DATA),
                        cqes.getInt(cqe + CqeLayout.RESULT),
                        cqes.getInt(cqe + CqeLayout.FLAGS));
            }
        } finally {
            // Moved once per batch: until then the kernel cannot overwrite an entry still being read.
            head = first + handled;
            NativeView.INT.setRelease(cqes, headOffset, head);
        }
        return handled;
    }

    /** Lets go of the mapping: an access from here on fails in Java, not in the JVM. */
    void detach() {
        ring = NativeMemory.UNMAPPED;
    }
}
