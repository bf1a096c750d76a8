// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a read of what is in memory does not wait for the journal that would hold its access time. Method: a file system whose image lies
 * on another, which is frozen: nothing is written any more, and soon the journal takes nothing.
 */
@Timeout(60)
class AccessTimeBesideFullJournalIT {
    private static final Path FSFREEZE = Path.of("/sbin/fsfreeze");
    private static final int LENGTH = 4096;
    private static final long LONGEST_SECONDS = 25L;
    private static final int READS = 200;

    /** For one turn, on a machine that has others to serve: who waits for the journal waits until the thaw. */
    private static final long LIMIT_NS = 2_000_000_000L;

    /** Directories, each of which takes a block of the journal or more. */
    private static final int MOST_CHANGES = 8_000;

    private static final Duration STANDSTILL = Duration.ofMillis(500);

    @TempDir
    Path directory;

    @Test
    void shouldReadOnWhileWhoWritesTheAccessTimeWaits() throws Exception {
        assumeTrue(Files.isExecutable(FSFREEZE), "needs " + FSFREEZE);
        try (LoopFileSystem below = LoopFileSystem.make(directory, 160L << 20);
                LoopFileSystem fileSystem =
                        LoopFileSystem.make(below.root(), 96L << 20, "has_journal", "strictatime")) {
            final Path path = AioFixture.writeFile(fileSystem.root().resolve("file"), LENGTH);
            try (AioFixture aio = new AioFixture();
                    RootDirectory root = RootDirectory.open(fileSystem.root())) {
                final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
                readOn(aio, file, new Turns(aio)); // loads the classes, and what is read
                Files.readAllBytes(path);
                LoopFileSystem.run("sync");

                final Thread changer = new Thread(() -> change(fileSystem.root()), "changer");
                final Thread other = new Thread(() -> readPlainly(path), "other reader");
                final Turns turns = new Turns(aio);
                final CountDownLatch done = new CountDownLatch(1);
                final Thread thaw = new Thread(() -> thaw(below.root(), done), "thaw");
                LoopFileSystem.run(FSFREEZE.toString(), "--freeze", below.root().toString());
                thaw.start();
                try {
                    changer.start();
                    await().atMost(Duration.ofSeconds(20)).until(this::standsStill);
                    other.start();
                    readOn(aio, file, turns);
                    assertThat(other.isAlive()).as("it waits for the journal").isTrue();
                } finally {
                    done.countDown();
                    thaw.join();
                }
                changer.join();
                other.join();
                assertThat(turns.longestNs()).isLessThan(LIMIT_NS);
                aio.close(file);
            }
        }
    }

    /** When all is done, or at last: a loop that waits for the journal could not do it, and is found out by its longest turn. */
    private static void thaw(Path frozen, CountDownLatch done) {
        try {
            if (!done.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("the loop has not come to its end beside a file system that was frozen");
            }
            LoopFileSystem.run(FSFREEZE.toString(), "--unfreeze", frozen.toString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void readOn(AioFixture aio, AsyncFile file, Turns turns) {
        for (int i = 0; i < READS; i++) {
            final IoBuffer buffer = aio.io.arena().tryLease(LENGTH);
            final int before = aio.seen.size();
            file.read(buffer, 0L, aio.normal, "read");
            turns.runUntil(() -> aio.seen.size() > before);
            assertThat(aio.seen.get(before).result()).isEqualTo(LENGTH);
            buffer.release();
        }
    }

    private final AtomicInteger changes = new AtomicInteger();
    private int changesBefore = -1;
    private long sinceNs;

    private boolean standsStill() {
        if (changes.get() != changesBefore) {
            changesBefore = changes.get();
            sinceNs = System.nanoTime();
        }
        return changesBefore > 0 && System.nanoTime() - sinceNs > STANDSTILL.toNanos();
    }

    private void change(Path root) {
        for (int i = 0; i < MOST_CHANGES; i++) {
            try {
                Files.createDirectory(root.resolve("directory" + i));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            changes.incrementAndGet();
        }
    }

    private static void readPlainly(Path path) {
        try {
            assertThat(Files.readAllBytes(path)).hasSize(LENGTH);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
