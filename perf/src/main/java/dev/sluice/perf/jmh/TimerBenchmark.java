// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.jmh;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.events.Timer;
import dev.sluice.uring.simulated.MemoryRing;
import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Timers beside others that stay started, as the idle time-outs of connections do. On a ring in memory, whose clock is
 * moved on instead of waited for.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TimerBenchmark {
    private static final int OWN = 64;
    private static final long SEED = 42;
    private static final long MS = 1_000_000L;
    private static final long NEVER_A_STALL_NS = Long.MAX_VALUE;
    /** Far beyond what a run's clock comes to. */
    private static final long IDLE_FROM_NS = 100_000_000 * MS;

    private static final long IDLE_RANGE_NS = 60_000 * MS;

    /** Timers that stay started. */
    @Param({"1000", "1000000"})
    int pending;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final MemoryRing ring = new MemoryRing(1024, OWN);
    private final Timer[] own = new Timer[OWN];
    private Timer[] idle;
    private EventQueue events;

    /** For JMH. */
    public TimerBenchmark() {}

    /** Starts the timers that stay. */
    @Setup
    public void open() {
        events = EventQueue.over(ring, EventQueueOptions.defaults().withStallThresholdNs(NEVER_A_STALL_NS));
        final ResourceContainer clients = ResourceContainer.root("benchmark").child("clients");
        idle = new Timer[pending];
        for (int i = 0; i < pending; i++) {
            idle[i] = events.newTimer(clients, null);
            startIdle(idle[i]);
        }
        for (int i = 0; i < OWN; i++) {
            own[i] = events.newTimer(clients, null);
        }
    }

    private void startIdle(Timer timer) {
        timer.start(IDLE_FROM_NS + random.nextLong(IDLE_RANGE_NS));
    }

    /** Starts 64 timers for different deadlines, then cancels them: what a request that is answered in time costs. */
    @Benchmark
    @OperationsPerInvocation(OWN)
    public void startAndCancel() {
        for (int i = 0; i < OWN; i++) {
            own[i].start(i * MS);
        }
        for (int i = 0; i < OWN; i++) {
            own[i].cancel();
        }
    }

    /** Starts one of the pending timers anew, picked at random: what a connection that is heard of costs. */
    @Benchmark
    public void restartAnyOfThePending() {
        startIdle(idle[random.nextInt(pending)]);
    }

    /**
     * Starts 64 timers, lets their time come, and takes their events.
     *
     * @return how many came
     */
    @Benchmark
    @OperationsPerInvocation(OWN)
    public int startAndExpire() {
        for (int i = 0; i < OWN; i++) {
            own[i].start(i * MS / OWN);
        }
        ring.advance(2 * MS);
        int expired = 0;
        while (expired < OWN) {
            final EventBatch batch = events.dequeueNextEvents(OWN, Priority.IDLE, 0L);
            while (batch.next() != null) {
                expired++;
            }
        }
        return expired;
    }
}
