// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.FileAdvice;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation, cancelled at each stage of its way, ends in exactly one terminal event and leaves nothing behind. */
class CancellationIT {
    enum Kind {
        OPEN,
        OPEN_THAT_CREATES,
        OPEN_THAT_BLOCKS,
        READ_CACHED,
        READ_COLD,
        WRITE,
        STATX,
        READ_FULLY,
        WRITE_FULLY,
        FSYNC,
        ALLOCATE,
        TRUNCATE,
        ADVISE,
        PATH_STATX,
        RENAME,
        LINK,
        SYMLINK,
        UNLINK,
        REMOVE_DIRECTORY,
        MAKE_DIRECTORY,
        RECEIVE,
        SEND,
        SEND_TO_A_FULL_SOCKET,
        SHUTDOWN,
        CONNECT,
        CONNECT_TO_A_PATH,
        ACCEPT
    }

    enum Stage {
        /** Written to the submission queue, or waiting for admission; the kernel knows nothing. */
        STARTED,
        /** The kernel has seen it; what can complete at once has. */
        SUBMITTED,
        /** Begun with the windows full: it waits. */
        WAITING,
        /** As SUBMITTED, cancelled twice. */
        CANCELLED_ALREADY
    }

    @TempDir
    Path directory;

    private RootDirectory root;
    private AioFixture aio;
    private RandomAccessFile fifo;
    private final List<AsyncDescriptor> open = new ArrayList<>();
    private final List<IoBuffer> buffers = new ArrayList<>();

    static Stream<Arguments> everyKindAtEveryStage() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Stage.values())
                        .filter(stage -> canBeStopped(kind, stage))
                        .map(stage -> Arguments.of(kind, stage)));
    }

    /** Only the kernel can interrupt a worker: an emulated ring's waits until somebody opens the FIFO. */
    private static boolean canBeStopped(Kind kind, Stage stage) {
        return kind != Kind.OPEN_THAT_BLOCKS
                || stage == Stage.WAITING
                || !"emulated".equals(System.getProperty("sluice.ring"));
    }

    @BeforeEach
    void open() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 100_000);
        Files.createDirectories(directory.resolve("full/sub"));
        Files.createDirectories(directory.resolve("full/empty"));
        Files.createDirectory(directory.resolve("empty"));
        AioFixture.writeFile(directory.resolve("full/sub/file"), 10);
        AioFixture.makeFifo(directory.resolve("fifo"));
        root = RootDirectory.open(directory);
        aio = new AioFixture(AsyncIoOptions.defaults().withOpenWindow(1, 0).withReadWindow(1));
    }

    @AfterEach
    void close() throws IOException {
        aio.close();
        root.close();
        if (fifo != null) {
            fifo.close();
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyKindAtEveryStage")
    void shouldEndInExactlyOneTerminalEvent(Kind kind, Stage stage) throws Exception {
        final List<String> before = OpenDescriptors.now();
        final Runnable freeWindow = stage == Stage.WAITING ? fillWorkerWindow() : () -> {};

        final long id = start(kind);
        if (stage == Stage.SUBMITTED || stage == Stage.CANCELLED_ALREADY) {
            aio.reapOnly();
        }
        final boolean cancelled = aio.io.cancel(id);
        if (stage == Stage.CANCELLED_ALREADY) {
            aio.io.cancel(id);
        }
        aio.runUntil(() -> terminalEvents() == 1);
        freeWindow.run();
        aio.expectSilence(5_000_000L);

        assertThat(terminalEvents()).isEqualTo(1);
        assertThat(aio.io.cancel(id)).as("there is nothing to cancel any more").isFalse();
        if (kind == Kind.RECEIVE || kind == Kind.ACCEPT || kind == Kind.OPEN_THAT_BLOCKS) {
            assertThat(cancelled).isTrue();
            assertThat(aio.seen.get(aio.seen.size() - 1).result()).isNegative();
        }
        closeEverything();
        aio.assertNothingLeft();
        assertThat(aio.events.counters().staleCompletions()).isZero();
        if (!isEmulated()) { // whose worker opens the FIFO in its own time
            assertThat(OpenDescriptors.since(before)).isEmpty();
        }
    }

    private long terminalEvents() {
        return aio.seen.stream()
                .filter(seen -> "cancelled".equals(seen.attachment()) && (seen.flags() & CqeFlags.F_MORE) == 0)
                .count();
    }

    /** Takes the one place for what a worker carries out, by the open of a FIFO that nobody writes to. */
    private Runnable fillWorkerWindow() {
        final AsyncFile blocked = aio.io.newFile();
        final long id =
                blocked.open(root, "fifo", OpenOptions.READ.withFlags(OpenFlags.O_CREAT), aio.normal, "blocked");
        aio.reapOnly();
        return () -> {
            aio.io.cancel(id);
            if (isEmulated()) {
                openFifo(); // its worker cannot be interrupted
            }
            aio.runUntil(() -> aio.seen.stream().anyMatch(seen -> "blocked".equals(seen.attachment())));
        };
    }

    private boolean isEmulated() {
        return aio.events.binding().startsWith("epoll");
    }

    /** Both ends, so that it does not wait itself. */
    private void openFifo() {
        try {
            fifo = new RandomAccessFile(directory.resolve("fifo").toFile(), "rw");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long start(Kind kind) throws Exception {
        return switch (kind) {
            case OPEN -> newFile().open(root, "file", OpenOptions.READ, aio.normal, "cancelled");
            case OPEN_THAT_CREATES ->
                newFile().open(root, "new", OpenOptions.READ_WRITE_CREATE, aio.normal, "cancelled");
            case OPEN_THAT_BLOCKS ->
                newFile().open(root, "fifo", OpenOptions.READ.withFlags(OpenFlags.O_CREAT), aio.normal, "cancelled");
            case READ_CACHED -> openFile().read(buffer(4_096), 0L, aio.normal, "cancelled");
            case READ_COLD -> {
                final AsyncFile file = openFile();
                AioFixture.makeCold(file, directory.resolve("file"));
                yield file.read(buffer(65_536), 0L, aio.normal, "cancelled");
            }
            case WRITE -> openFile().write(buffer(4_096), 0L, aio.normal, "cancelled");
            case STATX -> {
                final AsyncFile file = openFile();
                file.declareInterest(aio.normal, "cancelled");
                yield file.statx();
            }
            case READ_FULLY -> openFile().readFully(buffer(200_000), 50_000L, aio.normal, "cancelled");
            case WRITE_FULLY -> openFile().writeFully(buffer(200_000), 0L, aio.normal, "cancelled");
            case FSYNC -> openFile().fsync(aio.normal, "cancelled");
            case ALLOCATE -> openFile().allocate(0, 0L, 200_000L, aio.normal, "cancelled");
            case TRUNCATE -> openFile().truncate(5L, aio.normal, "cancelled");
            case ADVISE -> openFile().advise(FileAdvice.POSIX_FADV_WILLNEED, 0L, 0, aio.normal, "cancelled");
            case PATH_STATX ->
                aio.io.paths().statx(root, "full/sub/file", true, new FileStatus(), aio.normal, "cancelled");
            case RENAME -> aio.io.paths().rename(root, "full/sub/file", "empty/new", 0, aio.normal, "cancelled");
            case LINK -> aio.io.paths().link(root, "full/sub/file", "empty/new", aio.normal, "cancelled");
            case SYMLINK -> aio.io.paths().symlink("target", root, "empty/new", aio.normal, "cancelled");
            case UNLINK -> aio.io.paths().unlink(root, "full/sub/file", aio.normal, "cancelled");
            case REMOVE_DIRECTORY -> aio.io.paths().removeDirectory(root, "full/empty", aio.normal, "cancelled");
            case MAKE_DIRECTORY -> aio.io.paths().makeDirectory(root, "empty/new", 0755, aio.normal, "cancelled");
            case RECEIVE -> socket().receive(buffer(100), aio.normal, "cancelled");
            case SEND -> socket().send(buffer(100), aio.normal, "cancelled");
            case SEND_TO_A_FULL_SOCKET -> {
                final AsyncSocket socket = socket();
                final IoBuffer filling = buffer(BufferArena.MAX_BLOCK_BYTES);
                final long filler = socket.send(filling, aio.normal, "filler");
                aio.reapOnly();
                final long id = socket.send(buffer(BufferArena.MAX_BLOCK_BYTES), aio.normal, "cancelled");
                assertThat(filler).isNotEqualTo(id);
                yield id;
            }
            case SHUTDOWN -> {
                final AsyncSocket socket = socket();
                socket.declareInterest(aio.normal, "cancelled");
                yield socket.shutdown(SocketFlags.SHUT_WR);
            }
            case CONNECT -> {
                final AsyncListener listener = aio.io.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, aio.normal, "listener");
                open.add(listener);
                yield newSocket().connect(listener.localAddress(), aio.normal, "cancelled");
            }
            case CONNECT_TO_A_PATH -> {
                final SocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
                open.add(aio.io.listen(address, 16, aio.normal, "listener"));
                yield newSocket().connect(address, aio.normal, "cancelled");
            }
            case ACCEPT -> {
                final AsyncListener listener = aio.io.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, aio.normal, "cancelled");
                open.add(listener);
                yield listener.accept();
            }
        };
    }

    private AsyncFile newFile() {
        final AsyncFile file = aio.io.newFile();
        open.add(file);
        return file;
    }

    /** Opened through the caches, so that a full window of workers does not matter. */
    private AsyncFile openFile() {
        final AsyncFile file = newFile();
        file.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_RDWR), aio.normal, "open");
        aio.runUntil(() -> file.isOpen());
        return file;
    }

    private IoBuffer buffer(int lengthBytes) {
        final IoBuffer buffer = aio.io.arena().tryLease(lengthBytes);
        buffers.add(buffer);
        return buffer;
    }

    private AsyncSocket newSocket() {
        final AsyncSocket socket = aio.io.newSocket();
        open.add(socket);
        return socket;
    }

    private AsyncSocket socket() {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        final AsyncSocket peer = aio.adopt(pair[1], "peer");
        open.add(socket);
        open.add(peer);
        return socket;
    }

    private void closeEverything() {
        for (final AsyncDescriptor descriptor : open) {
            if (descriptor.isOpen()) {
                descriptor.declareInterest(aio.normal, "closed");
                descriptor.close();
            }
        }
        aio.runUntil(aio::isIdle);
        for (final Seen seen : aio.seen) {
            assertThat(seen.attachment()).isNotNull();
        }
        buffers.forEach(IoBuffer::release);
    }
}
