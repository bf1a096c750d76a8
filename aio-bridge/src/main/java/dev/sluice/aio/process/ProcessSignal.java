// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import dev.sluice.aio.line.ContinuingSignal;
import dev.sluice.aio.line.RinglessOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import java.util.concurrent.atomic.AtomicInteger;

/** One of the process's signals, for as long as it comes as events. */
public final class ProcessSignal extends RinglessOperation {
    private final Arrivals arrivals;
    private final String name;
    private final Occurrence occurrence = new Occurrence();

    /** Received and not yet brought to the queue's thread. */
    private final AtomicInteger received = new AtomicInteger();

    private TakenSignal taken;

    public ProcessSignal(OperationPort port, Arrivals arrivals, String name) {
        super(port);
        this.arrivals = arrivals;
        this.name = name;
    }

    @Override
    public long begin(ResourceContainer container, Object attachment) {
        taken = TakenSignal.take(name, this::received);
        long id = OperationPort.BACK_PRESSURED;
        try {
            id = super.begin(container, attachment);
        } finally {
            if (id == OperationPort.BACK_PRESSURED) {
                taken.giveBack();
            }
        }
        return id;
    }

    /** On a thread of the JVM. */
    private void received() {
        if (received.getAndIncrement() == 0) {
            arrivals.post(this);
        }
    }

    @Override
    public void arrived() {
        occurrence.count += received.getAndSet(0);
        if (!occurrence.pending) {
            occurrence.pending = true;
            port.signal(occurrence, this);
        }
    }

    @Override
    protected void withdrawn() {
        taken.giveBack();
    }

    @Override
    protected String describe() {
        return "SIG" + name;
    }

    /** The one event that is pending however often the signal came. */
    private final class Occurrence extends ContinuingSignal {
        private int count;
        private boolean pending;

        @Override
        protected void delivered() {
            count = 0;
            pending = false;
        }

        @Override
        protected void discarded() {
            delivered();
        }

        @Override
        protected int result() {
            return count;
        }

        @Override
        protected Object message() {
            return name;
        }

        @Override
        protected String describe() {
            return "SIG" + name + ", " + count + " times";
        }
    }
}
