// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.emulated.EmulatedRing;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages from queue to queue on the real kernel, each queue on a thread of its own: from ring to ring, and otherwise. */
class BetweenQueuesIT {
    private static final long LOST_NS = 30_000_000_000L;
    private static final Integer STOP = -1;

    private final ResourceContainer mine = ResourceContainer.root("mine");
    private final List<Partner> partners = new ArrayList<>();
    private EventQueue events;

    /** A queue on its own thread that sends back what it is sent, until that is {@link #STOP}. */
    private static final class Partner {
        final CompletableFuture<Mailbox<Integer>> mailbox = new CompletableFuture<>();
        final CompletableFuture<QueueCounters> ended = new CompletableFuture<>();
        volatile Mailbox<Integer> replies;
        final AtomicInteger received = new AtomicInteger();
        private volatile EventQueue queue;
        private final Thread thread;

        Partner(Map<String, Object> answers) {
            thread = new Thread(() -> run(answers), "partner");
            thread.start();
        }

        private void run(Map<String, Object> answers) {
            try (EventQueue own = open(answers)) {
                queue = own;
                mailbox.complete(own.newMailbox(1 << 10, ResourceContainer.root("partner"), null));
                boolean stopped = false;
                while (!stopped) {
                    final EventBatch batch = own.dequeueNextEvents(64, Priority.IDLE, -1L);
                    for (Event event = batch.next(); event != null; event = batch.next()) {
                        final Integer message = (Integer) event.message();
                        stopped |= message.equals(STOP);
                        received.incrementAndGet();
                        if (replies != null && !message.equals(STOP)) {
                            assertThat(replies.offerFrom(own, message)).isTrue();
                        }
                    }
                }
                ended.complete(own.counters());
            } catch (RuntimeException | Error e) {
                mailbox.completeExceptionally(e);
                ended.completeExceptionally(e);
            }
        }

        Mailbox<Integer> awaitAsleep() {
            final Mailbox<Integer> opened = mailbox.join();
            await().pollInterval(1, TimeUnit.MILLISECONDS).until(queue.reaper().mailroom::isAsleep);
            return opened;
        }

        QueueCounters stop() {
            mailbox.join().offer(STOP);
            final QueueCounters counters = ended.orTimeout(30, TimeUnit.SECONDS).join();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return counters;
        }
    }

    /** A queue over a kernel ring that answers some of the questions about itself otherwise. */
    private static EventQueue open(Map<String, Object> answers) {
        final KernelRing kernel = KernelRing.open(RingOptions.defaults());
        final Ring ring = (Ring) Proxy.newProxyInstance(
                Ring.class.getClassLoader(), new Class<?>[] {Ring.class}, (proxy, method, arguments) -> {
                    final Object answer = answers.get(method.getName());
                    try {
                        return answer != null ? answer : method.invoke(kernel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return EventQueue.over(ring, EventQueueOptions.defaults());
    }

    private static Map<String, Object> withoutMsgRing() {
        try (EmulatedRing ring = EmulatedRing.open(RingOptions.defaults())) {
            final RingFeatures features = ring.features();
            assertThat(features.supports(Opcode.MSG_RING)).isFalse();
            return Map.of("features", features);
        }
    }

    @BeforeEach
    void open() {
        events = open(Map.of());
        Assumptions.assumeTrue(
                events.operations().features().supports(Opcode.MSG_RING), "MSG_RING is younger than this kernel");
    }

    @AfterEach
    void close() {
        partners.stream().filter(partner -> !partner.ended.isDone()).forEach(Partner::stop);
        events.close();
    }

    private Partner partner(Map<String, Object> answers) {
        final Partner partner = new Partner(answers);
        partners.add(partner);
        return partner;
    }

    /** Sends numbers there and back, now and then several at a time, so that both queues sleep and wake all the time. */
    private void playWith(Partner partner, int rounds) {
        final Mailbox<Integer> there = partner.mailbox.join();
        partner.replies = events.newMailbox(1 << 10, mine, null);
        int expected = 0;
        for (int round = 0; round < rounds; round++) {
            final int burst = 1 + round % 3;
            for (int i = 0; i < burst; i++) {
                assertThat(there.offerFrom(events, expected + i)).isTrue();
            }
            for (int i = 0; i < burst; ) {
                final EventBatch batch = events.dequeueNextEvents(64, Priority.IDLE, LOST_NS);
                Event event = batch.next();
                assertThat(event).as("reply %d", expected).isNotNull();
                for (; event != null; event = batch.next()) {
                    assertThat(event.message()).isEqualTo(expected++);
                    i++;
                }
            }
        }
    }

    @Test
    void shouldWakeEachOtherFromRingToRingAndNeverByAnEventfd() {
        final Partner partner = partner(Map.of());

        playWith(partner, 20_000);

        assertThat(events.counters().ringMessages()).isGreaterThan(1_000L);
        assertThat(events.counters().wakeups()).isZero();
        final QueueCounters theirs = partner.stop();
        assertThat(theirs.ringMessages()).isGreaterThan(1_000L);
        assertThat(theirs.wakeups()).as("the order to stop").isLessThanOrEqualTo(1L);
        assertThat(theirs.staleCompletions()).isZero();
    }

    @Test
    void shouldWakeByTheEventfdWhereOneOfThemHasNoMessagesBetweenRings() {
        final Partner partner = partner(withoutMsgRing());

        playWith(partner, 5_000);

        assertThat(events.counters().ringMessages()).isZero();
        assertThat(events.counters().wakeups()).isPositive();
        final QueueCounters theirs = partner.stop();
        assertThat(theirs.ringMessages()).isZero();
        assertThat(theirs.wakeups()).isPositive();
    }

    @Test
    void shouldWakeByTheEventfdWhenTheKernelRefusesTheMessage() {
        final int noRing = Descriptors.eventFd();
        try {
            final Partner partner = partner(Map.of("fd", noRing)); // EBADFD, each time

            playWith(partner, 5_000);

            assertThat(events.counters().ringMessages())
                    .as("the other way they work")
                    .isPositive();
            final QueueCounters theirs = partner.stop();
            assertThat(theirs.ringMessages()).isZero();
            assertThat(theirs.wakeups()).isPositive();
        } finally {
            Descriptors.close(noRing);
        }
    }

    @Test
    void shouldClaimOneEntryForABurstAndLeaveItToTheNextEnter() {
        final Partner partner = partner(Map.of());
        final Mailbox<Integer> mailbox = partner.awaitAsleep();
        events.dequeueNextEvents(1, Priority.IDLE, 0L);
        final long enters = events.counters().enters();

        for (int i = 0; i < 100; i++) {
            mailbox.offerFrom(events, i);
        }

        assertThat(events.counters().enters()).isEqualTo(enters);
        assertThat(events.reaper().ring.unsubmitted()).isEqualTo(1);
        assertThat(partner.received).hasValue(0);
        events.dequeueNextEvents(1, Priority.IDLE, 0L);
        await().until(() -> partner.received.get() == 100);
        assertThat(events.reaper().ring.unsubmitted()).isZero();
        assertThat(partner.stop().ringMessages()).isEqualTo(1L);
    }

    @Test
    void shouldWakeTheOtherForUrgentMailBeforeAnEventOfALowerBand() {
        final Mailbox<Integer> mailbox = partner(Map.of()).awaitAsleep();
        final ResourceContainer low = mine.child("low", Priority.LOW);
        for (int i = 0; i < 3; i++) {
            events.newTimer(low, i).start(0L);
        }
        await().pollInSameThread().until(() -> {
            events.dequeueNextEvents(1, Priority.MAX, 0L);
            return events.counters().signalled() == 3; // of different ticks, maybe
        });
        final EventBatch batch = events.dequeueNextEvents(3, Priority.IDLE, LOST_NS);
        batch.next();

        mailbox.offerFrom(events, 1);
        batch.next();

        assertThat(events.reaper().ring.unsubmitted()).isZero();
    }

    @Test
    void shouldNotLetAnotherThreadsMessageWaitForTheSenderThatHasClaimedButNotEntered() {
        final Partner partner = partner(Map.of());
        final Mailbox<Integer> mailbox = partner.awaitAsleep();
        mailbox.offerFrom(events, 1);
        assertThat(partner.received).hasValue(0);

        final Thread other = new Thread(() -> mailbox.offer(2));
        other.start();

        await().until(() -> partner.received.get() == 2);
        assertThat(partner.stop().wakeups()).isGreaterThanOrEqualTo(1L);
    }

    @Test
    void shouldStillWakeTheOtherWhenTheSenderClosesWithItsMessageUnsent() {
        final Partner partner = partner(Map.of());
        final Mailbox<Integer> mailbox = partner.awaitAsleep();
        mailbox.offerFrom(events, 1);
        assertThat(partner.received).hasValue(0);

        events.close();

        await().until(() -> partner.received.get() == 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> mailbox.offerFrom(events, 2))
                .withMessageContaining("closed");
    }

    /** The number of a closed ring's descriptor is another ring's when the message to it is submitted. */
    @Test
    void shouldNotSendToARingThatHasTheNumberOfOneThatWasClosed() {
        final Partner partner = partner(Map.of());
        final Mailbox<Integer> mailbox = partner.awaitAsleep();
        final int number = partner.queue.reaper().ring.fd();
        mailbox.offerFrom(events, 1);
        partner.stop();
        final List<KernelRing> strangers = new ArrayList<>();
        try {
            KernelRing stranger;
            do {
                assertThat(strangers).hasSizeLessThan(50);
                stranger = KernelRing.open(new RingOptions(8, 8));
                strangers.add(stranger);
            } while (stranger.fd() != number);
            stranger.enable();

            events.dequeueNextEvents(1, Priority.IDLE, 0L); // submits the message

            assertThat(events.reaper().ring.unsubmitted()).isZero();
            stranger.submit();
            assertThat(stranger.workPending()).as("a message for a stranger").isFalse();
        } finally {
            strangers.forEach(KernelRing::close);
        }
        assertThat(mailbox.offerFrom(events, 2)).isFalse();
        assertThat(mailbox.isClosed()).isTrue();
    }

    @Test
    void shouldLetGoOfTheRingsOfQueuesThatHaveClosed() throws IOException {
        final List<String> before = OpenDescriptors.now();
        for (int round = 0; round < 20; round++) {
            final Partner partner = partner(Map.of());
            playWith(partner, 1);
            partner.awaitAsleep().offerFrom(events, STOP);
            events.dequeueNextEvents(1, Priority.IDLE, 0L);
            partner.stop();
            events.dequeueNextEvents(1, Priority.IDLE, 0L);
            assertThat(OpenDescriptors.since(before)).as("also of the last one").isEmpty();
        }
        assertThat(events.reaper().peers.size()).isLessThanOrEqualTo(2);
    }
}
