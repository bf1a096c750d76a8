// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: the end of a queue waits for no disk, whatever is still to be closed on one that hangs. Method: files that have lost their names
 * before the disk hangs, so that the last close of each must write, and more of them than workers close at a time.
 */
@Timeout(60)
class CloseBesideHungDiskIT {
    enum State {
        OPEN,
        CLOSING,
        DISCARDED
    }

    private static final int FILES = 40;
    private static final int FILE_BYTES = 256 << 10;
    private static final long CLOSE_LIMIT_NS = 200_000_000L;
    private static final long LIMIT_NS = 2_000_000_000L;

    @TempDir
    Path directory;

    private final List<AsyncFile> files = new ArrayList<>();
    private LoopFileSystem disk;
    private AioFixture aio;

    @BeforeEach
    void open() throws Exception {
        disk = LoopFileSystem.makeOfTwo(directory, 64L << 20);
        for (int i = 0; i < FILES; i++) {
            AioFixture.writeFile(disk.root().resolve("file" + i), FILE_BYTES);
        }
        disk.makeCold();
        aio = new AioFixture();
        try (RootDirectory root = RootDirectory.open(disk.root())) {
            for (int i = 0; i < FILES; i++) {
                files.add(aio.open(root, "file" + i, OpenOptions.READ));
                Files.delete(disk.root().resolve("file" + i));
            }
        }
    }

    @AfterEach
    void close() throws Exception {
        if (aio != null) {
            aio.close();
        }
        if (disk != null) { // where only root may make one, the test is skipped
            awaitNothingOpen();
        }
    }

    private void awaitNothingOpen() {
        Awaitility.await().ignoreExceptions().until(() -> {
            disk.close();
            return true;
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndInTime(State state) throws Exception {
        try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current())) {
            switch (state) {
                case OPEN -> {}
                case CLOSING -> files.forEach(AsyncFile::close);
                case DISCARDED -> files.forEach(AsyncFile::discard);
            }
            aio.reapOnly();
            final long startNs = System.nanoTime();

            aio.events.closeWithin(CLOSE_LIMIT_NS);

            assertThat(System.nanoTime() - startNs).isLessThan(LIMIT_NS);
            hung.comesBack();
        }
    }
}
