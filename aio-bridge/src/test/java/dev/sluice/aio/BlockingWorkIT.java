// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Resource;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits, on a few threads, with the outcomes as events. */
class BlockingWorkIT {
    @TempDir
    Path directory;

    private AioFixture aio;
    private BlockingWork work;
    private Semaphore gate;

    @BeforeEach
    void open() {
        aio = new AioFixture();
        work = aio.io.blockingWork();
        gate = new Semaphore(0);
    }

    @AfterEach
    void close() {
        gate.release(BlockingWork.THREADS);
        aio.close();
        await().atMost(Duration.ofSeconds(20)).until(() -> threads() == 0L);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("sluice-blocking-"))
                .peek(thread -> assertThat(thread.isDaemon()).isTrue())
                .count();
    }

    @Test
    void shouldEndAJobForWhichThereIsNoThreadAndCarryOutTheNext() throws IOException {
        final Path pids = Path.of("/sys/fs/cgroup/pids");
        assumeTrue(
                Files.isWritable(pids.resolve("cgroup.procs")),
                "needs a control group of version 1 for pids, and root");
        final String pid = Long.toString(ProcessHandle.current().pid());
        final Path group = Files.createDirectory(pids.resolve("sluice-jobs-" + pid));
        try {
            Files.writeString(group.resolve("pids.max"), "1");
            Files.writeString(group.resolve("cgroup.procs"), pid);
            work.call(() -> 1, aio.normal, "refused");
        } finally {
            Files.writeString(pids.resolve("cgroup.procs"), pid);
            Files.delete(group);
        }
        final Seen refused = aio.runOne();
        assertThat(refused.result()).isEqualTo(-Errno.ENOWORKER);
        assertThat(refused.message()).isInstanceOf(OutOfMemoryError.class);

        work.call(() -> 2, aio.normal, "done");
        assertThat(aio.runOne().message()).isEqualTo(2);
        assertThat(aio.normal.inUse(Resource.BLOCKING_JOBS)).isZero();
        assertThat(aio.isIdle()).isTrue();
    }

    /** Has every thread wait for the gate, to be let through one by one. */
    private void occupyThreads() throws InterruptedException {
        final CountDownLatch started = new CountDownLatch(BlockingWork.THREADS);
        for (int i = 0; i < BlockingWork.THREADS; i++) {
            work.call(
                    () -> {
                        started.countDown();
                        gate.acquire();
                        return null;
                    },
                    i < BlockingWork.THREADS - BlockingWork.RESERVED_THREADS ? aio.normal : aio.urgent,
                    "occupied");
        }
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldBringWhatTheJobReturned() {
        assertThat(threads()).as("none before the first job").isZero();

        work.call(() -> Thread.currentThread().getName(), aio.urgent, "job");
        final Seen seen = aio.runOne();

        assertThat(seen.attachment()).isEqualTo("job");
        assertThat(seen.operation()).isEqualTo(Opcode.NOP);
        assertThat(seen.result()).isZero();
        assertThat(seen.flags()).isZero();
        assertThat((String) seen.message()).startsWith("sluice-blocking-");
        aio.expectSilence(1_000_000L);
        assertThat(aio.urgent.usage().events()).isEqualTo(1L);
        aio.assertNothingLeft();
    }

    @Test
    void shouldBringWhatTheJobThrew() {
        final Error error = new AssertionError("thrown");
        work.call(
                () -> {
                    throw error;
                },
                aio.normal,
                "job");

        assertThat(aio.runOne()).isEqualTo(new Seen("job", Opcode.NOP, -Errno.EIO, 0, error));
    }

    @Test
    void shouldTakeJobsByPriorityThenAsTheyCame() throws Exception {
        occupyThreads();
        final List<String> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            for (final var container : List.of(aio.bulk, aio.normal, aio.urgent)) {
                final String name = container.name() + i;
                work.call(
                        () -> {
                            synchronized (order) {
                                return order.add(name);
                            }
                        },
                        container,
                        name);
            }
        }
        assertThat(work.waitingJobs()).isEqualTo(9);
        gate.release(); // one thread, the one kept for high bands: what it takes next shows the order
        aio.run(1 + 3);
        assertThat(work.waitingJobs()).isEqualTo(6);
        gate.release();
        aio.run(1 + 6);
        assertThat(order)
                .containsExactly(
                        "urgent0", "urgent1", "urgent2", "normal0", "normal1", "normal2", "bulk0", "bulk1", "bulk2");

        gate.release(BlockingWork.THREADS - 2);
        aio.run(BlockingWork.THREADS - 2);
        aio.assertNothingLeft();
    }

    @Test
    void shouldRunAnUrgentJobWhileOthersHoldEveryThreadTheyMay() throws Exception {
        final CountDownLatch held = new CountDownLatch(BlockingWork.THREADS - BlockingWork.RESERVED_THREADS);
        for (int i = 0; i < 2 * BlockingWork.THREADS; i++) {
            work.call(
                    () -> {
                        held.countDown();
                        gate.acquire();
                        return null;
                    },
                    aio.bulk,
                    "hangs");
        }
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();

        work.call(() -> "done", aio.urgent, "urgent");
        assertThat(aio.runOne())
                .matches(s -> s.attachment().equals("urgent") && s.message().equals("done"));
        gate.release(2 * BlockingWork.THREADS);
        aio.run(2 * BlockingWork.THREADS);
        aio.assertNothingLeft();
    }

    @Test
    void shouldRunNoMoreJobsOfAContainerThanItsLimitAndHoldUpNobodyElse() throws Exception {
        aio.bulk.setLimit(Resource.BLOCKING_JOBS, 1L);
        for (int i = 0; i < 3; i++) {
            work.call(
                    () -> {
                        gate.acquire();
                        return null;
                    },
                    aio.bulk,
                    "bulk");
        }
        assertThat(aio.bulk.inUse(Resource.BLOCKING_JOBS)).isEqualTo(1L);
        assertThat(work.waitingJobs()).isEqualTo(2);

        work.call(() -> null, aio.normal, "normal");
        assertThat(aio.runOne().attachment()).isEqualTo("normal");
        gate.release(3);
        aio.run(3);
        assertThat(aio.root.inUse(Resource.BLOCKING_JOBS)).isZero();
        aio.assertNothingLeft();
    }

    @Test
    void shouldCancelWhatWaitsAndLetRunWhatRuns() throws Exception {
        occupyThreads();
        final AtomicBoolean ran = new AtomicBoolean();
        final long waiting = work.call(() -> ran.getAndSet(true), aio.normal, "waiting");

        assertThat(aio.io.cancel(waiting)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("waiting", Opcode.NOP, -Errno.ECANCELED, 0));
        assertThat(work.waitingJobs()).isZero();
        gate.release(BlockingWork.THREADS);
        aio.run(BlockingWork.THREADS);
        aio.expectSilence(5_000_000L);

        assertThat(ran).isFalse();
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        final long id = work.call(
                () -> {
                    running.countDown();
                    end.await();
                    return "done";
                },
                aio.normal,
                "running");
        running.await();
        assertThat(aio.io.cancel(id)).isFalse();
        end.countDown();
        assertThat(aio.runOne().message()).isEqualTo("done");
        aio.assertNothingLeft();
    }

    @Test
    void shouldRefuseVisiblyWhenTooManyWait() throws Exception {
        occupyThreads();
        for (int i = 0; i < BlockingWork.MAX_WAITING; i++) {
            assertThat(work.call(() -> null, aio.normal, "job")).isNotNegative();
        }

        assertThat(work.call(() -> null, aio.normal, "refused")).isEqualTo(AsyncIo.BACK_PRESSURED);
        gate.release(BlockingWork.THREADS);
        aio.run(BlockingWork.MAX_WAITING + BlockingWork.THREADS);

        assertThat(aio.seen).extracting(Seen::attachment).doesNotContain("refused");
        assertThat(work.call(() -> null, aio.normal, "again")).isNotNegative();
        assertThat(aio.runOne().attachment()).isEqualTo("again");
    }

    @Test
    void shouldCloseWithJobsWaitingAndRunning() throws Exception {
        occupyThreads();
        work.call(() -> null, aio.normal, "waiting");

        aio.close(); // its threads end: they are interrupted

        await().atMost(Duration.ofSeconds(20)).until(() -> threads() == 0L);
    }

    @Test
    void shouldResolveAPath() throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));

        work.canonicalPath(directory.resolve("./link"), aio.normal, "path");
        assertThat(aio.runOne().message()).isEqualTo(file.toRealPath());
        work.canonicalPath(directory.resolve("absent"), aio.normal, "path");
        final Seen absent = aio.runOne();
        assertThat(absent.result()).isEqualTo(-Errno.ENOENT);
        assertThat(absent.message()).isInstanceOf(NoSuchFileException.class);
        work.canonicalPath(directory.resolve("loop"), aio.normal, "path");
        assertThat(aio.runOne().result()).isNegative();
    }

    @Test
    void shouldResolveAHostName() throws Exception {
        work.hostAddresses("127.0.0.1", aio.normal, "host");
        assertThat(aio.runOne().message()).isEqualTo(List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
        work.hostAddresses("localhost", aio.normal, "host");
        assertThat((List<?>) aio.runOne().message())
                .isNotEmpty()
                .allMatch(address -> ((InetAddress) address).isLoopbackAddress());
        work.hostAddresses("a name with blanks", aio.normal, "host");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENOENT);
    }
}
