package dev.sluice.events;

import static dev.sluice.events.InterestOps.HUNG_UP;
import static dev.sluice.events.InterestOps.READABLE;
import static dev.sluice.events.InterestOps.WRITABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Descriptors;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue on the real kernel, with pipes as descriptors. */
class EventQueueIT {
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<TestPipe> pipes = new ArrayList<>();
    private final ResourceContainer root = ResourceContainer.root("root");
    private final ResourceContainer urgent = root.child("urgent", Priority.HIGH);
    private final ResourceContainer normal = root.child("normal", Priority.NORMAL);
    private final ResourceContainer bulk = root.child("bulk", Priority.LOW);
    private EventQueue events;

    @BeforeEach
    void open() {
        events = EventQueue.open();
    }

    @AfterEach
    void close() {
        events.close();
        pipes.forEach(TestPipe::close);
    }

    private TestPipe pipe() {
        final TestPipe pipe = new TestPipe();
        pipes.add(pipe);
        return pipe;
    }

    private TestPipe readablePipe() {
        final TestPipe pipe = pipe();
        pipe.write();
        return pipe;
    }

    private List<Object> attachmentsOf(EventBatch batch) {
        final List<Object> attachments = new ArrayList<>();
        for (Event event = batch.next(); event != null; event = batch.next()) {
            attachments.add(event.attachment());
        }
        return attachments;
    }

    @Test
    void shouldReportWhatIsReadableAlreadyWhenItIsDeclared() {
        final TestPipe pipe = readablePipe();

        events.declareInterest(pipe.readEnd, READABLE, normal, "pipe");
        final Event event =
                events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS).next();

        assertThat(event.kind()).isEqualTo(EventKind.READINESS);
        assertThat(event.readyMask()).isEqualTo(READABLE);
        assertThat(event.attachment()).isEqualTo("pipe");
        assertThat(event.container()).isSameAs(normal);
    }

    @Test
    void shouldKeepReportingUntilInterestIsRevoked() {
        final TestPipe pipe = pipe();
        final InterestKey key = events.declareInterest(pipe.readEnd, READABLE, normal, "pipe");

        for (int round = 0; round < 3; round++) {
            pipe.write();
            assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                    .containsExactly("pipe");
            pipe.read();
        }
        assertThat(events.revokeInterest(key)).isTrue();
        pipe.write();

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 20_000_000L)))
                .isEmpty();
        assertThat(events.revokeInterest(key)).isFalse();
    }

    @Test
    void shouldFoldReadinessThatIsNotHandedOutYet() {
        final TestPipe pipe = readablePipe();
        final TestPipe other = readablePipe();
        events.declareInterest(pipe.readEnd, READABLE, bulk, "folded");
        events.declareInterest(other.readEnd, READABLE, urgent, "urgent");

        // The low event stays pending while more arrives for it.
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.HIGH, SECOND_NS)))
                .containsExactly("urgent");
        pipe.write();
        pipe.write();

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("folded");
    }

    @Test
    void shouldHandOutByPriorityOfTheContainers() {
        for (final ResourceContainer container : List.of(bulk, urgent, normal)) {
            events.declareInterest(readablePipe().readEnd, READABLE, container, container.name());
        }

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("urgent", "normal", "bulk");
    }

    @Test
    void shouldHandOutAnUrgentEventNextThatArrivesWhileABatchIsHandedOut() {
        final TestPipe late = pipe();
        events.declareInterest(late.readEnd, READABLE, urgent, "urgent");
        for (int i = 0; i < 5; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        }

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("bulk");
        late.write();

        assertThat(batch.next().attachment()).isEqualTo("urgent");
        assertThat(attachmentsOf(batch)).containsExactly("bulk", "bulk", "bulk", "bulk");
    }

    @Test
    void shouldMovePendingEventsWhenTheirContainersPriorityChanges() {
        events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "normal");
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "urgent");

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("urgent");
        bulk.setPriority(Priority.MAX);

        assertThat(attachmentsOf(batch)).containsExactly("bulk", "normal");
    }

    @Test
    void shouldLeaveWhatIsBelowTheLowestPriorityAskedFor() {
        events.declareInterest(readablePipe().readEnd, READABLE, bulk, "bulk");
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "normal");

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.NORMAL, SECOND_NS)))
                .containsExactly("normal");
        assertThat(events.counters().signalled()).isEqualTo(1);
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("bulk");
    }

    @Test
    void shouldHandOutNoMoreThanWasAskedFor() {
        for (int i = 0; i < 5; i++) {
            events.declareInterest(readablePipe().readEnd, READABLE, normal, i);
        }

        assertThat(attachmentsOf(events.dequeueNextEvents(2, Priority.IDLE, SECOND_NS)))
                .hasSize(2);
        assertThat(attachmentsOf(events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS)))
                .hasSize(1);
        assertThat(attachmentsOf(events.dequeueNextEvents(64, Priority.IDLE, SECOND_NS)))
                .hasSize(2);
    }

    /** The poll's last completion comes after the number belongs to another pipe; it must not be taken for its. */
    @Test
    void shouldNotDeliverALateCompletionOfARevokedDescriptorWhoseNumberIsInUseAgain() {
        final TestPipe first = pipe();
        final InterestKey key = events.declareInterest(first.readEnd, READABLE, normal, "first");
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 0L)))
                .isEmpty(); // the poll is in the kernel
        first.write(); // its completion is due, and not seen yet

        events.revokeInterest(key);
        Descriptors.close(first.readEnd);
        final TestPipe second = pipe();
        assertThat(second.readEnd).isEqualTo(first.readEnd);
        final InterestKey again = events.declareInterest(second.readEnd, READABLE, normal, "second");

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 50_000_000L)))
                .isEmpty();
        assertThat(events.counters().revokedCompletions()).isPositive();
        second.write();
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("second");
        assertThat(again.isValid()).isTrue();
        first.closeWriteEnd();
        pipes.remove(first);
    }

    @Test
    void shouldDropReadinessThatIsPendingWhenInterestIsRevokedInsideAHandler() {
        events.declareInterest(readablePipe().readEnd, READABLE, urgent, "first");
        final InterestKey second = events.declareInterest(readablePipe().readEnd, READABLE, bulk, "second");

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().attachment()).isEqualTo("first");
        assertThat(events.counters().signalled()).isEqualTo(1);
        events.revokeInterest(second);

        assertThat(batch.next()).isNull();
    }

    @Test
    void shouldDeclareASetOfDescriptorsAllOrNone() {
        final TestPipe first = readablePipe();
        final TestPipe second = readablePipe();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.declareInterest(
                        new int[] {first.readEnd, 19_999}, READABLE, normal, new Object[] {"1", "2"}))
                .withMessageContaining("19999")
                .withMessageContaining("EBADF");
        assertThat(events.counters().interested()).isZero();

        final List<InterestKey> keys = events.declareInterest(
                new int[] {first.readEnd, second.readEnd}, READABLE, normal, new Object[] {"1", "2"});
        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactlyInAnyOrder("1", "2");
        assertThat(events.revokeInterest(keys)).isEqualTo(2);
        assertThat(events.revokeInterest(keys)).isZero();
        assertThat(events.counters().interested()).isZero();
    }

    @Test
    void shouldMovePendingReadinessToTheContainerThatADescriptorIsDeclaredForAgain() {
        final TestPipe moving = readablePipe();
        events.declareInterest(moving.readEnd, READABLE, bulk, "moving");
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "normal");
        final EventBatch batch = events.dequeueNextEvents(8, Priority.MAX, 0L); // all pending, none handed out
        assertThat(batch.next()).isNull();

        events.declareInterest(moving.readEnd, READABLE, urgent, "moved");

        assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS)))
                .containsExactly("moved", "normal");
    }

    @Test
    void shouldReportOnlyWhatADescriptorIsDeclaredForNow() {
        final int[] pair = Descriptors.socketPair();
        try {
            events.declareInterest(pair[0], WRITABLE, normal, "socket");
            assertThat(events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS)
                            .next()
                            .readyMask())
                    .isEqualTo(WRITABLE);
            events.declareInterest(pair[0], READABLE, normal, "socket");
            assertThat(attachmentsOf(events.dequeueNextEvents(8, Priority.IDLE, 50_000_000L)))
                    .isEmpty();

            events.declareInterest(pair[0], READABLE | WRITABLE, normal, "socket");
            assertThat(events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS)
                            .next()
                            .readyMask())
                    .isEqualTo(WRITABLE);
        } finally {
            Descriptors.close(pair[0]);
            Descriptors.close(pair[1]);
        }
    }

    @Test
    void shouldReportAHangUpOnceForEachTimeItIsHandedOut() {
        final TestPipe pipe = pipe();
        final InterestKey key = events.declareInterest(pipe.readEnd, READABLE, normal, "pipe");
        pipe.closeWriteEnd();

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, SECOND_NS);
        assertThat(batch.next().readyMask() & HUNG_UP).isEqualTo(HUNG_UP);
        events.revokeInterest(key);

        assertThat(batch.next()).isNull();
    }

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
            assertThat(counters.stallContainer()).isEqualTo("tree/slow");
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
    void shouldLeakNoDescriptorWhenQueuesComeAndGo() {
        final String[] before = openDescriptors();
        for (int i = 0; i < 50; i++) {
            try (EventQueue queue = EventQueue.open()) {
                queue.declareInterest(readablePipe().readEnd, READABLE, ResourceContainer.root("r"), null);
                queue.dequeueNextEvents(1, 0, 0L);
            }
            pipes.remove(pipes.size() - 1).close();
        }
        assertThat(openDescriptors()).hasSameSizeAs(before);
    }

    private static String[] openDescriptors() {
        final String[] names = new File("/proc/self/fd").list();
        Arrays.sort(names);
        return names;
    }
}
