// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import dev.sluice.aio.line.RinglessOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;

/** The exit of a child, noticed by the JDK, whose own wait for each child's status no other may take. */
public final class ChildExit extends RinglessOperation {
    private final Arrivals arrivals;
    private final Process process;

    public ChildExit(OperationPort port, Arrivals arrivals, Process process) {
        super(port);
        this.arrivals = arrivals;
        this.process = process;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // of a future that completes normally, whatever the child did
    public long begin(ResourceContainer container, Object attachment) {
        final long id = super.begin(container, attachment);
        if (id != OperationPort.BACK_PRESSURED) {
            process.onExit().whenComplete((exited, failure) -> arrivals.post(this));
        }
        return id;
    }

    @Override
    public void arrived() {
        end(process.exitValue(), process);
    }

    @Override
    protected String describe() {
        return "exit of process " + process.pid();
    }
}
