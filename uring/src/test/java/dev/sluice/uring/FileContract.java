package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Operations on files, on every ring. */
abstract class FileContract implements RingContract {
    private static final int HOW = 0;
    private static final int PATH = 64;
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
    void shouldRefuseToPollAFileAndWhatIsNotOpen() throws IOException {
        final int fd = opened("a.txt", "");

        assertThat(tester.ring.checkPollable(fd)).isEqualTo(-Errno.EPERM);
        closeByRing(fd);
        assertThat(tester.ring.checkPollable(fd)).isEqualTo(-Errno.EBADF);
        assertThat(tester.ring.checkPollable(-1)).isEqualTo(-Errno.EBADF);
        assertThat(tester.ring.checkPollable(tester.world.pipe()[0])).isZero();
    }
}
