// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.CallBinding;
import dev.sluice.uring.sys.SystemCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What EmulatedRing owes beyond the contract of all rings: its workers, its duplicates of descriptors, its end. */
class EmulatedRingIT {
    private static final int HOW = 0;
    private static final int PATH = 64;
    private static final int DATA = 4096;

    @AutoClose
    private final RingTester tester = RingTester.emulated(64, 256);

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.sluice.uring.contract.OwnerCalls#all")
    void shouldRefuseOtherThreadsAndCallsAfterClose(String name, Consumer<Ring> call) {
        tester.assertRefusesAnotherThread(name, call);

        tester.ring.close();

        assertThatThrownBy(() -> call.accept(tester.ring)).as(name).hasMessage("ring is closed");
    }

    @Test
    void shouldSayWhatItIsAndHas() {
        assertThat(tester.ring.binding())
                .isEqualTo("epoll and " + (EmulatedWorkers.READERS + EmulatedWorkers.OTHERS) + " workers, "
                        + CallBinding.chosen());
        tester.ring.registration().limitWorkers(3, 0);
        assertThat(tester.ring.binding())
                .isEqualTo("epoll and " + (EmulatedWorkers.READERS + 3) + " workers, " + CallBinding.chosen());
        assertThat(tester.ring.features().supports(Opcode.OPENAT2)).isTrue();
        assertThat(tester.ring.features().supports(Opcode.MSG_RING)).isFalse();
        assertThat(tester.run(sqe -> sqe.prepNop().flags(SqeFlags.IO_LINK))).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldFailInJavaWhenAnEntryIsUsedAfterClose() {
        final Sqe sqe = tester.ring.tryClaim();
        tester.ring.close();

        assertThatThrownBy(sqe::prepNop).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private void startOpen(long userData, String path, long flags, long resolve) {
        OpenHow.write(tester.bytes, HOW, flags | OpenFlags.O_CLOEXEC, 0, resolve);
        final long pathAddress = tester.name(PATH, path);
        tester.start(userData, sqe -> sqe.prepOpenat2(Statx.AT_FDCWD, pathAddress, tester.address(HOW)));
    }

    private Path fifo() throws IOException, InterruptedException {
        final Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    /** Lets a worker wait in the open of a FIFO until somebody opens its other end. */
    private void occupyOneWorker(Path fifo) {
        tester.ring.registration().limitWorkers(1, 0);
        startOpen(1L, fifo.toString(), OpenFlags.O_RDONLY, 0L);
        await().until(() -> threadsNamed("sluice-worker").anyMatch(EmulatedRingIT::isInSystemCall));
    }

    private static Stream<Thread> threadsNamed(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix));
    }

    /** By JNA its native method is above that, by the foreign function interface nothing that is shown. */
    private static boolean isInSystemCall(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .limit(2)
                .anyMatch(frame -> frame.getClassName().equals(SystemCalls.class.getName())
                        && frame.getMethodName().equals("call"));
    }

    @Test
    void shouldCancelWhatNoWorkerHasBegunAndCompleteWhatOneHas() throws Exception {
        final Path fifo = fifo();
        occupyOneWorker(fifo);
        tester.start(
                2L,
                sqe -> sqe.prepStatx(
                        Statx.AT_FDCWD, tester.address(PATH), 0, Statx.STATX_BASIC_STATS, tester.address(DATA)));

        assertThat(tester.run(sqe -> sqe.prepCancel(2L))).isZero();
        assertThat(tester.await(2L).result()).isEqualTo(-Errno.ECANCELED);
        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isEqualTo(-Errno.EALREADY);
        assertThat(tester.completed()).isEmpty();
        try (var writer = Files.newOutputStream(fifo)) {
            assertThat(tester.closeLater(tester.await(1L).result())).isPositive();
            writer.write(1);
        }
        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isEqualTo(-Errno.ENOENT);
    }

    /** The worker ends after the ring: the descriptor it then has is nobody's, so it closes it. */
    @Test
    void shouldLeakNothingWhenClosedWhileAWorkerRuns() throws Exception {
        final Path fifo = fifo();
        final int[] pipe = tester.closeLater(Descriptors.pipe());
        tester.start(3L, sqe -> sqe.prepPollMultishot(pipe[0], PollMask.POLLIN));
        occupyOneWorker(fifo);
        assertThat(openTo(folder.toString())).isEmpty();

        tester.ring.close();
        assertThat(openTo("anon_inode:[eventpoll]")).isEmpty();
        assertThat(openTo(pipeName(pipe[0])))
                .as("the ends of the pipe, no duplicate")
                .hasSize(2);
        Files.newOutputStream(fifo).close();

        await().untilAsserted(() -> {
            assertThat(threadsNamed("sluice-worker").filter(EmulatedRingIT::isInSystemCall))
                    .isEmpty();
            assertThat(openTo(folder.toString())).isEmpty();
        });
    }

    @Test
    void shouldOpenNothingThatAChildWouldInherit() throws Exception {
        final int[] pipe = tester.closeLater(Descriptors.pipe());
        final Map<Path, String> before = descriptors();
        tester.start(1L, sqe -> sqe.prepPollMultishot(pipe[0], PollMask.POLLIN));
        try (RingTester second = RingTester.emulated(8, 16)) {
            final Map<Path, String> opened = descriptors();
            opened.entrySet().removeAll(before.entrySet());

            assertThat(opened).as("a duplicate, an epoll set and an eventfd").hasSize(3);
            for (final Path link : opened.keySet()) {
                final Path information = Path.of("/proc/self/fdinfo").resolve(link.getFileName());
                final String flags = Files.readAllLines(information).stream()
                        .filter(line -> line.startsWith("flags:"))
                        .findFirst()
                        .orElseThrow()
                        .substring("flags:".length())
                        .strip();
                assertThat(Integer.parseInt(flags, 8) & OpenFlags.O_CLOEXEC).isNotZero();
            }
            assertThat(second.run(Sqe::prepNop)).isZero();
        }
    }

    /** Where each leads to: a number alone may be another's by now, closed by a worker of the test before. */
    private static Map<Path, String> descriptors() throws IOException {
        final List<Path> listed;
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            listed = links.toList();
        }
        final Map<Path, String> targets = new HashMap<>();
        for (final Path link : listed) {
            try {
                targets.put(link, Files.readSymbolicLink(link).toString());
            } catch (NoSuchFileException e) {
                // The listing's own, or closed by a worker since.
            }
        }
        return targets;
    }

    private static String pipeName(int fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
    }

    private static List<String> openTo(String prefix) throws IOException {
        return descriptors().values().stream()
                .filter(target -> target.startsWith(prefix))
                .toList();
    }

    @Test
    void shouldReturnFromAWaitWhenAWorkerHasFinished() throws Exception {
        final Path file = Files.writeString(folder.resolve("a"), "abc");
        for (int i = 0; i < 1_000; i++) {
            startOpen(1L, file.toString(), OpenFlags.O_RDONLY, 0L); // not on the caches only: by a worker
            tester.ring.submitAndWait(1, -1L);
            final int fd = tester.await(1L).result();
            assertThat(tester.run(sqe -> sqe.prepClose(fd))).isZero();
        }
    }

    @Test
    void shouldWaitForTheFileNotForWhateverHasItsNumber() {
        final int[] first = Descriptors.pipe();
        tester.closeLater(first[1]);
        tester.start(1L, sqe -> sqe.prepRead(first[0], tester.address(DATA), 10, -1L));
        Descriptors.close(first[0]);
        final int[] second = Descriptors.pipe();
        tester.closeLater(second);
        assertThat(second[0]).as("the number is in use again").isEqualTo(first[0]);
        tester.start(2L, sqe -> sqe.prepRead(second[0], tester.address(DATA + 100), 10, -1L));
        tester.world.write(second[1], new byte[2]);

        assertThat(tester.await(2L).result()).isEqualTo(2);
        assertThat(tester.completed()).isEmpty();
        tester.world.write(first[1], new byte[3]);
        assertThat(tester.await(1L).result()).isEqualTo(3);
    }

    @Test
    void shouldReadWhatCannotBeReadWithoutWaiting() throws Exception {
        startOpen(1L, "/proc/self/mountinfo", OpenFlags.O_RDONLY, 0L);
        final int fd = tester.closeLater(tester.await(1L).result());

        final int count = tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 100, -1L));

        assertThat(count).isPositive();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).startsWith(tester.text(DATA, count));
    }

    @Test
    void shouldReadAllOfAFileWhoseEndIsCold() throws Exception {
        final byte[] contents = new byte[40_000];
        contents[contents.length - 1] = 1;
        final Path file = Files.write(folder.resolve("a"), contents);
        startOpen(1L, file.toString(), OpenFlags.O_RDONLY, 0L);
        final int fd = tester.closeLater(tester.await(1L).result());
        new ProcessBuilder("sync", file.toString()).start().waitFor();
        Descriptors.adviseDontNeed(fd);
        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 1, 0L)))
                .isEqualTo(1);

        assertThat(tester.run(sqe -> sqe.prepRead(fd, tester.address(DATA), 60_000, 0L)))
                .isEqualTo(contents.length);
        assertThat(tester.bytes.get(DATA + contents.length - 1)).isEqualTo((byte) 1);
    }

    @Test
    void shouldOpenFromTheCachesAtOnceOrNotAtAll() throws Exception {
        final Path file = Files.writeString(folder.resolve("a"), "abc");
        final Path absent = folder.resolve("b");

        assertThat(statusFlags(openedAtOnce(file, OpenFlags.O_RDONLY))).isZero();
        assertThat(statusFlags(openedAtOnce(file, OpenFlags.O_RDWR | OpenFlags.O_APPEND)))
                .isEqualTo(OpenFlags.O_RDWR | OpenFlags.O_APPEND);
        assertThat(statusFlags(openedAtOnce(file, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK)))
                .isEqualTo(OpenFlags.O_NONBLOCK);
        assertThat(statusFlags(openedAtOnce(folder, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY)))
                .isEqualTo(OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        startOpen(1L, absent.toString(), OpenFlags.O_WRONLY | OpenFlags.O_CREAT, ResolveFlags.RESOLVE_CACHED);
        assertThat(tester.await(1L).result()).as("creating needs the disk").isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void shouldNotWaitForTheOtherEndOfACachedFifo() throws Exception {
        assertThat(statusFlags(openedAtOnce(fifo(), OpenFlags.O_RDONLY))).isZero();
    }

    private int openedAtOnce(Path path, long flags) {
        startOpen(1L, path.toString(), flags, ResolveFlags.RESOLVE_CACHED);
        final List<RingTester.Completion> atOnce = tester.completed();
        assertThat(atOnce).hasSize(1);
        return tester.closeLater(atOnce.get(0).result());
    }

    private static int statusFlags(int fd) {
        final int largeFile = 0x8000; // O_LARGEFILE, on 64 bits always set and of no meaning
        return SystemCalls.fcntl(fd, SystemCalls.F_GETFL, 0L) & ~largeFile;
    }

    @Test
    void shouldNotWaitOnAListenerThatBlocks() {
        final int listener =
                tester.closeLater(Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16));
        assertThat(Descriptors.setStatusFlags(listener, 0)).isZero();
        tester.start(1L, sqe -> sqe.prepAcceptMultishot(listener, SocketFlags.SOCK_CLOEXEC));
        assertThat(tester.completed()).isEmpty();
        for (int i = 0; i < 3; i++) {
            tester.closeLater(Sockets.connect(Sockets.localAddress(listener)));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(tester.closeLater(tester.await(1L).result())).isPositive();
        }
        assertThat(tester.completed()).isEmpty();
    }

    @Test
    void shouldTellWhatWasMovedBeforeACancellation() {
        final int[] ends = tester.closeLater(Descriptors.socketPair());
        tester.start(1L, sqe -> sqe.prepRecv(ends[1], tester.address(DATA), 10, SocketFlags.MSG_WAITALL));
        tester.world.write(ends[0], new byte[3]);
        assertThat(tester.completed()).isEmpty();

        assertThat(tester.run(sqe -> sqe.prepCancel(1L))).isZero();
        assertThat(tester.await(1L).result()).isEqualTo(3);
    }

    @Test
    void shouldSendAllWithWaitAll() {
        final int[] ends = tester.closeLater(Descriptors.socketPair());
        assertThat(Descriptors.setStatusFlags(ends[1], OpenFlags.O_NONBLOCK)).isZero();
        final int length = RingTester.MEMORY_BYTES;
        int sent = 0;
        while (true) { // until the socket is full
            tester.start(1L, sqe -> sqe.prepSend(ends[0], tester.address(0), length, SocketFlags.MSG_WAITALL));
            final List<RingTester.Completion> completed = tester.completed();
            if (completed.isEmpty()) {
                break;
            }
            assertThat(completed.get(0).result()).isEqualTo(length);
            sent += length;
        }
        final NativeMemory sink = NativeMemory.map(length);
        long received = 0;
        while (received < sent + length) {
            tester.ring.submit();
            received += Math.max(0, Descriptors.read(ends[1], sink.address(), length));
        }
        sink.close();
        assertThat(tester.await(1L).result()).isEqualTo(length);
    }

    @Test
    void shouldFindOperationsAmongManyAndAgainAfterTheirSlotsWereReused() {
        final int[] pipe = tester.closeLater(Descriptors.pipe());
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 300; i++) {
                tester.start(i, sqe -> sqe.prepPollAdd(pipe[0], PollMask.POLLIN));
            }
            for (int i = 299; i >= 0; i--) {
                final long target = i;
                assertThat(tester.run(sqe -> sqe.prepPollRemove(target))).isZero();
                assertThat(tester.await(i).result()).isEqualTo(-Errno.ECANCELED);
            }
        }
        tester.world.write(pipe[1], new byte[1]);
        assertThat(tester.completed()).isEmpty();
    }
}
