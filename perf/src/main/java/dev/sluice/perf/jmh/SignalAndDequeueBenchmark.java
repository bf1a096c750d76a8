// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.jmh;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.call.Descriptors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The life of a readiness event on the real ring: an eventfd is written, the kernel's poll completes, the event is handed
 * out. Batches of 64, spread over containers in one band; {@link #writeOnly} is the part of it that is write(2).
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SignalAndDequeueBenchmark {
    private static final int ACTIVE = 64;

    /** For JMH. */
    public SignalAndDequeueBenchmark() {}

    /** A queue with declared eventfds. */
    @State(Scope.Thread)
    public static class Declared {
        /** Containers that the descriptors are spread over. */
        @Param({"1", "64"})
        int containers;

        private final int[] fds = new int[ACTIVE];
        private EventQueue events;

        /** For JMH. */
        public Declared() {}

        /** Declares 64 descriptors. */
        @Setup
        public void open() {
            final ResourceContainer root = ResourceContainer.root("benchmark");
            final ResourceContainer[] children = new ResourceContainer[containers];
            for (int i = 0; i < containers; i++) {
                children[i] = root.child("client " + i);
            }
            events = EventQueue.open();
            for (int i = 0; i < ACTIVE; i++) {
                fds[i] = Descriptors.eventFd();
                events.declareInterest(fds[i], InterestOps.READABLE, children[i % containers], null);
            }
        }

        /** Gives everything back. */
        @TearDown
        public void close() {
            events.close();
            for (final int fd : fds) {
                Descriptors.close(fd);
            }
        }
    }

    /** An eventfd that nobody polls. */
    @State(Scope.Thread)
    public static class Undeclared {
        private int fd;

        /** For JMH. */
        public Undeclared() {}

        /** Opens it. */
        @Setup
        public void open() {
            fd = Descriptors.eventFd();
        }

        /** Gives it back. */
        @TearDown
        public void close() {
            Descriptors.close(fd);
        }
    }

    /**
     * Signals and dequeues 64 events. Interest is in edges: a write makes an event though nobody reads.
     *
     * @param declared queue and descriptors
     * @return how many were dequeued
     */
    @Benchmark
    @OperationsPerInvocation(ACTIVE)
    public int signalAndDequeue(Declared declared) {
        for (final int fd : declared.fds) {
            Descriptors.signalEventFd(fd);
        }
        int handedOut = 0;
        while (handedOut < ACTIVE) {
            final EventBatch batch = declared.events.dequeueNextEvents(ACTIVE, Priority.IDLE, -1L);
            while (batch.next() != null) {
                handedOut++;
            }
        }
        return handedOut;
    }

    /**
     * As many writes to a descriptor that nobody polls.
     *
     * @param undeclared the descriptor
     */
    @Benchmark
    @OperationsPerInvocation(ACTIVE)
    public void writeOnly(Undeclared undeclared) {
        for (int i = 0; i < ACTIVE; i++) {
            Descriptors.signalEventFd(undeclared.fd);
        }
    }
}
