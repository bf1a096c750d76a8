// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.OpenFlags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;

/** A read that writes the access time can wait for the journal: reads do not, where the kernel permits it. */
class AccessTimeIT extends FileTests {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    private Path oldFile() throws Exception {
        final Path path = AioFixture.writeFile(directory.resolve("file"), 4096);
        Files.setAttribute(path, "lastAccessTime", LONG_AGO);
        return path;
    }

    private Object accessTimeAfterRead(Path path, OpenOptions options) throws Exception {
        final AsyncFile file = aio.open(root, "file", options);
        final IoBuffer buffer = aio.io.arena().tryLease(4096);
        file.read(buffer, 0L);
        assertThat(aio.runOne().result()).isEqualTo(4096);
        buffer.release();
        aio.close(file);
        return Files.getAttribute(path, "lastAccessTime");
    }

    @Test
    void shouldLeaveTheAccessTimeOfOnesOwnFileAlone() throws Exception {
        final Path path = oldFile();

        assertThat(accessTimeAfterRead(path, OpenOptions.READ)).isEqualTo(LONG_AGO);
        assertThat(accessTimeAfterRead(path, OpenOptions.READ_WRITE_CREATE)).isEqualTo(LONG_AGO);
    }

    /** A server opens so what might be a FIFO; where its reads are refused for it, the descriptor is made to wait. */
    @Test
    void shouldKeepTheOtherFlagsWhenADescriptorIsMadeToWait() throws Exception {
        final Path path = oldFile();
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_NONBLOCK));
        assertThat(file.file.makeBlocking()).isTrue();
        final IoBuffer buffer = aio.io.arena().tryLease(4096);
        file.read(buffer, 0L);
        aio.runOne();
        buffer.release();
        aio.close(file);

        assertThat(Files.getAttribute(path, "lastAccessTime")).isEqualTo(LONG_AGO);
    }
}
