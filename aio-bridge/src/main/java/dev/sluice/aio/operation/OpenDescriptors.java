// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.uring.Closing;
import dev.sluice.uring.linux.Errno;

/** The descriptors that are open on one queue, linked through themselves. */
public final class OpenDescriptors {
    private Descriptor first;
    private int count;

    private final Closing closing;

    /**
     * With nothing open.
     *
     * @param closing told what goes wrong when the queue is closed
     */
    OpenDescriptors(Closing closing) {
        this.closing = closing;
    }

    public int count() {
        return count;
    }

    void add(Descriptor descriptor) {
        descriptor.previousOpen = null;
        descriptor.nextOpen = first;
        if (first != null) {
            first.previousOpen = descriptor;
        }
        first = descriptor;
        count++;
    }

    void remove(Descriptor descriptor) {
        if (descriptor.previousOpen == null) {
            first = descriptor.nextOpen;
        } else {
            descriptor.previousOpen.nextOpen = descriptor.nextOpen;
        }
        if (descriptor.nextOpen != null) {
            descriptor.nextOpen.previousOpen = descriptor.previousOpen;
        }
        count--;
    }

    /** The queue is closing. */
    void closeNow() {
        while (first != null) {
            closeNow(first);
        }
    }

    void closeNow(Descriptor descriptor) {
        final String what = descriptor.face() + ", descriptor " + descriptor.fdToClose();
        final int result = descriptor.closeNow();
        if (result < 0) {
            closing.failed(Errno.toIOException("close", what, -result));
        }
    }
}
