// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.OpenFlags;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a direct read of a file whose lock a writer holds does not stop the loop. Method: writes and cuts within blocks that must first be
 * read from a disk where each read takes 100 ms, with the lock held meanwhile; a timer ticks.
 */
@Timeout(60)
class BesideWriterIT {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 1024;
    private static final int READS_PER_SECOND = 10;
    private static final int READS = 4;

    /** Half of what a read takes from this disk: a turn that long has waited for one. */
    private static final long STOPPED_NS = 50_000_000L;

    @TempDir
    Path directory;

    private LoopFileSystem fileSystem;

    /** What another thread does to the file, for the n-th time. */
    private interface Change {
        void make(FileChannel file, int n) throws Exception;
    }

    @BeforeEach
    void make() throws Exception {
        fileSystem = LoopFileSystem.make(directory, 24L << 20);
        AioFixture.writeFile(fileSystem.root().resolve("file"), BLOCKS * BLOCK);
        fileSystem.makeCold();
    }

    @AfterEach
    void close() throws Exception {
        if (fileSystem != null) { // where only root may make one, the test is skipped
            fileSystem.close();
        }
    }

    @Test
    void shouldNotStopTheLoopForDirectReadsBesideAWriterOfAnotherThread() throws Exception {
        readBeside((file, n) -> file.write(ByteBuffer.allocate(1), endOf(n)));
    }

    @Test
    void shouldNotStopTheLoopForDirectReadsBesideAWriterThatMakesTheFileLonger() throws Exception {
        readBeside((file, n) -> {
            file.truncate(endOf(n)); // so that the end is within a block that is not in memory
            file.write(ByteBuffer.allocate(2 * BLOCK), endOf(n));
        });
    }

    @Test
    void shouldNotStopTheLoopForDirectReadsBesideACutOfAnotherThread() throws Exception {
        readBeside((file, n) -> file.truncate(endOf(n)));
    }

    /** Within a block that nobody has had in memory yet. */
    private static long endOf(int n) {
        return (BLOCKS - 40L * (n + 1)) * BLOCK + 100L;
    }

    private void readBeside(Change change) throws Exception {
        final AtomicBoolean enough = new AtomicBoolean();
        final AtomicInteger changes = new AtomicInteger();
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root());
                FileChannel written = FileChannel.open(
                        fileSystem.root().resolve("file"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final AsyncFile file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
            final IoBuffer buffer = aio.io.arena().tryLease(BLOCK);
            final Turns turns = new Turns(aio);
            SlowDisk.during(directory, READS_PER_SECOND, () -> {
                final CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                    while (!enough.get() && changes.get() < 20) {
                        try {
                            change.make(written, changes.getAndIncrement());
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    }
                });
                turns.runUntil(() -> changes.get() > 0);
                for (int i = 0; i < READS; i++) {
                    readOne(aio, turns, file, buffer, i);
                }
                enough.set(true);
                writer.get(20, TimeUnit.SECONDS);
            });
            assertThat(changes.get()).as("changes beside the reads").isGreaterThan(1);
            assertNotStopped(aio, turns);
            end(aio, file, buffer);
        }
    }

    @Test
    void shouldNotStopTheLoopForDirectReadsBesideWritesAndCutsOfItsOwn() throws Exception {
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
            final AsyncFile written = aio.open(root, "file", new OpenOptions(OpenFlags.O_RDWR, 0, 0L));
            final IoBuffer buffer = aio.io.arena().tryLease(BLOCK);
            final IoBuffer bytes = aio.io.arena().tryLease(BLOCK);
            final Turns turns = new Turns(aio);
            SlowDisk.during(directory, READS_PER_SECOND, () -> {
                for (int i = 0; i < READS; i++) {
                    bytes.bytes().clear().limit(1);
                    written.write(bytes, endOf(2 * i), aio.normal, "change");
                    readOne(aio, turns, file, buffer, 2 * i);
                    turns.runUntil(() -> aio.seen.removeIf(seen -> "change".equals(seen.attachment())));
                    written.truncate(endOf(2 * i + 1), aio.normal, "change");
                    readOne(aio, turns, file, buffer, 2 * i + 1);
                    turns.runUntil(() -> aio.seen.removeIf(seen -> "change".equals(seen.attachment())));
                }
            });
            assertNotStopped(aio, turns);
            bytes.release();
            written.close();
            end(aio, file, buffer);
        }
    }

    private static void readOne(AioFixture aio, Turns turns, AsyncFile file, IoBuffer buffer, int n) {
        buffer.bytes().clear();
        file.read(buffer, (long) n * BLOCK, aio.normal, n);
        turns.runUntil(
                () -> aio.seen.stream().anyMatch(seen -> seen.attachment().equals(n)));
        assertThat(aio.seen).anyMatch(seen -> seen.attachment().equals(n) && seen.result() == BLOCK);
    }

    private static void assertNotStopped(AioFixture aio, Turns turns) {
        assertThat(turns.longestNs()).as("%s", aio.events.counters()).isLessThan(STOPPED_NS);
    }

    private static void end(AioFixture aio, AsyncFile file, IoBuffer buffer) {
        buffer.release();
        file.close();
        aio.runUntil(() -> aio.io.openDescriptors() == 0);
    }
}
