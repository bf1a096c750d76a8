// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.linux.Errno;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WaysToCreateIT extends FileTests {
    @Test
    void shouldCreateAFileThatWasNotThereAndNoOther() throws Exception {
        final AsyncFile file = aio.open(root, "new", OpenOptions.createNew(0600));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("new"))))
                .isEqualTo("rw-------");
        final AsyncFile second = aio.io.newFile();
        second.open(root, "new", OpenOptions.createNew(0600), aio.normal, "second");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EEXIST);
        aio.close(file);
        aio.assertNothingLeft();
    }

    @Test
    void shouldEmptyAFileThatIsThere() throws Exception {
        Files.writeString(directory.resolve("file"), "content");

        final AsyncFile file = aio.open(root, "file", OpenOptions.createEmpty(0644));

        assertThat(directory.resolve("file")).isEmptyFile();
        assertThat(file.status().sizeBytes()).isZero();
        aio.close(file);
    }

    @Test
    void shouldWriteAtTheEndWhateverPositionAWriteNames() throws Exception {
        Files.writeString(directory.resolve("log"), "first ");
        final AsyncFile file = aio.open(root, "log", OpenOptions.append(0644));
        final IoBuffer buffer = aio.io.arena().tryLease(6);
        buffer.bytes().put("second".getBytes(StandardCharsets.US_ASCII)).flip();

        file.writeFully(buffer, 0L, aio.normal, "write");

        assertThat(aio.runOne().result()).isEqualTo(6);
        assertThat(directory.resolve("log")).hasContent("first second");
        buffer.release();
        aio.close(file);
    }

    @Test
    void shouldMakeAFileWithoutAName() throws Exception {
        final AsyncFile file = aio.io.newFile();
        file.open(root, ".", OpenOptions.unnamed(0600), aio.normal, "unnamed");
        final int result = aio.runOne().result();
        assumeTrue(result != -Errno.EOPNOTSUPP, "this file system has none");

        assertThat(result).isPositive();
        assertThat(file.status().links()).isZero();
        try (Stream<Path> names = Files.list(directory)) {
            assertThat(names).isEmpty();
        }
        aio.close(file);
    }

    @Test
    void shouldTellOwnerAndNames() throws Exception {
        final Path path = Files.writeString(directory.resolve("file"), "content");
        Files.createLink(directory.resolve("other"), path);
        if ((Integer) Files.getAttribute(path, "unix:uid") == 0) { // else it stays one's own
            Files.setAttribute(path, "unix:uid", 1234);
            Files.setAttribute(path, "unix:gid", 4321);
        }

        final AsyncFile file = aio.open(root, "file", OpenOptions.READ_WRITE);

        assertThat(file.status().links()).isEqualTo(2L);
        assertThat(file.status().userId()).isEqualTo(((Integer) Files.getAttribute(path, "unix:uid")).longValue());
        assertThat(file.status().groupId()).isEqualTo(((Integer) Files.getAttribute(path, "unix:gid")).longValue());
        aio.close(file);
    }

    @Test
    void shouldRefuseAModeThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenOptions.createNew(0100644))
                .withMessageContaining("mode=0100644");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenOptions.append(-1))
                .withMessageContaining("07777");
    }
}
