// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import dev.sluice.uring.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where an operation object has what the kernel reads or writes beside the data: paths, addresses, headers, vectors. The object keeps it
 * as long as the queue lasts, so there is as much of it as operations were ever under way together. It is apart from what can be
 * leased: whoever holds all buffers there are keeps nobody from opening a file.
 */
public final class StructMemory {
    private final Arena arena;
    private ByteBuffer bytes;
    private long address;

    public StructMemory(Arena arena, int lengthBytes) {
        this.arena = arena;
        cut(lengthBytes);
    }

    private void cut(int lengthBytes) {
        bytes = arena.cutForStructs(lengthBytes).order(ByteOrder.nativeOrder());
        address = NativeMemory.addressOf(bytes);
    }

    /** Makes room for so many bytes; what was in there is lost. Not while the kernel has it. */
    public void makeRoomFor(int lengthBytes) {
        if (lengthBytes > bytes.capacity()) {
            // To a power of two: what is replaced stays until the queue's end.
            cut(Integer.highestOneBit(lengthBytes - 1) << 1);
        }
    }

    public ByteBuffer bytes() {
        return bytes;
    }

    public long address() {
        return address;
    }
}
