// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.memory.Statx;
import java.nio.ByteBuffer;

/**
 * Which closes may have to wait for a disk. The last reference to a file that has no name any more frees its blocks, one extent after
 * the other; whoever wrote gives back what was reserved for him; a device does what its driver wants. Asked for plainly, the kernel does that
 * on the loop's thread, in the next enter. So these go to a worker, which costs some microseconds, and what is small, was only read
 * and has a name is closed at once.
 *
 * <p>Whether a file has a name only a look tells, and that the next moment may make false. What a look of a moment ago said is
 * believed: then what a close can do is to free {@link #SMALL_BYTES}.
 */
public final class LastClose {
    /** To free so much is sixteen extents at the most. */
    static final long SMALL_BYTES = 64L << 10;

    /** How long it is believed of a small file that it still has its name and its size. */
    public static final long FRESH_NS = 100_000_000L;

    /**
     * Who opens and discards large files opens them faster than workers close them. Beyond so many, what has a name at that moment is
     * closed at once: else a process would run out of descriptors for a name that may go within the next microsecond.
     */
    public static final int MOST_PENDING = 1024;

    private LastClose() {}

    /** Looks at an open descriptor, which never waits. */
    public static boolean mayWait(IoContext io, int fd) {
        return Descriptors.statxNow(fd, io.statusAddress()) < 0 || mayWait(io.statusMemory(), 0);
    }

    /** Looks at an open descriptor: a file with a name, which frees nothing when it is closed. */
    public static boolean hasName(IoContext io, int fd) {
        return Descriptors.statxNow(fd, io.statusAddress()) == 0
                && (Statx.mode(io.statusMemory(), 0) & Statx.S_IFMT) == Statx.S_IFREG
                && Statx.links(io.statusMemory(), 0) > 0L;
    }

    public static boolean mayWait(ByteBuffer statx, int offset) {
        return switch (Statx.mode(statx, offset) & Statx.S_IFMT) {
            case Statx.S_IFREG ->
                Statx.links(statx, offset) == 0L
                        || Math.max(Statx.sizeBytes(statx, offset), Statx.allocatedBytes(statx, offset)) > SMALL_BYTES;
            case Statx.S_IFDIR, Statx.S_IFLNK -> Statx.links(statx, offset) == 0L;
            case Statx.S_IFIFO, Statx.S_IFSOCK -> false;
            default -> true;
        };
    }
}
