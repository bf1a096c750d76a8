// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;

/** What one case of a fault sweep works on: opened for it, and closed after it. */
final class SweepWorld {
    /** The attachment of the operation under test. */
    static final String TESTED = "tested";

    private final AioFixture aio;
    private final RootDirectory root;
    private final Path directory;
    private final List<AsyncDescriptor> opened = new ArrayList<>();
    private final List<IoBuffer> buffers = new ArrayList<>();
    private final List<Integer> foreign = new ArrayList<>();
    private OpenFileCache cache;

    /** For the operation under test. */
    private ResourceContainer charged;

    /** What the operation under test works on; null if it opens something or works on names. */
    private AsyncDescriptor target;

    private final boolean keepsAttributes;
    private int serial;

    SweepWorld(AioFixture aio, RootDirectory root, Path directory) throws IOException {
        this.aio = aio;
        this.root = root;
        this.directory = directory;
        charged = aio.normal;
        AioFixture.writeFile(directory.resolve("file"), 10_000);
        Files.createDirectories(directory.resolve("a/b"));
        Files.createDirectory(directory.resolve("c"));
        keepsAttributes = aio.io.port().features().supports(Opcode.GETXATTR)
                && Files.getFileStore(directory).supportsFileAttributeView(UserDefinedFileAttributeView.class);
        if (keepsAttributes) {
            Files.setAttribute(directory.resolve("a/b"), "user:x", new byte[100]);
        }
    }

    /** Whether ring and file system have what it needs. */
    boolean has(SweptOperation operation) {
        return keepsAttributes || !operation.isOnAnAttribute();
    }

    /** From now on for the operation under test. */
    void charge(ResourceContainer container) {
        charged = container;
    }

    AsyncDescriptor target() {
        return target;
    }

    private IoBuffer buffer(int lengthBytes) {
        final IoBuffer buffer = aio.io.arena().tryLease(lengthBytes);
        buffers.add(buffer);
        return buffer;
    }

    private <T extends AsyncDescriptor> T closeLater(T descriptor) {
        opened.add(descriptor);
        return descriptor;
    }

    private AsyncFile file() {
        final AsyncFile file = closeLater(aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_RDWR)));
        file.declareInterest(aio.normal, "file");
        target = file;
        return file;
    }

    private AsyncSocket[] pair() {
        final int[] fds = Descriptors.socketPair();
        final AsyncSocket[] ends = {closeLater(aio.io.newSocket()), closeLater(aio.io.newSocket())};
        ends[0].adopt(fds[0], aio.normal, "socket");
        ends[1].adopt(fds[1], aio.normal, "peer");
        target = ends[0];
        return ends;
    }

    private AsyncListener listener(SocketAddress address, Object attachment) {
        return closeLater(aio.io.listen(address, 16, aio.normal, attachment));
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private String victim() throws IOException {
        final String name = "a/b/" + serial;
        Files.writeString(directory.resolve(name), "x");
        return name;
    }

    private String emptyDirectory() throws IOException {
        final String name = "a/empty" + serial;
        Files.createDirectory(directory.resolve(name));
        return name;
    }

    /** Opens what the operation needs and calls it; returns its id, or what {@link FaultingRing} has in place of one. */
    long start(SweptOperation operation) throws IOException {
        serial++;
        return switch (operation) {
            case SEND,
                    SEND_SOME,
                    AWAIT_READINESS,
                    RECEIVE,
                    RECEIVE_THAT_WAITS,
                    SHUTDOWN,
                    SEND_FILE,
                    CONNECT,
                    CONNECT_TO_A_PATH,
                    ACCEPT,
                    ACCEPT_ONE,
                    ACCEPT_SOCKETS,
                    CLOSE_GRACEFULLY,
                    CLOSE_SOCKET,
                    CLOSE_LISTENER -> startOnASocket(operation);
            case RENAME,
                    RENAME_COLD,
                    LINK,
                    LINK_COLD,
                    SYMLINK,
                    SYMLINK_COLD,
                    UNLINK,
                    UNLINK_COLD,
                    REMOVE_DIRECTORY,
                    REMOVE_DIRECTORY_COLD,
                    MAKE_DIRECTORY,
                    MAKE_DIRECTORY_COLD,
                    READ_ATTRIBUTE,
                    READ_ATTRIBUTE_COLD,
                    WRITE_ATTRIBUTE,
                    WRITE_ATTRIBUTE_COLD,
                    PATH_STATX,
                    PATH_STATX_COLD -> startOnAName(operation);
            default -> startOnAFile(operation);
        };
    }

    private long startOnAFile(SweptOperation operation) throws IOException {
        return switch (operation) {
            case OPEN, OPEN_COLD -> open(victim(), OpenOptions.READ);
            case OPEN_THAT_CREATES -> open("c/" + serial, OpenOptions.READ_WRITE_CREATE);
            case OPEN_THAT_TRUNCATES -> open(victim(), OpenOptions.READ_WRITE_CREATE.withFlags(OpenFlags.O_TRUNC));
            case READ -> file().read(buffer(4_096), 0L, charged, TESTED);
            case READ_COLD -> {
                final AsyncFile cold = file();
                AioFixture.makeCold(cold, directory.resolve("file"));
                yield cold.read(buffer(4_096), 0L, charged, TESTED);
            }
            case READ_FULLY -> {
                final IoBuffer shorter = buffer(8_192);
                shorter.bytes().limit(8_192);
                yield file().readFully(shorter, 0L, charged, TESTED);
            }
            case READ_FULLY_TO_THE_END -> file().readFully(buffer(16_384), 0L, charged, TESTED);
            case READ_VECTORED -> file().read(new IoBuffer[] {buffer(4_096), buffer(4_096)}, 0L, charged, TESTED);
            case WRITE_VECTORED -> file().write(new IoBuffer[] {buffer(100), buffer(100)}, 0L, charged, TESTED);
            case WRITE -> file().write(buffer(100), 0L, charged, TESTED);
            case WRITE_FULLY -> file().writeFully(buffer(100), 0L, charged, TESTED);
            case STATX -> file().statx(charged, TESTED);
            case FSYNC -> file().fsync(charged, TESTED);
            case FDATASYNC -> file().fdatasync(charged, TESTED);
            case ALLOCATE -> file().allocate(0, 0L, 10L, charged, TESTED);
            case TRUNCATE -> file().truncate(10_000L, charged, TESTED);
            case ADVISE -> file().advise(0, 0L, 0, charged, TESTED);
            case CLOSE_FILE -> close(file());
            case DISCARD -> {
                file().discard();
                yield FaultingRing.ALL_OPERATIONS;
            }
            case FILE_WATCHES -> {
                final FileWatches watches = closeLater(aio.io.files().newFileWatches(charged, TESTED));
                target = watches;
                watches.newWatch().start(root, Inotify.IN_CREATE, aio.normal, "watch");
                Files.createFile(directory.resolve("watched" + serial));
                yield FaultingRing.ALL_OPERATIONS;
            }
            case CACHED_OPEN -> {
                cache = aio.io.files().newOpenFileCache(root, 8, aio.normal, "cache");
                cache.open(victim(), charged, TESTED);
                yield FaultingRing.ALL_OPENS;
            }
            default -> throw new IllegalArgumentException(operation.name());
        };
    }

    private long open(String path, OpenOptions options) {
        return closeLater(aio.io.newFile()).open(root, path, options, charged, TESTED);
    }

    private long close(AsyncDescriptor descriptor) {
        return descriptor.close(charged, TESTED);
    }

    private long startOnAName(SweptOperation operation) throws IOException {
        final AsyncPaths paths = aio.io.paths();
        final AsyncAttributes attributes = aio.io.blockingWork().attributes();
        final String fresh = "c/" + serial;
        return switch (operation) {
            case READ_ATTRIBUTE, READ_ATTRIBUTE_COLD -> attributes.read(root, "a/b", "user.x", charged, TESTED);
            case WRITE_ATTRIBUTE, WRITE_ATTRIBUTE_COLD ->
                attributes.write(root, "a/b", "user.x", new byte[100], charged, TESTED);
            case PATH_STATX, PATH_STATX_COLD -> paths.statx(root, victim(), true, new FileStatus(), charged, TESTED);
            case RENAME, RENAME_COLD -> paths.rename(root, victim(), fresh, 0, charged, TESTED);
            case LINK, LINK_COLD -> paths.link(root, victim(), fresh, charged, TESTED);
            case SYMLINK, SYMLINK_COLD -> paths.symlink("x", root, fresh, charged, TESTED);
            case UNLINK, UNLINK_COLD -> paths.unlink(root, victim(), charged, TESTED);
            case REMOVE_DIRECTORY, REMOVE_DIRECTORY_COLD ->
                paths.removeDirectory(root, emptyDirectory(), charged, TESTED);
            case MAKE_DIRECTORY, MAKE_DIRECTORY_COLD -> paths.makeDirectory(root, fresh, 0755, charged, TESTED);
            default -> throw new IllegalArgumentException(operation.name());
        };
    }

    private long startOnASocket(SweptOperation operation) throws IOException {
        return switch (operation) {
            case SEND -> pair()[0].send(buffer(100), charged, TESTED);
            case SEND_SOME -> pair()[0].sendSome(buffer(100), charged, TESTED);
            case AWAIT_READINESS -> pair()[0].awaitReadiness(PollMask.POLLOUT, charged, TESTED);
            case RECEIVE -> {
                final AsyncSocket[] ends = pair();
                ends[1].send(buffer(100));
                aio.runOne();
                yield ends[0].receive(buffer(200), charged, TESTED);
            }
            case RECEIVE_THAT_WAITS -> {
                final AsyncSocket[] ends = pair();
                final long id = ends[0].receive(buffer(200), charged, TESTED);
                aio.reapOnly();
                ends[1].send(buffer(100));
                yield id;
            }
            case SEND_FILE -> {
                final AsyncSocket socket = pair()[0];
                final AsyncFile sent = file();
                target = socket;
                final IoBuffer buffer = buffer(16_384);
                buffer.bytes().limit(1_000);
                yield socket.sendFile(sent, 0L, buffer, charged, TESTED);
            }
            case SHUTDOWN -> pair()[0].shutdown(SocketFlags.SHUT_WR, charged, TESTED);
            case CONNECT -> connect(listener(anyPort(), "listener").localAddress());
            case CONNECT_TO_A_PATH -> {
                final SocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket" + serial));
                listener(path, "listener");
                yield connect(path);
            }
            case ACCEPT, ACCEPT_ONE, ACCEPT_SOCKETS -> {
                final AsyncListener listener = listener(anyPort(), "listener");
                target = listener;
                if (operation == SweptOperation.ACCEPT_ONE) {
                    listener.listener.acceptOneByOne();
                }
                foreign.add(Sockets.connect(listener.localAddress()));
                yield operation == SweptOperation.ACCEPT_SOCKETS
                        ? listener.acceptSockets(8, aio.normal, charged, TESTED)
                        : listener.accept(charged, TESTED);
            }
            case CLOSE_SOCKET -> close(pair()[0]);
            case CLOSE_GRACEFULLY -> {
                final AsyncSocket[] ends = pair();
                ends[1].send(buffer(100));
                aio.runOne();
                ends[1].shutdown(SocketFlags.SHUT_WR);
                aio.runOne();
                ends[0].closeGracefully(1_000_000_000L, charged, TESTED);
                yield FaultingRing.ALL_OPERATIONS;
            }
            case CLOSE_LISTENER -> close(listener(anyPort(), "listener"));
            default -> throw new IllegalArgumentException(operation.name());
        };
    }

    private long connect(SocketAddress address) {
        return closeLater(aio.io.newSocket()).connect(address, charged, TESTED);
    }

    /** Closes all that is open and waits until nothing is under way. */
    void end() {
        if (cache != null) {
            aio.seen.stream()
                    .filter(seen -> seen.message() instanceof CachedFile)
                    .forEach(seen -> ((CachedFile) seen.message()).release());
            cache.close();
            cache = null;
        }
        for (final AsyncDescriptor descriptor : opened) {
            if (descriptor.isOpen()) {
                descriptor.declareInterest(aio.normal, "closed");
                descriptor.close();
            }
        }
        aio.seen.stream()
                .filter(seen -> seen.message() instanceof AsyncSocket)
                .map(seen -> (AsyncSocket) seen.message())
                .forEach(AsyncSocket::discard);
        opened.clear();
        target = null;
        foreign.forEach(Descriptors::close);
        foreign.clear();
        aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
        assertThat(aio.io.waitingOperations()).isZero();
        buffers.forEach(IoBuffer::release);
        buffers.clear();
    }
}
