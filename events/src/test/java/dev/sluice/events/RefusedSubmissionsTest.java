// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: while the kernel takes no submission, being short of memory for requests, nothing is refused and nothing lost: afterwards all goes
 * on. Method: a submission queue of 4 entries, and more to submit than that.
 */
class RefusedSubmissionsTest {
    private static final long MS = 1_000_000L;
    private static final int MANY = 700;

    private boolean takesNothing;
    private int pollErrno;

    private final SimulatedRing ring = new SimulatedRing(1L, 4, 64, new SimulatedFaults() {
        @Override
        public int accepted(int claimed, SplittableRandom random) {
            return takesNothing ? 0 : claimed;
        }

        @Override
        public int errno(long sequence, int opcode, SplittableRandom random) {
            return opcode == Opcode.POLL_ADD ? pollErrno : 0;
        }
    });
    private final EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults());
    private final OperationPort port = events.operations();
    private final ResourceContainer normal = ResourceContainer.root("root").child("normal", Priority.NORMAL);

    @AfterEach
    void close() {
        events.close();
    }

    private Event next(long timeoutNs) {
        return events.dequeueNextEvents(1, Priority.IDLE, timeoutNs).next();
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(next(0L)).isNull();
        }
    }

    private int eventsWithin(long timeoutNs) {
        int count = 0;
        while (next(timeoutNs) != null) {
            count++;
        }
        return count;
    }

    private PollOperation submitted() {
        final PollOperation operation = new PollOperation(port, ring.host().open());
        port.begin(operation, normal, operation);
        port.submit(operation);
        return operation;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, MANY})
    void shouldTryAgainWithoutABusyLoop(int count) {
        turns(1);
        takesNothing = true;
        for (int i = 0; i < count; i++) {
            submitted();
        }
        final long before = events.counters().enters();

        assertThat(next(1_000L * MS)).isNull();

        assertThat(events.counters().enters() - before).isBetween(500L, 4_000L);
        assertThat(events.nanoTime()).isBetween(1_000L * MS, 1_002L * MS);
        takesNothing = false;
    }

    @Test
    void shouldReportDescriptorsDeclaredMeanwhile() {
        takesNothing = true;
        final List<Integer> fds = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            final int fd = ring.host().open();
            fds.add(fd);
            events.declareInterest(fd, InterestOps.READABLE, normal, fd);
        }
        turns(100);
        takesNothing = false;
        fds.forEach(fd -> ring.host().setReady(fd, PollMask.POLLIN));

        final Set<Object> reported = new HashSet<>(); // some twice: a poll without room for its completion ends
        for (Event event = next(MS); event != null; event = next(MS)) {
            reported.add(event.attachment());
        }
        assertThat(reported).hasSize(MANY);
    }

    @Test
    void shouldReportForWhatADescriptorIsDeclaredAnewMeanwhile() {
        final int fd = ring.host().open();
        events.declareInterest(fd, InterestOps.READABLE, normal, fd);
        turns(1);
        takesNothing = true;
        for (int i = 0; i < 20; i++) {
            events.declareInterest(
                    fd, i % 2 == 0 ? InterestOps.WRITABLE : InterestOps.READABLE | InterestOps.WRITABLE, normal, fd);
        }
        turns(100);
        takesNothing = false;
        turns(3);
        ring.host().setReady(fd, PollMask.POLLOUT);

        assertThat(next(MS).readyMask()).isEqualTo(InterestOps.WRITABLE);
    }

    @Test
    void shouldDeliverNothingOfDescriptorsDeclaredAndRevokedMeanwhile() {
        takesNothing = true;
        for (int i = 0; i < 20; i++) {
            final int fd = ring.host().open();
            ring.host().setReady(fd, PollMask.POLLIN);
            events.revokeInterest(events.declareInterest(fd, InterestOps.READABLE, normal, fd));
        }
        turns(100);
        takesNothing = false;
        turns(20);

        assertThat(events.counters().operationsUnderWay()).isZero();
    }

    @Test
    void shouldEndOperationsWhoseDeadlineFallsDueMeanwhile() {
        final int count = 10;
        for (int i = 0; i < count; i++) {
            port.cancelAfter(submitted(), MS);
        }
        turns(1);
        takesNothing = true;
        ring.advance(2L * MS);
        turns(100);
        takesNothing = false;

        final List<Integer> results = new ArrayList<>();
        for (Event event = next(MS); event != null; event = next(MS)) {
            results.add(event.result());
        }
        assertThat(results).hasSize(count).containsOnly(-Errno.ETIME);
    }

    @Test
    void shouldEndOperationsThatAreBegunAndCancelledMeanwhile() {
        takesNothing = true;
        for (int i = 0; i < MANY; i++) {
            port.cancel(submitted());
        }
        turns(100);
        takesNothing = false;

        assertThat(eventsWithin(MS)).isEqualTo(MANY);
    }

    /** Polls failed for want of memory; when they are asked for again the kernel takes nothing at all. */
    @Test
    void shouldArmAllPollsAgainAfterASecondShortage() {
        turns(1);
        pollErrno = Errno.ENOMEM;
        final List<Integer> fds = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            final int fd = ring.host().open();
            fds.add(fd);
            events.declareInterest(fd, InterestOps.READABLE, normal, fd);
        }
        turns(1);
        pollErrno = 0;
        takesNothing = true;
        ring.advance(2_000L * MS);
        turns(100);
        takesNothing = false;
        fds.forEach(fd -> ring.host().setReady(fd, PollMask.POLLIN));

        assertThat(eventsWithin(1_000L * MS)).isEqualTo(fds.size());
    }

    @Test
    void shouldCloseDescriptorsDiscardedMeanwhile() {
        takesNothing = true;
        for (int i = 0; i < MANY; i++) {
            port.descriptors().discard(ring.host().open());
        }
        turns(100);
        assertThat(port.descriptors().discardsUnderWay()).isEqualTo(MANY);
        takesNothing = false;
        turns(20); // the completion queue holds 64 at a time

        assertThat(port.descriptors().discardsUnderWay()).isZero();
        assertThat(ring.host().openDescriptors()).isZero();
    }
}
