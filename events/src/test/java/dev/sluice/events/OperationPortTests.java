// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;

/** A port without a kernel, and polls as its operations. */
abstract class OperationPortTests extends SimulatedQueueFixture {
    final OperationPort port = events.operations();

    final PollOperation operation() {
        return new PollOperation(port, ring.host().open());
    }

    final PollOperation submitted() {
        final PollOperation operation = operation();
        port.begin(operation, normal, operation);
        port.submit(operation);
        letIn();
        return operation;
    }

    final PollOperation begun(ResourceContainer container) {
        final PollOperation operation = operation();
        port.begin(operation, container, operation);
        return operation;
    }
}
