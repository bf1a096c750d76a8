// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link LastCloseIT} in full size: 160 MB in 30,000 pieces, and 12 GB in few. Method: the bridge's close, and beside it one that the loop's
 * thread carries out itself; both are printed.
 */
@Tag("soak")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LargeLastCloseSoakIT {
    private static final int EXTENTS = 30_000;
    private static final long LARGE_BYTES = 12L << 30;
    private static final long LONGEST_NS = 250_000_000L;

    @TempDir
    Path directory;

    private LoopFileSystem fileSystem;

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
    void shouldNotStopTheLoopForThirtyThousandPieces() throws Exception {
        fileSystem = LoopFileSystem.make(directory, 512L << 20, "^has_journal", "noatime,discard");
        FileInPieces.write(fileSystem, "file", EXTENTS);
        final long bytes = (long) FileInPieces.blocks(EXTENTS) * FileInPieces.BLOCK;
        final Ticks before = closeOnTheLoop(bytes);
        Files.delete(fileSystem.root().resolve("filler"));
        FileInPieces.write(fileSystem, "file", EXTENTS);
        compare("30,000 pieces", before, closeByTheBridge(bytes));
    }

    @Test
    void shouldNotStopTheLoopForTwelveGigabytes() throws Exception {
        fileSystem = LoopFileSystem.make(directory, LARGE_BYTES + (1L << 30), "^has_journal", "noatime,discard");
        allocate();
        final Ticks before = closeOnTheLoop(LARGE_BYTES);
        allocate();
        compare("12 GB", before, closeByTheBridge(LARGE_BYTES));
    }

    /** Of the image too, so that there is something to free below the file system. */
    private void allocate() throws Exception {
        LoopFileSystem.run(
                "fallocate",
                "--length",
                Long.toString(LARGE_BYTES),
                directory.resolve("image").toString());
        final Path file = fileSystem.root().resolve("file");
        LoopFileSystem.run("fallocate", "--length", Long.toString(LARGE_BYTES), file.toString());
        LoopFileSystem.run("sync", file.toString());
    }

    private static void compare(String what, Ticks onTheLoop, Ticks byTheBridge) {
        System.out.println("last close of " + what + ": on the loop " + onTheLoop + ", by the bridge " + byTheBridge);
        assertThat(byTheBridge.longestNs()).as("after %s", onTheLoop).isLessThan(LONGEST_NS);
    }

    private FileStore store() throws Exception {
        return Files.getFileStore(fileSystem.root());
    }

    private Ticks closeOnTheLoop(long bytes) throws Exception {
        try (AioFixture aio = new AioFixture()) {
            final int fd = Descriptors.open(fileSystem.root().resolve("file"), OpenFlags.O_RDONLY);
            final long freeBytes = store().getUnallocatedSpace();
            Files.delete(fileSystem.root().resolve("file"));
            aio.events.operations().descriptors().discard(fd);
            return Ticks.untilFree(aio, store(), freeBytes + bytes);
        }
    }

    private Ticks closeByTheBridge(long bytes) throws Exception {
        try (AioFixture aio = new AioFixture();
                RootDirectory root = RootDirectory.open(fileSystem.root())) {
            final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
            final long freeBytes = store().getUnallocatedSpace();
            Files.delete(fileSystem.root().resolve("file"));
            file.discard();
            return Ticks.untilFree(aio, store(), freeBytes + bytes);
        }
    }
}
