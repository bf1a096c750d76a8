package dev.sluice.aio;

import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.OpenHow;
import dev.sluice.uring.ResolveFlags;
import dev.sluice.uring.Sqe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * openat2 below a root: tried on the kernel's caches first, where it never waits, and given to a worker, when the window
 * lets it, only if they do not have the path.
 */
final class OpenOperation extends DiskOperation {
    /** Longest path that the kernel takes, without its NUL. */
    static final int MAX_PATH_BYTES = 4095;

    private static final int PATH_OFFSET = OpenHow.SIZE_BYTES;

    /** An open that misses the caches reads a directory block and an inode, more or less. */
    private static final int COST_BYTES = 8192;

    private int rootFd;
    private IoBuffer how;
    private OpenOptions options;
    private boolean cachedOnly;

    OpenOperation(AsyncIo io) {
        super(io);
    }

    /** Takes over {@code memory}, which holds room for {@code open_how} and the path behind it. */
    void set(int newRootFd, String path, OpenOptions newOptions, IoBuffer memory) {
        rootFd = newRootFd;
        options = newOptions;
        how = memory;
        final ByteBuffer bytes = memory.bytes();
        bytes.position(PATH_OFFSET);
        putPath(bytes, path);
        bytes.clear();
        memory.lendToKernel();
    }

    static int memoryBytes(String path) {
        return PATH_OFFSET + 3 * path.length() + 1; // no char takes more than three bytes of UTF-8
    }

    private static void putPath(ByteBuffer bytes, String path) {
        for (int i = 0; i < path.length(); i++) {
            final char c = path.charAt(i);
            if (c >= 0x80) {
                bytes.position(PATH_OFFSET).put(path.getBytes(StandardCharsets.UTF_8));
                break;
            }
            bytes.put((byte) c);
        }
        bytes.put((byte) 0);
    }

    void start() {
        cachedOnly = options.maySucceedCached();
        if (cachedOnly) {
            io.port().submit(this);
        } else {
            io.admission().workers().hold(this);
            io.admission().workers().admit();
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        final long resolve = options.resolve() | (cachedOnly ? ResolveFlags.RESOLVE_CACHED : 0L);
        OpenHow.write(how.structs(), 0, options.flags(), options.mode(), resolve);
        sqe.prepOpenat2(rootFd, how.address() + PATH_OFFSET, how.address());
    }

    @Override
    protected void completed(int result, int flags) {
        if (cachedOnly && result == -Errno.EAGAIN && !isCancelRequested()) {
            cachedOnly = false;
            io.admission().workers().hold(this); // admitted after the drain
            return;
        }
        if (window != null) {
            window.left(this);
        }
        charge();
        if (result < 0) {
            end(result, flags);
        } else if (isCancelRequested()) {
            Descriptors.close(result); // nobody waits for it any more
            end(-Errno.ECANCELED, flags);
        } else {
            target.opened(result);
            end(result, flags);
        }
    }

    @Override
    void finish(int result) {
        how.takeFromKernel(0);
        how.release();
        how = null;
        ((AsyncFile) target).openEnded();
    }

    @Override
    int costBytes() {
        return COST_BYTES;
    }

    @Override
    int transferredBytes() {
        return 0;
    }

    @Override
    protected boolean yieldsDescriptor() {
        return true;
    }

    @Override
    protected int operation() {
        return Opcode.OPENAT2;
    }

    @Override
    protected void released() {
        target = null;
        io.opens().giveBack(this);
    }
}
