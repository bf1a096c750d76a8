// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.sun.management.ThreadMXBean;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Messages as events of a queue on the real kernel. */
class MailboxIT extends EventQueueFixture {
    @Test
    void shouldHandOutAMessageAsAnEventOfTheMailboxesContainer() {
        final Mailbox<String> mailbox = events.newMailbox(8, normal, "mailbox");

        assertThat(mailbox.offer("hello")).isTrue();
        assertThat(mailbox.size()).isEqualTo(1);
        final Event event =
                events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS).next();

        assertThat(event.kind()).isEqualTo(EventKind.MESSAGE);
        assertThat(event.message()).isEqualTo("hello");
        assertThat(event.attachment()).isEqualTo("mailbox");
        assertThat(event.container()).isSameAs(normal);
        assertThat(event.operation()).isEqualTo(Opcode.NOP);
        assertThat(event.readyMask()).isZero();
        assertThat(mailbox.size()).isZero();
        assertThat(normal.usage().events()).isZero();
        assertThat(events.dequeueNextEvents(8, Priority.IDLE, 0L).next()).isNull();
        assertThat(normal.usage().events()).isEqualTo(1);
    }

    @Test
    void shouldRefuseMessagesWhenItIsFullAndCountThem() {
        final Mailbox<Integer> mailbox = events.newMailbox(3, normal, null);
        assertThat(mailbox.capacity()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            assertThat(mailbox.offer(i)).isTrue();
        }

        assertThat(mailbox.offer(4)).isFalse();
        assertThat(mailbox.offer(4)).isFalse();

        assertThat(mailbox.rejected()).isEqualTo(2);
        assertThat(mailbox.size()).isEqualTo(4);
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        assertThat(batch.next().message()).isEqualTo(0);
        assertThat(mailbox.offer(4))
                .as("a place is free when its message is handed out")
                .isTrue();
        assertThat(messagesOf(batch)).containsExactly(1, 2, 3, 4);
        assertThatNullPointerException().isThrownBy(() -> mailbox.offer(null));
    }

    /** It happens on the thread of the queue, while everybody waits. */
    @Test
    void shouldCloseALargeMailboxAsFastAsASmallOne() {
        long shortestNs = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 10; attempt++) {
            final Mailbox<Integer> mailbox = events.newMailbox(1 << 20, normal, "large");
            for (int i = 0; i < 3; i++) {
                mailbox.offer(i);
            }
            final long startNs = System.nanoTime();
            assertThat(mailbox.close()).containsExactly(0, 1, 2);
            shortestNs = Math.min(shortestNs, System.nanoTime() - startNs);
            assertThat(mailbox.offer(3)).isFalse();
            assertThat(mailbox.close()).containsExactly(0, 1, 2);
            assertThat(mailbox.size()).isZero();
        }
        assertThat(shortestNs).isLessThan(500_000L);
    }

    @Test
    void shouldHandOutAnUrgentMessageNextThatArrivesWhileABatchIsHandedOutWithoutEnteringTheRing() {
        final Mailbox<String> mailbox = events.newMailbox(8, urgent, "urgent");
        for (int i = 0; i < 5; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        }
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("bulk");
        final long enters = events.counters().enters();

        onAnotherThread(() -> mailbox.offer("now"));

        assertThat(batch.next().message()).isEqualTo("now");
        assertThat(events.counters().enters()).isEqualTo(enters);
        assertThat(events.counters().wakeups()).isZero();
        assertThat(attachmentsOf(batch)).containsExactly("bulk", "bulk", "bulk", "bulk");
    }

    @Test
    void shouldLetOthersOfItsContainerAndThoseAboveGoBetweenTheMessagesOfAFlood() {
        final Mailbox<Integer> flood = events.newMailbox(1024, normal, "flood");
        for (int i = 0; i < 1000; i++) {
            flood.offer(i);
        }
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "same container");
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "above");
        events.declareInterest(readablePipe().readEnd, READABLE, bulk, "below");

        final List<Object> order = attachmentsOf(events.dequeueNextEvents(2_000, Priority.IDLE, 0L));

        assertThat(order).hasSize(1_003).startsWith("above", "flood", "same container", "flood");
        assertThat(order.get(1_002)).isEqualTo("below");
    }

    @Test
    void shouldTakeMailboxesOfOneContainerInTheOrderInWhichTheyGotMessages() {
        final List<Mailbox<String>> mailboxes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            mailboxes.add(events.newMailbox(4, normal, i));
        }
        for (final int i : new int[] {2, 0, 3, 1}) {
            mailboxes.get(i).offer("first");
        }
        mailboxes.get(2).offer("second");

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 0L)))
                .containsExactly(2, 0, 3, 1, 2);
    }

    @Test
    void shouldKeepMessagesBelowTheLowestPriorityAskedForAndNotWakeForEachOfThem() {
        final Mailbox<Integer> low = events.newMailbox(1 << 14, bulk, "low");
        final Mailbox<String> high = events.newMailbox(4, urgent, "high");
        final Thread sender = start(() -> {
            for (int i = 0; i < 10_000; i++) {
                low.offer(i);
            }
            high.offer("end");
        });

        assertThat(events.dequeueNextEvents(8, Priority.HIGH, 10 * SECOND_NS)
                        .next()
                        .message())
                .isEqualTo("end");
        join(sender);

        // One for each mailbox, and one if the sender saw the queue asleep and wrote when it was awake again.
        assertThat(events.counters().wakeups()).isLessThanOrEqualTo(3);
        assertThat(messagesOf(events.dequeueNextEvents(20_000, Priority.IDLE, 0L)))
                .hasSize(10_000)
                .startsWith(0, 1, 2)
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldWakeAQueueOnceForABurst() {
        final Mailbox<Integer> mailbox = events.newMailbox(1024, normal, null);
        final Thread first = start(() -> mailbox.offer(-1));
        final EventBatch batch = events.dequeueNextEvents(2_000, Priority.IDLE, 10 * SECOND_NS);
        assertThat(batch.next().message()).isEqualTo(-1);
        join(first);

        onAnotherThread(() -> {
            for (int i = 0; i < 1_000; i++) {
                mailbox.offer(i);
            }
        });

        assertThat(messagesOf(batch)).hasSize(1_000);
        assertThat(events.dequeueNextEvents(1, Priority.IDLE, 0L).next()).isNull();
        assertThat(events.counters().wakeups()).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldNotTakeAMessageForAWakeUpNorAWakeUpForAMessage() {
        final Mailbox<String> low = events.newMailbox(4, bulk, null);
        final long startNs = System.nanoTime();
        final Thread sender = start(() -> low.offer("low"));

        assertThat(events.dequeueNextEvents(1, Priority.HIGH, 30_000_000L).next())
                .isNull();
        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(30_000_000L);
        join(sender);
        onAnotherThread(events::wakeup);
        assertThat(events.dequeueNextEvents(1, Priority.HIGH, -1L).next())
                .as("woken")
                .isNull();
        assertThat(messagesOf(events.dequeueNextEvents(1, Priority.IDLE, -1L))).containsExactly("low");
    }

    @Test
    void shouldTakeMessagesFromPoolThreadsAndFromItsOwnHandlers() {
        final Mailbox<String> mailbox = events.newMailbox(4, normal, null);
        ForkJoinPool.commonPool().submit(() -> mailbox.offer("pool")).join();
        final EventBatch batch = events.dequeueNextEvents(4, Priority.IDLE, 0L);

        assertThat(batch.next().message()).isEqualTo("pool");
        mailbox.offer("handler");

        assertThat(batch.next().message()).isEqualTo("handler");
        assertThat(batch.next()).isNull();
    }

    @Test
    void shouldGiveBackWhatIsUndeliveredWhenItIsClosedAndRefuseFromThenOn() {
        final Mailbox<Integer> mailbox = events.newMailbox(8, normal, null);
        for (int i = 0; i < 5; i++) {
            mailbox.offer(i);
        }
        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        final Event event = batch.next();

        final List<Integer> undelivered = mailbox.close(); // inside the handler of a message of its own

        assertThat(undelivered).containsExactly(1, 2, 3, 4);
        assertThat(event.message()).isEqualTo(0);
        assertThat(mailbox.isClosed()).isTrue();
        assertThat(mailbox.offer(5)).isFalse();
        assertThat(mailbox.rejected()).isEqualTo(1);
        assertThat(batch.next()).isNull();
        assertThat(mailbox.close()).containsExactly(1, 2, 3, 4);
        assertThat(events.counters().signalled()).isZero();
    }

    @Test
    void shouldCloseWithItsQueueAndStillGiveBackWhatIsUndelivered() {
        final EventQueue closing = EventQueue.open();
        final Mailbox<String> unseen = closing.newMailbox(4, ResourceContainer.root("unseen"), null);
        final Mailbox<String> seen = closing.newMailbox(4, ResourceContainer.root("seen"), null);
        seen.offer("queued");
        closing.dequeueNextEvents(1, Priority.MAX, 0L);
        unseen.offer("posted");

        closing.close();

        assertThat(unseen.isClosed()).isTrue();
        assertThat(unseen.offer("late")).isFalse();
        assertThat(unseen.close()).containsExactly("posted");
        assertThat(seen.close()).containsExactly("queued");
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        final Mailbox<String> mailbox = events.newMailbox(4, normal, null);
        mailbox.offer("message");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.newMailbox(0, normal, null))
                .withMessageContaining("capacity=0");
        assertThatIllegalArgumentException().isThrownBy(() -> events.newMailbox(Integer.MAX_VALUE, normal, null));
        try (EventQueue other = EventQueue.open()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> other.newMailbox(4, normal, null))
                    .withMessageContaining("another event queue");
        }
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, null);
        final Event readiness =
                events.dequeueNextEvents(1, Priority.HIGH, SECOND_NS).next();
        assertThat(readiness.message()).isNull();
        final AtomicReference<Throwable> thrown = new AtomicReference<>();
        final Thread thread = new Thread(mailbox::close, "other");
        thread.setUncaughtExceptionHandler((dying, e) -> thrown.set(e));
        thread.start();
        join(thread);
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("other");
    }

    @Test
    void shouldAllocateNothingForAMessage() {
        final Mailbox<String> mailbox = events.newMailbox(64, normal, null);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < 100; round++) {
            final long beforeBytes = threads.getCurrentThreadAllocatedBytes();
            int handedOut = 0;
            for (int burst = 0; burst < 100; burst++) {
                while (mailbox.offer("message")) {
                    // until it is full
                }
                final EventBatch batch = events.dequeueNextEvents(64, Priority.IDLE, -1L);
                while (batch.next() != null) {
                    handedOut++;
                }
            }
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - beforeBytes);
            assertThat(handedOut).isEqualTo(6_400);
        }
        assertThat(leastBytes).isZero();
    }

    private static List<Object> messagesOf(EventBatch batch) {
        final List<Object> messages = new ArrayList<>();
        for (Event event = batch.next(); event != null; event = batch.next()) {
            messages.add(event.message());
        }
        return messages;
    }

    private static Thread start(Runnable deed) {
        final Thread thread = new Thread(deed);
        thread.start();
        return thread;
    }

    private static void onAnotherThread(Runnable deed) {
        join(start(deed));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
