// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: no message is lost, doubled or out of its sender's order, and no queue sleeps while a message waits. Method: several
 * threads send to one queue on the real kernel, which takes a random number at a time. Replay: -Dseed=N.
 */
class MailboxRacesIT extends EventQueueFixture {
    private static final int SENDERS = 3;

    /** Far longer than any message takes: only a queue that sleeps on a message reaches it. */
    private static final long LOST_NS = 30 * SECOND_NS;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<Thread> threads = new ArrayList<>();

    private record Message(int sender, int number) {}

    @BeforeEach
    void printSeed() {
        System.out.println("MailboxRacesIT -Dseed=" + seed);
    }

    @Test
    void shouldHandOutEachOfMillionsOfMessagesOnceAndInTheOrderOfItsSender() throws InterruptedException {
        final int perSender = 700_000;
        final List<Mailbox<Message>> mailboxes = List.of(
                events.newMailbox(1, bulk, null),
                events.newMailbox(64, normal, null),
                events.newMailbox(1 << 12, urgent, null));
        for (int i = 0; i < SENDERS; i++) {
            final int sender = i;
            final SplittableRandom choices = random.split();
            start(() -> {
                for (int number = 0; number < perSender; number++) {
                    // Each sender keeps to one mailbox for a while, so that all three fill.
                    final Mailbox<Message> mailbox = mailboxes.get((number >>> 12) % 3);
                    final Message message = new Message(sender, number);
                    while (!mailbox.offer(message)) {
                        giveWay();
                    }
                    if (choices.nextInt(1 << 12) == 0) {
                        giveWay();
                    }
                }
            });
        }

        final int[][] lastNumbers = new int[3][SENDERS];
        for (final int[] last : lastNumbers) {
            Arrays.fill(last, -1);
        }
        long received = 0L;
        while (received < (long) SENDERS * perSender) {
            final EventBatch batch = events.dequeueNextEvents(1 + random.nextInt(100), Priority.IDLE, LOST_NS);
            final long before = received;
            for (Event event = batch.next(); event != null; event = batch.next()) {
                final Message message = (Message) event.message();
                final int[] last = lastNumbers[(message.number >>> 12) % 3];
                assertThat(message.number).as("after %d", last[message.sender]).isGreaterThan(last[message.sender]);
                last[message.sender] = message.number;
                received++;
            }
            assertThat(received).as("messages, before the queue slept too long").isGreaterThan(before);
        }
        join();
        assertThat(events.dequeueNextEvents(1, Priority.IDLE, 0L).next()).isNull();
        assertThat(received).isEqualTo((long) SENDERS * perSender);
        assertThat(events.counters().signalled()).isZero();
    }

    /** Each sender waits until its message is handled, so that the queue goes to sleep as the next one comes. */
    @Test
    void shouldNeverSleepOnAMessageThatComesAsItFallsAsleep() throws InterruptedException {
        final int perSender = 60_000;
        final Mailbox<Message> mailbox = events.newMailbox(SENDERS, normal, null);
        final AtomicIntegerArray handled = new AtomicIntegerArray(SENDERS);
        for (int i = 0; i < SENDERS; i++) {
            final int sender = i;
            final SplittableRandom pauses = random.split();
            start(() -> {
                for (int number = 1; number <= perSender; number++) {
                    assertThat(mailbox.offer(new Message(sender, number))).isTrue();
                    while (handled.get(sender) < number) {
                        giveWay();
                    }
                    for (int spins = pauses.nextInt(200); spins > 0; spins--) {
                        Thread.onSpinWait();
                    }
                }
            });
        }

        for (int received = 0; received < SENDERS * perSender; ) {
            final EventBatch batch = events.dequeueNextEvents(16, Priority.IDLE, LOST_NS);
            Event event = batch.next();
            assertThat(event).as("a message, of which %d came", received).isNotNull();
            for (; event != null; event = batch.next()) {
                final Message message = (Message) event.message();
                assertThat(message.number).isEqualTo(handled.get(message.sender) + 1);
                handled.set(message.sender, message.number);
                received++;
            }
        }
        join();
        assertThat(events.counters().wakeups()).as("it did sleep").isGreaterThan(100L);
    }

    @Test
    void shouldHandOutOrGiveBackEachMessageThatWasAcceptedWhenItIsClosedUnderItsSenders() throws InterruptedException {
        for (int round = 0; round < 300; round++) {
            final EventQueue queue = EventQueue.open();
            final Mailbox<Message> mailbox =
                    queue.newMailbox(1 << random.nextInt(8), ResourceContainer.root("mine"), null);
            final AtomicLong accepted = new AtomicLong();
            final CountDownLatch sending = new CountDownLatch(SENDERS);
            for (int i = 0; i < SENDERS; i++) {
                final int sender = i;
                start(() -> {
                    sending.countDown();
                    int number = 0;
                    while (!mailbox.isClosed()) {
                        if (mailbox.offer(new Message(sender, number))) {
                            number++;
                        }
                    }
                    accepted.addAndGet(number);
                });
            }
            sending.await();

            final int[] next = new int[SENDERS];
            for (int turns = random.nextInt(20); turns > 0; turns--) {
                final EventBatch batch = queue.dequeueNextEvents(1 + random.nextInt(20), Priority.IDLE, LOST_NS);
                for (Event event = batch.next(); event != null; event = batch.next()) {
                    final Message message = (Message) event.message();
                    assertThat(message.number).isEqualTo(next[message.sender]++);
                }
            }
            if (random.nextBoolean()) {
                queue.close();
            }
            final List<Message> undelivered = mailbox.close();
            for (final Message message : undelivered) {
                assertThat(message.number).isEqualTo(next[message.sender]++);
            }
            join();
            assertThat(mailbox.close()).as("nothing came later").isEqualTo(undelivered);
            assertThat(next[0] + next[1] + next[2]).isEqualTo(Math.toIntExact(accepted.get()));
            queue.close();
        }
    }

    /** There are more threads than processors: who cannot go on lets another one run. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing is right or wrong by it, only slow
    private static void giveWay() {
        Thread.yield();
    }

    private void start(Runnable sender) {
        final Thread thread = new Thread(sender, "sender " + threads.size());
        threads.add(thread);
        thread.start();
    }

    private void join() throws InterruptedException {
        for (final Thread thread : threads) {
            thread.join();
        }
        threads.clear();
    }
}
