// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.operation.OperationPool;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PathFlags;
import java.util.Objects;

/** Begins operations on names below a root. */
public final class Names {
    private final IoContext io;
    private final OperationPool<PathOperation> operations = new OperationPool<>(this::newOperation);

    public Names(IoContext io) {
        this.io = io;
    }

    public long statx(
            Root root,
            String path,
            boolean followLink,
            SeenStatus status,
            ResourceContainer container,
            Object attachment) {
        final PathOperation operation = begin(root, path, container, attachment);
        if (operation == null) {
            return OperationPort.BACK_PRESSURED;
        }
        final long id = operation.id();
        operation.submitStatx(followLink ? 0 : OpenFlags.O_NOFOLLOW, status, path);
        return id;
    }

    public long rename(
            Root root, String path, String newPath, int flags, ResourceContainer container, Object attachment) {
        PathMemory.check(newPath);
        return submit(Opcode.RENAMEAT, flags, root, path, newPath, container, attachment);
    }

    public long link(Root root, String path, String newPath, ResourceContainer container, Object attachment) {
        PathMemory.check(newPath);
        return submit(Opcode.LINKAT, 0, root, path, newPath, container, attachment);
    }

    public long symlink(String target, Root root, String path, ResourceContainer container, Object attachment) {
        PathMemory.check(target);
        return submit(Opcode.SYMLINKAT, 0, root, path, target, container, attachment);
    }

    public long unlink(Root root, String path, ResourceContainer container, Object attachment) {
        return submit(Opcode.UNLINKAT, 0, root, path, "", container, attachment);
    }

    public long removeDirectory(Root root, String path, ResourceContainer container, Object attachment) {
        return submit(Opcode.UNLINKAT, PathFlags.AT_REMOVEDIR, root, path, "", container, attachment);
    }

    public long makeDirectory(Root root, String path, int mode, ResourceContainer container, Object attachment) {
        return submit(Opcode.MKDIRAT, mode, root, path, "", container, attachment);
    }

    private long submit(
            int opcode,
            int argument,
            Root root,
            String path,
            String other,
            ResourceContainer container,
            Object attachment) {
        final PathOperation operation = begin(root, path, container, attachment);
        if (operation == null) {
            return OperationPort.BACK_PRESSURED;
        }
        final long id = operation.id();
        operation.submit(opcode, argument, path, other);
        return id;
    }

    /** Begins an operation, or returns null: back-pressure. */
    private PathOperation begin(Root root, String path, ResourceContainer container, Object attachment) {
        io.port().checkUsable();
        PathMemory.check(path);
        Objects.requireNonNull(container, "container");
        final PathOperation operation = operations.take();
        root.use();
        if (io.port().begin(operation, container, attachment) == OperationPort.BACK_PRESSURED) {
            operations.giveBack(operation);
            root.endUse();
            return null;
        }
        operation.takeOver(root);
        return operation;
    }

    private PathOperation newOperation() {
        return new PathOperation(io, operations);
    }
}
