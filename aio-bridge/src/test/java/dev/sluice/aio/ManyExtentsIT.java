// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.disk.BlockMap;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a file in 1,000 pieces whose map is cold, too, does not stop the loop. Method: reads all over it, buffered and
 * direct, from a disk where each takes 100 ms, while a timer ticks.
 */
class ManyExtentsIT {
    private static final int BLOCK = FileInPieces.BLOCK;
    private static final int EXTENTS = 1000;
    private static final int BLOCKS = FileInPieces.blocks(EXTENTS);
    private static final long LAST = (BLOCKS - 1L) * BLOCK;

    private static final int READS_PER_SECOND = 10;
    private static final int READS = 12;

    /** Half of what a read takes from this disk: a turn that long has waited for one. */
    private static final long STOPPED_NS = 50_000_000L;

    @TempDir
    Path directory;

    private LoopFileSystem fileSystem;

    @BeforeEach
    void make() throws Exception {
        fileSystem = LoopFileSystem.make(directory, 24L << 20);
    }

    @AfterEach
    void close() throws Exception {
        if (fileSystem != null) { // where only root may make one, the test is skipped
            fileSystem.close();
        }
    }

    @Test
    void shouldNotStopTheLoopForTheMapOfAFileThatIsReadThroughThePageCache() throws Exception {
        read(OpenOptions.READ);
    }

    @Test
    void shouldNotStopTheLoopForTheMapOfAFileThatIsReadDirectly() throws Exception {
        read(OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
    }

    /** Goal: what is remembered of the map is asked for again. Method: the kernel is made to drop it behind a descriptor's back. */
    @Test
    void shouldRememberTheMapOfAFileForAWhile() throws Exception {
        FileInPieces.write(fileSystem, "pieces", EXTENTS);
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile file = aio.open(root, "pieces", OpenOptions.READ);
            file.status();
            final BlockMap remembers = new BlockMap();
            final long nowNs = System.nanoTime();
            dropMap(file, nowNs);
            assertThat(remembers.has(file.file.admitted(), LAST, BLOCK, nowNs)).isFalse();

            Files.readAllBytes(fileSystem.root().resolve("pieces"));
            for (long position = 0L; position <= LAST; position += BLOCK) {
                assertThat(remembers.has(file.file.admitted(), position, BLOCK, nowNs))
                        .as("at %d", position)
                        .isTrue();
            }

            dropMap(file, nowNs);
            assertThat(remembers.has(file.file.admitted(), LAST, BLOCK, nowNs + 90_000_000L))
                    .isTrue();
            assertThat(remembers.has(file.file.admitted(), LAST, BLOCK, nowNs + 110_000_000L))
                    .isFalse();
            file.close();
            aio.runUntil(() -> aio.io.openDescriptors() == 0);
        }
    }

    /** As when memory is short; what was used since the last time stays at first. */
    private static void dropMap(AsyncFile file, long nowNs) throws IOException {
        for (int i = 0; new BlockMap().has(file.file.admitted(), LAST, BLOCK, nowNs); i++) {
            assertThat(i).as("times that the kernel was asked to drop it").isLessThan(100);
            Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
        }
    }

    private void read(OpenOptions options) throws Exception {
        FileInPieces.write(fileSystem, "pieces", EXTENTS);
        readAllOver(options); // what is loaded at first use comes from the disk that is slow afterwards
        fileSystem.makeCold();
        SlowDisk.during(
                directory,
                READS_PER_SECOND,
                () -> assertThat(readAllOver(options))
                        .as("longest turn of the loop")
                        .isLessThan(STOPPED_NS));
    }

    /** Returns how long the longest turn took. */
    private long readAllOver(OpenOptions options) throws IOException {
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile file = aio.open(root, "pieces", options);
            final IoBuffer buffer = aio.io.arena().tryLease(BLOCK);
            aio.seen.clear();
            final Turns turns = new Turns(aio);
            final int[] begun = {0};
            turns.runUntil(() -> {
                if (begun[0] == 0
                        || aio.seen.removeIf(seen -> "read".equals(seen.attachment()) && seen.result() == BLOCK)) {
                    buffer.bytes().clear();
                    final int n = begun[0]++;
                    if (n < READS) {
                        file.read(buffer, (long) (n * BLOCKS / READS) * BLOCK, aio.normal, "read");
                    }
                }
                return begun[0] > READS;
            });
            assertThat(aio.seen).as("other than full reads").isEmpty();
            buffer.release();
            file.close();
            aio.runUntil(() -> aio.io.openDescriptors() == 0);
            return turns.longestNs();
        }
    }
}
