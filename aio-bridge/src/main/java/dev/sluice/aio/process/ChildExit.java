// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import dev.sluice.aio.line.HeldOperation;
import dev.sluice.events.operation.OperationPort;

/** The exit of a child, noticed by the JDK, whose own wait for each child's status no other may take. */
public final class ChildExit extends HeldOperation {
    private final Arrivals arrivals;
    private final Process process;

    public ChildExit(OperationPort port, Arrivals arrivals, Process process) {
        super(port);
        this.arrivals = arrivals;
        this.process = process;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // of a future that completes normally, whatever the child did
    public void start() {
        process.onExit().whenComplete((exited, failure) -> arrivals.post(this));
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
