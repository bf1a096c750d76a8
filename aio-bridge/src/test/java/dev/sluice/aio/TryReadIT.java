// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.disk.PageCache;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: what the page cache has can be read within a call; what it has not is left to the ring, and asked for no more often than may be. */
class TryReadIT {
    private static final int FILE_BYTES = 100_000;

    @TempDir
    Path directory;

    private AioFixture aio;
    private RootDirectory root;
    private AsyncFile file;
    private IoBuffer buffer;
    private byte[] content;

    /** What the page cache says in the kernel's place, unless it is below 0. */
    private int answer = -1;

    private int asked;
    private int tried;

    private final PageCache pageCache = new PageCache() {
        @Override
        public long cachedPages(int fd, long offset, long lengthBytes) {
            asked++;
            return OF_THE_KERNEL.cachedPages(fd, offset, lengthBytes);
        }

        @Override
        public int readNow(int fd, long address, int lengthBytes, long position) {
            tried++;
            return answer == -1 ? OF_THE_KERNEL.readNow(fd, address, lengthBytes, position) : answer;
        }
    };

    @BeforeEach
    void open() throws IOException {
        aio = new AioFixture(EventQueue.open(), AsyncIoOptions.defaults(), pageCache);
        root = RootDirectory.open(directory);
        content = Files.readAllBytes(AioFixture.writeFile(directory.resolve("file"), FILE_BYTES));
        file = aio.open(root, "file", OpenOptions.READ);
        buffer = aio.io.arena().tryLease(65_536);
        aio.seen.clear();
    }

    @AfterEach
    void close() {
        if (file.isOpen()) {
            aio.close(file);
        }
        buffer.release();
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
        aio.close();
        root.close();
    }

    /** The page cache is asked what it has where the kernel tells; so the first read may have to tell it. */
    private void warm() {
        buffer.bytes().clear();
        file.read(buffer, 0L);
        aio.runOne();
        aio.seen.clear();
        buffer.bytes().clear();
        asked = 0;
        tried = 0;
    }

    private byte[] read() {
        final ByteBuffer bytes = buffer.bytes().duplicate().flip();
        final byte[] read = new byte[bytes.remaining()];
        bytes.get(read);
        return read;
    }

    @Test
    void shouldReadWithinTheCallWhatThePageCacheHas() {
        warm();
        buffer.bytes().position(10).limit(10 + 8192);
        final long operations = aio.normal.usage().diskOperations();

        assertThat(file.tryRead(buffer, 4096L, aio.normal)).isEqualTo(8192);

        assertThat(buffer.bytes().position()).isEqualTo(10 + 8192);
        assertThat(Arrays.copyOfRange(read(), 10, 10 + 8192)).isEqualTo(Arrays.copyOfRange(content, 4096, 4096 + 8192));
        assertThat(asked).as("its history was enough").isZero();
        assertThat(aio.normal.usage().diskOperations()).isEqualTo(operations + 1L);
        assertThat(aio.seen).isEmpty();
    }

    @Test
    void shouldReadUpToTheEndOfTheFile() {
        warm();
        assertThat(file.tryRead(buffer, FILE_BYTES - 100L, aio.normal)).isEqualTo(100);
        assertThat(read()).isEqualTo(Arrays.copyOfRange(content, FILE_BYTES - 100, FILE_BYTES));

        buffer.bytes().clear();
        assertThat(file.tryRead(buffer, FILE_BYTES, aio.normal)).isZero();
        assertThat(buffer.bytes().position()).isZero();
    }

    @Test
    void shouldNotReadWhatThePageCacheDoesNotHave() throws IOException {
        assumeTrue(Descriptors.cachedPages(file.fd(), 0L, FILE_BYTES) >= 0L, "the kernel does not tell what is cached");
        AioFixture.makeCold(file, directory.resolve("file"));
        assumeTrue(Descriptors.cachedPages(file.fd(), 0L, FILE_BYTES) == 0L, "pages cannot be made cold here");

        assertThat(file.tryRead(buffer, 0L, aio.normal)).isZero();

        assertThat(tried).as("to try begins to read ahead").isZero();
        assertThat(buffer.bytes().position()).isZero();
        assertThat(Descriptors.cachedPages(file.fd(), 0L, FILE_BYTES)).isZero();
    }

    /** Of as many as may be at the device at a time the history may be wrong, until the ring was entered. */
    @Test
    void shouldNotBelieveTheHistoryMoreOftenThanMayBeReadAtATime() {
        warm();
        answer = -Errno.EAGAIN;
        for (int i = 0; i < 1000; i++) {
            assertThat(file.tryRead(buffer, 0L, aio.normal)).isZero();
        }
        assertThat(tried).as("wrong once, it has forgotten").isBetween(1, 1 + asked);
    }

    @Test
    void shouldNotAskAgainWhereTheFileSystemCannotTell() {
        warm();
        answer = -Errno.EOPNOTSUPP;
        assertThat(file.tryRead(buffer, 0L, aio.normal)).isZero();
        assertThat(file.tryRead(buffer, 0L, aio.normal)).isZero();

        assertThat(tried).isOne();
        answer = -1;
        file.read(buffer, 0L);
        assertThat(aio.runOne().result()).isEqualTo(65_536);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> file.tryRead(buffer, -1L, aio.normal));
        buffer.bytes().limit(0);
        assertThatIllegalArgumentException().isThrownBy(() -> file.tryRead(buffer, 0L, aio.normal));
        buffer.bytes().clear();
        final SharedBlock shared = aio.io.arena().tryLease(100).toShared();
        final IoBuffer view = shared.view();
        assertThatIllegalArgumentException().isThrownBy(() -> file.tryRead(view, 0L, aio.normal));
        view.release();
        shared.release();
        aio.close(file);
        assertThatIllegalStateException().isThrownBy(() -> file.tryRead(buffer, 0L, aio.normal));
    }
}
