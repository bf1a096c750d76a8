// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.socket.TakenDescriptors;

/**
 * The descriptors that came with a message, close-on-exec: {@link dev.sluice.events.Event#message()} of {@link
 * AsyncSocket#receiveMessage}. Valid as the event is, until the next one is asked for; what was not taken by then is closed. What is
 * taken is the application's own, and counts no longer for the container that received it.
 */
public final class ReceivedDescriptors {
    final TakenDescriptors taken;

    ReceivedDescriptors(TakenDescriptors taken) {
        this.taken = taken;
    }

    /**
     * Returns how many came.
     *
     * @return the count, taken ones too
     */
    public int count() {
        return taken.count();
    }

    /**
     * Tells whether more were sent than there was room for. The kernel has dropped those.
     *
     * @return true if so (MSG_CTRUNC)
     */
    public boolean isTruncated() {
        return taken.isTruncated();
    }

    /**
     * Hands a descriptor over to the caller.
     *
     * @param index 0 to count - 1
     * @return the descriptor
     * @throws IndexOutOfBoundsException if {@code index} is out of range
     * @throws IllegalStateException if it was taken already
     */
    public int take(int index) {
        return taken.take(index);
    }

    /** Those that are not taken yet, in an object of their own. */
    ReceivedDescriptors takeAll() {
        return (ReceivedDescriptors) taken.takeAll().face();
    }
}
