package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.KernelRing;
import dev.sluice.uring.OpenFlags;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.SocketFlags;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: whatever step of whatever operation fails however, there is one terminal event, and nothing is left behind. Method:
 * each operation runs once as it is, which tells its steps; then the 1st, 2nd, ... of them fails with each errno.
 */
class FaultSweepIT {
    private static final int MOST_ATTEMPTS = 100;

    private static final int[] ERRNOS = {
        Errno.EPERM,
        Errno.ENOENT,
        Errno.EINTR,
        Errno.EIO,
        Errno.ENXIO,
        Errno.EBADF,
        Errno.EAGAIN,
        Errno.ENOMEM,
        Errno.EACCES,
        Errno.EBUSY,
        Errno.EEXIST,
        Errno.EXDEV,
        Errno.ENOTDIR,
        Errno.EISDIR,
        Errno.EINVAL,
        Errno.ENFILE,
        Errno.EMFILE,
        Errno.ENOSPC,
        Errno.ESPIPE,
        Errno.EROFS,
        Errno.EPIPE,
        Errno.ENAMETOOLONG,
        Errno.ENOTEMPTY,
        Errno.ELOOP,
        Errno.EPROTO,
        Errno.EOVERFLOW,
        Errno.EOPNOTSUPP,
        Errno.EADDRNOTAVAIL,
        Errno.ENETUNREACH,
        Errno.ECONNABORTED,
        Errno.ECONNRESET,
        Errno.ENOBUFS,
        Errno.ENOTCONN,
        Errno.ETIMEDOUT,
        Errno.ECONNREFUSED,
        Errno.EHOSTUNREACH,
        Errno.EALREADY,
        Errno.ECANCELED
    };

    private enum Kind {
        OPEN(1),
        OPEN_THAT_CREATES(1),
        READ(0),
        READ_COLD(0),
        READ_FULLY(0),
        WRITE(0),
        WRITE_FULLY(0),
        STATX(0),
        FSYNC(0),
        FDATASYNC(0),
        ALLOCATE(0),
        TRUNCATE(0),
        ADVISE(0),
        PATH_STATX(1),
        RENAME(2),
        LINK(2),
        SYMLINK(1),
        UNLINK(1),
        REMOVE_DIRECTORY(1),
        MAKE_DIRECTORY(1),
        SEND(0),
        RECEIVE(0),
        SEND_FILE(0),
        SHUTDOWN(0),
        CONNECT(0);

        /** So many of its first steps answer with a new descriptor. */
        private final int descriptorSteps;

        Kind(int descriptorSteps) {
            this.descriptorSteps = descriptorSteps;
        }
    }

    @TempDir
    Path directory;

    private RootDirectory root;
    private FaultingRing ring;
    private AioFixture aio;
    private AsyncFile file;
    private AsyncListener listener;
    private int[] pair;
    private AsyncSocket socket;
    private AsyncSocket peer;
    private final List<AsyncDescriptor> opened = new ArrayList<>();
    private int serial;

    @BeforeEach
    void open() throws Exception {
        assumeFalse("emulated".equals(System.getProperty("sluice.ring")), "the kernel's ring is swept");
        AioFixture.writeFile(directory.resolve("file"), 10_000);
        Files.createDirectories(directory.resolve("a/b"));
        Files.createDirectory(directory.resolve("c"));
        root = RootDirectory.open(directory);
        ring = new FaultingRing(KernelRing.open(RingOptions.defaults()));
        aio = new AioFixture(EventQueue.over(ring.asRing(), EventQueueOptions.defaults()), AsyncIoOptions.defaults());
    }

    @AfterEach
    void close() {
        if (aio != null) {
            aio.close();
            root.close();
        }
    }

    @Test
    void shouldEndInOneEventWhateverFails() throws Exception {
        runCase(Kind.READ, 0, 0); // loads classes, opens what the JDK keeps open
        final List<String> before = AioFixture.openTargets();
        int cases = 0;
        for (final Kind kind : Kind.values()) {
            final int steps = runCase(kind, 0, 0);
            assertThat(steps).as("%s", kind).isPositive();
            for (int step = 1; step <= steps; step++) {
                for (final int errno : ERRNOS) {
                    int reached = 0;
                    // A read that a busy machine delays is not followed by its send: until the step was there to fail.
                    for (int attempt = 0; attempt < MOST_ATTEMPTS && reached < step; attempt++) {
                        reached = runCase(kind, step, errno);
                    }
                    assertThat(reached).as("%s, steps", kind).isGreaterThanOrEqualTo(step);
                    cases++;
                }
            }
            assertThat(AioFixture.openedSince(before)).as("after %s", kind).isEmpty();
        }
        System.out.println("fault sweep: " + cases + " cases");
        assertThat(cases).isGreaterThan(1_000);
    }

    /** Returns how many steps there were. */
    private int runCase(Kind kind, int failingStep, int errno) throws IOException {
        serial++;
        final String name = kind + ", step " + failingStep + " fails with " + Errno.name(errno);
        openWhatIsUsed();
        final IoBuffer buffer = aio.io.arena().lease(16_384);
        final IoBuffer other = aio.io.arena().lease(100);
        final long id = start(kind, buffer, other);
        ring.fail(id, failingStep, errno, kind.descriptorSteps);

        aio.seen.clear();
        aio.runUntil(() -> aio.seen.stream().anyMatch(seen -> "tested".equals(seen.attachment())));
        final int steps = ring.steps();
        ring.fail(-1L, 0, 0, 0);
        final int result = aio.seen.stream()
                .filter(seen -> "tested".equals(seen.attachment()))
                .findFirst()
                .orElseThrow()
                .result();
        if (failingStep == 0 || steps < failingStep) { // nothing failed
            assertThat(result).as(name).isNotNegative();
        } else if (errno != Errno.EAGAIN) { // asks again where the caches did not have it
            assertThat(result).as(name).isEqualTo(-errno);
        }
        closeEverything();
        assertThat(aio.seen.stream().filter(seen -> "tested".equals(seen.attachment())))
                .as(name)
                .hasSize(1);
        buffer.release();
        other.release();
        aio.assertNothingLeft();
        assertThat(aio.events.counters().staleCompletions()).as(name).isZero();
        return steps;
    }

    private void openWhatIsUsed() throws IOException {
        final String victim = "a/b/" + serial;
        Files.writeString(directory.resolve(victim), "x");
        Files.createDirectory(directory.resolve("a/empty" + serial));
        file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_RDWR));
        opened.add(file);
        pair = Descriptors.socketPair();
        socket = newSocket();
        socket.adopt(pair[0], aio.normal, "socket");
        peer = newSocket();
        peer.adopt(pair[1], aio.normal, "peer");
        listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, aio.normal, "listener");
        opened.add(listener);
    }

    private AsyncSocket newSocket() {
        final AsyncSocket made = aio.io.newSocket();
        opened.add(made);
        return made;
    }

    private AsyncFile newFile() {
        final AsyncFile made = aio.io.newFile();
        opened.add(made);
        return made;
    }

    private long start(Kind kind, IoBuffer buffer, IoBuffer other) throws IOException {
        final AsyncPaths paths = aio.io.paths();
        final String victim = "a/b/" + serial;
        final String fresh = "c/" + serial;
        final String tested = "tested";
        return switch (kind) {
            case OPEN -> newFile().open(root, victim, OpenOptions.READ, aio.normal, tested);
            case OPEN_THAT_CREATES -> newFile().open(root, fresh, OpenOptions.READ_WRITE_CREATE, aio.normal, tested);
            case READ -> file.read(buffer, 0L, aio.normal, tested);
            case READ_COLD -> {
                AioFixture.makeCold(file, directory.resolve("file"));
                yield file.read(buffer, 0L, aio.normal, tested);
            }
            case READ_FULLY -> file.readFully(buffer, 0L, aio.normal, tested);
            case WRITE -> file.write(other, 0L, aio.normal, tested);
            case WRITE_FULLY -> file.writeFully(other, 0L, aio.normal, tested);
            case STATX -> {
                file.declareInterest(aio.normal, tested);
                final long id = file.statx();
                file.declareInterest(aio.normal, "file");
                yield id;
            }
            case FSYNC -> file.fsync(aio.normal, tested);
            case FDATASYNC -> file.fdatasync(aio.normal, tested);
            case ALLOCATE -> file.allocate(0, 0L, 10L, aio.normal, tested);
            case TRUNCATE -> file.truncate(10_000L, aio.normal, tested);
            case ADVISE -> file.advise(0, 0L, 0, aio.normal, tested);
            case PATH_STATX -> paths.statx(root, victim, true, new FileStatus(), aio.normal, tested);
            case RENAME -> paths.rename(root, victim, fresh, 0, aio.normal, tested);
            case LINK -> paths.link(root, victim, fresh, aio.normal, tested);
            case SYMLINK -> paths.symlink("x", root, fresh, aio.normal, tested);
            case UNLINK -> paths.unlink(root, victim, aio.normal, tested);
            case REMOVE_DIRECTORY -> paths.removeDirectory(root, "a/empty" + serial, aio.normal, tested);
            case MAKE_DIRECTORY -> paths.makeDirectory(root, fresh, 0755, aio.normal, tested);
            case SEND -> socket.send(other, aio.normal, tested);
            case RECEIVE -> {
                peer.send(other);
                aio.runOne();
                yield socket.receive(buffer, aio.normal, tested);
            }
            case SEND_FILE -> {
                buffer.bytes().limit(1_000);
                yield socket.sendFile(file, 0L, buffer, aio.normal, tested);
            }
            case SHUTDOWN -> {
                socket.declareInterest(aio.normal, tested);
                final long id = socket.shutdown(SocketFlags.SHUT_WR);
                socket.declareInterest(aio.normal, "socket");
                yield id;
            }
            case CONNECT -> newSocket().connect(listener.localAddress(), aio.normal, tested);
        };
    }

    private void closeEverything() {
        for (final AsyncDescriptor descriptor : opened) {
            if (descriptor.isOpen()) {
                descriptor.declareInterest(aio.normal, "closed");
                descriptor.close();
            }
        }
        opened.clear();
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0
                && aio.events.counters().signalled() == 0);
    }
}
