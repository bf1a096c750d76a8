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

    /** The descriptor that an accept's event gave last, which need not be looked at to be known for a socket; once. */
    private int justAccepted = -1;

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

    void justAccepted(int fd) {
        justAccepted = fd;
    }

    boolean isJustAccepted(int fd) {
        final boolean is = fd >= 0 && fd == justAccepted;
        justAccepted = -1;
        return is;
    }
}
