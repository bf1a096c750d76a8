package dev.sluice.aio;

import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.OpenFlags;
import dev.sluice.uring.OpenHow;
import dev.sluice.uring.Sqe;

/** openat2 below a root. */
final class OpenOperation extends LookupOperation {
    private static final int PATH_OFFSET = OpenHow.SIZE_BYTES;

    /** An open that misses the caches reads a directory block and an inode, more or less. */
    private static final int COST_BYTES = 2 * BLOCK_BYTES;

    /** {@code open_how}, and the path behind it. */
    private final StructMemory memory;

    private RootDirectory root;
    private OpenOptions options;

    /** Asked for with O_NOATIME, which the owner of the file and the privileged may. */
    private boolean sparesAccessTime;

    private boolean refusedToSpare;

    OpenOperation(AsyncIo io) {
        super(io);
        memory = new StructMemory(io.arena(), PathMemory.USUAL_BYTES);
    }

    /** Takes over a use of the root. */
    void set(RootDirectory newRoot, String path, OpenOptions newOptions) {
        root = newRoot;
        options = newOptions;
        sparesAccessTime = options.maySpareAccessTime() && root.asksToSpareAccessTime();
        refusedToSpare = false;
        memory.makeRoomFor(PATH_OFFSET + PathMemory.bytesFor(path));
        PathMemory.put(memory.bytes(), PATH_OFFSET, path);
    }

    @Override
    void submit() {
        lookUp(options.maySucceedCached());
    }

    @Override
    protected void prepare(Sqe sqe) {
        final int more = sparesAccessTime ? OpenFlags.O_NOATIME : 0;
        OpenHow.write(memory.bytes(), 0, options.flags() | more, options.mode(), resolve(options.resolve()));
        sqe.prepOpenat2(root.fd(), memory.address() + PATH_OFFSET, memory.address());
    }

    @Override
    protected void completed(int result, int flags) {
        if (window != null) {
            window.left(this);
        }
        if (sparesAccessTime && result == -Errno.EPERM && !isCancelRequested()) {
            sparesAccessTime = false;
            refusedToSpare = true;
            io.submitSoon(this);
            return;
        }
        if (isAskedAgain(result)) {
            return;
        }
        if (refusedToSpare && result >= 0) {
            root.refusedToSpareAccessTime();
        }
        charge();
        if (result < 0) {
            end(ended(result), flags);
        } else if (isCancelRequested()) {
            closeUnwanted(result);
            end(-Errno.ECANCELED, flags);
        } else {
            ((AsyncFile) target).opened(result, this, sparesAccessTime);
            end(result, flags);
        }
    }

    @Override
    protected void completedLate(int lateResult) {
        super.completedLate(lateResult);
        root.endUse();
    }

    /** Nobody waits for it any more. */
    private void closeUnwanted(int fd) {
        if (options.mayWrite() || LastClose.mayWait(io, fd)) {
            closeByWorker(fd);
        } else {
            Descriptors.tryClose(fd);
        }
    }

    @Override
    void finish(int result) {
        root.endUse();
        root = null;
        ((AsyncFile) target).openEnded();
    }

    @Override
    int costBytes() {
        return COST_BYTES;
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
