// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.memory.ControlMessage;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Descriptors that came with a message. */
public final class TakenDescriptors {
    private static final int TAKEN = -1;

    private final SocketOperations sockets;
    private final int[] descriptors = new int[ControlMessage.MAX_DESCRIPTORS];
    private int count;
    private boolean truncated;

    private final Object face;

    /** Whose those are that are not taken. */
    private ResourceContainer counted;

    TakenDescriptors(SocketOperations sockets) {
        this.sockets = sockets;
        face = sockets.faceOfDescriptors.apply(this);
    }

    public Object face() {
        return face;
    }

    void countFor(ResourceContainer container) {
        counted = container;
    }

    void read(ByteBuffer control, int offset, long lengthBytes, boolean cutOff) {
        count = ControlMessage.readDescriptors(control, offset, lengthBytes, descriptors);
        truncated = cutOff;
    }

    public int count() {
        return count;
    }

    public boolean isTruncated() {
        return truncated;
    }

    public int take(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("index must be below " + count + ": index=" + index);
        }
        final int descriptor = descriptors[index];
        if (descriptor == TAKEN) {
            throw new IllegalStateException("the received descriptor " + index + " was taken already");
        }
        descriptors[index] = TAKEN;
        sockets.io.descriptors().gaveBack(1L, counted);
        return descriptor;
    }

    /** Hands over those that are left to another object, which nobody clears. */
    public TakenDescriptors takeAll() {
        final TakenDescriptors taken = new TakenDescriptors(sockets);
        System.arraycopy(descriptors, 0, taken.descriptors, 0, count);
        taken.count = count;
        taken.truncated = truncated;
        taken.counted = counted;
        Arrays.fill(descriptors, 0, count, TAKEN);
        return taken;
    }

    /** Closes what was not taken. */
    void clear() {
        for (int i = 0; i < count; i++) {
            if (descriptors[i] != TAKEN) {
                Descriptors.tryClose(descriptors[i]); // a late write error of a file that nobody here has written
                sockets.io.descriptors().gaveBack(1L, counted);
            }
        }
        count = 0;
        counted = null;
        truncated = false;
    }
}
