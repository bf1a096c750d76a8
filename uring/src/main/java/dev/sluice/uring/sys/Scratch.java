// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A few bytes outside the heap for the arguments and results of one libc call, one piece per thread: allocated at a thread's first call,
 * freed some time after the thread has ended.
 */
public final class Scratch {

    /** Size in bytes: room for any structure this project passes to libc. */
    public static final int SIZE = 256;

    private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

    private final ByteBuffer view;
    private final long address;

    private Scratch() {
        final Memory memory = new Memory(SIZE);
        memory.clear();
        view = memory.getByteBuffer(0, SIZE).order(ByteOrder.nativeOrder()); // keeps the memory reachable
        address = Pointer.nativeValue(memory);
    }

    /**
     * The calling thread's piece, with whatever its last user left in it.
     *
     * @return always the same object on one thread
     */
    public static Scratch current() {
        return CURRENT.get();
    }

    /**
     * The bytes.
     *
     * @return a view in native order, position 0
     */
    public ByteBuffer view() {
        return view;
    }

    /**
     * Where the bytes are.
     *
     * @return the address of the first
     */
    public long address() {
        return address;
    }
}
