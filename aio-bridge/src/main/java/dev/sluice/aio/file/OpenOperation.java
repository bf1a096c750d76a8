// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.StructMemory;
import dev.sluice.aio.operation.LookupOperation;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.OpenHow;

/** openat2 below a root. */
public final class OpenOperation extends LookupOperation {
    private static final int PATH_OFFSET = OpenHow.SIZE_BYTES;

    /** An open that misses the caches reads a directory block and an inode, more or less. */
    private static final int COST_BYTES = 2 * BLOCK_BYTES;

    private final FileOperations files;

    /** {@code open_how}, and the path behind it. */
    private final StructMemory memory;

    private Root root;
    private int openFlags;
    private int mode;
    private long resolve;

    /** Asked for with O_NOATIME, which the owner of the file and the privileged may. */
    private boolean sparesAccessTime;

    private boolean refusedToSpare;

    OpenOperation(FileOperations files) {
        super(files.io);
        this.files = files;
        memory = new StructMemory(io.arena(), PathMemory.USUAL_BYTES);
    }

    /** Takes over a use of the root. */
    void set(Root newRoot, String path, int newFlags, int newMode, long newResolve) {
        root = newRoot;
        openFlags = newFlags | OpenFlags.O_CLOEXEC;
        mode = newMode;
        resolve = newResolve | ResolveFlags.RESOLVE_BENEATH;
        sparesAccessTime = maySpareAccessTime() && root.asksToSpareAccessTime();
        refusedToSpare = false;
        memory.makeRoomFor(PATH_OFFSET + PathMemory.bytesFor(path));
        PathMemory.put(memory.bytes(), PATH_OFFSET, path);
    }

    @Override
    public void submit() {
        lookUp(maySucceedCached(openFlags));
    }

    @Override
    protected void prepare(Sqe sqe) {
        final int more = sparesAccessTime ? OpenFlags.O_NOATIME : 0;
        OpenHow.write(memory.bytes(), 0, openFlags | more, mode, resolve(resolve));
        sqe.prepOpenat2(root.fd(), memory.address() + PATH_OFFSET, memory.address());
    }

    @Override
    protected void completed(int result, int flags) {
        leaveWindow();
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
            end(result, flags);
        } else if (isCancelRequested()) {
            closeUnwanted(result, mayWrite(openFlags));
            end(-Errno.ECANCELED, flags);
        } else {
            ((OpenFile) target).opened(result, this, sparesAccessTime);
            end(result, flags);
        }
    }

    @Override
    protected void completedLate(int lateResult) {
        super.completedLate(lateResult);
        root.endUse();
    }

    /** Reading it would change its access time. */
    private boolean maySpareAccessTime() {
        final int without = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_WRONLY | OpenFlags.O_NOATIME;
        return (openFlags & without) == 0;
    }

    /** Whoever may write has something to give back when he closes, though he wrote nothing. */
    static boolean mayWrite(int flags) {
        return (flags & (OpenFlags.O_WRONLY | OpenFlags.O_RDWR)) != 0 && (flags & OpenFlags.O_PATH) == 0;
    }

    /** What creates or truncates must touch the disk: the kernel refuses to try it on its caches alone. */
    public static boolean maySucceedCached(int flags) {
        return (flags & (OpenFlags.O_CREAT | OpenFlags.O_TRUNC)) == 0 && !OpenFlags.isSet(flags, OpenFlags.O_TMPFILE);
    }

    @Override
    protected void ended(int result) {
        root.endUse();
        root = null;
        ((OpenFile) target).openEnded();
    }

    @Override
    protected int costBytes() {
        return COST_BYTES;
    }

    @Override
    protected boolean yieldsDescriptor() {
        return true;
    }

    @Override
    protected boolean continues() {
        return true;
    }

    @Override
    protected int operation() {
        return Opcode.OPENAT2;
    }

    @Override
    protected void released() {
        super.released();
        files.opens.giveBack(this);
    }
}
