// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Pointer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Views over memory that was mapped outside the JVM. A view does not keep its memory mapped: an access after unmapping ends the JVM. */
public final class NativeView {

    /** Ordered access to aligned ints of a view: coordinates are the buffer and a byte index. */
    public static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** Ordered access to aligned shorts of a view: coordinates are the buffer and a byte index. */
    public static final VarHandle SHORT = MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private NativeView() {}

    /**
     * A view in native order.
     *
     * @param address of the first byte
     * @param lengthBytes how much of it
     * @return a direct buffer over the memory itself
     */
    public static ByteBuffer of(long address, int lengthBytes) {
        return new Pointer(address).getByteBuffer(0, lengthBytes).order(ByteOrder.nativeOrder());
    }
}
