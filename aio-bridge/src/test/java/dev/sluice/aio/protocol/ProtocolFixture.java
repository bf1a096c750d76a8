// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.LongStream;

/** A queue whose events reach their handlers, and links to one end of real sockets. */
final class ProtocolFixture implements AutoCloseable {
    final AioFixture aio;

    /** Gives back what was taken to make something scarce. */
    Runnable beforeEnd = () -> {};

    ProtocolFixture() {
        this(new AioFixture());
    }

    ProtocolFixture(AioFixture aio) {
        this.aio = aio;
    }

    /** With so little room for operations that they are refused. */
    static ProtocolFixture withMostOperations(int operations) {
        return new ProtocolFixture(new AioFixture(
                EventQueue.open(EventQueueOptions.defaults().withMaxOperations(operations)),
                AsyncIoOptions.defaults()));
    }

    /** With an arena that holds so much. */
    static ProtocolFixture withArenaBytes(long arenaBytes) {
        return new ProtocolFixture(new AioFixture(AsyncIoOptions.defaults().withArenaBytes(arenaBytes)));
    }

    static LongStream seeds() {
        final Long replayed = Long.getLong("seed");
        return replayed != null ? LongStream.of(replayed) : LongStream.of(1L, 2L, 3L, System.nanoTime());
    }

    Link link(Transport transport) {
        return new Link(aio.events, aio.io, aio.normal, transport);
    }

    /** One end of a connection; the other is the test's. */
    SocketChannel connect(Function<Link, ? extends Connection> protocol, Runnable whenEnded) throws IOException {
        try (ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            final AsyncSocket socket = aio.io.newSocket();
            final AtomicBoolean connected = new AtomicBoolean();
            final EventHandler handler = event -> {
                assertThat(event.result()).isZero();
                connected.set(true);
            };
            socket.connect(listening.getLocalAddress(), aio.normal, handler);
            runUntil(connected::get);
            protocol.apply(link(new SocketTransport(aio.io, socket, aio.normal)))
                    .start(whenEnded);
            return listening.accept();
        }
    }

    AsyncFile open(RootDirectory root, String name) {
        final AsyncFile file = aio.io.newFile();
        final EventHandler handler =
                event -> assertThat(event.failed()).as(name).isFalse();
        file.open(root, name, OpenOptions.READ, aio.normal, handler);
        runUntil(file::isOpen);
        return file;
    }

    IoBuffer block(byte[] bytes) {
        final IoBuffer block = aio.io.arena().tryLease(Math.max(1, bytes.length));
        block.bytes().put(0, bytes).limit(bytes.length);
        return block;
    }

    /** Hands events to their handlers until {@code enough}, at most for 20 s. */
    void runUntil(BooleanSupplier enough) {
        final long startNs = System.nanoTime();
        while (!enough.getAsBoolean()) {
            assertThat(System.nanoTime() - startNs)
                    .as("no event for long; %s", aio.events.counters())
                    .isLessThan(AioFixture.LIMIT_NS);
            handle(aio.events.dequeueNextEvents(64, Priority.IDLE, 10_000_000L));
        }
    }

    /** What is pending now, and what comes of it at once. */
    void runTurn() {
        handle(aio.events.dequeueNextEvents(64, Priority.IDLE, 1_000_000L));
    }

    private static void handle(EventBatch batch) {
        for (Event event = batch.next(); event != null; event = batch.next()) {
            ((EventHandler) event.attachment()).handle(event);
        }
    }

    void assertNothingLeft() {
        runUntil(() -> aio.isIdle() && aio.io.pendingCloses() == 0);
        aio.assertNothingLeft();
    }

    @Override
    public void close() {
        aio.close();
    }
}
