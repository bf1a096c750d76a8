// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A few bytes outside the heap for the arguments and results of one libc call, one piece per thread: allocated at a thread's first call,
 * freed some time after the thread has ended.
 */
public final class Scratch {

    /** Size in bytes: room for any structure this project passes to libc. */
    public static final int SIZE = 256;

    /** Behind the rest, where {@link ForeignFunction} has errno written. */
    private static final int ERRNO = SIZE;

    private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

    private final ByteBuffer view;
    private final long address;
    private final ByteBuffer errno;
    private final @Nullable Object errnoSegment;

    private Scratch() {
        final Memory memory = new Memory(SIZE + Integer.BYTES);
        memory.clear();
        view = memory.getByteBuffer(0, SIZE).order(ByteOrder.nativeOrder()); // keeps the memory reachable
        address = Pointer.nativeValue(memory);
        errno = memory.getByteBuffer(ERRNO, Integer.BYTES).order(ByteOrder.nativeOrder());
        errnoSegment = CallBinding.foreign == null ? null : ForeignFunction.segment(errno);
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

    /** The error of the calling thread's last foreign call that failed. */
    int errno() {
        return errno.getInt(0);
    }

    /** Where the calling thread has it, as a MemorySegment. */
    static @Nullable Object errnoSegment() {
        return CURRENT.get().errnoSegment;
    }
}
