// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Function;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.Statx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorsIT {
    private static final int SIGNALS = 100_000;

    /** By which the JDK interrupts a thread in a system call: {@code SIGRTMAX - 2}, with a handler that does nothing. */
    private static final int INTERRUPT_SIGNAL = 62;

    @TempDir
    Path folder;

    @Test
    void shouldCountSignalsAndReportThemOnce() {
        final int fd = Descriptors.eventFd();
        try {
            assertThat(Descriptors.drainEventFd(fd)).isZero();
            Descriptors.signalEventFd(fd);
            Descriptors.signalEventFd(fd);
            assertThat(Descriptors.drainEventFd(fd)).isEqualTo(2L);
            assertThat(Descriptors.drainEventFd(fd)).isZero();
        } finally {
            Descriptors.close(fd);
        }
    }

    @Test
    void shouldKeepTheFileOpenByADuplicate() {
        final int fd = Descriptors.eventFd();
        final int duplicate = Descriptors.duplicate(fd);
        Descriptors.signalEventFd(fd);

        Descriptors.close(fd);

        assertThat(Descriptors.drainEventFd(duplicate)).isEqualTo(1L);
        Descriptors.close(duplicate);
        assertThat(Descriptors.duplicate(duplicate)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldNotBlockWhenTheCounterIsFull() {
        final int fd = Descriptors.eventFd();
        try (NativeMemory memory = NativeMemory.map(8)) {
            memory.buffer(0, 8).putLong(0, 0xffff_ffff_ffff_fffeL);
            assertThat(Descriptors.write(fd, memory.address(), 8)).isEqualTo(8);

            Descriptors.signalEventFd(fd);

            assertThat(Descriptors.drainEventFd(fd)).isEqualTo(0xffff_ffff_ffff_fffeL);
        } finally {
            Descriptors.close(fd);
        }
    }

    @Test
    void shouldNameCallDescriptorAndErrorWhenADescriptorIsNotOpen() {
        final int fd = Integer.MAX_VALUE; // above every limit: one just closed may be another thread's by now

        assertThatThrownBy(() -> Descriptors.close(fd))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageEndingWith("close(fd " + fd + ") failed: EBADF (9)");
        assertThatThrownBy(() -> Descriptors.signalEventFd(fd))
                .hasMessageEndingWith("write(fd " + fd + ") failed: EBADF (9)");
        assertThatThrownBy(() -> Descriptors.drainEventFd(fd))
                .hasMessageEndingWith("read(fd " + fd + ") failed: EBADF (9)");
        assertThatThrownBy(() -> Descriptors.adviseDontNeed(fd))
                .hasMessageEndingWith("posix_fadvise(fd " + fd + ") failed: EBADF (9)");
    }

    @Test
    void shouldCarryBytesThroughPipesAndSocketPairs() {
        try (NativeMemory memory = NativeMemory.map(64)) {
            memory.buffer(0, 8).putLong(0, 0x0102030405060708L);
            final int[] pipe = Descriptors.pipe();
            final int[] sockets = Descriptors.socketPair();

            assertThat(Descriptors.write(pipe[1], memory.address(), 8)).isEqualTo(8);
            assertThat(Descriptors.read(pipe[0], memory.address() + 8, 8)).isEqualTo(8);
            assertThat(Descriptors.write(sockets[0], memory.address() + 8, 8)).isEqualTo(8);
            assertThat(Descriptors.read(sockets[1], memory.address() + 16, 8)).isEqualTo(8);
            assertThat(memory.buffer(16, 8).getLong(0)).isEqualTo(0x0102030405060708L);

            Descriptors.close(pipe[1]);
            assertThat(Descriptors.read(pipe[0], memory.address(), 8))
                    .as("the end")
                    .isZero();
            Descriptors.close(pipe[0]);
            Descriptors.close(sockets[0]);
            Descriptors.close(sockets[1]);
        }
    }

    @Test
    void shouldReturnTheErrorNegated() {
        final int[] pipe = Descriptors.pipe();
        try (NativeMemory memory = NativeMemory.map(64)) {
            assertThat(Descriptors.setStatusFlags(pipe[0], OpenFlags.O_NONBLOCK))
                    .isZero();
            assertThat(Descriptors.read(pipe[0], memory.address(), 8)).isEqualTo(-Errno.EAGAIN);
            assertThat(Descriptors.write(pipe[0], memory.address(), 8)).isEqualTo(-Errno.EBADF);
            assertThat(Descriptors.setStatusFlags(-1, 0)).isEqualTo(-Errno.EBADF);
            assertThatThrownBy(() -> Descriptors.read(pipe[0], memory.address(), -8))
                    .hasMessage("length must not be negative: -8");
            assertThatThrownBy(() -> Descriptors.cachedPages(pipe[0], -1L, 8L))
                    .hasMessageContaining("offset=-1, lengthBytes=8");
        } finally {
            Descriptors.close(pipe[0]);
            Descriptors.close(pipe[1]);
        }
    }

    @Test
    void shouldOpenADirectoryWhateverItsName() throws Exception {
        final Path odd = folder.resolve("odd %41 name +&;");
        Files.createDirectory(odd);
        final int fd = Descriptors.openDirectory(odd);
        try (NativeMemory memory = NativeMemory.map(Statx.SIZE_BYTES)) {
            assertThat(Descriptors.statxNow(fd, memory.address())).isZero();
            assertThat(Statx.inode(memory.buffer(0, Statx.SIZE_BYTES), 0))
                    .isEqualTo(Files.getAttribute(odd, "unix:ino"));
        } finally {
            Descriptors.close(fd);
        }
    }

    @Test
    void shouldSayWhyADirectoryCannotBeOpened() throws Exception {
        final Path file = Files.createFile(folder.resolve("file"));
        final Path absent = folder.resolve("absent");

        assertThatThrownBy(() -> Descriptors.openDirectory(absent))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("open(\"" + absent + "\") failed: ENOENT (2)");
        assertThatThrownBy(() -> Descriptors.openDirectory(file))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("failed: ENOTDIR (20)");
    }

    @Test
    void shouldTellFilesThatCanBePolledFromThoseThatAreAlwaysReady() throws Exception {
        final int onDisk = Descriptors.open(Files.createFile(folder.resolve("file")), OpenFlags.O_RDONLY);
        final int ofKernel = Descriptors.open(Path.of("/proc/self/mountinfo"), OpenFlags.O_RDONLY);
        try {
            assertThat(Descriptors.checkPollable(onDisk)).isEqualTo(-Errno.EPERM);
            assertThat(Descriptors.checkPollable(ofKernel)).isZero();
            assertThat(Descriptors.checkPollable(-1)).isEqualTo(-Errno.EBADF);
        } finally {
            Descriptors.close(onDisk);
            Descriptors.close(ofKernel);
        }
    }

    @Test
    void shouldTellWhatADescriptorIsReadyForNow() {
        final int[] pair = Descriptors.socketPair();
        try (NativeMemory memory = NativeMemory.map(64)) {
            assertThat(Descriptors.pollNow(pair[0], PollMask.POLLIN)).isZero();
            assertThat(Descriptors.write(pair[1], memory.address(), 1)).isEqualTo(1);
            assertThat(Descriptors.pollNow(pair[0], PollMask.POLLIN)).isEqualTo(PollMask.POLLIN);
            assertThat(Descriptors.pollNow(pair[0], PollMask.POLLPRI)).isZero();
        } finally {
            Descriptors.close(pair[0]);
            Descriptors.close(pair[1]);
        }
        assertThat(Descriptors.pollNow(pair[0], PollMask.POLLIN)).isEqualTo(PollMask.POLLNVAL);
    }

    @Test
    void shouldAnswerAPollThatASignalInterrupts() throws Exception {
        final int threadId = Function.getFunction("c", "gettid").invokeInt(new Object[0]);
        final int[] pair = Descriptors.socketPair();
        try (Pipe.SourceChannel channel = Pipe.open().source()) {
            assertThat(isCaught(INTERRUPT_SIGNAL))
                    .as("by the JDK, for %s", channel)
                    .isTrue();
            final Thread signalling = new Thread(() -> signal(threadId));
            signalling.start();
            int answer = 0;
            while (answer == 0 && signalling.isAlive()) {
                answer = Descriptors.pollNow(pair[0], PollMask.POLLIN);
            }
            signalling.join();

            assertThat(answer).isZero();
        } finally {
            Descriptors.close(pair[0]);
            Descriptors.close(pair[1]);
        }
    }

    /** As the JDK does to a thread that blocks in a channel that is closed. */
    private static void signal(int threadId) {
        final Function tgkill = Function.getFunction("c", "tgkill");
        final int processId = (int) ProcessHandle.current().pid();
        for (int i = 0; i < SIGNALS; i++) {
            tgkill.invokeInt(new Object[] {processId, threadId, INTERRUPT_SIGNAL});
        }
    }

    private static boolean isCaught(int signal) throws IOException {
        final String caught = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigCgt:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(caught.substring(caught.indexOf(':') + 1).strip(), 16) >>> (signal - 1) & 1L)
                != 0L;
    }

    @Test
    void shouldTellThatAnOrdinaryDirectoryDistinguishesCase() throws Exception {
        final int directory = Descriptors.open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        try {
            assertThat(Descriptors.foldsCase(directory)).isFalse();
        } finally {
            Descriptors.close(directory);
        }
    }

    @Test
    void shouldRaiseTheLimitOfOpenFilesToItsMaximum() throws Exception {
        final long limit = Descriptors.raiseOpenFilesLimit();

        assertThat(Files.readString(Path.of("/proc/self/limits")))
                .containsPattern("Max open files +" + limit + " +" + limit + " ");
    }
}
