// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.host.NativeAccess;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.Statx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/** A directory below which files are opened, shared by queues; its descriptor stays open until the last operation that uses it has ended. */
public final class Root implements AutoCloseable {
    private final Path path;
    private final int fd;
    private final SeenStatus status = new SeenStatus();

    /** False where the kernel, or a filter of system calls, does not tell. */
    private final boolean identified;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** One of the owner until it closes this, and one of each operation under way. */
    private final AtomicInteger uses = new AtomicInteger(1);

    /** After one was refused O_NOATIME, how many opens do without before the next asks again: each try costs a lookup. */
    private static final int OPENS_BETWEEN_TRIES = 64;

    private final AtomicInteger opensWithout = new AtomicInteger();

    private Root(Path path, int fd, NativeMemory memory) {
        this.path = path;
        this.fd = fd;
        identified = Descriptors.statxNow(fd, memory.address()) == 0;
        if (identified) {
            status.set(memory.buffer(0L, Statx.SIZE_BYTES), 0);
        }
    }

    /** Waits for the disk. */
    public static Root open(Path path) throws IOException {
        NativeAccess.check();
        try (NativeMemory memory = NativeMemory.map(Statx.SIZE_BYTES)) { // first: it may fail, too
            return new Root(path, Descriptors.openDirectory(path), memory);
        }
    }

    public Path path() {
        return path;
    }

    public long device() {
        return status.device();
    }

    public long inode() {
        return status.inode();
    }

    /** Tells whether it is known to be a directory that is open as another root. */
    public boolean isSameAs(long device, long inode) {
        return identified && status.device() == device && status.inode() == inode;
    }

    /**
     * Keeps the descriptor open until {@link #endUse()}: its number must not come to mean another directory while an
     * operation waits for its turn.
     */
    public void use() {
        int count;
        do {
            checkOpen();
            count = uses.get();
        } while (count == 0 || !uses.compareAndSet(count, count + 1));
    }

    public void endUse() {
        if (uses.decrementAndGet() == 0) {
            final int result = Descriptors.tryClose(fd);
            if (result < 0) { // said here, since whoever used it last has its own end to come to
                LoggerFactory.getLogger(Root.class)
                        .error(Errno.describe("close", "descriptor " + fd + " of " + path, -result));
            }
        }
    }

    /** Whether to ask for an open that leaves the access time alone: whose files they are, the tries tell. */
    boolean asksToSpareAccessTime() {
        return opensWithout.get() <= 0 || opensWithout.decrementAndGet() <= 0;
    }

    void refusedToSpareAccessTime() {
        opensWithout.set(OPENS_BETWEEN_TRIES);
    }

    public void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the root directory " + path + " is closed");
        }
    }

    /** The descriptor, while in use. */
    public int fd() {
        return fd;
    }

    /** Lets no more operations begin; closed when those under way have ended. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            endUse();
        }
    }
}
