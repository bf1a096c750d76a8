// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.LibUring;
import dev.sluice.uring.sys.NativeView;
import dev.sluice.uring.sys.ParamsLayout;
import dev.sluice.uring.sys.RingLayout;
import dev.sluice.uring.sys.SqeLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A ring reached through liburing, which is bound: it knows the ring by a {@link RingLayout} that this object holds. */
final class LiburingBinding implements RingBinding {

    private static final int ROOM = 512; // twice the structure: a later liburing may append to it

    private final String name;
    private NativeMemory ring;
    private int fd;
    private RingMapping mapping;

    @SuppressWarnings("NullAway.Init") // set up before all else
    LiburingBinding(String soname) {
        name = describeMapped(soname);
    }

    /**
     * The library has no call that tells its version before 2.4, but its file is named by it, and the kernel knows which file is mapped.
     */
    private static String describeMapped(String soname) {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains("/liburing.so."))
                    .map(line -> line.substring(line.indexOf('/')))
                    .map(path ->
                            "liburing " + path.substring(path.indexOf(".so.") + ".so.".length()) + " (" + path + ")")
                    .findFirst()
                    .orElse(soname);
        } catch (IOException | UncheckedIOException e) {
            return soname + " (" + e.getMessage() + ")"; // text for a start-up line: the ring works all the same
        }
    }

    /** Before 2.6 the library fills an index array that NO_SQARRAY leaves out, and so overwrites the ring. */
    @Override
    public int refusedFlags() {
        return SetupFlags.NO_SQARRAY;
    }

    @Override
    public int setup(int entries, ByteBuffer params) {
        ring = NativeMemory.map(ROOM);
        final int result = LibUring.io_uring_queue_init_params(entries, ring.address(), NativeMemory.addressOf(params));
        if (result < 0) {
            ring.close();
            return result;
        }
        try {
            final int dontFork = LibUring.io_uring_ring_dontfork(ring.address());
            if (dontFork < 0) {
                throw new RingUnavailableException("io_uring_ring_dontfork() " + Errno.failed(-dontFork), -dontFork);
            }
            final ByteBuffer layout = ring.buffer(0L, RingLayout.SIZE);
            fd = layout.getInt(RingLayout.RING_FD);
            mapping = new RingMapping(
                    params,
                    view(layout, RingLayout.SQ_RING_PTR, RingLayout.SQ_RING_SZ),
                    view(layout, RingLayout.CQ_RING_PTR, RingLayout.CQ_RING_SZ),
                    NativeView.of(
                            layout.getLong(RingLayout.SQ_SQES),
                            params.getInt(ParamsLayout.SQ_ENTRIES) * SqeLayout.SIZE));
            return fd;
        } catch (RuntimeException e) {
            exit();
            throw e;
        }
    }

    private static ByteBuffer view(ByteBuffer layout, int pointer, int size) {
        return NativeView.of(layout.getLong(pointer), Math.toIntExact(layout.getLong(size)));
    }

    @Override
    public RingMapping mapping() {
        return mapping;
    }

    @Override
    public int enter(int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        return LibUring.enter(fd, toSubmit, minComplete, flags, argument, argumentSize);
    }

    @Override
    public int register(int opcode, long argument, int count) {
        return LibUring.io_uring_register(fd, opcode, argument, count);
    }

    @Override
    public void exitWithoutDescriptor() {
        ring.buffer(0L, RingLayout.SIZE).putInt(RingLayout.RING_FD, -1);
        exit();
    }

    @Override
    public void exit() {
        LibUring.io_uring_queue_exit(ring.address());
        ring.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
