// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.AllocateMode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileAdvice;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations on an open file beside plain reads and writes, on every ring over real files; looked at through the JDK. */
@SuppressWarnings("this-escape") // a ring is opened by what extends this, which has no state of its own
public abstract class FileDataContract implements RingContract {

    private static final int HOW = 0;
    private static final int PATH = 64;
    private static final int IOVECS = 512;
    private static final int DATA = 8192;
    private static final long FAR = (5L << 32) + 123;

    @AutoClose
    private final RingTester tester = open(64, 256);

    @TempDir
    Path folder;

    private Path file;
    private int fd;

    @BeforeEach
    void openFile() throws Exception {
        file = folder.resolve("file");
        final int root = tester.closeLater(Descriptors.openDirectory(folder));
        OpenHow.write(tester.bytes, HOW, OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_CLOEXEC, 0600, 0L);
        final long path = tester.name(PATH, "file");
        fd = tester.closeLater(tester.run(sqe -> sqe.prepOpenat2(root, path, tester.address(HOW))));
    }

    /** Three pieces of the data, not in the order in which they lie there. */
    private long iovecs() {
        final int[] offsets = {DATA + 100, DATA, DATA + 200};
        final int[] lengths = {3, 5, 4};
        for (int i = 0; i < offsets.length; i++) {
            IoVector.write(tester.bytes, IOVECS + i * IoVector.SIZE_BYTES, tester.address(offsets[i]), lengths[i]);
        }
        return tester.address(IOVECS);
    }

    @Test
    void shouldWriteFromSeveralBuffersAndReadIntoThem() throws Exception {
        tester.put(DATA + 100, "abc");
        tester.put(DATA, "defgh");
        tester.put(DATA + 200, "ijkl");

        assertThat(tester.run(sqe -> sqe.prepWritev(fd, iovecs(), 3, 2L))).isEqualTo(12);
        assertThat(file).hasContent("\0\0abcdefghijkl");

        assertThat(tester.run(sqe -> sqe.prepReadv(fd, iovecs(), 3, 7L))).isEqualTo(7);
        assertThat(tester.text(DATA + 100, 3)).isEqualTo("fgh");
        assertThat(tester.text(DATA, 5))
                .as("the last buffer's end is not reached")
                .isEqualTo("ijklh");
        assertThat(tester.run(sqe -> sqe.prepReadv(fd, iovecs(), 3, 14L))).isZero();
        assertThat(tester.run(sqe -> sqe.prepReadv(fd, iovecs(), 1025, 0L))).isEqualTo(-Errno.EINVAL);
    }

    /** More buffers than any implementation passes on in one piece, and the end of the file among them. */
    @Test
    void shouldFillManyBuffersAlsoFromWhatIsNotCached() throws Exception {
        final int count = 200;
        final int each = 100;
        final byte[] contents = new byte[count * each - 50];
        for (int i = 0; i < contents.length; i++) {
            contents[i] = (byte) (i * 7 + i / 251);
        }
        Files.write(file, contents);
        assertThat(tester.run(sqe -> sqe.prepFsync(fd))).isZero();
        Descriptors.adviseDontNeed(fd);
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 1, 0L)))
                .as("the first page is cached, the rest perhaps")
                .isEqualTo(1);
        for (int i = 0; i < count; i++) {
            final int at = DATA + (count - 1 - i) * each; // backwards
            IoVector.write(tester.bytes, IOVECS + i * IoVector.SIZE_BYTES, tester.address(at), each);
        }

        assertThat(tester.run(sqe -> sqe.prepReadv(fd, tester.address(IOVECS), count, 0L)))
                .isEqualTo(contents.length);
        for (int i = 0; i < contents.length; i++) {
            final int at = DATA + (count - 1 - i / each) * each + i % each;
            assertThat(tester.bytes.get(at)).as("byte %d", i).isEqualTo(contents[i]);
        }
    }

    @Test
    void shouldRefuseWhatIsNotOpenOrNotForWriting() throws Exception {
        final int root = tester.closeLater(Descriptors.openDirectory(folder));
        OpenHow.write(tester.bytes, HOW, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0L, 0L);
        final long path = tester.name(PATH, "file");
        final int readOnly = tester.closeLater(tester.run(sqe -> sqe.prepOpenat2(root, path, tester.address(HOW))));
        final int closed = Descriptors.openDirectory(folder);
        Descriptors.close(closed);

        assertThat(tester.run(sqe -> sqe.prepWritev(readOnly, iovecs(), 3, 0L))).isEqualTo(-Errno.EBADF);
        assertThat(tester.run(sqe -> sqe.prepFallocate(readOnly, 0, 0L, 1L))).isEqualTo(-Errno.EBADF);
        assertThat(tester.run(sqe -> sqe.prepReadv(closed, iovecs(), 3, 0L))).isEqualTo(-Errno.EBADF);
        assertThat(tester.run(sqe -> sqe.prepFsync(closed))).isEqualTo(-Errno.EBADF);
        assertThat(tester.run(sqe -> sqe.prepFallocate(closed, 0, 0L, 1L))).isEqualTo(-Errno.EBADF);
        assertThat(tester.run(sqe -> sqe.prepFadvise(closed, 0L, 0, 0))).isEqualTo(-Errno.EBADF);
        assertThat(tester.run(sqe -> sqe.prepReadv(root, iovecs(), 3, 0L)))
                .as("opened with O_PATH")
                .isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldReadAndWriteSeveralBuffersBeyondFourGigabytes() throws Exception {
        tester.put(DATA, "defgh");

        assertThat(tester.run(sqe -> sqe.prepWritev(fd, iovecs(), 3, FAR))).isEqualTo(12);
        assertThat(Files.size(file)).isEqualTo(FAR + 12);
        tester.put(DATA, "-----");
        assertThat(tester.run(sqe -> sqe.prepReadv(fd, iovecs(), 3, FAR))).isEqualTo(12);
        assertThat(tester.text(DATA, 5)).isEqualTo("defgh");
    }

    @Test
    void shouldBringDataToTheDisk() throws Exception {
        Files.writeString(file, "to be kept");
        final int[] pipe = tester.closeLater(Descriptors.pipe());

        assertThat(tester.run(sqe -> sqe.prepFsync(fd))).isZero();
        assertThat(tester.run(sqe -> sqe.prepFdatasync(fd))).isZero();
        assertThat(tester.run(sqe -> sqe.prepFsync(pipe[0]))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldTakeAndFreeRoom() throws Exception {
        assertThat(tester.run(sqe -> sqe.prepFallocate(fd, 0, 0L, 8192L))).isZero();
        assertThat(Files.size(file)).isEqualTo(8192L);
        assertThat(tester.run(sqe -> sqe.prepFallocate(fd, AllocateMode.FALLOC_FL_KEEP_SIZE, 8192L, 8192L)))
                .isZero();
        assertThat(Files.size(file)).isEqualTo(8192L);
        Files.write(file, "x".repeat(8192).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        final int punch = AllocateMode.FALLOC_FL_PUNCH_HOLE | AllocateMode.FALLOC_FL_KEEP_SIZE;
        assertThat(tester.run(sqe -> sqe.prepFallocate(fd, punch, 0L, 4096L))).isZero();
        assertThat(file).hasContent("\0".repeat(4096) + "x".repeat(4096));
        assertThat(tester.run(sqe -> sqe.prepFallocate(fd, 0, 0L, 0L))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldMakeAFileShorterAndLonger() throws Exception {
        assumeTrue(tester.ring.features().supports(Opcode.FTRUNCATE), "FTRUNCATE needs Linux 6.9");
        Files.writeString(file, "0123456789");

        assertThat(tester.run(sqe -> sqe.prepFtruncate(fd, 4L))).isZero();
        assertThat(file).hasContent("0123");
        assertThat(tester.run(sqe -> sqe.prepFtruncate(fd, FAR))).isZero();
        assertThat(Files.size(file)).isEqualTo(FAR);
        assertThat(tester.run(sqe -> sqe.prepFtruncate(fd, -1L))).isEqualTo(-Errno.EINVAL);
        assertThat(tester.run(sqe -> sqe.prepFtruncate(-1, 0L))).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldTakeAdviceOnTheCache() throws Exception {
        Files.write(file, new byte[16 * 4096]);
        assertThat(tester.run(sqe -> sqe.prepFsync(fd))).isZero();
        assumeTrue(!Files.getFileStore(file).type().equals("tmpfs"), "a file in memory is never cold");
        assumeTrue(Descriptors.cachedPages(fd, 0L, 1L) != -Errno.ENOSYS, "cachestat needs Linux 6.5");

        assertThat(tester.run(sqe -> sqe.prepFadvise(fd, 16 * 4096L, 0, FileAdvice.POSIX_FADV_DONTNEED)))
                .isZero();
        assertThat(Descriptors.cachedPages(fd, 0L, 16 * 4096L)).isEqualTo(16L);
        assertThat(tester.run(sqe -> sqe.prepFadvise(fd, 0L, 16 * 4096, FileAdvice.POSIX_FADV_DONTNEED)))
                .isZero();
        assertThat(Descriptors.cachedPages(fd, 0L, 16 * 4096L)).isZero();
        assertThat(tester.run(sqe -> sqe.prepFadvise(fd, 0L, 0, 99))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldTellTheStatusOfADescriptor() throws Exception {
        Files.writeString(file, "123456");
        final long emptyPath = tester.name(PATH, "");

        assertThat(tester.run(sqe -> sqe.prepStatx(
                        fd, emptyPath, Statx.AT_EMPTY_PATH, Statx.STATX_BASIC_STATS, tester.address(DATA))))
                .isZero();
        assertThat(Statx.sizeBytes(tester.bytes, DATA)).isEqualTo(6L);
        assertThat(Statx.inode(tester.bytes, DATA)).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(tester.run(sqe -> sqe.prepStatx(fd, emptyPath, 0, Statx.STATX_BASIC_STATS, tester.address(DATA))))
                .as("without the flag")
                .isEqualTo(-Errno.ENOENT);
    }
}
