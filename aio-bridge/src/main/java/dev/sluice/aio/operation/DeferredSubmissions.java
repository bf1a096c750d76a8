// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.operation;

import dev.sluice.events.operation.OperationPort;
import java.util.ArrayDeque;
import java.util.Queue;

/** Operations that are to claim an SQE, which they may not while completions are drained. */
final class DeferredSubmissions {
    private final OperationPort port;
    private final Queue<DescriptorOperation> toSubmit = new ArrayDeque<>();

    /** To be submitted when the ring was entered once more than that. */
    private final Queue<DescriptorOperation> afterEnter = new ArrayDeque<>();

    private long enters;
    private final Queue<DescriptorOperation> toPause = new ArrayDeque<>();

    DeferredSubmissions(OperationPort port) {
        this.port = port;
    }

    void submitSoon(DescriptorOperation operation) {
        port.claimsSoon(operation);
        toSubmit.add(operation);
    }

    /** The next enter does not wait, so that nothing waits for long. */
    void submitAfterEnter(DescriptorOperation operation) {
        port.claimsSoon(operation);
        port.expectInline();
        enters = port.enters(); // what was to go after an enter before that has gone
        afterEnter.add(operation);
    }

    /** Of no effect on what waits to be paused. */
    void withdraw(DescriptorOperation operation) {
        if (!toSubmit.remove(operation)) {
            afterEnter.remove(operation);
        }
    }

    void pauseSoon(DescriptorOperation operation) {
        port.claimsSoon(operation);
        toPause.add(operation);
    }

    /** SQEs may be claimed. */
    void submit() {
        // Before anything is submitted anew: what has ended by itself meanwhile is not to be ended again.
        while (!toPause.isEmpty()) {
            port.pause(toPause.remove());
        }
        while (!toSubmit.isEmpty()) {
            submit(toSubmit.remove());
        }
        while (port.enters() != enters && !afterEnter.isEmpty()) {
            submit(afterEnter.remove());
        }
        if (!afterEnter.isEmpty()) {
            port.claimsSoon(afterEnter.element()); // there is something to enter for
        }
    }

    /** It is off the list before it goes: one that fails has its turn once, and ends, since nobody else would end it. */
    private static void submit(DescriptorOperation operation) {
        try {
            operation.submit();
        } catch (RuntimeException | Error e) {
            operation.endUnsubmitted();
            throw e;
        }
    }
}
