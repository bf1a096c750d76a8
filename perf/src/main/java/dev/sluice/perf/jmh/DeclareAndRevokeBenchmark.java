// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.jmh;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestKey;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A descriptor that is declared, polled by the kernel, revoked, and cancelled there; 64 at a time, so that the two native
 * calls are shared. A declaration makes its key and is the one step of an event's life that allocates.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DeclareAndRevokeBenchmark {
    private static final int DESCRIPTORS = 64;

    private final ResourceContainer root = ResourceContainer.root("benchmark");
    private final int[] fds = new int[DESCRIPTORS];
    private final InterestKey[] keys = new InterestKey[DESCRIPTORS];
    private EventQueue events;

    /** For JMH. */
    public DeclareAndRevokeBenchmark() {}

    /** Opens the queue and the descriptors, none of them ready. */
    @Setup
    public void open() {
        events = EventQueue.open();
        for (int i = 0; i < DESCRIPTORS; i++) {
            fds[i] = Descriptors.eventFd();
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

    /**
     * Declares and revokes.
     *
     * @return the queue, whose work must not be optimised away
     */
    @Benchmark
    @OperationsPerInvocation(DESCRIPTORS)
    public EventQueue declareAndRevoke() {
        for (int i = 0; i < DESCRIPTORS; i++) {
            keys[i] = events.declareInterest(fds[i], InterestOps.READABLE, root, null);
        }
        enter();
        for (int i = 0; i < DESCRIPTORS; i++) {
            events.revokeInterest(keys[i]);
        }
        enter();
        return events;
    }

    private void enter() {
        if (events.dequeueNextEvents(1, Priority.IDLE, 0L).next() != null) {
            throw new IllegalStateException("an event of a descriptor that nobody wrote to");
        }
    }
}
