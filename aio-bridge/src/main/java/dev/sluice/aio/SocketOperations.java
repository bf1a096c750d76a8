package dev.sluice.aio;

/** The operations and events of sockets that are not in use. */
final class SocketOperations {
    final OperationPool<ConnectOperation> connects;
    final OperationPool<AcceptedSocket> accepted;
    final OperationPool<AcceptNow> acceptsNow;
    final OperationPool<SocketTransfer> transfers;
    final OperationPool<MessageTransfer> messages;
    final OperationPool<ReceiveOperation> receives;
    final OperationPool<ReceivedBytes> received;
    final OperationPool<ReadinessOperation> readiness;
    final OperationPool<ShutdownOperation> shutdowns;

    /** The event that gave its descriptor last, while it is handled: that need not be looked at to be known for a socket, once. */
    private AcceptedSocket justAccepted;

    SocketOperations(AsyncIo io) {
        connects = new OperationPool<>(() -> new ConnectOperation(io));
        accepted = new OperationPool<>(() -> new AcceptedSocket(io));
        acceptsNow = new OperationPool<>(() -> new AcceptNow(io));
        transfers = new OperationPool<>(() -> new SocketTransfer(io));
        messages = new OperationPool<>(() -> new MessageTransfer(io));
        receives = new OperationPool<>(() -> new ReceiveOperation(io));
        received = new OperationPool<>(() -> new ReceivedBytes(io));
        readiness = new OperationPool<>(() -> new ReadinessOperation(io));
        shutdowns = new OperationPool<>(() -> new ShutdownOperation(io));
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
