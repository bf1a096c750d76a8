package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.Descriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
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

    @ParameterizedTest
    @EnumSource
    void shouldEndInTime(State state) throws Exception {
        final LoopFileSystem disk = LoopFileSystem.makeOfTwo(directory, 64L << 20);
        for (int i = 0; i < FILES; i++) {
            AioFixture.writeFile(disk.root().resolve("file" + i), FILE_BYTES);
        }
        disk.makeCold();
        final AioFixture aio = new AioFixture();
        try (RootDirectory root = RootDirectory.open(disk.root())) {
            final List<AsyncFile> files = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                files.add(aio.open(root, "file" + i, OpenOptions.READ));
                Files.delete(disk.root().resolve("file" + i));
            }
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
        } finally {
            aio.close();
            Awaitility.await().ignoreExceptions().until(() -> {
                closeWhatIsLeft(disk);
                disk.close();
                return true;
            });
        }
    }

    /** A close that the kernel had and no worker had begun when the ring went is left to the end of the process. */
    private static void closeWhatIsLeft(LoopFileSystem disk) throws IOException {
        for (final String target : AioFixture.openTargets()) {
            if (target.contains(" -> " + disk.root() + "/file")) {
                Descriptors.tryClose(Integer.parseInt(target.substring(0, target.indexOf(' '))));
            }
        }
    }
}
