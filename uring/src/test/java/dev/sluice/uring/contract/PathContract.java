// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PathFlags;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations on names, on every ring over real files; looked at through the JDK. */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class PathContract implements RingContract {

    private static final int OLD = 0;
    private static final int NEW = 512;
    private static final int VALUE = 1024;

    @AutoClose
    private final RingTester tester = open(64, 256);

    @TempDir
    Path folder;

    private int root;

    @BeforeEach
    void openRoot() throws Exception {
        root = tester.closeLater(Descriptors.openDirectory(folder));
    }

    private int rename(String oldName, String newName, int flags) {
        final long oldPath = tester.name(OLD, oldName);
        final long newPath = tester.name(NEW, newName);
        return tester.run(sqe -> sqe.prepRenameat(root, oldPath, root, newPath, flags));
    }

    private int link(String oldName, String newName, int flags) {
        final long oldPath = tester.name(OLD, oldName);
        final long newPath = tester.name(NEW, newName);
        return tester.run(sqe -> sqe.prepLinkat(root, oldPath, root, newPath, flags));
    }

    private int symlink(String target, String name) {
        final long targetText = tester.name(OLD, target);
        final long path = tester.name(NEW, name);
        return tester.run(sqe -> sqe.prepSymlinkat(targetText, root, path));
    }

    private int unlink(String name, int flags) {
        final long path = tester.name(OLD, name);
        return tester.run(sqe -> sqe.prepUnlinkat(root, path, flags));
    }

    private int mkdir(String name, int mode) {
        final long path = tester.name(OLD, name);
        return tester.run(sqe -> sqe.prepMkdirat(root, path, mode));
    }

    private int setAttribute(Path file, String name, String value) {
        final long path = tester.name(OLD, file.toString());
        final long attribute = tester.name(NEW, name);
        final long text = tester.name(VALUE, value);
        return tester.run(sqe -> sqe.prepSetxattr(path, attribute, text, value.length()));
    }

    private int attribute(Path file, String name, int room) {
        final long path = tester.name(OLD, file.toString());
        final long attribute = tester.name(NEW, name);
        return tester.run(sqe -> sqe.prepGetxattr(path, attribute, tester.address(VALUE), room));
    }

    @Test
    void shouldSetAndReadExtendedAttributes() throws Exception {
        assumeTrue(tester.ring.features().supports(Opcode.GETXATTR), "GETXATTR needs Linux 5.19");
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView(UserDefinedFileAttributeView.class));
        final Path file = Files.writeString(folder.resolve("file"), "");

        assertThat(attribute(file, "user.origin", 100)).isEqualTo(-Errno.ENODATA);
        assertThat(setAttribute(file, "user.origin", "here")).isZero();
        assertThat(setAttribute(file, "user.origin", "there")).isZero();
        assertThat(Files.getAttribute(file, "user:origin")).isEqualTo("there".getBytes(StandardCharsets.US_ASCII));
        assertThat(attribute(file, "user.origin", 100)).isEqualTo(5);
        assertThat(tester.text(VALUE, 5)).isEqualTo("there");
        assertThat(attribute(file, "user.origin", 4)).isEqualTo(-Errno.ERANGE);
        assertThat(attribute(folder.resolve("missing"), "user.origin", 100)).isEqualTo(-Errno.ENOENT);
        assertThat(setAttribute(file, "unknown.origin", "here")).isEqualTo(-Errno.EOPNOTSUPP);
    }

    @Test
    void shouldRenameReplaceAndExchange() throws Exception {
        Files.writeString(folder.resolve("a"), "first");
        Files.writeString(folder.resolve("b"), "second");

        assertThat(rename("a", "b", PathFlags.RENAME_NOREPLACE)).isEqualTo(-Errno.EEXIST);
        assertThat(rename("a", "b", PathFlags.RENAME_EXCHANGE)).isZero();
        assertThat(folder.resolve("a")).hasContent("second");
        assertThat(folder.resolve("b")).hasContent("first");

        assertThat(rename("a", "b", 0)).isZero();
        assertThat(folder.resolve("b")).hasContent("second");
        assertThat(rename("a", "b", 0)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void shouldGiveAFileOneMoreName() throws Exception {
        Files.writeString(folder.resolve("file"), "contents");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));

        assertThat(link("file", "second", 0)).isZero();
        assertThat(Files.isSameFile(folder.resolve("file"), folder.resolve("second")))
                .isTrue();
        assertThat(link("link", "third", PathFlags.AT_SYMLINK_FOLLOW)).isZero();
        assertThat(Files.getAttribute(folder.resolve("file"), "unix:nlink")).isEqualTo(3);
        assertThat(link("link", "fourth", 0)).isZero();
        assertThat(folder.resolve("fourth")).isSymbolicLink();
        assertThat(link("file", "second", 0)).isEqualTo(-Errno.EEXIST);
    }

    @Test
    void shouldMakeASymbolicLink() throws Exception {
        assertThat(symlink("no/such/target", "link")).isZero();

        assertThat(Files.readSymbolicLink(folder.resolve("link"))).isEqualTo(Path.of("no/such/target"));
        assertThat(symlink("x", "link")).isEqualTo(-Errno.EEXIST);
    }

    @Test
    void shouldRemoveFilesAndEmptyDirectories() throws Exception {
        Files.createDirectories(folder.resolve("dir"));
        Files.writeString(folder.resolve("dir/file"), "");

        assertThat(unlink("dir", 0)).isEqualTo(-Errno.EISDIR);
        assertThat(unlink("dir", PathFlags.AT_REMOVEDIR)).isEqualTo(-Errno.ENOTEMPTY);
        assertThat(unlink("dir/file", PathFlags.AT_REMOVEDIR)).isEqualTo(-Errno.ENOTDIR);
        assertThat(unlink("dir/file", 0)).isZero();
        assertThat(unlink("dir/file", 0)).isEqualTo(-Errno.ENOENT);
        assertThat(unlink("dir", PathFlags.AT_REMOVEDIR)).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void shouldMakeADirectoryWithTheMode() throws Exception {
        assertThat(mkdir("dir", 0700)).isZero();

        assertThat(Files.getPosixFilePermissions(folder.resolve("dir")))
                .containsExactlyInAnyOrder(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.OWNER_EXECUTE);
        assertThat(mkdir("dir", 0700)).isEqualTo(-Errno.EEXIST);
        assertThat(mkdir("no/dir", 0700)).isEqualTo(-Errno.ENOENT);
    }
}
