// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.socket.ReceiveBlocks;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.call.SocketOption;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.testing.ForeignThread;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: what belongs to the queue's thread refuses every other one, before anything has changed. Method: each public method that starts,
 * changes or gives back something is called from another thread; the list is complete but for what is named as readable. The same methods say that
 * the queue is closed when it is, but for what gives back.
 */
class ForeignThreadIT extends FileTests {
    static final Set<String> READABLE = Set.of(
            "Allowance.capacity",
            "Allowance.inUse",
            "Allowance.isShort",
            "Allowance.reserved",
            "Allowance.waiting",
            "AsyncDescriptor.isOpen",
            "AsyncDescriptor.fd",
            "AsyncIo.arena",
            "AsyncIo.files",
            "AsyncIo.paths",
            "AsyncIo.process",
            "AsyncIo.blockingWork",
            "AsyncIo.openDescriptors",
            "AsyncIo.descriptors",
            "AsyncIo.waitingOperations",
            "AsyncIo.pendingCloses",
            "AsyncListener.localAddress",
            "AsyncListener.option",
            "AsyncFile.handledBy",
            "AsyncFile.isDirect",
            "AsyncListener.handledBy",
            "AsyncSocket.ackedBytes",
            "AsyncSocket.handledBy",
            "AsyncSocket.localAddress",
            "AsyncSocket.option",
            "AsyncSocket.peerAddress",
            "AsyncSocket.tryPeerAddress",
            "AsyncSocket.unackedBytes",
            "BlockingWork.attributes",
            "BlockingWork.waitingJobs",
            "BufferArena.allocatedBytes",
            "BufferArena.isShort",
            "BufferArena.leasedCount",
            "BufferArena.offered",
            "BufferArena.registeredBytes",
            "BufferArena.waiting",
            "CachedFile.file",
            "CachedFile.result",
            "CachedFile.status",
            "FileWatch.isActive",
            "FileWatch.pendingChanges",
            "FileWatches.newWatch",
            "IoBuffer.bytes",
            "IoBuffer.capacityBytes",
            "IoBuffer.leaseNumber",
            "IoBuffer.releaseLater",
            "OpenFileCache.changes",
            "OpenFileCache.entries",
            "OpenFileCache.contentBytes",
            "OpenFileCache.contentHits",
            "OpenFileCache.contents",
            "OpenFileCache.hits",
            "OpenFileCache.misses",
            "ReceiveBuffers.blockBytes",
            "ReceiveBuffers.count",
            "ReceiveBuffers.heldCount",
            "ReceiveBuffers.waitingCount",
            "SequentialReader.isAtEnd",
            "SequentialReader.isAwaitingBuffer",
            "SequentialReader.isReading",
            "SequentialReader.isWaitingForFile",
            "SequentialReader.missingBytes",
            "SharedBlock.lengthBytes",
            "SharedBlock.views");

    /** What gives back or reports what is leased goes on after the close of the queue. */
    private static final Set<String> FOR_WHO_CLEANS_UP = Set.of(
            "Allowance.giveBack",
            "BufferArena.longestHeld",
            "BufferArena.withdraw",
            "CachedFile.release",
            "IoBuffer.release",
            "ReceiveBuffers.longestHeld",
            "SequentialReader.cancel",
            "SequentialReader.giveBack",
            "SequentialReader.giveBackUnused",
            "SharedBlock.release");

    static final List<Class<?>> OF_THE_QUEUE = List.of(
            Allowance.class,
            AsyncAttributes.class,
            AsyncDescriptor.class,
            AsyncFile.class,
            AsyncIo.class,
            ProcessEvents.class,
            AsyncListener.class,
            AsyncPaths.class,
            AsyncSocket.class,
            BlockingWork.class,
            BufferArena.class,
            CachedFile.class,
            FileContent.class,
            FileEvents.class,
            FileWatch.class,
            FileWatches.class,
            IoBuffer.class,
            OpenFileCache.class,
            ReceiveBuffers.class,
            SequentialReader.class,
            SharedBlock.class,
            SocketStream.class);

    interface Call {
        void run() throws Exception;
    }

    private final Map<String, Call> calls = new LinkedHashMap<>();
    private final int[] pair = new int[2];
    private AsyncFile file;
    private AsyncSocket socket;
    private AsyncListener listener;
    private IoBuffer buffer;
    private Allowance allowance;

    private void each(Class<?> type, Map<String, Call> ofType) {
        ofType.forEach((name, call) -> calls.put(type.getSimpleName() + "." + name, call));
    }

    static Throwable failureElsewhere(Call call) throws InterruptedException {
        return ForeignThread.failureOf(() -> {
            call.run();
            return null;
        });
    }

    /** Of everything that belongs to the queue there is one, and each of its methods is in {@link #calls}. */
    private void listCalls() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 10_000);
        final ResourceContainer it = aio.normal;
        file = aio.open(root, "file", OpenOptions.READ);
        final AsyncFile fresh = aio.open(root, "file", OpenOptions.READ);
        System.arraycopy(Descriptors.socketPair(), 0, pair, 0, pair.length);
        socket = aio.adopt(pair[0], "socket");
        listener = aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, it, "listener");
        final SocketAddress address = listener.localAddress();
        final AsyncFile unopened = aio.io.newFile();
        final AsyncSocket freshSocket = aio.io.newSocket();
        buffer = aio.io.arena().tryLease(1);
        final IoBuffer[] buffers = {buffer};
        final ReceiveBuffers pool = aio.io.newReceiveBuffers(
                1, 4_096, ReceiveBlocks.kernelCanPick(aio.io.port().features()));
        final FileWatches watches = aio.io.files().newFileWatches(it, "watches");
        final FileWatch watch = watches.newWatch();
        watch.start(root, Inotify.IN_MODIFY, it, "watch");
        final OpenFileCache cache = aio.io.files().newOpenFileCache(root, 4, it, "cache");
        cache.open("file", it, "cached");
        final CachedFile cached = (CachedFile) aio.runOne().message();
        final SequentialReader reader = new SequentialReader(aio.io, 4_096, 2);
        reader.begin(file, 0L, SequentialReader.TO_END, it, "reader");
        final BlockingWork work = aio.io.blockingWork();
        final AsyncPaths paths = aio.io.paths();
        allowance = aio.io.newAllowance(Resource.CONNECTIONS, 2L, 0L);
        assertThat(allowance.tryTake(1L, it)).isTrue();
        final IdleLease idle = new IdleLease(it) {
            @Override
            protected void giveBack() {}
        };
        final PressureTrigger trigger = new PressureTrigger(PressureTrigger.Tasks.SOME, 100_000L, 2_000_000L);

        each(
                AsyncDescriptor.class,
                Map.of(
                        "declareInterest",
                        () -> file.declareInterest(it, null),
                        "close",
                        () -> socket.close(),
                        "discard",
                        file::discard));
        each(
                AsyncFile.class,
                Map.of(
                        "open", () -> unopened.open(root, "file", OpenOptions.READ, it, null),
                        "fsync", () -> file.fsync(it, null),
                        "fdatasync", () -> file.fdatasync(it, null),
                        "allocate", () -> file.allocate(0, 0L, 1L, it, null),
                        "truncate", () -> file.truncate(0L, it, null),
                        "advise", () -> file.advise(0, 0L, 0, it, null)));
        each(AsyncFile.class, Map.of("statx", () -> file.statx(), "status", fresh::status));
        each(AsyncFile.class, Map.of("copyRange", () -> file.copyRange(0L, file, 0L, 1)));
        each(
                FileContent.class,
                Map.of(
                        "read", () -> file.read(buffer, 0L),
                        "tryRead", () -> file.tryRead(buffer, 0L, it),
                        "readFully", () -> file.readFully(buffers, 0L, it, null),
                        "write", () -> file.write(buffer, 0L, it, null),
                        "writeFully", () -> file.writeFully(buffer, 0L, it, null)));
        each(
                AsyncSocket.class,
                Map.of(
                        "adopt", () -> freshSocket.adopt(pair[1], it, null),
                        "connect", () -> freshSocket.connect(address, it, null),
                        "shutdown", () -> socket.shutdown(SocketFlags.SHUT_WR)));
        each(
                SocketStream.class,
                Map.of(
                        "receive", () -> socket.receive(buffer),
                        "tryReceive", () -> socket.tryReceive(buffer, it),
                        "receiveInto", () -> socket.receiveInto(pool),
                        "send", () -> socket.send(buffer),
                        "sendFile", () -> socket.sendFile(file, 0L, buffer, it, null),
                        "sendMessage", () -> socket.sendMessage(buffers, 1, it, null),
                        "receiveMessage", () -> socket.receiveMessage(buffers, 1, 1, it, null)));
        each(
                AsyncListener.class,
                Map.of(
                        "accept", () -> listener.accept(),
                        "acceptSockets", () -> listener.acceptSockets(1, it),
                        "setOption", () -> listener.setOption(SocketOption.SO_KEEPALIVE, 1),
                        "makeRoom", () -> listener.makeRoom(1)));
        each(AsyncSocket.class, Map.of("setOption", () -> socket.setOption(SocketOption.SO_KEEPALIVE, 1)));
        each(AsyncSocket.class, Map.of("closeGracefully", () -> socket.closeGracefully(0L)));
        each(
                AsyncIo.class,
                Map.of(
                        "listen", () -> aio.io.listen(address, 1, it, null),
                        "newReceiveBuffers", () -> aio.io.newReceiveBuffers(1, 4_096),
                        "cancel", () -> aio.io.cancel(1L),
                        "cancelAfter", () -> aio.io.cancelAfter(1L, 1L)));
        each(
                AsyncIo.class,
                Map.of(
                        "newFile", aio.io::newFile,
                        "newSocket", aio.io::newSocket,
                        "cancelAll", () -> aio.io.cancelAll(it)));
        each(
                ProcessEvents.class,
                Map.of(
                        "watchMemoryPressure",
                                () -> aio.io.process().watchMemoryPressure(MemoryPressure.SYSTEM, trigger, it, null),
                        "watchSignal", () -> aio.io.process().watchSignal("HUP", it, null),
                        "awaitSignal", () -> aio.io.process().awaitSignal(List.of("HUP"), it, null),
                        "awaitExit", () -> aio.io.process().awaitExit(null, it, null)));
        each(AsyncIo.class, Map.of("isWaiting", () -> aio.io.isWaiting(1L)));
        each(
                FileEvents.class,
                Map.of(
                        "newFileWatches", () -> aio.io.files().newFileWatches(it, null),
                        "newOpenFileCache", () -> aio.io.files().newOpenFileCache(root, 1, it, null),
                        "watchRoot", () -> aio.io.files().watchRoot(root, it, null)));
        each(AsyncFile.class, Map.of("disk", fresh::disk));
        each(AsyncSocket.class, Map.of("dropAtClose", socket::dropAtClose));
        each(
                SocketStream.class,
                Map.of(
                        "pauseReceiving",
                        socket::pauseReceiving,
                        "resumeReceiving",
                        socket::resumeReceiving,
                        "sendSome",
                        () -> socket.sendSome(buffer, it, null),
                        "sendQuietly",
                        () -> socket.sendQuietly(buffer, it, null),
                        "sendMessageQuietly",
                        () -> socket.sendMessageQuietly(new IoBuffer[] {buffer}, 1, it, null),
                        "tellSent",
                        () -> socket.tellSent(1L),
                        "awaitReadiness",
                        () -> socket.awaitReadiness(1, it, null)));
        each(OpenFileCache.class, Map.of("changeRoot", () -> cache.changeRoot(root)));
        each(IoBuffer.class, Map.of("toShared", buffer::toShared));
        final SharedBlock block = aio.io.arena().tryLease(1).toShared();
        each(SharedBlock.class, Map.of("view", block::view, "release", block::release));
        each(
                SequentialReader.class,
                Map.of(
                        "cancelAfter", () -> reader.cancelAfter(1L),
                        "readFirst", () -> reader.readFirst(buffer),
                        "giveBackUnused", () -> reader.giveBackUnused(buffer)));
        each(AsyncIo.class, Map.of("newAllowance", () -> aio.io.newAllowance(Resource.CONNECTIONS, 1L, 0L)));
        each(
                Allowance.class,
                Map.of(
                        "take", () -> allowance.take(1L, it, null),
                        "tryTake", () -> allowance.tryTake(1L, it),
                        "giveBack", () -> allowance.giveBack(1L, it)));
        each(
                AsyncPaths.class,
                Map.of(
                        "statx", () -> paths.statx(root, "file", true, new FileStatus(), it, null),
                        "rename", () -> paths.rename(root, "file", "other", 0, it, null),
                        "link", () -> paths.link(root, "file", "other", it, null),
                        "symlink", () -> paths.symlink("file", root, "other", it, null),
                        "unlink", () -> paths.unlink(root, "file", it, null),
                        "removeDirectory", () -> paths.removeDirectory(root, "file", it, null),
                        "makeDirectory", () -> paths.makeDirectory(root, "other", 0700, it, null)));
        each(
                BlockingWork.class,
                Map.of(
                        "call", () -> work.call(() -> 1, it, null),
                        "canonicalPath", () -> work.canonicalPath(Path.of("/"), it, null),
                        "hostAddresses", () -> work.hostAddresses("localhost", it, null),
                        "list", () -> work.list(root, "", 0L, it, null)));
        final AsyncAttributes attributes = work.attributes();
        each(
                AsyncAttributes.class,
                Map.of(
                        "readLink", () -> attributes.readLink(root, "file", it, null),
                        "setMode", () -> attributes.setMode(root, "file", 0600, it, null),
                        "setOwner", () -> attributes.setOwner(root, "file", true, -1, -1, it, null),
                        "setTimes", () -> attributes.setTimes(root, "file", true, null, null, it, null),
                        "read", () -> attributes.read(root, "file", "user.x", it, null),
                        "write", () -> attributes.write(root, "file", "user.x", new byte[1], it, null),
                        "names", () -> attributes.names(root, "file", it, null),
                        "remove", () -> attributes.remove(root, "file", "user.x", it, null)));
        each(AsyncFile.class, Map.of("sizeBytes", file::sizeBytes));
        each(
                BufferArena.class,
                Map.of(
                        "lease", () -> aio.io.arena().lease(1, it, null),
                        "tryLease", () -> aio.io.arena().tryLease(1),
                        "longestHeld", () -> aio.io.arena().longestHeld(1),
                        "offer", () -> aio.io.arena().offer(idle),
                        "withdraw", () -> aio.io.arena().withdraw(idle)));
        each(IoBuffer.class, Map.of("release", buffer::release));
        each(ReceiveBuffers.class, Map.of("longestHeld", () -> pool.longestHeld(1)));
        each(CachedFile.class, Map.of("content", cached::content, "release", cached::release));
        each(
                OpenFileCache.class,
                Map.of(
                        "find",
                        () -> cache.find("file"),
                        "open",
                        () -> cache.open("file", it, null),
                        "refresh",
                        cache::refresh,
                        "keepContents",
                        () -> cache.keepContents(1L, it),
                        "close",
                        cache::close));
        each(
                FileWatch.class,
                Map.of(
                        "start",
                        () -> watches.newWatch().start(root, Inotify.IN_MODIFY, it, null),
                        "cancel",
                        watch::cancel));
        each(FileWatches.class, Map.of("drainNow", watches::drainNow));
        each(
                SequentialReader.class,
                Map.of(
                        "begin", () -> reader.begin(file, 0L, 1L, it, null),
                        "sendFirst", () -> reader.sendFirst(socket, buffer),
                        "readAhead", reader::readAhead,
                        "take", () -> reader.take(null),
                        "giveBack", () -> reader.giveBack(buffer),
                        "cancel", reader::cancel));

        assertThat(calls.keySet()).containsExactlyInAnyOrderElementsOf(methodsOfTheQueue());
    }

    @AfterEach
    void closePeer() {
        if (pair[1] != 0) {
            Descriptors.close(pair[1]);
        }
    }

    @Test
    void shouldBeRefusedByAllThatBelongsToTheQueue() throws Exception {
        listCalls();
        final long underWay = aio.events.counters().operationsUnderWay();
        final int leased = aio.io.arena().leasedCount();
        for (final Map.Entry<String, Call> call : calls.entrySet()) {
            assertThat(failureElsewhere(call.getValue()))
                    .as(call.getKey())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("thread")
                    .hasMessageContaining("elsewhere");
        }
        assertThat(aio.events.counters().operationsUnderWay()).isEqualTo(underWay);
        assertThat(aio.io.arena().leasedCount()).isEqualTo(leased);
        assertThat(allowance.inUse()).isEqualTo(1L);
        file.read(buffer, 0L);
        assertThat(aio.runOne().result()).isEqualTo(4_096);
    }

    @Test
    void shouldSayThatTheQueueIsClosedAfterThat() throws Exception {
        listCalls();
        each(AsyncDescriptor.class, Map.of("fd", file::fd));
        each(
                AsyncSocket.class,
                Map.of(
                        "peerAddress", socket::peerAddress,
                        "localAddress", socket::localAddress,
                        "option", () -> socket.option(SocketOption.SO_SNDBUF)));
        each(
                AsyncListener.class,
                Map.of(
                        "localAddress",
                        listener::localAddress,
                        "option",
                        () -> listener.option(SocketOption.SO_SNDBUF)));
        calls.keySet().removeAll(FOR_WHO_CLEANS_UP);

        aio.close();

        for (final Map.Entry<String, Call> call : calls.entrySet()) {
            assertThatThrownBy(() -> call.getValue().run())
                    .as(call.getKey())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this event queue is closed");
        }
        allowance.giveBack(1L, aio.normal);
        buffer.release();
        assertThat(aio.io.arena().longestHeld(8)).hasSize(1);
    }

    private static Set<String> methodsOfTheQueue() {
        final Set<String> methods = ForeignThread.methodsOf(OF_THE_QUEUE);
        methods.removeAll(READABLE);
        return methods;
    }
}
