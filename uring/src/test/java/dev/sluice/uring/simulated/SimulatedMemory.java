// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import com.sun.jna.Pointer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.sys.IovecLayout;
import java.nio.charset.StandardCharsets;

/** The memory that a request of a {@link SimulatedRing} points to: one buffer, or several one after the other. */
final class SimulatedMemory {
    private SimulatedMemory() {}

    private static boolean hasVectors(SimulatedRequest request) {
        return request.opcode == Opcode.READV || request.opcode == Opcode.WRITEV;
    }

    /** How many bytes there are to transfer. */
    static int lengthOf(SimulatedRequest request) {
        if (!hasVectors(request)) {
            return request.length;
        }
        final Pointer vectors = new Pointer(request.address);
        long total = 0L;
        for (int i = 0; i < request.length; i++) {
            total += vectors.getLong((long) i * IovecLayout.SIZE + IovecLayout.LENGTH);
        }
        return Math.toIntExact(total);
    }

    /** Writes bytes behind those that the request has had already. */
    static void put(SimulatedRequest request, byte[] bytes) {
        copy(request, request.transferred, bytes, true);
    }

    /** The first bytes that the request writes or sends. */
    static byte[] get(SimulatedRequest request, int length) {
        final byte[] bytes = new byte[length];
        copy(request, 0, bytes, false);
        return bytes;
    }

    private static void copy(SimulatedRequest request, int from, byte[] bytes, boolean toMemory) {
        if (!hasVectors(request)) {
            copy(new Pointer(request.address), from, bytes, 0, bytes.length, toMemory);
            return;
        }
        final Pointer vectors = new Pointer(request.address);
        int skip = from;
        int copied = 0;
        for (int i = 0; copied < bytes.length; i++) {
            final long vector = (long) i * IovecLayout.SIZE;
            final int length = (int) vectors.getLong(vector + IovecLayout.LENGTH);
            final int skipped = Math.min(skip, length);
            skip -= skipped;
            final int used = Math.min(length - skipped, bytes.length - copied);
            copy(new Pointer(vectors.getLong(vector + IovecLayout.BASE)), skipped, bytes, copied, used, toMemory);
            copied += used;
        }
    }

    private static void copy(Pointer memory, int at, byte[] bytes, int from, int count, boolean toMemory) {
        if (toMemory) {
            memory.write(at, bytes, from, count);
        } else {
            memory.read(at, bytes, from, count);
        }
    }

    static String text(long address) {
        return new Pointer(address).getString(0L, StandardCharsets.UTF_8.name());
    }
}
