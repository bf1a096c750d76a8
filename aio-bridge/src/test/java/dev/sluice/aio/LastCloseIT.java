// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.events.QueueCounters;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: whoever closes a file without a name does not stop the loop while its blocks are freed. Method: a file in many pieces on a disk that
 * is told of each block that is free again, while a timer ticks.
 */
class LastCloseIT {
    private static final int EXTENTS = 2000;
    private static final long FILE_BYTES = (long) FileInPieces.blocks(EXTENTS) * FileInPieces.BLOCK;

    @TempDir
    Path directory;

    private LoopFileSystem fileSystem;

    @BeforeEach
    void make() throws Exception {
        fileSystem = LoopFileSystem.make(directory, 48L << 20, "^has_journal", "noatime,discard");
        FileInPieces.write(fileSystem, "pieces", EXTENTS);
    }

    /** The worker frees the blocks after it has answered, and the disk is in use until then. */
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
    void shouldNotStopTheLoopForTheLastCloseOfAFileWithoutAName() throws Exception {
        assertTheLoopGoesOn(AsyncFile::close);
    }

    @Test
    void shouldNotStopTheLoopForTheLastCloseOfAFileWithoutANameThatNobodyWaitsFor() throws Exception {
        assertTheLoopGoesOn(AsyncFile::discard);
    }

    private void assertTheLoopGoesOn(Consumer<AsyncFile> closer) throws Exception {
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile file = aio.open(root, "pieces", OpenOptions.READ);
            file.status();
            final long freeBytes = store().getUnallocatedSpace();
            Files.delete(fileSystem.root().resolve("pieces"));
            closer.accept(file);

            assertTheLoopGoesOnUntilFree(aio, freeBytes + FILE_BYTES);
        }
    }

    private void assertTheLoopGoesOnUntilFree(AioFixture aio, long freeBytes) throws IOException {
        final Ticks ticks = Ticks.untilFree(aio, store(), freeBytes);
        assertThat(ticks.longestNs()).as("%s %s", ticks, aio.events.counters()).isLessThan(ticks.wholeNs() * 3L / 4L);
    }

    /** Nobody has it open, so its last name is the last there is of it. */
    @Test
    void shouldNotStopTheLoopWhenAFileIsReplacedByARename() throws Exception {
        Files.createFile(fileSystem.root().resolve("new"));
        assertTheLoopGoesOnBeside(
                (aio, root) -> aio.io.paths().rename(root, "new", "pieces", 0, aio.normal, "renamed"));
    }

    @Test
    void shouldNotStopTheLoopWhenAFileLosesItsLastName() throws Exception {
        assertTheLoopGoesOnBeside((aio, root) -> aio.io.paths().unlink(root, "pieces", aio.normal, "unlinked"));
    }

    private void assertTheLoopGoesOnBeside(BiConsumer<AioFixture, RootDirectory> remover) throws Exception {
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final long freeBytes = store().getUnallocatedSpace();
            remover.accept(aio, root);

            assertTheLoopGoesOnUntilFree(aio, freeBytes + FILE_BYTES);
        }
    }

    /** What the watcher is for. Method: the close that the bridge would not ask for. */
    @Test
    void shouldTellAWaitInWhichBlocksAreFreedAsAStall() throws Exception {
        try (AioFixture aio = new AioFixture()) {
            assumeFalse(aio.events.binding().startsWith("epoll"), "it closes before it waits");
            final int fd = Descriptors.open(fileSystem.root().resolve("pieces"), OpenFlags.O_RDONLY);
            final long freeBytes = store().getUnallocatedSpace();
            Files.delete(fileSystem.root().resolve("pieces"));
            aio.events.operations().descriptors().discard(fd);

            final Ticks ticks = Ticks.untilFree(aio, store(), freeBytes + FILE_BYTES);

            final QueueCounters counters = aio.events.counters();
            assertThat(ticks.longestNs()).as("%s", ticks).isGreaterThan(ticks.wholeNs() * 3L / 4L);
            assertThat(counters.waitStalls()).as("%s", counters).isPositive();
            assertThat(counters.busyWaitMaxNs())
                    .as("%s", counters)
                    .isBetween(ticks.longestNs() / 3L, ticks.longestNs());
            assertThat(counters.lastStall().handler()).startsWith("io_uring_enter(CLOSE)");
        }
    }

    private FileStore store() throws IOException {
        return Files.getFileStore(fileSystem.root());
    }
}
