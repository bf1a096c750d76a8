package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.ControlMessage;
import dev.sluice.uring.Descriptors;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The descriptors that came with a message, close-on-exec: {@link dev.sluice.events.Event#message()} of {@link
 * AsyncSocket#receiveMessage}. Valid as the event is, until the next one is asked for; what was not taken by then is closed. What is
 * taken is the application's own, and counts no longer for the container that received it.
 */
public final class ReceivedDescriptors {
    private static final int TAKEN = -1;

    private final int[] descriptors = new int[ControlMessage.MAX_DESCRIPTORS];
    private int count;
    private boolean truncated;

    private final AsyncIo io;

    /** Whose those are that are not taken. */
    private ResourceContainer counted;

    ReceivedDescriptors(AsyncIo io) {
        this.io = io;
    }

    void countFor(ResourceContainer container) {
        counted = container;
    }

    void read(ByteBuffer control, int offset, long lengthBytes, boolean cutOff) {
        count = ControlMessage.readDescriptors(control, offset, lengthBytes, descriptors);
        truncated = cutOff;
    }

    /**
     * Returns how many came.
     *
     * @return the count, taken ones too
     */
    public int count() {
        return count;
    }

    /**
     * Tells whether more were sent than there was room for. The kernel has dropped those.
     *
     * @return true if so (MSG_CTRUNC)
     */
    public boolean isTruncated() {
        return truncated;
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
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("index must be below " + count + ": index=" + index);
        }
        final int descriptor = descriptors[index];
        if (descriptor == TAKEN) {
            throw new IllegalStateException("the received descriptor " + index + " was taken already");
        }
        descriptors[index] = TAKEN;
        io.descriptors().gaveBack(1L, counted);
        return descriptor;
    }

    /** Hands over those that are left to another object, which nobody clears. */
    ReceivedDescriptors takeAll() {
        final ReceivedDescriptors taken = new ReceivedDescriptors(io);
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
                io.descriptors().gaveBack(1L, counted);
            }
        }
        count = 0;
        counted = null;
        truncated = false;
    }
}
