// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.HUNG_UP;
import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the queue waits, refuses, counts and closes: on the real kernel, with pipes as descriptors. */
class EventQueueLifecycleIT extends EventQueueFixture {
    @Test
    void shouldReturnEmptyAfterTheTimeOut() {
        events.declareInterest(pipe().readEnd, READABLE, normal, "silent");
        final long startNs = System.nanoTime();

        assertThat(events.dequeueNextEvents(1, Priority.IDLE, 30_000_000L).next())
                .isNull();

        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(30_000_000L);
    }

    @Test
    void shouldReturnEmptyWhenAnotherThreadWakesIt() throws InterruptedException {
        final CountDownLatch waiting = new CountDownLatch(1);
        final Thread waker = new Thread(() -> {
            try {
                waiting.await();
                events.wakeup();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waker.start();

        waiting.countDown();
        assertThat(events.dequeueNextEvents(1, Priority.IDLE, -1L).next()).isNull();
        waker.join();

        events.wakeup(); // before the wait: it must not be lost
        assertThat(events.dequeueNextEvents(1, Priority.IDLE, -1L).next()).isNull();
    }

    @Test
    void shouldWakeEachTimeHoweverOftenItIsAskedTo() {
        for (int round = 0; round < 1_000; round++) {
            events.wakeup();
            events.wakeup();
            assertThat(events.dequeueNextEvents(1, Priority.IDLE, 10 * SECOND_NS)
                            .next())
                    .isNull();
        }
        final long startNs = System.nanoTime();
        events.dequeueNextEvents(1, Priority.IDLE, 20_000_000L);
        assertThat(System.nanoTime() - startNs).as("a wake-up is used up").isGreaterThanOrEqualTo(20_000_000L);
    }

    @Test
    void shouldRefuseARegularFileWithAdvice(@TempDir Path directory) throws Exception {
        final Path path = Files.writeString(directory.resolve("file"), "text");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            assertThat(file.length()).isPositive();
            final int fd = descriptorOf(path);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> events.declareInterest(fd, READABLE, normal, null))
                    .withMessageContaining("regular file")
                    .withMessageContaining("AsyncFile");
        }
    }

    @Test
    void shouldRefuseADirectoryWithAdvice(@TempDir Path directory) throws Exception {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(directory)) {
            assertThat(open.iterator()).isExhausted();
            final int fd = descriptorOf(directory);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> events.declareInterest(fd, READABLE, normal, null))
                    .withMessageContaining("directory")
                    .withMessageContaining("FileWatches");
        }
        assertThat(events.counters().interested()).isZero();
    }

    private static int descriptorOf(Path path) throws IOException {
        for (final String name : openDescriptors()) {
            final Path link = Path.of("/proc/self/fd", name);
            if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(path.toRealPath())) {
                return Integer.parseInt(name);
            }
        }
        throw new AssertionError("not open: " + path);
    }

    @Test
    void shouldRefuseWhatCannotBeDeclared() {
        final TestPipe pipe = pipe();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.declareInterest(-1, READABLE, normal, null))
                .withMessageContaining("EBADF");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.declareInterest(pipe.readEnd, 0, normal, null))
                .withMessageContaining("interestOps=0x0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.declareInterest(pipe.readEnd, HUNG_UP, normal, null))
                .withMessageContaining("0x10");
        assertThatIllegalArgumentException().isThrownBy(() -> events.dequeueNextEvents(0, 0, 0L));
        assertThatIllegalArgumentException().isThrownBy(() -> events.dequeueNextEvents(1, 64, 0L));
    }

    @Test
    void shouldSayWhichBoundIsReached() {
        try (EventQueue small = EventQueue.open(EventQueueOptions.defaults().withMaxOperations(2))) {
            final ResourceContainer mine = ResourceContainer.root("mine");
            small.declareInterest(pipe().readEnd, READABLE, mine, null);
            final InterestKey second = small.declareInterest(pipe().readEnd, READABLE, mine, null);
            assertThatIllegalStateException()
                    .isThrownBy(() -> small.declareInterest(pipe().readEnd, READABLE, mine, null))
                    .withMessageContaining("maxOperations");

            small.revokeInterest(second);
            small.dequeueNextEvents(1, Priority.IDLE, 0L); // the kernel lets go of the poll
            small.declareInterest(pipe().readEnd, READABLE, mine, null);
        }
    }

    @Test
    void shouldRefuseEveryOtherThread() throws InterruptedException {
        final List<Throwable> thrown = new ArrayList<>();
        final Thread other = new Thread(() -> events.dequeueNextEvents(1, 0, 0L), "other");
        other.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
        other.start();
        other.join();

        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(thrown.get(0)).hasMessageContaining("other").hasMessageContaining("wakeup");
    }

    @Test
    void shouldCountATurnThatRanTooLongAndNameItsContainer() {
        try (EventQueue strict = EventQueue.open(EventQueueOptions.defaults().withStallThresholdNs(2_000_000L))) {
            final ResourceContainer tree = ResourceContainer.root("tree");
            strict.declareInterest(readablePipe().readEnd, READABLE, tree.child("quick"), "quick");
            strict.declareInterest(readablePipe().readEnd, READABLE, tree.child("slow"), "slow");
            final EventBatch batch = strict.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                if (event.attachment().equals("slow")) {
                    spin(4_000_000L);
                }
            }
            strict.dequeueNextEvents(8, Priority.IDLE, 0L);

            final QueueCounters counters = strict.counters();
            assertThat(counters.stalls()).isEqualTo(1);
            assertThat(counters.lastStall().container()).isEqualTo("tree/slow");
            assertThat(counters.lastStall().handlerNs())
                    .isBetween(4_000_000L, counters.lastStall().turnNs());
            assertThat(counters.turnMaxNs()).isGreaterThanOrEqualTo(4_000_000L);
            assertThat(tree.usage().events()).isEqualTo(2);
            assertThat(tree.usage().cpuNs()).isGreaterThanOrEqualTo(4_000_000L);
        }
    }

    private static void spin(long durationNs) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < durationNs) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldCloseWithEventsPendingAndPollsInTheKernelAndLeaveTheContainersToAnotherQueue() {
        final EventQueue closing = EventQueue.open();
        final ResourceContainer shared = ResourceContainer.root("shared");
        final TestPipe pipe = readablePipe();
        for (int i = 0; i < 100; i++) {
            closing.declareInterest(pipe().readEnd, READABLE, shared, i);
        }
        closing.declareInterest(pipe.readEnd, READABLE, shared, "ready");
        closing.dequeueNextEvents(1, Priority.MAX, 0L);
        assertThatIllegalStateException()
                .isThrownBy(() -> events.declareInterest(pipe.readEnd, READABLE, shared, null))
                .withMessageContaining("another event queue");

        closing.close();
        closing.close();
        closing.wakeup();

        assertThatIllegalStateException()
                .isThrownBy(() -> closing.dequeueNextEvents(1, 0, 0L))
                .withMessageContaining("closed");
        events.declareInterest(pipe.readEnd, READABLE, shared, "ready");
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("ready");
    }

    @Test
    void shouldLeakNoDescriptorWhenQueuesComeAndGo() throws IOException {
        final List<String> before = OpenDescriptors.now();
        for (int i = 0; i < 50; i++) {
            try (EventQueue queue = EventQueue.open()) {
                queue.declareInterest(readablePipe().readEnd, READABLE, ResourceContainer.root("r"), null);
                queue.dequeueNextEvents(1, 0, 0L);
            }
            pipes.remove(pipes.size() - 1).close();
        }
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }

    private static String[] openDescriptors() {
        final String[] names = new File("/proc/self/fd").list();
        Arrays.sort(names);
        return names;
    }
}
