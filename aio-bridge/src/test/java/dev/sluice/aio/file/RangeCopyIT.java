// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.uring.call.CopyRange;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies whose thread throws: there is no memory for what the call needs, or something that nobody has foreseen. */
class RangeCopyIT {
    private static final int LENGTH_BYTES = RangeCopy.CHUNK_BYTES + 100;

    @TempDir
    Path directory;

    private final AioFixture aio = new AioFixture();
    private final AtomicInteger chunks = new AtomicInteger();
    private RootDirectory root;
    private AsyncFile source;
    private AsyncFile copy;
    private List<String> before;

    @BeforeEach
    void open() throws IOException {
        AioFixture.writeFile(directory.resolve("source"), LENGTH_BYTES);
        root = RootDirectory.open(directory);
        source = aio.open(root, "source", OpenOptions.READ);
        copy = aio.open(root, "copy", OpenOptions.createNew(0600));
        aio.seen.clear();
        before = OpenDescriptors.now();
    }

    @AfterEach
    void nothingIsLeft() {
        // What a thread of copies throws is one test's own.
        Awaitility.await()
                .dontCatchUncaughtExceptions()
                .until(() -> OpenDescriptors.since(before).isEmpty());
        aio.close(source);
        aio.close(copy);
        aio.assertNothingLeft();
        root.close();
        aio.close();
    }

    private void throwAt(int chunk, RuntimeException failure) {
        AioFixture.openFile(copy).files.chunks = (sourceFd, sourceOffset, copyFd, copyOffset, lengthBytes) -> {
            if (chunks.incrementAndGet() == chunk) {
                throw failure;
            }
            return CopyRange.copy(sourceFd, sourceOffset, copyFd, copyOffset, lengthBytes);
        };
    }

    private int copied() {
        source.copyRange(0L, copy, 0L, LENGTH_BYTES, aio.normal, "copied");
        return aio.runOne().result();
    }

    @Test
    void shouldTellThatThereIsNoMemoryAndCopyAgainWhenThereIs() {
        throwAt(1, Errno.unchecked("mmap", Errno.ENOMEM));

        assertThat(copied()).isEqualTo(-Errno.ENOMEM);
        assertThat(aio.normal.usage().descriptors()).as("the two files").isEqualTo(2L);
        assertThat(copied()).isEqualTo(LENGTH_BYTES);
    }

    @Test
    void shouldTellWhatWasCopiedBeforeThereWasNoMemory() {
        throwAt(2, Errno.unchecked("mmap", Errno.ENOMEM));

        assertThat(copied()).isEqualTo(RangeCopy.CHUNK_BYTES);
    }

    @Test
    void shouldEndWhateverIsThrown() {
        throwAt(1, new IllegalStateException("a bug, that the thread's handler is told of"));

        assertThat(copied()).isEqualTo(-Errno.ENOMEM);
        assertThat(copied()).isEqualTo(LENGTH_BYTES);
    }
}
