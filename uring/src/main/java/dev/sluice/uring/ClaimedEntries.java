package dev.sluice.uring;

import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The submission queue of a ring that is not the kernel's: entries are prepared in it as for the kernel, then copied out in their order. */
final class ClaimedEntries {
    private final int entryCount;
    private final ByteBuffer entries;
    private final Sqe sqe;
    private int head;
    private int tail;

    /** {@code entryCount}: a power of two. */
    ClaimedEntries(int entryCount) {
        this.entryCount = entryCount;
        entries = ByteBuffer.allocateDirect(entryCount * SqeLayout.SIZE).order(ByteOrder.nativeOrder());
        sqe = new Sqe(entries);
    }

    /** Returns null if there is no room. */
    Sqe tryClaim() {
        return size() == entryCount ? null : sqe.claim(tail++ & (entryCount - 1));
    }

    int size() {
        return tail - head;
    }

    /** Takes out the oldest entry; there must be one. */
    void removeTo(RingRequest request) {
        sqe.settle();
        request.copyFrom(entries, head++ & (entryCount - 1));
    }

    /** Lets an access through the last {@link Sqe} fail from here on, as after {@link SubmissionQueue#detach}. */
    void detach() {
        sqe.attach(RingMapping.UNMAPPED);
    }
}
