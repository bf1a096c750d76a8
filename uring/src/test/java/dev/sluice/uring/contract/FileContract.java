// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PathFlags;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Operations on files, on every ring. */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class FileContract implements RingContract {
    private static final int HOW = 0;
    private static final int PATH = 64;
    private static final int SECOND_PATH = 512;
    private static final int VECTORS = 1024;
    private static final int DATA = 4096;

    @AutoClose
    private final RingTester tester = open(64, 256);

    private int openAt(int directory, String name, long flags) {
        OpenHow.write(tester.bytes, HOW, flags | OpenFlags.O_CLOEXEC, 0, 0);
        final long pathAddress = tester.name(PATH, name);
        return tester.run(sqe -> sqe.prepOpenat2(directory, pathAddress, tester.address(HOW)));
    }

    private int opened(String name, String contents) throws IOException {
        tester.world.file(name, contents.getBytes(StandardCharsets.US_ASCII));
        final int fd = openAt(tester.world.directory(), name, OpenFlags.O_RDWR);
        assertThat(fd).isNotNegative();
        return fd;
    }

    private void closeByRing(int fd) {
        assertThat(tester.run(sqe -> sqe.prepClose(fd))).isZero();
    }

    @Test
    void shouldRefuseToOpenWithoutBeingToldHow() throws IOException {
        final long pathAddress = tester.address(DATA);
        final int directory = tester.world.directory();
        tester.put(DATA, "a.txt\0");

        assertThat(tester.run(sqe -> sqe.prepOpenat2(directory, pathAddress, 0L)))
                .isEqualTo(-Errno.EFAULT);
    }

    @Test
    void shouldReadAtAnyOffsetAndTellTheEnd() throws IOException {
        final int fd = opened("a.txt", "hello, ring");

        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 0L)))
                .isEqualTo(11);
        assertThat(tester.text(DATA, 11)).isEqualTo("hello, ring");
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 7L)))
                .isEqualTo(4);
        assertThat(tester.text(DATA, 4)).isEqualTo("ring");
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 11L)))
                .isZero();
        closeByRing(fd);
    }

    @Test
    void shouldReadAtTheFilesPositionWithoutAnOffset() throws IOException {
        final int fd = opened("a.txt", "abcdef");

        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 4, -1L)))
                .isEqualTo(4);
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 4, -1L)))
                .isEqualTo(2);
        assertThat(tester.text(DATA, 2)).isEqualTo("ef");
        closeByRing(fd);
    }

    @Test
    void shouldReadBackWhatItWroteAlsoBeyondTheEnd() throws IOException {
        final int fd = opened("a.txt", "12");
        tester.put(DATA, "xyz");

        assertThat(tester.run(sqe -> sqe.prepWrite(fd, tester.address(DATA), 3, 4L)))
                .isEqualTo(3);
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA + 100), 100, 0L)))
                .isEqualTo(7);
        assertThat(tester.text(DATA + 100, 7)).isEqualTo("12\0\0xyz");
        closeByRing(fd);
    }

    private long vectors(int firstBytes, int secondBytes) {
        IoVector.write(tester.bytes, VECTORS, tester.address(DATA + 100), firstBytes);
        IoVector.write(tester.bytes, VECTORS + IoVector.SIZE_BYTES, tester.address(DATA), secondBytes);
        return tester.address(VECTORS);
    }

    @Test
    void shouldReadIntoAndWriteFromSeveralBuffers() throws IOException {
        final int fd = opened("a.txt", "0123456789");
        tester.put(DATA + 100, "abc");
        tester.put(DATA, "defg");

        assertThat(tester.run(sqe -> sqe.prepWritev(fd, vectors(3, 4), 2, 2L))).isEqualTo(7);
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 0L)))
                .isEqualTo(10);
        assertThat(tester.text(DATA, 10)).isEqualTo("01abcdefg9");
        assertThat(tester.run(sqe -> sqe.prepReadv(fd, vectors(4, 50), 2, 1L))).isEqualTo(9);
        assertThat(tester.text(DATA + 100, 4) + tester.text(DATA, 5)).isEqualTo("1abcdefg9");
        assertThat(tester.run(sqe -> sqe.prepReadv(fd, vectors(4, 50), 2, 10L))).isZero();
        assertThat(tester.run(sqe -> sqe.prepWritev(fd, vectors(4, 50), 1025, 0L)))
                .isEqualTo(-Errno.EINVAL);
        closeByRing(fd);
        assertThat(tester.run(sqe -> sqe.prepReadv(fd, vectors(4, 50), 2, 0L))).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldBringWhatIsOpenAndAFileToTheDisk() throws IOException {
        final int fd = opened("a.txt", "to be kept");
        final int socket = tester.world.socketPair()[0];

        assertThat(tester.run(sqe -> sqe.prepFsync(fd))).isZero();
        assertThat(tester.run(sqe -> sqe.prepFdatasync(fd))).isZero();
        assertThat(tester.run(sqe -> sqe.prepFsync(socket))).isEqualTo(-Errno.EINVAL);
        closeByRing(fd);
        assertThat(tester.run(sqe -> sqe.prepFsync(fd))).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldMakeAFileShorterAndLonger() throws IOException {
        assumeTrue(tester.ring.features().supports(Opcode.FTRUNCATE), "FTRUNCATE needs Linux 6.9");
        final int fd = opened("a.txt", "123456");

        assertThat(tester.run(sqe -> sqe.prepFtruncate(fd, 2L))).isZero();
        assertThat(tester.run(sqe -> sqe.prepFtruncate(fd, 4L))).isZero();
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 0L)))
                .isEqualTo(4);
        assertThat(tester.text(DATA, 4)).isEqualTo("12\0\0");
        assertThat(tester.run(sqe -> sqe.prepFtruncate(fd, -1L))).isEqualTo(-Errno.EINVAL);
        closeByRing(fd);
        assertThat(tester.run(sqe -> sqe.prepFtruncate(fd, 0L))).isEqualTo(-Errno.EBADF);
    }

    private int rename(int directory, String oldName, String newName, int flags) {
        final long oldPath = tester.name(PATH, oldName);
        final long newPath = tester.name(SECOND_PATH, newName);
        return tester.run(sqe -> sqe.prepRenameat(directory, oldPath, directory, newPath, flags));
    }

    private String contents(int directory, String name) {
        final int fd = openAt(directory, name, OpenFlags.O_RDONLY);
        assertThat(fd).as(name).isNotNegative();
        final int length = tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 0L));
        closeByRing(fd);
        return tester.text(DATA, length);
    }

    @Test
    void shouldRenameReplaceAndExchange() throws IOException {
        tester.world.file("a", "first".getBytes(StandardCharsets.US_ASCII));
        tester.world.file("b", "second".getBytes(StandardCharsets.US_ASCII));
        final int directory = tester.world.directory();

        assertThat(rename(directory, "a", "b", PathFlags.RENAME_NOREPLACE)).isEqualTo(-Errno.EEXIST);
        assertThat(rename(directory, "a", "b", PathFlags.RENAME_EXCHANGE)).isZero();
        assertThat(contents(directory, "a")).isEqualTo("second");
        assertThat(rename(directory, "a", "b", 0)).isZero();
        assertThat(contents(directory, "b")).isEqualTo("second");
        assertThat(rename(directory, "a", "b", 0)).isEqualTo(-Errno.ENOENT);
        assertThat(rename(directory, "b", "c", PathFlags.RENAME_EXCHANGE)).isEqualTo(-Errno.ENOENT);
        assertThat(rename(directory, "b", "c", PathFlags.RENAME_NOREPLACE)).isZero();
        assertThat(contents(directory, "c")).isEqualTo("second");
        final int both = PathFlags.RENAME_NOREPLACE | PathFlags.RENAME_EXCHANGE;
        assertThat(rename(directory, "c", "d", both)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldKeepAFileThatIsOpenWhenItsNameIsRemoved() throws IOException {
        tester.world.file("a", "kept".getBytes(StandardCharsets.US_ASCII));
        final int directory = tester.world.directory();
        final int fd = openAt(directory, "a", OpenFlags.O_RDONLY);
        final long path = tester.name(PATH, "a");

        assertThat(tester.run(sqe -> sqe.prepUnlinkat(directory, path, PathFlags.AT_REMOVEDIR)))
                .isEqualTo(-Errno.ENOTDIR);
        assertThat(tester.run(sqe -> sqe.prepUnlinkat(directory, path, 0))).isZero();
        assertThat(tester.run(sqe -> sqe.prepUnlinkat(directory, path, 0))).isEqualTo(-Errno.ENOENT);
        assertThat(openAt(directory, "a", OpenFlags.O_RDONLY)).isEqualTo(-Errno.ENOENT);
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, 0L)))
                .isEqualTo(4);
        assertThat(tester.text(DATA, 4)).isEqualTo("kept");
        closeByRing(fd);
    }

    @Test
    void shouldTellTheStatus() throws IOException {
        final int fd = opened("a.txt", "12345");
        final int directory = tester.world.directory();
        final long path = tester.name(PATH, "a.txt");

        assertThat(tester.run(sqe -> sqe.prepStatx(directory, path, 0, Statx.STATX_BASIC_STATS, tester.address(DATA))))
                .isZero();
        assertThat(Statx.sizeBytes(tester.bytes, DATA)).isEqualTo(5L);
        assertThat(Statx.mode(tester.bytes, DATA) & Statx.S_IFMT).isEqualTo(Statx.S_IFREG);
        closeByRing(fd);
    }

    @Test
    void shouldAnswerWithTheErrnoOfWhatIsNotThere() throws IOException {
        final int fd = opened("a.txt", "");
        closeByRing(fd);

        assertThat(tester.run(sqe -> sqe.prepClose(fd))).isEqualTo(-Errno.EBADF);
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 1, 0L)))
                .isEqualTo(-Errno.EBADF);
        assertThat(openAt(tester.world.directory(), "absent", OpenFlags.O_RDONLY))
                .isEqualTo(-Errno.ENOENT);
    }

    @Test
    void shouldTellAStreamSocketFromAFileAndFromWhatIsNotOpen() throws IOException {
        final int file = opened("a.txt", "");

        assertThat(tester.ring.checkStreamSocket(tester.world.socketPair()[0])).isZero();
        assertThat(tester.ring.checkStreamSocket(file)).isEqualTo(-Errno.ENOTSOCK);
        closeByRing(file);
        assertThat(tester.ring.checkStreamSocket(file)).isEqualTo(-Errno.EBADF);
        assertThat(tester.ring.checkStreamSocket(-1)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldRefuseToPollAFileAndWhatIsNotOpen() throws IOException {
        final int fd = opened("a.txt", "");

        assertThat(tester.ring.checkPollable(fd)).isEqualTo(-Errno.EPERM);
        closeByRing(fd);
        assertThat(tester.ring.checkPollable(fd)).isEqualTo(-Errno.EBADF);
        assertThat(tester.ring.checkPollable(-1)).isEqualTo(-Errno.EBADF);
        assertThat(tester.ring.checkPollable(tester.world.pipe()[0])).isZero();
    }
}
