// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import dev.sluice.aio.line.RinglessOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The first of some of the process's signals, which are the JVM's again from then on. */
public final class FirstSignal extends RinglessOperation {
    private final Arrivals arrivals;
    private final List<TakenSignal> taken = new ArrayList<>();
    private final AtomicBoolean received = new AtomicBoolean();
    private final SignalRoom room = new SignalRoom(this::noMoreThreads);

    /** Written by a thread of the JVM, read when it has posted this. */
    private String first;

    public FirstSignal(OperationPort port, Arrivals arrivals) {
        super(port);
        this.arrivals = arrivals;
    }

    public long begin(Collection<String> names, ResourceContainer container, Object attachment) {
        long id = OperationPort.BACK_PRESSURED;
        try {
            take(names);
            id = begin(container, attachment);
        } finally {
            if (id == OperationPort.BACK_PRESSURED) {
                giveBack();
            }
        }
        if (id != OperationPort.BACK_PRESSURED) {
            room.start();
        }
        return id;
    }

    /** A signal that comes meanwhile waits, to find all of them. */
    private synchronized void take(Collection<String> names) {
        for (final String name : names) {
            taken.add(TakenSignal.take(name, () -> received(name)));
        }
    }

    private synchronized void giveBack() {
        room.close();
        taken.forEach(TakenSignal::giveBack);
        taken.clear();
    }

    /** On a thread of the JVM: not on the loop's, which may hang. */
    private void received(String name) {
        giveBack();
        if (received.compareAndSet(false, true)) {
            first = name;
            arrivals.post(this);
        } else {
            JvmSignals.raise(name); // it came before they were given back
        }
    }

    /** The room is for the signal: the kernel's workers are not to take it. */
    private void noMoreThreads() {
        arrivals.post(this);
    }

    @Override
    public void arrived() {
        if (first == null) {
            port.limitWorkers(1);
        } else {
            end(0, first);
        }
    }

    @Override
    protected void withdrawn() {
        giveBack();
    }

    @Override
    protected String describe() {
        return first == null ? "wait for a signal" : "SIG" + first;
    }
}
