// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOperationsIT {

    private static final int HOW = 0;
    private static final int PATH = 64;
    private static final int DATA = 4096;

    @AutoClose
    private final RingTester tester = RingTester.open();

    @TempDir
    Path folder;

    private int openat2(int dirFd, String path, long flags, long mode, long resolve) {
        OpenHow.write(tester.bytes, HOW, flags | OpenFlags.O_CLOEXEC, mode, resolve);
        final long pathAddress = tester.name(PATH, path);
        final int fd = tester.run(sqe -> sqe.prepOpenat2(dirFd, pathAddress, tester.address(HOW)));
        return fd < 0 ? fd : tester.closeLater(fd);
    }

    private int root() throws Exception {
        return tester.closeLater(Descriptors.openDirectory(folder));
    }

    @Test
    void shouldOpenBelowADirectoryReadAndClose() throws Exception {
        Files.writeString(folder.resolve("a.txt"), "hello, ring");

        final int fd = openat2(root(), "a.txt", OpenFlags.O_RDONLY, 0, ResolveFlags.RESOLVE_BENEATH);

        assertThat(fd).isPositive();
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 0L)))
                .isEqualTo(11);
        assertThat(tester.text(DATA, 11)).isEqualTo("hello, ring");
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 7L)))
                .isEqualTo(4);
        assertThat(tester.text(DATA, 4)).isEqualTo("ring");
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 11L)))
                .isZero();
    }

    @Test
    void shouldCloseADescriptor() throws Exception {
        final int fd = Descriptors.openDirectory(folder);

        assertThat(tester.run(sqe -> sqe.prepClose(fd))).isZero();
        assertThat(tester.run(sqe -> sqe.prepClose(fd))).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldNotLeaveTheTreeByDotDotLinkOrAbsolutePath() throws Exception {
        Files.createSymbolicLink(folder.resolve("out"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(folder.resolve("up"), Path.of("../.."));
        final int root = root();

        for (final String path : new String[] {"../x", "out", "up", "/etc/passwd", "a/../../x"}) {
            Files.createDirectories(folder.resolve("a"));
            assertThat(openat2(root, path, OpenFlags.O_RDONLY, 0, ResolveFlags.RESOLVE_BENEATH))
                    .as(path)
                    .isEqualTo(-Errno.EXDEV);
        }
        assertThat(openat2(root, "out", OpenFlags.O_RDONLY, 0, 0))
                .as("without the flag")
                .isPositive();
        // JUnit warns of links that leave its folder.
        Files.delete(folder.resolve("out"));
        Files.delete(folder.resolve("up"));
    }

    @Test
    void shouldNameWhatIsWrongWithAPath() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));
        Files.writeString(folder.resolve("file"), "");
        final int root = root();

        assertThat(openat2(root, "absent", OpenFlags.O_RDONLY, 0, 0)).isEqualTo(-Errno.ENOENT);
        assertThat(openat2(root, "file/x", OpenFlags.O_RDONLY, 0, 0)).isEqualTo(-Errno.ENOTDIR);
        assertThat(openat2(root, "file", OpenFlags.O_DIRECTORY, 0, 0)).isEqualTo(-Errno.ENOTDIR);
        assertThat(openat2(root, "link", OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW, 0, 0))
                .isEqualTo(-Errno.ELOOP);
        assertThat(openat2(root, "link", OpenFlags.O_RDONLY, 0, ResolveFlags.RESOLVE_NO_SYMLINKS))
                .isEqualTo(-Errno.ELOOP);
        assertThat(openat2(root, ".", OpenFlags.O_WRONLY, 0, 0)).isEqualTo(-Errno.EISDIR);
    }

    @Test
    void shouldOpenFromCachesOnlyWhatIsInThem() throws Exception {
        Files.writeString(folder.resolve("warm"), "");
        final int root = root();

        assertThat(openat2(root, "warm", OpenFlags.O_RDONLY, 0, ResolveFlags.RESOLVE_CACHED))
                .isPositive();
        // A name nobody has looked up is in no cache; only the lookup tells that there is no such file.
        assertThat(openat2(root, "never-seen", OpenFlags.O_RDONLY, 0, ResolveFlags.RESOLVE_CACHED))
                .isEqualTo(-Errno.EAGAIN);
        assertThat(openat2(root, "never-seen", OpenFlags.O_RDONLY, 0, 0)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void shouldCreateWithTheModeAndWrite() throws Exception {
        final int fd = openat2(root(), "new", OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0600, 0);
        tester.put(DATA, "written by a ring");

        assertThat(tester.run(sqe -> sqe.prepWrite(fd, tester.address(DATA), 17, 0L)))
                .isEqualTo(17);
        assertThat(tester.run(sqe -> sqe.prepWrite(fd, tester.address(DATA), 1, 20L)))
                .isEqualTo(1);

        assertThat(folder.resolve("new")).hasContent("written by a ring\0\0\0w");
        assertThat(Files.getPosixFilePermissions(folder.resolve("new"))).hasSize(2);
        assertThat(openat2(root(), "new", OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0600, 0))
                .isEqualTo(-Errno.EEXIST);
    }

    @Test
    void shouldReadAndWriteBeyondFourGigabytes() throws Exception {
        final long far = (5L << 32) + 123;
        final Path sparse = folder.resolve("sparse");
        try (FileChannel channel = FileChannel.open(
                sparse, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap("far".getBytes(StandardCharsets.US_ASCII)), far);
            channel.write(ByteBuffer.wrap("near".getBytes(StandardCharsets.US_ASCII)), far & 0xffff_ffffL);
        }
        final int fd = openat2(root(), "sparse", OpenFlags.O_RDWR, 0, 0);

        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 16, far)))
                .isEqualTo(3);
        assertThat(tester.text(DATA, 3)).isEqualTo("far");
        assertThat(tester.run(sqe -> sqe.prepWrite(fd, tester.address(DATA), 3, far + 3)))
                .isEqualTo(3);
        assertThat(Files.size(sparse)).isEqualTo(far + 6);
    }

    @Test
    void shouldReadAPipeAtItsPosition() {
        final int[] pipe = tester.closeLater(Descriptors.pipe());
        tester.put(DATA, "through a pipe");

        assertThat(tester.run(sqe -> sqe.prepWrite(pipe[1], tester.address(DATA), 14, -1L)))
                .isEqualTo(14);
        assertThat(tester.run(sqe -> sqe.prepRead(pipe[0], tester.address(DATA + 100), 50, -1L)))
                .isEqualTo(14);
        assertThat(tester.text(DATA + 100, 14)).isEqualTo("through a pipe");
    }

    @Test
    void shouldTellTheStatusOfAPath() throws Exception {
        final Path file = folder.resolve("status");
        Files.writeString(file, "12345");
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000L, 123_456_789L)));
        Files.createLink(folder.resolve("second name"), file);
        final int root = root();

        final long path = tester.name(PATH, "status");
        final int result =
                tester.run(sqe -> sqe.prepStatx(root, path, 0, Statx.STATX_BASIC_STATS, tester.address(DATA)));

        assertThat(result).isZero();
        assertThat(Statx.mask(tester.bytes, DATA) & Statx.STATX_BASIC_STATS).isEqualTo(Statx.STATX_BASIC_STATS);
        assertThatStatusIsOf(file);
        assertThat(Statx.modifiedSeconds(tester.bytes, DATA)).isEqualTo(1_700_000_000L);
        assertThat(Statx.modifiedNanos(tester.bytes, DATA)).isEqualTo(123_456_789);
        assertThat(Statx.links(tester.bytes, DATA)).isEqualTo(2L);
    }

    @Test
    void shouldTellTheStatusOfADescriptorAtOnce() throws Exception {
        final Path file = folder.resolve("open");
        Files.writeString(file, "1234567");
        final int fd = openat2(root(), "open", OpenFlags.O_RDONLY, 0, 0);

        assertThat(Descriptors.statxNow(fd, tester.address(DATA))).isZero();
        assertThatStatusIsOf(file);
        assertThat(Descriptors.statxNow(root(), tester.address(DATA))).isZero();
        assertThat(Statx.mode(tester.bytes, DATA) & Statx.S_IFMT).isEqualTo(Statx.S_IFDIR);
        assertThat(Descriptors.statxNow(-1, tester.address(DATA))).isEqualTo(-Errno.EBADF);
    }

    private void assertThatStatusIsOf(Path file) throws Exception {
        assertThat(Statx.sizeBytes(tester.bytes, DATA)).isEqualTo(Files.size(file));
        assertThat(Statx.mode(tester.bytes, DATA))
                .isEqualTo(Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS));
        assertThat(Statx.mode(tester.bytes, DATA) & Statx.S_IFMT).isEqualTo(Statx.S_IFREG);
        assertThat(Statx.inode(tester.bytes, DATA)).isEqualTo(Files.getAttribute(file, "unix:ino"));
        final long device = (Long) Files.getAttribute(file, "unix:dev");
        assertThat(Instant.ofEpochSecond(
                        Statx.changedSeconds(tester.bytes, DATA), Statx.changedNanos(tester.bytes, DATA)))
                .isEqualTo(((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant());
        assertThat(glibcDevice(Statx.deviceMajor(tester.bytes, DATA), Statx.deviceMinor(tester.bytes, DATA)))
                .isEqualTo(device);
    }

    /** As makedev(3) packs it. */
    private static long glibcDevice(long major, long minor) {
        return ((major & 0xfffL) << 8) | ((major & ~0xfffL) << 32) | (minor & 0xffL) | ((minor & ~0xffL) << 12);
    }

    @Test
    void shouldCountThePagesThatAreInTheCache() throws Exception {
        final Path file = folder.resolve("pages");
        Files.write(file, new byte[3 * 4096]);
        final int fd = openat2(root(), "pages", OpenFlags.O_RDONLY, 0, 0);

        final long cached = Descriptors.cachedPages(fd, 0L, 3 * 4096L);
        assumeTrue(cached != -Errno.ENOSYS, "cachestat needs Linux 6.5");

        assertThat(cached).isEqualTo(3L);
        assertThat(Descriptors.cachedPages(fd, 4096L, 1L)).isEqualTo(1L);
        assertThat(Descriptors.cachedPages(fd, 1L << 40, 4096L)).isZero();
        assertThat(Descriptors.cachedPages(-1, 0L, 1L)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldTellWhetherAFileSystemHasTheMapOfAFileInMemory() throws Exception {
        final Path file = folder.resolve("mapped");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(16 * 4096));
            channel.force(true);
        }
        final int fd = openat2(root(), "mapped", OpenFlags.O_RDONLY, 0, 0);

        assertThat(Descriptors.mappedUntil(-1, 0L, 1L)).isEqualTo(-Errno.EBADF);
        final long mapped = Descriptors.mappedUntil(fd, 4096L, 8 * 4096L);
        assumeTrue(Files.getFileStore(file).type().equals("ext4"), "only ext4 tells");
        assertThat(mapped).as("just written").isGreaterThanOrEqualTo(9 * 4096L);
    }

    @Test
    void shouldMakeAFileColdOnceItIsWrittenBack() throws Exception {
        final Path file = folder.resolve("cold");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(16 * 4096));
            channel.force(true);
        }
        final int fd = openat2(root(), "cold", OpenFlags.O_RDONLY, 0, 0);
        assumeTrue(!Files.getFileStore(file).type().equals("tmpfs"), "a file in memory is never cold");
        assumeTrue(Descriptors.cachedPages(fd, 0L, 1L) != -Errno.ENOSYS, "cachestat needs Linux 6.5");

        Descriptors.adviseDontNeed(fd);

        assertThat(Descriptors.cachedPages(fd, 0L, 16 * 4096L)).isZero();
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 4096, 0L)))
                .isEqualTo(4096);
        assertThat(Descriptors.cachedPages(fd, 0L, 1L)).isEqualTo(1L);
    }
}
