// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.disk.AdmissionLimits;
import dev.sluice.aio.disk.PageCache;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: of a file that has hot and cold pages, each beside the other, the hot ones are answered at once while the cold ones wait for a
 * disk, and an idle disk's hot file costs no system call. Method: the page cache and the disk are simulated, so that it is known what
 * must wait. Replay: -Dseed=N.
 */
class MixedFileTest {
    private static final int PAGES = 1_000;
    private static final int PAGE = NativeMemory.pageBytes();
    private static final int HOT_READERS = 50;
    private static final int COLD_READERS = 64;
    private static final long DISK_READ_NS = 10_000_000L;
    private static final long TURN_NS = 1_000_000L;
    private static final int TURNS = 2_000;

    @TempDir
    Path directory;

    private RootDirectory root;
    private SimulatedDisk disk;
    private AioFixture aio;
    private AsyncFile file;
    private SplittableRandom random;
    private long asked;
    private long answeredHot;
    private long answeredCold;
    private final List<IoBuffer> buffers = new ArrayList<>();

    static long[] seeds() {
        final Long given = Long.getLong("seed");
        return given != null ? new long[] {given} : new long[] {1L, 2L, 3L};
    }

    @BeforeEach
    void openRoot() throws Exception {
        root = RootDirectory.open(directory);
    }

    @AfterEach
    void close() {
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
        file.close();
        aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
        buffers.forEach(IoBuffer::release);
        aio.assertNothingLeft();
        aio.close();
        root.close();
    }

    /** Every other page is hot. */
    private void open(long seed, boolean kernelTells) {
        random = new SplittableRandom(seed);
        disk = new SimulatedDisk(seed);
        disk.serve(1, DISK_READ_NS, 0.0);
        disk.ring.host().file("data", new byte[PAGES * PAGE]);
        for (int page = 0; page < PAGES; page += 2) {
            disk.cache(page);
        }
        final PageCache pageCache = (fd, offset, lengthBytes) -> {
            asked++;
            return kernelTells ? disk.cachedPages(fd, offset, lengthBytes) : -Errno.ENOSYS;
        };
        aio = new AioFixture(
                EventQueue.over(disk.ring, EventQueueOptions.defaults()), AsyncIoOptions.defaults(), pageCache);
        file = aio.open(root, "data", OpenOptions.READ);
        file.statx();
        aio.runOne();
        aio.seen.clear();
    }

    private void read(IoBuffer buffer, boolean hot) {
        buffer.bytes().clear();
        final long page = 2L * random.nextInt(PAGES / 2) + (hot ? 0 : 1);
        file.read(buffer, page * PAGE, aio.normal, new Reader(buffer, hot));
    }

    private record Reader(IoBuffer buffer, boolean hot) {}

    private IoBuffer buffer() {
        final IoBuffer buffer = aio.io.arena().tryLease(PAGE);
        buffers.add(buffer);
        return buffer;
    }

    /** Each turn each hot reader reads once, if its read before has been answered; cold ones read again at once. */
    private long hotAnswersIn(int turns, List<IoBuffer> idleHot) {
        final long before = answeredHot;
        for (int turn = 0; turn < turns; turn++) {
            final List<IoBuffer> due = List.copyOf(idleHot);
            idleHot.clear();
            due.forEach(buffer -> read(buffer, true));
            disk.ring.advance(TURN_NS);
            final EventBatch batch = aio.events.dequeueNextEvents(1_000, 0, 0L);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                final Reader reader = (Reader) event.attachment();
                assertThat(event.result()).isEqualTo(PAGE);
                if (reader.hot()) {
                    answeredHot++;
                    idleHot.add(reader.buffer());
                } else {
                    answeredCold++;
                    read(reader.buffer(), false);
                }
            }
        }
        return answeredHot - before;
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAnswerHotPagesAtFullRateWhileReadersOfColdPagesOfTheSameFileWait(long seed) {
        open(seed, true);
        final List<IoBuffer> idleHot = new ArrayList<>();
        for (int i = 0; i < HOT_READERS; i++) {
            idleHot.add(buffer());
        }
        final long alone = hotAnswersIn(TURNS, idleHot);
        for (int i = 0; i < COLD_READERS; i++) {
            read(buffer(), false);
        }

        final long beside = hotAnswersIn(TURNS, idleHot);

        assertThat((double) beside / alone).as("part of the rate alone").isGreaterThan(0.98);
        assertThat(answeredCold)
                .as("the disk is kept busy")
                .isGreaterThanOrEqualTo(TURNS * TURN_NS / DISK_READ_NS - HOT_READERS);
    }

    @Test
    void shouldNotAskTheKernelForAHotFileWhileItsDiskIsIdle() {
        open(1L, true);
        read(buffer(), true);
        aio.runOne();
        asked = 0L;
        for (int i = 0; i < 100; i++) {
            file.read(buffer(), 0L, aio.normal, "hot");
            aio.runOne();
        }

        assertThat(asked).as("but for the first read of that part").isLessThanOrEqualTo(1L);
    }

    @Test
    void shouldLetNoMoreReadsPassOnBeliefThanTheWindowHolds() {
        open(1L, true);
        file.read(buffer(), 0L, aio.normal, "hot");
        aio.runOne();
        for (int i = 0; i < COLD_READERS; i++) {
            file.read(buffer(), PAGE, aio.normal, "cold"); // of the part that is believed to be cached
        }
        aio.reapOnly();

        assertThat(aio.io.waitingOperations())
                .as("held, of those beyond the window")
                .isEqualTo(COLD_READERS - AsyncIoOptions.defaults().readWindow());
    }

    /** Where the kernel does not tell, the history alone decides, and the budget of surprises bounds what that can do. */
    @Test
    void shouldHoldBackWhatIsBelievedCachedAfterTooManySurprisesWhereTheKernelDoesNotTell() {
        open(1L, false);
        file.read(buffer(), 0L, aio.normal, "hot");
        aio.runOne();
        final int budget = AdmissionLimits.SURPRISE_BUDGET;
        for (int i = 0; i <= budget; i++) {
            file.read(buffer(), PAGE, aio.normal, "surprise");
        }
        assertThat(aio.io.waitingOperations()).isZero();
        aio.reapOnly();

        for (int i = 0; i < COLD_READERS; i++) {
            file.read(buffer(), PAGE, aio.normal, "held or in the window");
        }

        assertThat(aio.io.waitingOperations())
                .isEqualTo(COLD_READERS - (AsyncIoOptions.defaults().readWindow() - (budget + 1)));
    }
}
