// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.base;

import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeArray;
import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The submission queue of a ring that is not the kernel's: entries are prepared in it as for the kernel, then copied out in their order. */
public final class ClaimedEntries {
    private final int entryCount;
    private final ByteBuffer entries;
    private final SqeArray array;
    private int head;
    private int tail;

    /** {@code entryCount}: a power of two. */
    public ClaimedEntries(int entryCount) {
        this.entryCount = entryCount;
        entries = ByteBuffer.allocateDirect(entryCount * SqeLayout.SIZE).order(ByteOrder.nativeOrder());
        array = new SqeArray(entries);
    }

    /** Returns null if there is no room. */
    public @Nullable Sqe tryClaim() {
        return size() == entryCount ? null : array.claim(tail++ & (entryCount - 1));
    }

    public int size() {
        return tail - head;
    }

    /** Takes out the oldest entry; there must be one. */
    public void removeTo(RingRequest request) {
        array.settle();
        request.copyFrom(entries, head++ & (entryCount - 1));
    }

    /** Lets an access through the last {@link Sqe} fail from here on. */
    public void detach() {
        array.detach();
    }
}
