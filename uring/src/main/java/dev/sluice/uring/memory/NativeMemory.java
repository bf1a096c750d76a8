// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.NativeView;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * One mapping outside the heap, page-aligned: memory whose address the kernel may keep while operations are in flight. What {@link #map}
 * makes is anonymous, zeroed, and takes room page by page once touched. Absent in a forked child.
 *
 * <p>Any thread may call any method. Closing unmaps the memory under every view handed out and every operation in flight: an access after
 * that ends the JVM, so close when all of them are done.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a>
 */
public final class NativeMemory implements AutoCloseable {

    /** The bytes of {@link #piece}: a large page of most machines. */
    public static final int PIECE_BYTES = 2 << 20;

    /** Takes the place of a view of memory that is gone: an access through it fails in Java, not in the JVM. */
    public static final ByteBuffer UNMAPPED = ByteBuffer.allocate(0);

    private static final Cleaner CLEANER = Cleaner.create();

    private static final int PAGE_BYTES = LibC.getpagesize();

    private final long address;
    private final long lengthBytes;
    private volatile boolean closed;

    private NativeMemory(long address, long lengthBytes) {
        this.address = address;
        this.lengthBytes = lengthBytes;
    }

    /**
     * Maps memory.
     *
     * @param lengthBytes above zero; the kernel rounds up to whole pages
     * @return the mapping, to be closed by the caller
     * @throws IllegalArgumentException if {@code lengthBytes} is not above zero
     * @throws java.io.UncheckedIOException if the kernel refuses, for example with ENOMEM
     */
    public static NativeMemory map(long lengthBytes) {
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("lengthBytes must be above 0: " + lengthBytes);
        }
        return map(lengthBytes, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS | LibC.MAP_NORESERVE, -1, 0L);
    }

    /**
     * Maps {@link #PIECE_BYTES} of zeroes that lie in memory in one piece if the kernel has a large page to spare, taken once touched: a
     * disk transfers to one piece with less work than to scattered pages. Unmapped when neither the buffer nor a view of it is reachable.
     *
     * @return a direct buffer, aligned to its own size
     * @throws java.io.UncheckedIOException if the kernel refuses, for example with ENOMEM
     * @see <a href="https://docs.kernel.org/admin-guide/mm/transhuge.html">Transparent Hugepage Support</a>
     */
    public static ByteBuffer piece() {
        final long mapped = map(2L * PIECE_BYTES).address;
        final long address = (mapped + PIECE_BYTES - 1) & -PIECE_BYTES;
        // What is around it goes at once or, where the kernel refuses to split the mapping (ENOMEM), with it: nothing
        // of it is touched.
        final long end = address + PIECE_BYTES;
        final long mappedEnd = mapped + 2L * PIECE_BYTES;
        final long keptFrom = trim(mapped, address) ? address : mapped;
        final long keptTo = trim(end, mappedEnd) ? end : mappedEnd;
        LibC.madvise(address, PIECE_BYTES, LibC.MADV_HUGEPAGE); // refused by a kernel without them: pages do, too
        final ByteBuffer piece = NativeView.of(address, PIECE_BYTES);
        CLEANER.register(piece, () -> unmap(keptFrom, keptTo - keptFrom));
        return piece;
    }

    private static boolean trim(long from, long to) {
        return from == to || LibC.munmap(from, to - from) == 0;
    }

    /**
     * Gives the pages of a buffer back to the system, which holds zeroes from then on and takes room again where it is touched. The
     * address stays the buffer's. For what no operation uses any more.
     *
     * @param buffer direct, and of whole pages
     * @throws IllegalArgumentException if the buffer is on the heap
     * @see <a href="https://man7.org/linux/man-pages/man2/madvise.2.html">madvise(2), MADV_DONTNEED</a>
     */
    public static void discard(ByteBuffer buffer) {
        // Refused for memory that is locked, by mlockall(2): that comes back with the collector.
        LibC.madvise(addressOf(buffer), buffer.capacity(), LibC.MADV_DONTNEED);
    }

    private static void unmap(long address, long lengthBytes) {
        if (lengthBytes > 0L && LibC.munmap(address, lengthBytes) == -1) {
            throw Errno.unchecked("munmap(lengthBytes=" + lengthBytes + ")", LibC.errno());
        }
    }

    /**
     * Maps a part of what a descriptor stands for, as the queues of a ring. Whoever has it mapped too sees what is written.
     *
     * @param fd an open descriptor that can be mapped
     * @param offset where the part begins, in bytes
     * @param lengthBytes above zero; the kernel rounds up to whole pages
     * @return the mapping, to be closed by the caller
     * @throws java.io.UncheckedIOException if the kernel refuses, for example with ENOMEM
     */
    public static NativeMemory mapShared(int fd, long offset, long lengthBytes) {
        return map(lengthBytes, LibC.MAP_SHARED | LibC.MAP_POPULATE, fd, offset);
    }

    private static NativeMemory map(long lengthBytes, int flags, int fd, long offset) {
        final long address = LibC.mmap(0L, lengthBytes, LibC.PROT_READ | LibC.PROT_WRITE, flags, fd, offset);
        if (address == -1) {
            throw Errno.unchecked(
                    "mmap(lengthBytes=" + lengthBytes + (fd == -1 ? ")" : ", fd " + fd + ")"), LibC.errno());
        }
        // A child between fork and exec would share, or copy page by page, what the kernel is writing into.
        if (LibC.madvise(address, lengthBytes, LibC.MADV_DONTFORK) == -1) {
            final int errno = LibC.errno();
            LibC.munmap(address, lengthBytes);
            throw Errno.unchecked("madvise(lengthBytes=" + lengthBytes + ", MADV_DONTFORK)", errno);
        }
        return new NativeMemory(address, lengthBytes);
    }

    /**
     * How much memory the kernel maps, and its page cache counts, at a time: 4,096 on most machines, up to 65,536 on ARM and POWER.
     *
     * @return bytes, a power of two
     * @see <a href="https://man7.org/linux/man-pages/man2/getpagesize.2.html">getpagesize(2)</a>
     */
    public static int pageBytes() {
        return PAGE_BYTES;
    }

    /**
     * The address of a direct buffer's first byte, at its position 0. It holds while the buffer is reachable.
     *
     * @param buffer a direct buffer
     * @return the address
     * @throws IllegalArgumentException if the buffer is on the heap
     */
    public static long addressOf(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("the buffer must be direct: " + buffer);
        }
        return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
    }

    /**
     * Where the memory is.
     *
     * @return address of the first byte, a multiple of the page size
     * @throws IllegalStateException if it was closed
     */
    public long address() {
        checkOpen();
        return address;
    }

    /**
     * How much was asked for.
     *
     * @return bytes
     */
    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * A view of a part. Allocates: make views once and keep them.
     *
     * @param offset of the first byte
     * @param lengthBytes of the view
     * @return a direct buffer in native order over the memory itself
     * @throws IndexOutOfBoundsException if the part is not within the memory
     * @throws IllegalStateException if the memory was closed
     */
    public ByteBuffer buffer(long offset, int lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, this.lengthBytes);
        checkOpen();
        return NativeView.of(address + offset, lengthBytes);
    }

    /** Unmaps the memory. Does nothing when called again. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        unmap(address, lengthBytes);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("native memory of " + lengthBytes + " bytes is closed");
        }
    }
}
