package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One of the process's signals, for as long as it comes as events. */
final class ProcessSignal extends HeldOperation {
    /** The handler of a signal is the process's: a second watch would put back the first one's, late. */
    private static final Set<String> WATCHED = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Occurrence occurrence = new Occurrence();

    /** Received and not yet brought to the queue's thread. */
    private final AtomicInteger received = new AtomicInteger();

    private Object previousHandler;

    ProcessSignal(AsyncIo io, String name) {
        super(io);
        this.name = name;
    }

    long start(ResourceContainer container, Object attachment) {
        if (!WATCHED.add(name)) {
            throw new IllegalStateException("SIG" + name + " is watched already");
        }
        long id = OperationPort.BACK_PRESSURED;
        try {
            previousHandler = JvmSignals.handle(name, this::received);
            id = begin(container, attachment);
        } finally {
            if (id == OperationPort.BACK_PRESSURED) {
                stop();
            }
        }
        return id;
    }

    private void stop() {
        if (previousHandler != null) {
            JvmSignals.restore(name, previousHandler);
        }
        WATCHED.remove(name);
    }

    /** On a thread of the JVM. */
    private void received() {
        if (received.getAndIncrement() == 0) {
            io.arrivals().post(this);
        }
    }

    @Override
    void arrived() {
        occurrence.count += received.getAndSet(0);
        if (!occurrence.pending) {
            occurrence.pending = true;
            io.port().signal(occurrence, this);
        }
    }

    @Override
    protected void withdrawn() {
        stop();
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
