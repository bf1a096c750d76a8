// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.memory.NativeMemory;
import java.nio.ByteBuffer;

/**
 * The memory in which a ring's entries are prepared, and the one {@link Sqe} that moves over it. For who implements a {@link Ring}; who uses
 * one has only what {@link Ring#tryClaim} returns.
 *
 * <p>Only for the ring's owner thread.
 */
public final class SqeArray {
    private final Sqe sqe;

    /**
     * An array of entries, none of them claimed.
     *
     * @param entries of 64 bytes each, in native order
     */
    public SqeArray(ByteBuffer entries) {
        sqe = new Sqe(entries);
    }

    /**
     * Moves on to an entry. The one before is settled.
     *
     * @param index its place, 0 and up
     * @return always the same object
     */
    public Sqe claim(int index) {
        return sqe.claim(index);
    }

    /** Makes a NOP of the entry claimed last if nobody has prepared it: before any is read. */
    public void settle() {
        sqe.settle();
    }

    /** Lets go of the memory: an access through the last entry fails from here on in Java, not in the JVM. */
    public void detach() {
        sqe.attach(NativeMemory.UNMAPPED);
    }
}
