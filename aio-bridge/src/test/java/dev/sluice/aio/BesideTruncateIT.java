// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.Timer;
import dev.sluice.uring.linux.OpenFlags;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: reads of a file that is being cut, whose lock a worker holds meanwhile, do not stop the loop. Method: a file in many pieces on a disk
 * that is told of each block that is free again, read while it is cut and a timer ticks.
 */
class BesideTruncateIT {
    private static final int BLOCK = FileInPieces.BLOCK;
    private static final int EXTENTS = 2000;
    private static final long TICK_NS = 1_000_000L;

    @TempDir
    Path directory;

    private LoopFileSystem fileSystem;

    @BeforeEach
    void make() throws Exception {
        fileSystem = LoopFileSystem.make(directory, 48L << 20, "^has_journal", "noatime,discard");
        FileInPieces.write(fileSystem, "pieces", EXTENTS);
    }

    @AfterEach
    void close() {
        if (fileSystem != null) { // where only root may make one, the test is skipped
            Awaitility.await().ignoreExceptions().until(() -> {
                fileSystem.close();
                return true;
            });
        }
    }

    @Test
    void shouldNotStopTheLoopForReadsOfWhatThePageCacheHas() throws Exception {
        read(OpenOptions.READ, false);
    }

    @Test
    void shouldNotStopTheLoopForReadsOfWhatThePageCacheDoesNotHave() throws Exception {
        read(OpenOptions.READ, true);
    }

    @Test
    void shouldNotStopTheLoopForDirectReads() throws Exception {
        read(OpenOptions.READ.withFlags(OpenFlags.O_DIRECT), true);
    }

    private void read(OpenOptions options, boolean cold) throws Exception {
        if (cold) {
            fileSystem.makeCold();
        }
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile file = aio.open(root, "pieces", options);
            final AsyncFile cut = aio.open(root, "pieces", new OpenOptions(OpenFlags.O_RDWR, 0, 0L));
            final IoBuffer buffer = aio.io.arena().tryLease(BLOCK);
            file.read(buffer, 0L, aio.normal, "first");
            aio.runOne();
            final Timer ticks = aio.events.newTimer(aio.urgent, "tick");
            cut.truncate(64L * BLOCK, aio.normal, "cut");
            ticks.start(TICK_NS);
            final long startNs = System.nanoTime();
            long lastNs = startNs;
            long longestNs = 0L;
            int reads = 0;
            boolean reading = false;
            boolean isCut = false;
            while (!isCut || reading) {
                if (!reading && !isCut) {
                    buffer.bytes().clear();
                    file.read(buffer, (reads % 64L) * BLOCK, aio.normal, "read");
                    reading = true;
                }
                final EventBatch batch = aio.events.dequeueNextEvents(16, Priority.IDLE, -1L);
                for (Event event = batch.next(); event != null; event = batch.next()) {
                    if ("tick".equals(event.attachment())) {
                        ticks.start(TICK_NS);
                    } else if ("cut".equals(event.attachment())) {
                        isCut = true;
                    } else {
                        assertThat(event.result()).isEqualTo(BLOCK);
                        reads++;
                        reading = false;
                    }
                }
                final long nowNs = System.nanoTime();
                longestNs = Math.max(longestNs, nowNs - lastNs);
                lastNs = nowNs;
            }
            ticks.cancel();
            final long wholeNs = lastNs - startNs;
            assertThat(longestNs).as("%s", aio.events.counters()).isLessThan(wholeNs * 3L / 4L);
            buffer.release();
            file.close();
            cut.close();
            aio.runUntil(() -> aio.io.openDescriptors() == 0);
        }
    }
}
