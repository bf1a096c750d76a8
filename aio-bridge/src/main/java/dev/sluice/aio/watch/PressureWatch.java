// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.operation.Descriptor;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** The pressure on memory, which the queue hears of as readiness. */
public final class PressureWatch extends Descriptor {
    private PressureWatch(IoContext io, int fd, ResourceContainer container, Object attachment) {
        super(io, "MemoryPressure");
        declareInterest(container, attachment);
        opened(fd);
    }

    public static PressureWatch watch(
            IoContext io, EventQueue queue, Path file, String trigger, ResourceContainer container, Object attachment)
            throws IOException {
        final int fd = open(file);
        boolean watched = false;
        try {
            write(file, fd, trigger);
            queue.declareInterest(fd, InterestOps.EXCEPTIONAL, container, attachment);
            watched = true;
        } finally {
            if (!watched) {
                Descriptors.close(fd);
            }
        }
        return new PressureWatch(io, fd, container, attachment);
    }

    /** Until nobody looks at the trigger any more: the kernel waits for a grace period. */
    @Override
    public boolean closeMayWait() {
        return true;
    }

    private static int open(Path file) throws IOException {
        try {
            return Descriptors.open(file, OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK);
        } catch (FileSystemException e) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    e.getReason() + "; pressure stall information needs a kernel with CONFIG_PSI, started with psi=1"
                            + " where it is off by default, and the right to write to the file");
        }
    }

    private static void write(Path file, int fd, String line) throws IOException {
        final byte[] text = (line + "\0").getBytes(StandardCharsets.US_ASCII);
        final ByteBuffer bytes = ByteBuffer.allocateDirect(text.length).put(text);
        final int result = Descriptors.write(fd, NativeMemory.addressOf(bytes), text.length);
        if (result < 0) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    Errno.describe("write", file + "\", \"" + line, -result)
                            + (result == -Errno.EINVAL
                                    ? "; without CAP_SYS_RESOURCE the window must be a multiple of 2000000 us"
                                    : ""));
        }
    }
}
