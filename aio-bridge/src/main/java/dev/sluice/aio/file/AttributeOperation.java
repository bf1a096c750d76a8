// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.StructMemory;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.operation.LookupOperation;
import dev.sluice.aio.operation.OperationPool;
import dev.sluice.aio.process.ErrnoException;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.OpenHow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads or sets an extended attribute of a file below a root, in two steps: openat2 resolves the path, with {@code O_PATH}, from the
 * kernel's caches if they have it; then a worker is given {@code /proc/self/fd/N}, since what O_PATH opens has no attributes by itself.
 */
final class AttributeOperation extends LookupOperation {
    /** XATTR_SIZE_MAX. */
    private static final int MOST_VALUE_BYTES = 64 * 1024;

    /** XATTR_NAME_MAX. */
    private static final int MOST_NAME_BYTES = 255;

    private static final int NONE = -1;
    private static final int NAME = 0;
    private static final int FILE = 256;
    private static final int VALUE = 512;

    private final OperationPool<AttributeOperation> home;

    /** {@code open_how}, and the path behind it. */
    private final StructMemory lookup;

    private Root root;
    private String path;
    private byte[] name;

    /** To set; null to read. */
    private byte[] value;

    private int fd = NONE;

    /** Of the second step, from its turn on: as many as workers, not as many as operations. */
    private NativeMemory memory;

    private Object message;

    AttributeOperation(IoContext io, OperationPool<AttributeOperation> home) {
        super(io);
        this.home = home;
        lookup = new StructMemory(io.arena(), PathMemory.USUAL_BYTES);
    }

    /** Submits the first step; takes over a use of the root, and the value. */
    void submit(Root newRoot, String newPath, String newName, byte[] newValue) {
        root = newRoot;
        path = newPath;
        name = newName.getBytes(StandardCharsets.UTF_8);
        value = newValue;
        chargeFromNow();
        lookup.makeRoomFor(OpenHow.SIZE_BYTES + PathMemory.bytesFor(path));
        PathMemory.put(lookup.bytes(), OpenHow.SIZE_BYTES, path);
        submitWithDescriptors(1L);
    }

    /** The next step. */
    @Override
    public void submit() {
        if (fd == NONE) {
            lookUp(true);
        } else if (name.length > MOST_NAME_BYTES) {
            end(-Errno.ERANGE, 0);
        } else if (value != null && value.length > MOST_VALUE_BYTES) {
            end(-Errno.E2BIG, 0);
        } else {
            submitByWorker();
        }
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (fd == NONE) {
            final int flags = OpenFlags.O_PATH | OpenFlags.O_CLOEXEC;
            OpenHow.write(lookup.bytes(), 0, flags, 0L, resolve(ResolveFlags.RESOLVE_BENEATH));
            sqe.prepOpenat2(root.fd(), lookup.address() + OpenHow.SIZE_BYTES, lookup.address());
            return;
        }
        final int room = value == null ? MOST_VALUE_BYTES : value.length;
        memory = NativeMemory.map(VALUE + room);
        final ByteBuffer bytes = memory.buffer(0L, VALUE + room); // zeroes
        bytes.put(NAME, name).put(FILE, ("/proc/self/fd/" + fd).getBytes(StandardCharsets.US_ASCII));
        final long address = memory.address();
        if (value == null) {
            sqe.prepGetxattr(address + FILE, address + NAME, address + VALUE, room);
        } else {
            bytes.put(VALUE, value);
            sqe.prepSetxattr(address + FILE, address + NAME, address + VALUE, room);
        }
    }

    @Override
    protected void completed(int result, int flags) {
        leaveWindow();
        if (fd != NONE) {
            if (result >= 0 && value == null) {
                final byte[] read = new byte[result];
                memory.buffer(VALUE, result).get(read);
                message = read;
            }
            charge();
            end(Math.min(result, 0), flags);
            return;
        }
        if (result >= 0) {
            fd = result;
            if (!isCancelRequested()) {
                io.submitSoon(this);
                return;
            }
        } else if (isAskedAgain(result)) {
            return;
        }
        charge();
        end(result < 0 ? result : -Errno.ECANCELED, flags);
    }

    @Override
    protected void completedLate(int lateResult) {
        if (fd == NONE) {
            fd = lateResult;
        }
        if (fd >= 0) {
            Descriptors.tryClose(fd);
        }
        unmap();
        root.endUse();
    }

    @Override
    protected void ended(int result) {
        if (result < 0 && !isCancelRequested()) {
            message = new ErrnoException(call(), path, -result);
        }
        if (fd != NONE) {
            closeUnwanted(fd, false);
            fd = NONE;
        }
        unmap();
        root.endUse();
        root = null;
    }

    private String call() {
        if (fd == NONE) {
            return "openat2";
        }
        return value == null ? "getxattr" : "setxattr";
    }

    private void unmap() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }

    @Override
    protected Object message() {
        return message;
    }

    /** As that of a job. */
    @Override
    protected int operation() {
        return Opcode.NOP;
    }

    @Override
    protected void released() {
        super.released();
        path = null;
        name = null;
        value = null;
        message = null;
        home.giveBack(this);
    }
}
