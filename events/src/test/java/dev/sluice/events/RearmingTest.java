// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.LEVEL;
import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls that the kernel has no memory or descriptors for: a host that is short of it for a while, without a kernel. */
class RearmingTest {
    private int errno;
    private int polls;

    private final SimulatedRing ring = new SimulatedRing(1L, 256, 1024, new SimulatedFaults() {
        @Override
        public int errno(long sequence, int opcode, SplittableRandom random) {
            if (opcode != Opcode.POLL_ADD) {
                return 0;
            }
            polls++;
            return errno;
        }
    });
    private final EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults());
    private final ResourceContainer normal = ResourceContainer.root("normal");

    @AfterEach
    void close() {
        events.close();
    }

    private Event nextWithin(long timeoutNs) {
        return events.dequeueNextEvents(1, Priority.IDLE, timeoutNs).next();
    }

    @ParameterizedTest
    @ValueSource(ints = {READABLE, READABLE | LEVEL})
    void shouldPollAgainOnceTheKernelHasMemoryAndReportNoErrorMeanwhile(int interestOps) {
        for (final int shortage : new int[] {Errno.ENOMEM, Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE, Errno.ENOSPC}) {
            errno = shortage;
            final int fd = ring.host().open();
            final InterestKey key = events.declareInterest(fd, interestOps, normal, fd);
            assertThat(nextWithin(3_000_000_000L)).isNull();

            errno = 0;
            ring.host().setReady(fd, PollMask.POLLIN);

            final Event event = nextWithin(2_000_000_000L);
            assertThat(event.attachment()).isEqualTo(fd);
            assertThat(event.readyMask()).isEqualTo(PollMask.POLLIN);
            assertThat(event.result()).isZero();
            events.revokeInterest(key);
        }
    }

    @Test
    void shouldAskLessAndLessOftenWhileTheShortageLasts() {
        assertThat(nextWithin(0L)).isNull();
        errno = Errno.ENOMEM;
        events.declareInterest(ring.host().open(), READABLE, normal, null);
        final int before = polls;

        assertThat(nextWithin(60_000_000_000L)).isNull();

        assertThat(polls - before).isBetween(60, 80);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOMEM, Errno.EMFILE, Errno.ENFILE, Errno.ENOSPC})
    void shouldWakeUpForOtherThreadsAgainAfterAShortage(int shortage) {
        errno = shortage;
        assertThat(nextWithin(3_000_000_000L)).isNull();
        assertThat(polls).as("no busy loop").isLessThan(20);
        errno = 0;
        assertThat(nextWithin(2_000_000_000L)).isNull();
        assertThat(events.counters().wakeups()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {READABLE, READABLE | LEVEL})
    void shouldPollAgainWhatIsDeclaredAgainAfterItsPollHasFailed(int interestOps) {
        final int fd = ring.host().open();
        errno = Errno.EIO;
        events.declareInterest(fd, interestOps, normal, fd);
        final Event failed = nextWithin(1_000L);
        assertThat(failed.result()).isEqualTo(-Errno.EIO);
        assertThat(failed.readyMask()).isEqualTo(PollMask.POLLERR);

        events.declareInterest(fd, interestOps, normal, fd); // by the handler
        assertThat(failed.result()).as("of the same event").isEqualTo(-Errno.EIO);
        assertThat(nextWithin(1_000L).result()).as("it fails anew").isEqualTo(-Errno.EIO);
        errno = 0;
        events.declareInterest(fd, interestOps, normal, fd);
        ring.host().setReady(fd, PollMask.POLLIN);

        final Event event = nextWithin(1_000L);
        assertThat(event.readyMask()).isEqualTo(PollMask.POLLIN);
        assertThat(event.failed()).isFalse();
    }

    @Test
    void shouldReportNoFailureFromBeforeADescriptorWasDeclaredAgain() {
        final int fd = ring.host().open();
        errno = Errno.EIO;
        events.declareInterest(fd, READABLE, normal, fd);
        events.dequeueNextEvents(1, Priority.MAX, 0L); // pending now
        errno = 0;

        events.declareInterest(fd, READABLE | LEVEL, normal, fd);
        assertThat(nextWithin(1_000L)).isNull();
        ring.host().setReady(fd, PollMask.POLLIN);

        assertThat(nextWithin(1_000L).result()).isZero();
    }

    @Test
    void shouldPollNoDescriptorThatWasRevokedDuringTheShortage() {
        assertThat(nextWithin(0L)).isNull();
        errno = Errno.ENOMEM;
        final InterestKey key = events.declareInterest(ring.host().open(), READABLE, normal, null);
        assertThat(nextWithin(0L)).isNull();
        events.revokeInterest(key);
        errno = 0;
        final int before = polls;

        assertThat(nextWithin(3_000_000_000L)).isNull();

        assertThat(polls).isEqualTo(before);
        assertThat(events.counters().operationsUnderWay()).isZero();
    }
}
