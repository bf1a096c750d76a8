// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingException;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts that refuse a system call: the server serves all the same, or says before it serves what is refused. */
@Tag("refused-calls")
class RefusedCallsIT {
    private static final int LARGE_BYTES = 300_000;

    /** Every call that the server makes from its start to its end, by its number on x86-64, but for {@link OfTheJvm}. */
    private enum Call {
        READ(0),
        WRITE(1),
        CLOSE(3),
        FSTAT(5),
        POLL(7),
        LSEEK(8),
        RT_SIGPROCMASK(14),
        IOCTL(16),
        PWRITE64(18),
        ACCESS(21),
        SCHED_YIELD(24),
        MADVISE(28),
        DUP(32),
        SOCKET(41),
        CONNECT(42),
        SENDTO(44),
        RECVFROM(45),
        SENDMSG(46),
        RECVMSG(47),
        SHUTDOWN(48),
        BIND(49),
        LISTEN(50),
        GETSOCKNAME(51),
        GETPEERNAME(52),
        SOCKETPAIR(53),
        SETSOCKOPT(54),
        GETSOCKOPT(55),
        CLONE(56),
        FCNTL(72),
        READLINK(89),
        GETRLIMIT(97),
        STATFS(137),
        PRCTL(157),
        SETRLIMIT(160),
        GETTID(186),
        GETDENTS64(217),
        EPOLL_WAIT(232),
        EPOLL_CTL(233),
        INOTIFY_ADD_WATCH(254),
        INOTIFY_RM_WATCH(255),
        OPENAT(257),
        NEWFSTATAT(262),
        READLINKAT(267),
        SET_ROBUST_LIST(273),
        ACCEPT4(288),
        EVENTFD2(290),
        EPOLL_CREATE1(291),
        PIPE2(293),
        INOTIFY_INIT1(294),
        PRLIMIT64(302),
        PREADV2(327),
        STATX(332),
        IO_URING_SETUP(425),
        IO_URING_ENTER(426),
        IO_URING_REGISTER(427),
        CLONE3(435),
        OPENAT2(437),
        CACHESTAT(451);

        final int number;

        Call(int number) {
            this.number = number;
        }
    }

    /**
     * What the JVM and the C library do on their own, some only now and then, and cannot live without: classes are read by pread64; glibc
     * ends a process that cannot give a thread's stack back or register rseq; HotSpot one whose thread cannot learn of its stack, for which
     * glibc asks sched_getaffinity; without rt_sigreturn no signal ends.
     */
    private enum OfTheJvm {
        MMAP(9),
        MPROTECT(10),
        MUNMAP(11),
        BRK(12),
        RT_SIGRETURN(15),
        PREAD64(17),
        MREMAP(25),
        EXIT(60),
        FUTEX(202),
        SCHED_GETAFFINITY(204),
        RESTART_SYSCALL(219),
        CLOCK_NANOSLEEP(230),
        RSEQ(334);

        final int number;

        OfTheJvm(int number) {
            this.number = number;
        }
    }

    @TempDir
    static Path directory;

    private static byte[] large;

    @BeforeAll
    static void writeFiles() throws IOException {
        assumeTrue(SeccompFilter.isKnownMachine(), "the numbers of system calls are those of x86-64");
        TestFiles.write(directory, "small", "content");
        TestFiles.write(directory, "below/file", "below");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("below/../small"));
        large = TestFiles.writeRandom(directory, "large", LARGE_BYTES);
        loadClasses();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Call.class)
    void shouldServeOrSayWhatIsRefusedBeforeItServes(Call call) throws Exception {
        final List<String> failures = new ArrayList<>();
        for (final int errno : new int[] {Errno.EPERM, Errno.ENOSYS, Errno.EINVAL}) {
            for (final int cached : new int[] {0, 64}) {
                final String what = call + " refused with " + Errno.name(errno) + ", " + cached + " files cached: ";
                try (RunningServer server = serve(errno, call.number, cached)) {
                    askForEverything(server);
                } catch (CompletionException e) {
                    final Throwable cause = e.getCause();
                    if (!isNamed(cause, call, errno)) {
                        failures.add(what + cause);
                    }
                } catch (IOException | RuntimeException | AssertionError e) {
                    failures.add(what + e);
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest(name = "with call {0} refused, {1} files cached")
    @CsvSource({"-1, 0", "-1, 64", "425, 0", "425, 64", "437, 0", "437, 64"})
    void shouldMakeNoCallThatIsNotTried(int refused, int cached) throws Exception {
        final ReportedCalls others = new ReportedCalls(known());
        try (others;
                RunningServer server = serve(cached, () -> {
                    SeccompFilter.refuse(Errno.EPERM, refused);
                    others.begin();
                })) {
            askForEverything(server);
        } catch (CompletionException e) {
            assumeFalse(e.toString().contains("EBUSY"), "who has started this process listens already: " + e);
            throw e;
        }
        assertThat(others.numbers()).as("numbers of calls").isEmpty();
    }

    private static int[] known() {
        return IntStream.concat(
                        Stream.of(Call.values()).mapToInt(call -> call.number),
                        Stream.of(OfTheJvm.values()).mapToInt(call -> call.number))
                .toArray();
    }

    /** Where it leads the kernel knows, and that it was replaced is told: only what it leads to cannot be watched. */
    @Test
    void shouldFollowTheLinkToItsDirectoryWhereLinksMustNotBeRead(@TempDir Path releases) throws Exception {
        for (final String name : List.of("1", "2")) {
            TestFiles.write(releases, name + "/name", name);
        }
        final Path link = Files.createSymbolicLink(releases.resolve("current"), Path.of("1"));
        try (RunningServer server = RunningServer.of(
                        link,
                        options -> options,
                        AsyncIoOptions.defaults(),
                        () -> SeccompFilter.refuse(Errno.EPERM, Call.READLINK.number, Call.READLINKAT.number));
                Client client = new Client(server.address())) {
            assertThat(client.get("/name").response().text()).isEqualTo("1");

            final Path other = Files.createSymbolicLink(releases.resolve("next"), Path.of("2"));
            Files.move(other, link, StandardCopyOption.ATOMIC_MOVE);
            await().untilAsserted(() ->
                    assertThat(client.get("/name").response().text()).isEqualTo("2"));
        }
    }

    private static boolean isNamed(Throwable refusal, Call call, int errno) {
        final String reason =
                call == Call.CLONE || call == Call.CLONE3 ? "no thread can be started" : Errno.name(errno);
        return (refusal instanceof IOException
                        || refusal instanceof UncheckedIOException
                        || refusal instanceof RingException)
                && refusal.getMessage().contains(reason);
    }

    /** A class that is loaded, or a constant that is read, only behind the filter would be refused what the JVM needs for that. */
    private static void loadClasses() throws IOException {
        assertThat(Opcode.name(Opcode.ACCEPT)).isEqualTo("ACCEPT");
        for (final int cached : new int[] {0, 64}) {
            for (final int number : new int[] {-1, Call.IO_URING_SETUP.number, Call.OPENAT2.number}) {
                try (RunningServer server = serve(Errno.EINVAL, number, cached)) {
                    askForEverything(server);
                } catch (CompletionException e) {
                    assertThat(number).as(e.toString()).isNotEqualTo(-1);
                }
            }
        }
    }

    private static RunningServer serve(int errno, int number, int cached) {
        return serve(cached, () -> SeccompFilter.refuse(errno, number));
    }

    private static RunningServer serve(int cached, Runnable before) {
        return RunningServer.of(
                directory, options -> options.withOpenFileCache(cached), AsyncIoOptions.defaults(), before);
    }

    private static void askForEverything(RunningServer server) throws IOException {
        for (int i = 0; i < 2; i++) {
            try (Client client = new Client(server.address())) {
                assertThat(client.get("/small").response().text()).isEqualTo("content");
                assertThat(client.get("/below/file").response().text()).isEqualTo("below");
                assertThat(client.get("/link").response().text()).isEqualTo("content");
                assertThat(client.get("/large").response().body()).isEqualTo(large);
                assertThat(client.get("/absent").response().status()).isEqualTo(404);
                assertThat(client.get("/below").response().status()).isEqualTo(301);
            }
        }
    }
}
