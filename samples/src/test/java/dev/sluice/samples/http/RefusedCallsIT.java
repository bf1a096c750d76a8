package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts that refuse a system call: the server serves all the same, or says before it serves what is refused. */
class RefusedCallsIT {
    private static final int LARGE_BYTES = 300_000;

    /**
     * Every call that the server makes from its start to the end of a request, by its number on x86-64. Not here: what the JVM and the C
     * library cannot live without, as futex, mmap, pread64 (classes are read by it) and munmap (glibc ends the process that cannot give a
     * thread's stack back).
     */
    private enum Call {
        READ(0),
        WRITE(1),
        CLOSE(3),
        FSTAT(5),
        POLL(7),
        IOCTL(16),
        MADVISE(28),
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
        READLINK(89),
        FCNTL(72),
        GETRLIMIT(97),
        STATFS(137),
        SETRLIMIT(160),
        GETDENTS64(217),
        EPOLL_WAIT(232),
        EPOLL_CTL(233),
        INOTIFY_ADD_WATCH(254),
        INOTIFY_RM_WATCH(255),
        OPENAT(257),
        NEWFSTATAT(262),
        READLINKAT(267),
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
        return RunningServer.of(
                directory,
                options -> options.withOpenFileCache(cached),
                AsyncIoOptions.defaults(),
                () -> SeccompFilter.refuse(errno, number));
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
