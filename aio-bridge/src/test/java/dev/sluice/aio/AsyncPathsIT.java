// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PathFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations on names, on the real kernel. The root is a directory beside one that nothing may touch. */
class AsyncPathsIT {
    @TempDir
    Path directory;

    private Path inside;
    private Path outside;
    private RootDirectory root;
    private AioFixture aio;
    private AsyncPaths paths;

    @BeforeEach
    void open() throws Exception {
        inside = Files.createDirectory(directory.resolve("inside"));
        outside = Files.createDirectory(directory.resolve("outside"));
        writeFile(outside.resolve("secret"), 77);
        Files.createDirectory(outside.resolve("empty"));
        root = RootDirectory.open(inside);
        aio = new AioFixture();
        paths = aio.io.paths();
        assumeTrue(aio.io.port().features().supports(Opcode.LINKAT), "the ring has no operations on names");
    }

    @AfterEach
    void close() {
        aio.close();
        root.close();
    }

    @Test
    void shouldMakeLinkRenameAndRemove() throws Exception {
        paths.makeDirectory(root, "a", 0755, aio.normal, "mkdir");
        assertThat(aio.runOne()).isEqualTo(new Seen("mkdir", Opcode.MKDIRAT, 0, 0));
        paths.makeDirectory(root, "a/b//", 0700, aio.normal, "mkdir");
        assertThat(aio.runOne().result()).isZero();
        assertThat(inside.resolve("a/b")).isDirectory();
        writeFile(inside.resolve("a/b/file"), 10);

        paths.link(root, "a/b/file", "linked", aio.normal, "link");
        assertThat(aio.runOne()).isEqualTo(new Seen("link", Opcode.LINKAT, 0, 0));
        assertThat(Files.isSameFile(inside.resolve("linked"), inside.resolve("a/b/file")))
                .isTrue();
        paths.symlink("b/file", root, "a/symlink", aio.normal, "symlink");
        assertThat(aio.runOne()).isEqualTo(new Seen("symlink", Opcode.SYMLINKAT, 0, 0));
        assertThat(Files.readSymbolicLink(inside.resolve("a/symlink"))).isEqualTo(Path.of("b/file"));
        paths.rename(root, "a/b/file", "a/größe", 0, aio.normal, "rename");
        assertThat(aio.runOne()).isEqualTo(new Seen("rename", Opcode.RENAMEAT, 0, 0));
        assertThat(inside.resolve("a/größe")).hasSize(10);

        for (final String path : new String[] {"a/größe", "linked", "a/symlink"}) {
            paths.unlink(root, path, aio.normal, "unlink");
            assertThat(aio.runOne()).as(path).isEqualTo(new Seen("unlink", Opcode.UNLINKAT, 0, 0));
        }
        for (final String path : new String[] {"a/b", "a/./"}) {
            paths.removeDirectory(root, path, aio.normal, "rmdir");
            aio.runOne();
        }
        assertThat(inside.resolve("a")).isEmptyDirectory();
        assertThat(aio.seen.get(aio.seen.size() - 1).result()).as("a/./").isEqualTo(-Errno.EINVAL);
        assertThat(aio.normal.usage().diskOperations()).isEqualTo(aio.seen.size() - 1L);
        aio.assertNothingLeft();
    }

    @Test
    void shouldAskForTheStatusOfFilesAndLinks() throws Exception {
        writeFile(inside.resolve("file"), 1_234);
        Files.createSymbolicLink(inside.resolve("link"), Path.of("file"));
        final FileStatus status = new FileStatus();

        paths.statx(root, "file", true, status, aio.normal, "statx");
        assertThat(aio.runOne()).isEqualTo(new Seen("statx", Opcode.STATX, 0, 0));
        assertThat(status.sizeBytes()).isEqualTo(1_234);
        assertThat(status.isRegularFile()).isTrue();
        assertThat(Instant.ofEpochSecond(status.changedSeconds(), status.changedNanos()))
                .isEqualTo(((FileTime) Files.getAttribute(inside.resolve("file"), "unix:ctime")).toInstant());
        paths.statx(root, "link", true, status, aio.normal, "statx");
        assertThat(aio.runOne().result()).isZero();
        assertThat(status.isRegularFile()).isTrue();
        paths.statx(root, "link", false, status, aio.normal, "statx");
        assertThat(aio.runOne().result()).isZero();
        assertThat(status.isRegularFile()).isFalse();
        assertThat(status.sizeBytes()).isEqualTo("file".length());
        paths.statx(root, ".", true, status, aio.normal, "statx");
        assertThat(aio.runOne().result()).isZero();
        assertThat(status.isDirectory()).isTrue();
        aio.assertNothingLeft();
    }

    /** An inode number alone does not tell files apart. */
    @Test
    void shouldTellWhichDeviceAFileLiesOn() throws Exception {
        writeFile(inside.resolve("file"), 1);
        writeFile(inside.resolve("other"), 1);
        final FileStatus file = new FileStatus();
        final FileStatus other = new FileStatus();
        final FileStatus elsewhere = new FileStatus();
        try (RootDirectory proc = RootDirectory.open(Path.of("/proc"))) {
            paths.statx(root, "file", true, file, aio.normal, "statx");
            paths.statx(root, "other", true, other, aio.normal, "statx");
            paths.statx(proc, "version", true, elsewhere, aio.normal, "statx");
            assertThat(aio.run(3)).extracting(Seen::result).containsOnly(0);
        }
        final long encoded = (long) Files.getAttribute(inside.resolve("file"), "unix:dev");
        assertThat((int) (file.device() >>> 32)).as("gnu_dev_major").isEqualTo((int) ((encoded >>> 8) & 0xfff));
        assertThat((int) file.device()).as("gnu_dev_minor").isEqualTo((int)
                ((encoded & 0xff) | ((encoded >>> 12) & ~0xff)));
        assertThat(other.device()).isEqualTo(file.device());
        assertThat(other.inode()).isNotEqualTo(file.inode());
        assertThat(elsewhere.device()).isNotEqualTo(file.device());
    }

    /** Every spelling of a way out, for every operation: the verdict is an error, and what is outside stays as it is. */
    @Test
    void shouldTouchNothingOutsideTheRoot() throws Exception {
        final List<String> before = outsideTree();
        Files.createDirectory(inside.resolve("sub"));
        writeFile(inside.resolve("own"), 5);
        Files.createSymbolicLink(inside.resolve("out"), Path.of("../outside"));
        Files.createSymbolicLink(inside.resolve("absolute"), outside);
        Files.createSymbolicLink(inside.resolve("sub/up"), Path.of("../.."));
        final FileStatus status = new FileStatus();
        for (final String way : new String[] {
            "../outside/",
            "./../outside/",
            "sub/../../outside/",
            "sub//..//..//outside//",
            "sub/up/outside/",
            "out/",
            "out/./",
            "absolute/",
            outside + "/",
            "//" + outside + "/"
        }) {
            paths.statx(root, way + "secret", true, status, aio.normal, way);
            paths.statx(root, way, false, status, aio.normal, way);
            paths.unlink(root, way + "secret", aio.normal, way);
            paths.unlink(root, way + "secret/", aio.normal, way);
            paths.removeDirectory(root, way + "empty", aio.normal, way);
            paths.makeDirectory(root, way + "new", 0755, aio.normal, way);
            paths.symlink("x", root, way + "new", aio.normal, way);
            paths.link(root, way + "secret", "stolen", aio.normal, way);
            paths.link(root, "own", way + "new", aio.normal, way);
            paths.rename(root, way + "secret", "stolen", 0, aio.normal, way);
            paths.rename(root, "own", way + "secret", 0, aio.normal, way);
            paths.rename(root, "own", way + "secret", PathFlags.RENAME_EXCHANGE, aio.normal, way);
            assertThat(aio.run(12)).as(way).allMatch(seen -> seen.result() == -Errno.EXDEV);
            aio.assertNothingLeft();
        }
        for (final String name : new String[] {"..", "../", "sub/..", "sub/../", "sub/up/..", ".", "sub/."}) {
            paths.unlink(root, name, aio.normal, name);
            paths.removeDirectory(root, name, aio.normal, name);
            paths.makeDirectory(root, name, 0755, aio.normal, name);
            paths.symlink("x", root, name, aio.normal, name);
            paths.link(root, "own", name, aio.normal, name);
            paths.rename(root, name, "stolen", 0, aio.normal, name);
            paths.rename(root, "own", name, 0, aio.normal, name);
            assertThat(aio.run(7)).as(name).allMatch(seen -> seen.result() == -Errno.EINVAL);
            paths.statx(root, "../" + name, true, status, aio.normal, name);
            assertThat(aio.runOne().result()).as(name).isEqualTo(-Errno.EXDEV);
        }

        assertThat(outsideTree()).isEqualTo(before);
        assertThat(inside.resolve("stolen")).doesNotExist();
        Files.delete(inside.resolve("out")); // or JUnit warns of links that leave its directory
        Files.delete(inside.resolve("absolute"));
        Files.delete(inside.resolve("sub/up"));
        aio.assertNothingLeft();
    }

    /** Everything outside, with what a link, a rename or a write would change. */
    private List<String> outsideTree() throws IOException {
        try (Stream<Path> tree = Files.walk(outside)) {
            return tree.map(AsyncPathsIT::describe).sorted().toList();
        }
    }

    private static String describe(Path path) {
        try {
            return path + " " + Files.getAttribute(path, "unix:ctime") + " " + Files.getAttribute(path, "unix:nlink")
                    + " " + Files.size(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldNotFollowALinkInTheLastPlace() throws Exception {
        Files.createSymbolicLink(inside.resolve("out"), Path.of("../outside/secret"));

        paths.link(root, "out", "second", aio.normal, "link");
        assertThat(aio.runOne().result()).isZero();
        assertThat(inside.resolve("second")).isSymbolicLink();
        paths.rename(root, "out", "third", 0, aio.normal, "rename");
        assertThat(aio.runOne().result()).isZero();
        paths.makeDirectory(root, "third", 0755, aio.normal, "mkdir");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EEXIST);
        paths.removeDirectory(root, "third/", aio.normal, "rmdir");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENOTDIR);
        for (final String path : new String[] {"second", "third/"}) {
            paths.unlink(root, path, aio.normal, "unlink");
            assertThat(aio.runOne().result()).as(path).isZero();
        }

        assertThat(outside.resolve("secret")).hasSize(77);
        assertThat(inside).isEmptyDirectory();
    }

    /** What fails in each of the steps, with each errno that the kernel can be made to give there. */
    @Test
    void shouldReportWhatTheKernelSaysInEachStep() throws Exception {
        Files.createDirectories(inside.resolve("full/x"));
        writeFile(inside.resolve("file"), 10);
        Files.createSymbolicLink(inside.resolve("loop"), Path.of("loop"));
        final String long256 = "x".repeat(256);

        for (final String parent : new String[] {"missing/x", "file/x", "loop/x", long256 + "/x"}) {
            final int expected = -switch (parent.charAt(0)) {
                case 'm' -> Errno.ENOENT;
                case 'f' -> Errno.ENOTDIR;
                case 'l' -> Errno.ELOOP;
                default -> Errno.ENAMETOOLONG;
            };
            paths.makeDirectory(root, parent, 0755, aio.normal, "the first directory");
            paths.rename(root, "file", parent, 0, aio.normal, "the second directory");
            paths.link(root, "file", parent, aio.normal, "the second directory");
            assertThat(aio.run(3)).as(parent).allMatch(seen -> seen.result() == expected);
            aio.assertNothingLeft();
        }
        paths.makeDirectory(root, "full", 0755, aio.normal, "EEXIST");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EEXIST);
        paths.makeDirectory(root, long256, 0755, aio.normal, "ENAMETOOLONG");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENAMETOOLONG);
        paths.removeDirectory(root, "full", aio.normal, "ENOTEMPTY");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENOTEMPTY);
        paths.removeDirectory(root, "file", aio.normal, "ENOTDIR");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENOTDIR);
        paths.unlink(root, "full", aio.normal, "EISDIR");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EISDIR);
        paths.unlink(root, "full/missing", aio.normal, "ENOENT");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENOENT);
        paths.symlink("x", root, "file", aio.normal, "EEXIST");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EEXIST);
        paths.link(root, "file", "full", aio.normal, "EEXIST");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EEXIST);
        paths.link(root, "full", "full/y", aio.normal, "EPERM");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EPERM);
        paths.rename(root, "file", "loop", PathFlags.RENAME_NOREPLACE, aio.normal, "EEXIST");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EEXIST);
        paths.rename(root, "full", "full/x/y", 0, aio.normal, "EINVAL");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.EINVAL);
        paths.statx(root, "missing", true, new FileStatus(), aio.normal, "ENOENT");
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ENOENT);
        aio.assertNothingLeft();
    }

    @Test
    void shouldRefuseMisuseAndLoseNothing() throws Exception {
        assertThatIllegalArgumentException().isThrownBy(() -> paths.unlink(root, "", aio.normal, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> paths.rename(root, "a", "b\0c", 0, aio.normal, null))
                .withMessageContaining("b\\0c");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> paths.symlink("x".repeat(5_000), root, "a", aio.normal, null))
                .withMessageContaining("5000");
        final RootDirectory closed = RootDirectory.open(inside);
        closed.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> paths.unlink(closed, "a", aio.normal, null))
                .withMessageContaining("is closed");
        aio.assertNothingLeft();
    }

    /** The number of a closed root may come to mean another directory: what was asked below it must not go there. */
    @Tag("kernel-ring")
    @Test
    void shouldKeepAClosedRootUntilWhatWasAskedBelowItHasEnded() throws Exception {
        assumeFalse(
                aio.events.binding().startsWith("epoll"),
                "only the kernel can interrupt a worker: an emulated ring's waits until somebody opens the FIFO");
        Files.createDirectory(inside.resolve("sub"));
        try (AioFixture narrow = new AioFixture(AsyncIoOptions.defaults().withOpenWindow(1, 0))) {
            AioFixture.makeFifo(inside.resolve("fifo"));
            final AsyncFile blocked = narrow.io.newFile();
            final long id =
                    blocked.open(root, "fifo", OpenOptions.READ.withFlags(OpenFlags.O_CREAT), narrow.normal, "blocked");
            narrow.reapOnly();
            final RootDirectory closing = RootDirectory.open(inside);
            narrow.io.paths().makeDirectory(closing, "made", 0755, narrow.normal, "made");
            final AsyncFile created = narrow.io.newFile();
            created.open(closing, "created", OpenOptions.READ_WRITE_CREATE, narrow.normal, "created");
            assertThat(narrow.io.waitingOperations()).isEqualTo(2);

            closing.close();
            final RootDirectory other = RootDirectory.open(outside);
            narrow.io.cancel(id);
            narrow.run(3);

            other.close();
            created.close();
            narrow.runOne();
            narrow.assertNothingLeft();
        }
        assertThat(inside.resolve("made")).isDirectory();
        assertThat(inside.resolve("created")).exists();
        assertThat(outside.resolve("made")).doesNotExist();
    }
}
