package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.NativeMemory;
import dev.sluice.uring.OpenFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Pressure on memory as readiness: an event whose mask is {@link InterestOps#EXCEPTIONAL} each time the trigger fires, at
 * most once in its window, for as long as the pressure lasts. {@link InterestOps#ERROR} comes when the control group is
 * gone. Made by {@link AsyncIo#watchMemoryPressure}.
 *
 * <p>When it is closed the kernel waits until no processor uses the trigger any more, some 10 ms, in the enter that closes:
 * it is meant to live as long as its server. Belongs to the thread of its queue.
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI, pressure stall information</a>
 */
public final class MemoryPressure extends AsyncDescriptor {
    /** The pressure of the whole machine. Of a control group it is the group's {@code memory.pressure}. */
    public static final Path SYSTEM = Path.of("/proc/pressure/memory");

    private MemoryPressure(AsyncIo io, int fd, ResourceContainer container, Object attachment) {
        super(io);
        declareInterest(container, attachment);
        opened(fd);
    }

    static MemoryPressure watch(
            AsyncIo io,
            EventQueue queue,
            Path file,
            PressureTrigger trigger,
            ResourceContainer container,
            Object attachment)
            throws IOException {
        final int fd = open(file);
        boolean watched = false;
        try {
            write(file, fd, trigger.line());
            queue.declareInterest(fd, InterestOps.EXCEPTIONAL, container, attachment);
            watched = true;
        } finally {
            if (!watched) {
                Descriptors.close(fd);
            }
        }
        return new MemoryPressure(io, fd, container, attachment);
    }

    /** Until nobody looks at the trigger any more: the kernel waits for a grace period. */
    @Override
    boolean closeMayWait() {
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
