// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.operation;

import dev.sluice.events.timing.Expiry;

/** The deadline of an operation: asks for its end instead of becoming an event. */
final class Deadline extends Expiry {
    private final OperationPort port;
    private final Operation operation;

    Deadline(OperationPort port, Operation operation) {
        this.port = port;
        this.operation = operation;
    }

    @Override
    public void expired() {
        port.expired(operation);
    }
}
