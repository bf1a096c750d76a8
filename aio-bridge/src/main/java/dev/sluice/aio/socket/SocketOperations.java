// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.file.FileOperations;
import dev.sluice.aio.memory.StructMemory;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.operation.OperationPool;
import java.util.function.Function;

/** The operations and events of sockets that were released, for their next use. */
public final class SocketOperations {
    /** How much of what nobody wants is received at once. */
    static final int UNREAD_BYTES = 64 * 1024;

    final IoContext io;
    final Function<TakenDescriptors, Object> faceOfDescriptors;
    final Function<Connection, Object> faceOfConnection;
    final OperationPool<ConnectOperation> connects;
    final OperationPool<AcceptedSocket> accepted;
    final OperationPool<AcceptNow> acceptsNow;
    final OperationPool<SocketTransfer> transfers;
    final OperationPool<MessageTransfer> messages;
    final OperationPool<ReceiveOperation> receives;
    final OperationPool<ReceivedBytes> received;
    final OperationPool<SocketCommand> commands;
    final OperationPool<FileSend> fileSends;
    final OperationPool<FarewellOperation> farewells;

    /** The event that gave its descriptor last, while it is handled: that need not be looked at to be known for a socket, once. */
    private AcceptedSocket justAccepted;

    /** Where what nobody wants is received, by all at the same place; null until then. */
    private StructMemory unread;

    /** Two functions: make what the application has of descriptors that it received, and of a connection that was accepted for it. */
    public SocketOperations(
            IoContext io,
            FileOperations files,
            Function<TakenDescriptors, Object> faceOfDescriptors,
            Function<Connection, Object> faceOfConnection) {
        this.io = io;
        this.faceOfDescriptors = faceOfDescriptors;
        this.faceOfConnection = faceOfConnection;
        fileSends = new OperationPool<>(() -> new FileSend(this, files));
        connects = new OperationPool<>(() -> new ConnectOperation(this));
        accepted = new OperationPool<>(() -> new AcceptedSocket(this));
        acceptsNow = new OperationPool<>(() -> new AcceptNow(this));
        transfers = new OperationPool<>(() -> new SocketTransfer(this));
        messages = new OperationPool<>(() -> new MessageTransfer(this));
        receives = new OperationPool<>(() -> new ReceiveOperation(this));
        received = new OperationPool<>(() -> new ReceivedBytes(this));
        commands = new OperationPool<>(() -> new SocketCommand(this));
        farewells = new OperationPool<>(() -> new FarewellOperation(this));
    }

    long unreadAddress() {
        if (unread == null) {
            unread = new StructMemory(io.arena(), UNREAD_BYTES);
        }
        return unread.address();
    }

    void gaveDescriptor(AcceptedSocket socket) {
        justAccepted = socket;
    }

    void handled(AcceptedSocket socket) {
        if (justAccepted == socket) {
            justAccepted = null;
        }
    }

    /** Returns the event under way that gave {@code fd}, and was not asked for before; null if there is none. */
    AcceptedSocket justAccepted(int fd) {
        final AcceptedSocket socket = justAccepted;
        justAccepted = null;
        return socket != null && socket.result() == fd ? socket : null;
    }
}
