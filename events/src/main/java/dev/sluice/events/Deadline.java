package dev.sluice.events;

/** The deadline of an operation: asks for its end instead of becoming an event. */
final class Deadline extends Timer {
    private final OperationPort port;
    private final Operation operation;

    Deadline(Reaper reaper, OperationPort port, Operation operation) {
        super(reaper);
        this.port = port;
        this.operation = operation;
    }

    @Override
    void expired() {
        port.expired(operation);
    }
}
