// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.operation.OperationPool;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.FileNames;
import java.util.Objects;

/** Begins operations on extended attributes of files below a root. */
public final class ExtendedAttributes {
    private final IoContext io;
    private final OperationPool<AttributeOperation> operations = new OperationPool<>(this::newOperation);

    public ExtendedAttributes(IoContext io) {
        this.io = io;
    }

    /** Whether the ring knows them, and {@code path} can be one. */
    public boolean take(String path) {
        return io.port().features().supports(Opcode.GETXATTR)
                && !path.isEmpty()
                && path.length() <= PathMemory.MAX_PATH_BYTES
                && FileNames.isEncodable(path);
    }

    public long read(Root root, String path, String name, ResourceContainer container, Object attachment) {
        return begin(root, path, name, null, container, attachment);
    }

    public long write(
            Root root, String path, String name, byte[] value, ResourceContainer container, Object attachment) {
        return begin(root, path, name, value, container, attachment);
    }

    private long begin(
            Root root, String path, String name, byte[] value, ResourceContainer container, Object attachment) {
        io.port().checkUsable();
        Objects.requireNonNull(container, "container");
        final AttributeOperation operation = operations.take();
        root.use();
        final long id = io.port().begin(operation, container, attachment);
        if (id == OperationPort.BACK_PRESSURED) {
            operations.giveBack(operation);
            root.endUse();
            return id;
        }
        operation.submit(root, path, name, value);
        return id;
    }

    private AttributeOperation newOperation() {
        return new AttributeOperation(io, operations);
    }
}
