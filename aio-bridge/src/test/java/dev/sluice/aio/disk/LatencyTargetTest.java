// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.SimulatedDisk;
import dev.sluice.aio.disk.DiskLookup.Found;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.memory.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: a window finds the width at which reads take no longer than the target, and finds it again when the disk changes,
 * within 1 and the limit. Method: more reads than it lets go wait for a simulated disk, whose times are known. Replay:
 * -Dseed=N.
 */
class LatencyTargetTest {
    private static final long MS = 1_000_000L;
    private static final double EXACT = 0.0;
    private static final double NOISY = 0.5;
    private static final int WAITING = 1000;

    @TempDir
    Path directory;

    private RootDirectory root;
    private SimulatedDisk disk;
    private AioFixture aio;
    private AsyncFile file;
    private final AdmittedFile data = new AdmittedFile();
    private AdmissionWindow window;
    private int limit;

    static long[] seeds() {
        final Long given = Long.getLong("seed");
        return given != null ? new long[] {given} : new long[] {1L, 2L, 3L};
    }

    @BeforeEach
    void openRoot() throws IOException {
        root = RootDirectory.open(directory);
    }

    @AfterEach
    void close() {
        aio.io.cancelAll(aio.root);
        aio.runUntil(aio::isIdle);
        file.close();
        aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
        aio.assertNothingLeft();
        aio.close();
        root.close();
    }

    private void open(long seed, long targetNs, int newLimit) {
        limit = newLimit;
        disk = new SimulatedDisk(seed);
        disk.ring.host().file("data", new byte[4096]);
        aio = new AioFixture(
                EventQueue.over(disk.ring, EventQueueOptions.defaults()),
                AsyncIoOptions.defaults().withReadWindow(newLimit).withReadLatencyTargetNs(targetNs));
        file = aio.open(root, "data", OpenOptions.READ);
        data.seen(file.fd(), 0L, 1L, 4096L, 4096);
        window = aio.admission().lineOf(new Disk("simulated", Found.NOT_KNOWN)).reads;
    }

    private void letWait(int reads) {
        for (int i = 0; i < reads; i++) {
            start(aio.bulk);
        }
    }

    private void start(ResourceContainer container) {
        final SimulatedRead read = new SimulatedRead();
        aio.port().begin(read, container, read);
        window.await(read);
    }

    /** One batch; each read handed out is followed by another one. True if one of them was {@code awaited}. */
    private boolean serve(ResourceContainer awaited) {
        boolean came = false;
        final EventBatch batch = aio.events.dequeueNextEvents(64, 0, -1L);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            assertThat(event.result()).isEqualTo(4096);
            if (event.container() == awaited) {
                came = true;
            } else {
                start(event.container());
            }
        }
        assertThat(window.limit()).isBetween(1, limit);
        return came;
    }

    /** The window at each of so many completions. */
    private int[] windowsDuring(int completions) {
        final int[] windows = new int[completions];
        for (int i = 0; i < completions; i++) {
            serve(null);
            windows[i] = window.limit();
        }
        return windows;
    }

    private static double partWithin(int[] windows, int from, int to) {
        return (double) Arrays.stream(windows).filter(w -> w >= from && w <= to).count() / windows.length;
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldGiveADiskThatServesOneByOneOneAtATime(long seed) {
        open(seed, 3 * MS / 2, 32);
        disk.serve(1, MS, NOISY);
        letWait(WAITING);
        windowsDuring(1000);

        final int[] windows = windowsDuring(4000);

        assertThat(partWithin(windows, 1, 1)).isGreaterThan(0.95);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldGiveADiskThatServesManyAtATimeAsManyAsTheTargetAllows(long seed) {
        open(seed, 3 * MS / 2, 64);
        disk.serve(8, MS, NOISY);
        letWait(WAITING);
        windowsDuring(2000);

        final long startNs = disk.ring.nanoTime();
        final int[] windows = windowsDuring(4000);

        // Twelve on eight take one and a half times what one takes.
        assertThat(partWithin(windows, 10, 14)).isGreaterThan(0.95);
        assertThat(disk.ring.nanoTime() - startNs)
                .as("eight are busy all the time")
                .isLessThan(4000 * MS / 8 * 102 / 100);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldFollowADiskThatBecomesSlowerAndFasterAgain(long seed) {
        open(seed, 10 * MS, 32);
        disk.serve(8, MS, NOISY);
        letWait(WAITING);
        windowsDuring(2000);
        assertThat(partWithin(windowsDuring(1000), 32, 32)).as("32 take 4 ms").isEqualTo(1.0);

        disk.serve(8, 4 * MS, NOISY);
        windowsDuring(1000);
        assertThat(partWithin(windowsDuring(2000), 17, 23)).as("20 take 10 ms").isGreaterThan(0.9);

        disk.serve(1, 20 * MS, NOISY);
        windowsDuring(1000);
        assertThat(partWithin(windowsDuring(2000), 1, 1)).as("one takes 20 ms").isGreaterThan(0.9);

        disk.serve(8, MS, NOISY);
        windowsDuring(1000);
        assertThat(partWithin(windowsDuring(1000), 32, 32)).isEqualTo(1.0);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldNotGrowWhileNobodyWaits(long seed) {
        open(seed, 10 * MS, 32);
        disk.serve(8, MS, NOISY);
        letWait(1);

        assertThat(windowsDuring(1000)).containsOnly(1);
    }

    /** The page cache answers: the window should be no wider or narrower for it, unless it alone answers. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldLeaveOutWhatIsAnsweredAtOnceUnlessAllIs(long seed) {
        open(seed, 3 * MS / 2, 32);
        disk.serve(1, MS, NOISY);
        disk.answerAtOnce(0.5);
        letWait(WAITING);
        windowsDuring(2000);
        assertThat(partWithin(windowsDuring(4000), 1, 1)).isGreaterThan(0.9);

        disk.answerAtOnce(1.0);
        windowsDuring(1000);
        assertThat(partWithin(windowsDuring(1000), 32, 32)).isEqualTo(1.0);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldLetAnUrgentReadWaitTwoIdleReadsAtMostWhereAThousandWait(long seed) {
        open(seed, 3 * MS / 2, 32);
        disk.serve(1, MS, EXACT);
        letWait(WAITING);
        windowsDuring(1000);
        final int tries = 101;
        final long[] tookNs = new long[tries];
        for (int i = 0; i < tries; i++) {
            windowsDuring(10);
            disk.ring.advance(i * MS / tries); // at all moments within a read
            final long startNs = disk.ring.nanoTime();
            start(aio.urgent);
            boolean came;
            do {
                came = serve(aio.urgent);
            } while (!came);
            tookNs[i] = disk.ring.nanoTime() - startNs;
        }
        Arrays.sort(tookNs);
        assertThat(tookNs[tries / 2]).isLessThanOrEqualTo(2 * MS);
    }

    private final class SimulatedRead extends TestOperation {
        private final IoBuffer buffer = aio.io.arena().tryLease(4096);

        SimulatedRead() {
            super(aio.port());
        }

        @Override
        protected void prepare(Sqe sqe) {
            aio.port().expectInline();
            sqe.prepRead(file.fd(), NativeMemory.addressOf(buffer.bytes()), 4096, 0L);
        }

        @Override
        protected void completed(int result, int flags) {
            aio.admission().readCompleted(this, data, 0L, result);
            buffer.release();
            super.completed(result, flags);
        }

        @Override
        protected void withdrawn() {
            super.withdrawn();
            buffer.release();
        }

        @Override
        protected int operation() {
            return Opcode.READ;
        }
    }
}
