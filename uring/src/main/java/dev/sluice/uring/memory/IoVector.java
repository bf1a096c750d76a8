// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import dev.sluice.uring.sys.IovecLayout;
import java.nio.ByteBuffer;

/**
 * Writes {@code struct iovec}: one buffer of several that lie one after the other in an array.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/iovec.3type.html">iovec(3type)</a>
 */
public final class IoVector {

    /** Size of the structure in bytes. */
    public static final int SIZE_BYTES = IovecLayout.SIZE;

    private IoVector() {}

    /**
     * Writes the structure. The kernel reads it when the entry is submitted; keep it until the completion all the same.
     *
     * @param memory in native order
     * @param offset where in {@code memory}, a multiple of 8
     * @param address of the buffer
     * @param lengthBytes of the buffer
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public static void write(ByteBuffer memory, int offset, long address, long lengthBytes) {
        memory.putLong(offset + IovecLayout.BASE, address);
        memory.putLong(offset + IovecLayout.LENGTH, lengthBytes);
    }
}
