// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import dev.sluice.uring.sys.CmsghdrLayout;
import dev.sluice.uring.sys.LibC;
import java.nio.ByteBuffer;

/**
 * Writes and reads the control data of a {@link MessageHeader}: descriptors on their way through a Unix socket (SCM_RIGHTS). All
 * methods take memory in native order.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SCM_RIGHTS</a>
 */
public final class ControlMessage {

    /** The most descriptors of one message (SCM_MAX_FD of the kernel). */
    public static final int MAX_DESCRIPTORS = 253;

    private ControlMessage() {}

    /**
     * The length of control data that carry descriptors: the room to give to a receive, which then gets no more than these.
     *
     * @param descriptors how many, 0 to {@link #MAX_DESCRIPTORS}
     * @return bytes
     */
    public static int lengthBytes(int descriptors) {
        return CmsghdrLayout.SIZE + descriptors * Integer.BYTES;
    }

    /**
     * Writes the message that sends descriptors.
     *
     * @param memory in native order
     * @param offset where in {@code memory}, a multiple of 8
     * @param descriptors to send
     * @param count how many of them, 1 to {@link #MAX_DESCRIPTORS}
     * @return its length in bytes, for {@link MessageHeader#control}
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public static int writeDescriptors(ByteBuffer memory, int offset, int[] descriptors, int count) {
        final int lengthBytes = lengthBytes(count);
        memory.putLong(offset + CmsghdrLayout.LENGTH, lengthBytes);
        memory.putInt(offset + CmsghdrLayout.LEVEL, LibC.SOL_SOCKET);
        memory.putInt(offset + CmsghdrLayout.TYPE, LibC.SCM_RIGHTS);
        for (int i = 0; i < count; i++) {
            memory.putInt(offset + lengthBytes(i), descriptors[i]);
        }
        return lengthBytes;
    }

    /**
     * Finds the descriptors that a receive has brought. They are open: whoever calls this has to see to their close.
     *
     * @param memory in native order
     * @param offset of the control data
     * @param lengthBytes of the control data, by {@link MessageHeader#controlLength}
     * @param descriptors filled from its beginning, {@link #MAX_DESCRIPTORS} long
     * @return how many there were
     */
    public static int readDescriptors(ByteBuffer memory, int offset, long lengthBytes, int[] descriptors) {
        int count = 0;
        long left = lengthBytes;
        int message = offset;
        while (left >= CmsghdrLayout.SIZE) {
            final long length = memory.getLong(message + CmsghdrLayout.LENGTH);
            if (length < CmsghdrLayout.SIZE || length > left) {
                break; // cut off: nothing of it is there
            }
            if (memory.getInt(message + CmsghdrLayout.LEVEL) == LibC.SOL_SOCKET
                    && memory.getInt(message + CmsghdrLayout.TYPE) == LibC.SCM_RIGHTS) {
                for (int at = CmsghdrLayout.SIZE; at + Integer.BYTES <= length; at += Integer.BYTES) {
                    descriptors[count++] = memory.getInt(message + at);
                }
            }
            final long step = (length + CmsghdrLayout.ALIGNMENT - 1) & -CmsghdrLayout.ALIGNMENT;
            left -= step;
            message += (int) step;
        }
        return count;
    }
}
