// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file has beside its content is read and changed, of the file that the path leads to within the root and of no other. */
class AsyncAttributesIT extends FileTests {
    private static final Instant THEN = Instant.ofEpochSecond(1_000_000_000L, 123_456_789L);

    @TempDir
    Path elsewhere;

    private AsyncAttributes attributes;
    private Path file;
    private Path outside;

    @BeforeEach
    void makeFiles() throws IOException {
        attributes = aio.io.blockingWork().attributes();
        Files.createDirectory(directory.resolve("a"));
        file = Files.writeString(directory.resolve("a/file"), "content");
        Files.createSymbolicLink(directory.resolve("within"), Path.of("a/file"));
        outside = Files.writeString(elsewhere.resolve("outside"), "");
        Files.createSymbolicLink(directory.resolve("out"), outside);
    }

    @AfterEach
    void removeTheLinkOut() throws IOException {
        Files.delete(directory.resolve("out"));
    }

    private Object messageOf(long id) {
        assertThat(id).isNotNegative();
        final Seen event = aio.runOne();
        assertThat(event.result()).as("%s", event.message()).isZero();
        return event.message();
    }

    private int errnoOf(long id) {
        assertThat(id).isNotNegative();
        final Seen event = aio.runOne();
        assertThat(event.message()).isInstanceOf(IOException.class);
        return -event.result();
    }

    @Test
    void shouldReadTheTextOfALink() {
        assertThat(messageOf(attributes.readLink(root, "within", aio.normal, null)))
                .isEqualTo("a/file");
        assertThat(messageOf(attributes.readLink(root, "out", aio.normal, null)))
                .isEqualTo(outside.toString());
        assertThat(errnoOf(attributes.readLink(root, "a/file", aio.normal, null)))
                .isIn(Errno.EINVAL, Errno.ENOENT);
        assertThat(errnoOf(attributes.readLink(root, "missing", aio.normal, null)))
                .isEqualTo(Errno.ENOENT);
    }

    @Test
    void shouldSetTheModeOfWhatALinkLeadsTo() throws IOException {
        messageOf(attributes.setMode(root, "within", 0604, aio.normal, null));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw----r--");
        messageOf(attributes.setMode(root, "a", 0711, aio.normal, null));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a"))))
                .isEqualTo("rwx--x--x");
    }

    @Test
    void shouldSetTheOwnerOfAFileAndOfALinkItself() throws IOException {
        final boolean isRoot = "root".equals(System.getProperty("user.name"));
        final int other = isRoot ? 12_345 : AsyncAttributes.UNCHANGED;
        final Object user = Files.getAttribute(file, "unix:uid");
        messageOf(attributes.setOwner(root, "within", true, other, AsyncAttributes.UNCHANGED, aio.normal, null));
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(isRoot ? other : user);
        messageOf(attributes.setOwner(root, "out", false, AsyncAttributes.UNCHANGED, other, aio.normal, null));
        assertThat(Files.getAttribute(directory.resolve("out"), "unix:gid", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(isRoot ? other : Files.getAttribute(file, "unix:gid"));
        assertThat(Files.getAttribute(outside, "unix:gid")).isNotEqualTo(12_345);
    }

    @Test
    void shouldSetBothTimesOrEither() throws IOException {
        messageOf(attributes.setTimes(root, "a/file", true, THEN, THEN.plusSeconds(1L), aio.normal, null));
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.from(THEN.plusSeconds(1L)));
        assertThat(Files.getAttribute(file, "lastAccessTime")).isEqualTo(FileTime.from(THEN));
        messageOf(attributes.setTimes(root, "a/file", true, null, THEN.plusSeconds(2L), aio.normal, null));
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.from(THEN.plusSeconds(2L)));
        assertThat(Files.getAttribute(file, "lastAccessTime")).isEqualTo(FileTime.from(THEN));

        messageOf(attributes.setTimes(root, "within", false, null, THEN, aio.normal, null));
        assertThat(Files.getLastModifiedTime(directory.resolve("within"), LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(FileTime.from(THEN));
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.from(THEN.plusSeconds(2L)));
    }

    @Test
    void shouldKeepExtendedAttributes() throws IOException {
        assumeTrue(Files.getFileStore(file).supportsFileAttributeView(UserDefinedFileAttributeView.class));
        final byte[] value = "a value".getBytes(StandardCharsets.UTF_8);
        assertThat((List<?>) messageOf(attributes.names(root, "within", aio.normal, null)))
                .isEmpty();
        assertThat(errnoOf(attributes.read(root, "within", "user.first", aio.normal, null)))
                .isEqualTo(Errno.ENODATA);

        messageOf(attributes.write(root, "within", "user.first", value, aio.normal, null));
        messageOf(attributes.write(root, "a/file", "user.empty", new byte[0], aio.normal, null));

        assertThat(messageOf(attributes.read(root, "a/file", "user.first", aio.normal, null)))
                .isEqualTo(value);
        assertThat(messageOf(attributes.read(root, "a/file", "user.empty", aio.normal, null)))
                .isEqualTo(new byte[0]);
        assertThat((List<?>) messageOf(attributes.names(root, "within", aio.normal, null)))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrder("user.first", "user.empty");
        messageOf(attributes.remove(root, "within", "user.first", aio.normal, null));
        assertThat(errnoOf(attributes.remove(root, "within", "user.first", aio.normal, null)))
                .isEqualTo(Errno.ENODATA);
        assertThat(errnoOf(attributes.read(root, "a/file", "user." + "x".repeat(300), aio.normal, null)))
                .isEqualTo(Errno.ERANGE);
        assertThat(errnoOf(attributes.write(root, "a/file", "user.x", new byte[65_537], aio.normal, null)))
                .isEqualTo(Errno.E2BIG);
    }

    @Test
    void shouldTouchNothingOutsideTheRoot() throws IOException {
        final FileTime before = Files.getLastModifiedTime(outside);
        final Object mode = Files.getPosixFilePermissions(outside);
        for (final String path : List.of("out", "../" + directory.getFileName() + "/a/file", outside.toString())) {
            assertThat(errnoOf(attributes.setMode(root, path, 0777, aio.normal, null)))
                    .isEqualTo(Errno.EXDEV);
            assertThat(errnoOf(attributes.setTimes(root, path, true, THEN, THEN, aio.normal, null)))
                    .isEqualTo(Errno.EXDEV);
            assertThat(errnoOf(attributes.setOwner(root, path, true, 1, 1, aio.normal, null)))
                    .isEqualTo(Errno.EXDEV);
            assertThat(errnoOf(attributes.write(root, path, "user.x", new byte[1], aio.normal, null)))
                    .isEqualTo(Errno.EXDEV);
            assertThat(errnoOf(attributes.names(root, path, aio.normal, null))).isEqualTo(Errno.EXDEV);
        }
        assertThat(Files.getLastModifiedTime(outside)).isEqualTo(before);
        assertThat(Files.getPosixFilePermissions(outside)).isEqualTo(mode);
    }

    @Test
    void shouldLeaveNothingOpenWhateverComesOfIt() throws IOException {
        messageOf(attributes.readLink(root, "within", aio.normal, null)); // the threads are there
        final List<String> before = OpenDescriptors.now();
        for (int i = 0; i < 20; i++) {
            messageOf(attributes.readLink(root, "within", aio.normal, null));
            errnoOf(attributes.readLink(root, "missing", aio.normal, null));
            errnoOf(attributes.readLink(root, "a/file", aio.normal, null));
        }
        assertThat(OpenDescriptors.since(before)).isEmpty();
        aio.assertNothingLeft();
    }

    @Test
    void shouldRefuseWhatIsNoPathNameOrMode() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> attributes.readLink(root, "a\0b", aio.normal, null))
                .withMessageContaining("a\\0b");
        assertThatIllegalArgumentException().isThrownBy(() -> attributes.read(root, "a", "u\0", aio.normal, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> attributes.setMode(root, "a", 010_000, aio.normal, null))
                .withMessageContaining("mode=010000");
        root.close();
        assertThatIllegalStateException().isThrownBy(() -> attributes.readLink(root, "within", aio.normal, null));
    }

    @Test
    void shouldTellHowLargeAnOpenFileIsNow() throws IOException {
        final AsyncFile open = aio.open(root, "a/file", OpenOptions.READ);
        assertThat(open.status().sizeBytes()).isEqualTo(7L);
        Files.writeString(file, "much longer content");
        assertThat(open.status().sizeBytes()).isEqualTo(7L);
        assertThat(open.sizeBytes()).isEqualTo(19L);
        assertThat(open.status().sizeBytes()).isEqualTo(19L);
        open.discard();
        assertThatIllegalStateException().isThrownBy(open::sizeBytes).withMessageContaining("not open");
    }
}
