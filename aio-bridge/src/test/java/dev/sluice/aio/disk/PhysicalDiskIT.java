// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.disk.DiskLookup.Found;
import dev.sluice.aio.line.LineOrder;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.memory.NativeMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: queues share the places at a disk, each in its turn; a disk that hangs holds no other; writes go after reads and take no open's
 * worker. Method: no-ops that are with the disk until the test says otherwise.
 */
@Timeout(60)
class PhysicalDiskIT {
    private static final int WINDOW = 8;
    private static final int OPENS = 8;
    private static final int RESERVED = 2;

    private final Disk disk = new Disk("disk", Found.NOT_KNOWN);
    private final Deque<World> worlds = new ArrayDeque<>();

    @AfterEach
    void close() {
        while (!worlds.isEmpty()) {
            worlds.pop().close();
        }
        assertThat(disk.inFlight()).as("nothing stays behind").isZero();
    }

    private World world() {
        final World world = new World();
        worlds.push(world);
        return world;
    }

    @Test
    void shouldLetTwoQueuesHaveNoMoreOfADiskThanOne() {
        final World one = world();
        final World other = world();
        for (int i = 0; i < 2 * WINDOW; i++) {
            one.read(disk);
            other.read(disk);
        }

        assertThat(one.submitted.size() + other.submitted.size()).isEqualTo(WINDOW);
        assertThat(disk.inFlight()).isEqualTo(WINDOW);
    }

    @Test
    void shouldGiveAPlaceThatBecomesFreeToTheQueuesInTurn() {
        final World greedy = world();
        final World modest = world();
        for (int i = 0; i < 4 * WINDOW; i++) {
            greedy.read(disk);
        }
        for (int i = 0; i < WINDOW; i++) {
            modest.read(disk);
        }
        greedy.admission.admit();
        modest.admission.admit();
        assertThat(modest.submitted).isEmpty();

        for (int i = 0; i < WINDOW; i++) {
            greedy.endFirst();
            greedy.admission.admit();
            modest.admission.admit();
        }

        assertThat(modest.submitted).as("every other place").hasSize(WINDOW / 2);
        assertThat(disk.inFlight()).isEqualTo(WINDOW);
    }

    @Test
    void shouldGiveAPlaceThatBecomesFreeToTheQueueWhoseFirstRanksHigher() {
        final World low = world();
        final World high = world();
        for (int i = 0; i < 2 * WINDOW; i++) {
            low.read(disk);
        }
        low.admission.admit();
        high.hold(high.admission.lineOf(disk).reads, high.aio.urgent, false);
        high.admission.admit();

        low.endFirst();
        low.admission.admit();
        high.admission.admit();

        assertThat(high.submitted).hasSize(1);
        assertThat(low.submitted).hasSize(WINDOW);
    }

    /** A place that was handed to a queue which does not want it any more is not lost, nor those of a queue that is closed. */
    @Test
    void shouldGiveBackPlacesThatNobodyWaitsForAnyMore() {
        final World one = world();
        final World other = world();
        for (int i = 0; i < 2 * WINDOW; i++) {
            one.read(disk);
        }
        one.admission.admit();
        final Held given = other.read(disk);
        other.admission.admit();
        one.endFirst();
        other.aio.port().cancel(given);
        other.admission.admit();
        one.admission.admit();
        assertThat(one.submitted).hasSize(WINDOW + 1);

        other.read(disk);
        other.admission.admit();
        one.endFirst();
        worlds.remove(other);
        other.close();
        one.admission.admit();
        assertThat(one.submitted).as("the place of the closed queue").hasSize(WINDOW + 2);
    }

    /** Threads that begin and end reads as fast as they can never have more than the window, lose no place and no wake-up. */
    @Test
    void shouldShareADiskBetweenQueuesOfSeveralThreads() throws Exception {
        final int threads = 3;
        final int reads = 3_000;
        final AtomicInteger most = new AtomicInteger();
        final CountDownLatch ended = new CountDownLatch(threads);
        final List<Thread> running = new ArrayList<>();
        final List<Throwable> failures = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            final Thread thread = new Thread(() -> {
                try (World world = new World()) {
                    world.run(reads, most);
                } catch (RuntimeException | AssertionError e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
                ended.countDown();
            });
            thread.setDaemon(true);
            running.add(thread);
            thread.start();
        }

        assertThat(ended.await(40, TimeUnit.SECONDS)).as("%s", disk).isTrue();
        for (final Thread thread : running) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(most.get()).isLessThanOrEqualTo(WINDOW);
        assertThat(disk.inFlight()).isZero();
    }

    @Test
    void shouldStayBelowHalfOfTheQueueOfTheDisk() {
        final Disk small = new Disk("small", 10);
        final World world = world();
        for (int i = 0; i < WINDOW; i++) {
            world.read(small);
        }

        assertThat(world.submitted).hasSize(5);
    }

    @Test
    void shouldServeOneDiskWhileAllOfAnotherHangs() {
        final Disk hung = new Disk("hung", Found.NOT_KNOWN);
        final World world = world();
        for (int i = 0; i < 10 * WINDOW; i++) {
            world.hold(world.admission.lineOf(hung).reads, world.aio.urgent, true);
            world.hold(world.admission.lineOf(hung).writes, world.aio.urgent, true);
        }
        world.admission.admit();
        world.submitted.clear();

        final Held read = world.read(disk);
        final Held byWorker = world.hold(world.admission.lineOf(disk).reads, world.aio.normal, true);
        final Held open = world.hold(world.admission.workers(), world.aio.normal, false);
        world.admission.admit();

        assertThat(world.submitted).containsExactlyInAnyOrder(read, byWorker, open);
    }

    @Test
    void shouldNotOweOnOneDiskWhatWasUsedOnAnother() {
        final Disk busy = new Disk("busy", Found.NOT_KNOWN);
        final World world = world();
        final ResourceContainer usedTheOther = world.aio.root.child("usedTheOther", Priority.NORMAL);
        for (int i = 0; i < 10 * WINDOW; i++) {
            world.hold(world.admission.lineOf(busy).reads, usedTheOther, false);
            world.admission.admit();
            world.endFirst();
        }
        for (int i = 0; i < 4 * WINDOW; i++) {
            world.read(disk);
        }
        final Held read = world.hold(world.admission.lineOf(disk).reads, usedTheOther, false);

        world.endFirst();
        world.admission.admit();

        assertThat(world.submitted).contains(read);
    }

    @Test
    void shouldLetWritesGoAfterReadsWithoutAnOpensWorkerAndWithoutStarving() {
        final World world = world();
        final DiskLine line = world.admission.lineOf(disk);
        for (int i = 0; i < 3 * WINDOW; i++) {
            world.hold(line.writes, world.aio.normal, true);
        }
        world.admission.admit();
        assertThat(world.submitted).as("half of the places").hasSize(WINDOW / 2);
        for (int i = 0; i < OPENS - RESERVED; i++) {
            world.hold(world.admission.workers(), world.aio.normal, false);
        }
        for (int i = 0; i < 3 * WINDOW; i++) {
            world.read(disk);
        }
        world.admission.admit();
        assertThat(world.submitted)
                .as("and all the opens, and reads have the other half")
                .hasSize(WINDOW + OPENS - RESERVED);

        for (int i = 0; i < WINDOW / 2; i++) {
            world.endFirst(); // the writes
            world.admission.admit();
        }

        assertThat(line.writes.inFlight())
                .as("one write at least, while reads want all")
                .isEqualTo(1);
        assertThat(line.reads.inFlight()).isGreaterThanOrEqualTo(WINDOW - 1);
    }

    /** What finds no worker has no place at the disk either. */
    @Test
    void shouldHoldNoPlaceForReadsThatWaitForAWorker() {
        final World world = world();
        final DiskLine line = world.admission.lineOf(disk);
        for (int i = 0; i < 3 * WINDOW; i++) {
            world.hold(line.reads, world.aio.normal, true);
        }
        world.admission.admit();
        assertThat(world.submitted).hasSize(OPENS - RESERVED);

        final Held needsNone = world.read(disk);
        assertThat(world.submitted).contains(needsNone);
        world.endFirst();
        world.admission.admit();
        assertThat(line.byWorkers).isEqualTo(OPENS - RESERVED);
    }

    @Test
    void shouldEstimateTheWaitFromWhatWaitsAndHowLongReadsTook() {
        final World world = world();
        assertThat(disk.estimatedWaitNs()).isZero();
        for (int i = 0; i < 100; i++) {
            disk.readTook(8_000_000L);
        }
        assertThat(disk.estimatedWaitNs()).as("nothing waits").isZero();
        for (int i = 0; i < 3 * WINDOW; i++) {
            world.read(disk);
        }
        world.admission.admit();

        assertThat(disk.estimatedWaitNs()).isBetween(15_000_000L, 17_000_000L);
    }

    /** A queue, an admission of its own, and what it has with the disk. */
    private final class World implements AutoCloseable {
        final AioFixture aio = new AioFixture();
        final Admission admission = new Admission(
                aio.port(),
                new LineOrder(),
                new AdmissionLimits(WINDOW, 0L, OPENS, RESERVED),
                PageCache.OF_THE_KERNEL,
                Disks.OF_THE_MACHINE,
                aio.events::wakeup);
        final List<Held> submitted = new ArrayList<>();
        final Deque<Held> inFlight = new ArrayDeque<>();
        private final List<Held> begun = new ArrayList<>();

        Held read(Disk of) {
            final Held read = hold(admission.lineOf(of).reads, aio.normal, false);
            read.window.admit();
            return read;
        }

        Held hold(AdmissionWindow window, ResourceContainer container, boolean needsWorker) {
            final Held held = new Held(this, needsWorker);
            aio.port().begin(held, container, null);
            window.await(held);
            begun.add(held);
            return held;
        }

        void endFirst() {
            final Held first = inFlight.remove();
            first.window.left(first);
        }

        /** Keeps more waiting than there are places, until so many are through. */
        void run(int reads, AtomicInteger most) {
            final DiskLine line = admission.lineOf(disk);
            int left = reads;
            while (left > 0) {
                while (line.reads.waitingCount() + line.reads.inFlight() < Math.min(left, 2 * WINDOW)) {
                    hold(line.reads, aio.normal, false);
                }
                admission.admit();
                most.accumulateAndGet(disk.inFlight(), Math::max);
                while (!inFlight.isEmpty()) {
                    endFirst();
                    left--;
                }
                final boolean waits = line.reads.inFlight() == 0 && line.reads.waitingCount() > 0;
                aio.collect(aio.events.dequeueNextEvents(64, 0, waits ? 1_000_000_000L : 0L));
            }
        }

        @Override
        public void close() {
            for (final Held held : begun) {
                if (held.isAdmitted()) {
                    held.window.left(held);
                } else if (held.window != null) {
                    aio.port().cancel(held);
                }
            }
            admission.admit();
            admission.close();
            aio.runUntil(aio::isIdle);
            aio.close();
        }
    }

    private static final class Held extends TestOperation {
        private final World world;
        private final boolean needsWorker;

        Held(World world, boolean needsWorker) {
            super(world.aio.port());
            this.world = world;
            this.needsWorker = needsWorker;
        }

        @Override
        protected boolean needsWorker() {
            return needsWorker;
        }

        @Override
        protected void prepare(Sqe sqe) {
            world.submitted.add(this);
            world.inFlight.add(this);
            sqe.prepNop();
        }

        @Override
        protected int costBytes() {
            return NativeMemory.pageBytes();
        }

        @Override
        protected int operation() {
            return Opcode.NOP;
        }
    }
}
