// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Many actors on one queue, each with one operation at a time, some of which are cancelled or given a deadline. Keeps the books: every
 * operation that was started ends in one terminal event, which finds its actor waiting for it.
 */
final class SoakRun {
    private static final int BATCH = 256;
    private static final int MOST_REMEMBERED = 256;
    private static final int OPCODES = 64;
    private static final int MOST_CANCELS = 8;
    private static final long MOST_DELAY_NS = 2_000_000L;

    final EventQueue events;
    final AsyncIo io;
    final SplittableRandom random;

    /** Those that are not over, in the order in which they came. */
    final Set<SoakActor> actors = new LinkedHashSet<>();

    int clients;
    private final ResourceContainer root = ResourceContainer.root("soak");
    private final ResourceContainer[] containers = {
        root.child("urgent", Priority.HIGH), root.child("normal", Priority.NORMAL), root.child("bulk", Priority.LOW)
    };

    /** Those whose turn it is to start something. */
    private final ArrayDeque<SoakActor> ready = new ArrayDeque<>();

    /** Of operations that may be under way, or over for long. */
    private final long[] remembered = new long[MOST_REMEMBERED];

    private boolean stopping;
    long started;
    long ended;
    long failed;
    long stopped;
    long moreEvents;

    /** Terminal events by opcode. */
    private final long[] endedBy = new long[OPCODES];

    SoakRun(EventQueue events, AsyncIo io, SplittableRandom random) {
        this.events = events;
        this.io = io;
        this.random = random;
    }

    void add(SoakActor actor) {
        actors.add(actor);
        ready.add(actor);
    }

    void ready(SoakActor actor) {
        ready.add(actor);
    }

    boolean isStopping() {
        return stopping;
    }

    ResourceContainer container() {
        return containers[random.nextInt(containers.length)];
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** An operation of an actor that is allowed to be stopped: perhaps it is, now, soon, or after its end. */
    void mayStop(long id) {
        final int luck = random.nextInt(100);
        if (luck < 5) {
            io.cancelAfter(id, random.nextLong(MOST_DELAY_NS));
        } else if (luck < 7) {
            io.cancel(id);
        } else if (luck < 30) {
            remembered[random.nextInt(MOST_REMEMBERED)] = id;
        }
    }

    /** One turn: starts what is to be started, stops something, hands out what there is. */
    void turn(long timeoutNs) {
        for (int i = ready.size(); i > 0; i--) {
            ready.remove().goOn();
        }
        for (int i = random.nextInt(MOST_CANCELS); i > 0; i--) {
            io.cancel(remembered[random.nextInt(MOST_REMEMBERED)]);
        }
        final EventBatch batch = events.dequeueNextEvents(BATCH, Priority.IDLE, ready.isEmpty() ? timeoutNs : 0L);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            ((SoakActor) event.attachment()).take(event);
        }
    }

    /** Lets every actor come to its end. */
    void stop(long timeoutNs, int mostTurns) {
        stopping = true;
        int turns = 0;
        while (!actors.isEmpty()) {
            assertThat(turns++)
                    .as(
                            "turns until all have ended: %s",
                            actors.stream().limit(5).toList())
                    .isLessThan(mostTurns);
            actors.forEach(SoakActor::stopping);
            turn(timeoutNs);
        }
    }

    /** Nothing may be left. */
    void assertBooksBalance() {
        assertThat(ended).as("terminal events").isEqualTo(started);
        assertThat(events.counters().operationsUnderWay()).as("slots").isZero();
        assertThat(events.counters().signalled()).as("events").isZero();
        assertThat(events.counters().staleCompletions()).as("stale completions").isZero();
        assertThat(io.arena().leasedCount()).as("buffers").isZero();
        assertThat(io.openDescriptors()).as("descriptors").isZero();
        assertThat(io.waitingOperations()).as("waiting operations").isZero();
        assertThat(root.usage().descriptors()).as("descriptors charged").isZero();
    }

    void ended(int opcode, int result) {
        ended++;
        endedBy[opcode]++;
        if (result == -Errno.ECANCELED || result == -Errno.ETIME || result == -Errno.EINTR) {
            stopped++;
        } else if (result < 0) {
            failed++;
        }
    }

    /** For the end of the output. */
    String books() {
        final String byOperation = IntStream.range(0, OPCODES)
                .filter(opcode -> endedBy[opcode] > 0)
                .mapToObj(opcode -> Opcode.name(opcode) + " " + endedBy[opcode])
                .collect(Collectors.joining(", "));
        return started + " operations started, " + ended + " ended (" + stopped + " cancelled or late, " + failed
                + " failed otherwise), " + moreEvents + " events of operations that went on; " + byOperation;
    }
}
