// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.Closing;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.CqeLayout;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.ParamsLayout;
import dev.sluice.uring.sys.SqeLayout;
import dev.sluice.uring.sys.SystemCalls;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A ring reached by syscall(2) and mmap(2): needs no library but libc. Not final: tests let single calls fail. */
class SystemCallBinding implements RingBinding {

    private final String name;
    private int fd;
    private @Nullable NativeMemory rings;
    private @Nullable NativeMemory entries;
    private RingMapping mapping;

    @SuppressWarnings("NullAway.Init") // set up before all else
    SystemCallBinding(String whyNotLiburing) {
        name = "system calls (" + whyNotLiburing + ")";
    }

    @Override
    public int refusedFlags() {
        return 0;
    }

    @Override
    public int setup(int sqEntries, ByteBuffer params) {
        final int result =
                SystemCalls.call(IoUring.SYS_IO_URING_SETUP, sqEntries, NativeMemory.addressOf(params), 0L, 0L, 0L, 0L);
        if (result < 0) {
            return result;
        }
        fd = result;
        try {
            rings = map(ringBytes(params), IoUring.OFF_SQ_RING);
            entries = map((long) params.getInt(ParamsLayout.SQ_ENTRIES) * SqeLayout.SIZE, IoUring.OFF_SQES);
            final ByteBuffer ring = view(rings);
            mapping = new RingMapping(params, ring, ring, view(entries));
            return fd;
        } catch (UncheckedIOException e) {
            exit();
            throw new RingUnavailableException(
                    "the queues could not be mapped: "
                            + Objects.requireNonNull(e.getCause()).getMessage(),
                    e);
        } catch (RuntimeException e) {
            exit();
            throw e;
        }
    }

    /** Up to the end of what lies last: the completions, or the index array where there is one. */
    private static long ringBytes(ByteBuffer params) {
        final long cqesEnd =
                params.getInt(ParamsLayout.CQ_CQES) + (long) params.getInt(ParamsLayout.CQ_ENTRIES) * CqeLayout.SIZE;
        final long arrayEnd =
                params.getInt(ParamsLayout.SQ_ARRAY) + (long) params.getInt(ParamsLayout.SQ_ENTRIES) * Integer.BYTES;
        return Math.max(cqesEnd, arrayEnd);
    }

    /** Maps a part of the ring. */
    NativeMemory map(long lengthBytes, long offset) {
        return NativeMemory.mapShared(fd, offset, lengthBytes);
    }

    private static ByteBuffer view(NativeMemory memory) {
        return memory.buffer(0L, Math.toIntExact(memory.lengthBytes()));
    }

    @Override
    public RingMapping mapping() {
        return mapping;
    }

    @Override
    public int enter(int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        return SystemCalls.call(IoUring.SYS_IO_URING_ENTER, fd, toSubmit, minComplete, flags, argument, argumentSize);
    }

    @Override
    public int register(int opcode, long argument, int count) {
        return SystemCalls.call(IoUring.SYS_IO_URING_REGISTER, fd, opcode, argument, count, 0L, 0L);
    }

    @Override
    public void exit() {
        final Closing closing = new Closing("closing the ring's mappings or descriptor failed");
        unmap(closing);
        closing.step(() -> Descriptors.close(fd));
        closing.end();
    }

    @Override
    public void exitWithoutDescriptor() {
        final Closing closing = new Closing("closing the ring's mappings failed");
        unmap(closing);
        closing.end();
    }

    private void unmap(Closing closing) {
        if (entries != null) {
            closing.step(entries);
        }
        if (rings != null) {
            closing.step(rings);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
