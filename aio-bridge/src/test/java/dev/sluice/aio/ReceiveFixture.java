// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.socket.ReceiveBlocks;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.emulated.EmulatedRing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Connections to Java's channels, received from in each of the ways there are. */
final class ReceiveFixture implements AutoCloseable {
    static final int BLOCK_BYTES = 4096;

    /** How blocks come to be taken. */
    enum Way {
        PICKED_BY_THE_KERNEL,
        POLLED,
        EMULATED
    }

    /** Both ends of a connection, and what was sent and received; byte n of each is {@link #byteAt}. */
    static final class Connection {
        final AsyncSocket socket;
        final SocketChannel peer;
        final String name;
        long id;
        long sent;
        long received;

        private Connection(AsyncSocket socket, SocketChannel peer, String name) {
            this.socket = socket;
            this.peer = peer;
            this.name = name;
        }

        /** Returns how much the kernel has taken. */
        int send(int lengthBytes) throws IOException {
            final ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
            for (int i = 0; i < lengthBytes; i++) {
                bytes.put(byteAt(sent + i));
            }
            final int taken = peer.write(bytes.flip());
            sent += taken;
            return taken;
        }

        /** Checks that the event's bytes are the next ones; the block is still the caller's. */
        IoBuffer check(Seen event) {
            assertThat(event.operation()).isEqualTo(Opcode.RECV);
            final IoBuffer block = (IoBuffer) event.message();
            final ByteBuffer bytes = block.bytes();
            assertThat(bytes.position()).isZero();
            assertThat(bytes.remaining()).isEqualTo(event.result());
            for (int i = 0; i < bytes.limit(); i++) {
                if (bytes.get(i) != byteAt(received + i)) {
                    throw new AssertionError(name + ": byte " + (received + i) + " is another");
                }
            }
            received += bytes.limit();
            return block;
        }

        void checkAndRelease(Seen event) {
            check(event).release();
        }
    }

    final AioFixture aio;
    private final Way way;
    private final AsyncListener listener;
    private final SocketAddress address;
    private final List<Connection> connections = new ArrayList<>();
    private final List<ReceiveBuffers> pools = new ArrayList<>();

    /** Over a Unix socket in {@code directory}, over TCP if that is null. */
    ReceiveFixture(Way way, Path directory) {
        this.way = way;
        aio = new AioFixture(
                way == Way.EMULATED
                        ? EventQueue.over(EmulatedRing.open(RingOptions.defaults()), EventQueueOptions.defaults())
                        : EventQueue.open(),
                AsyncIoOptions.defaults());
        assumeTrue(
                way != Way.PICKED_BY_THE_KERNEL
                        || ReceiveBlocks.kernelCanPick(aio.io.port().features()),
                "the ring has no multishot receive");
        final SocketAddress asked = directory == null
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                : UnixDomainSocketAddress.of(directory.resolve("listener"));
        listener = aio.io.listen(asked, 1024, aio.normal, "listener");
        address = directory == null ? listener.localAddress() : asked;
        listener.accept();
    }

    static byte byteAt(long position) {
        return (byte) (position * 31 + (position >>> 8));
    }

    ReceiveBuffers newBuffers(int count) {
        final ReceiveBuffers pool = aio.io.newReceiveBuffers(count, BLOCK_BYTES, way == Way.PICKED_BY_THE_KERNEL);
        pools.add(pool);
        return pool;
    }

    Connection connect(ResourceContainer container, String name) throws IOException {
        final SocketChannel peer = SocketChannel.open(address);
        peer.configureBlocking(false);
        final Event event = aio.events
                .dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS)
                .next();
        assertThat(event.attachment()).isEqualTo("listener");
        final AsyncSocket socket = aio.io.newSocket();
        socket.adopt(event.takeDescriptor(), container, name);
        final Connection connection = new Connection(socket, peer, name);
        connections.add(connection);
        return connection;
    }

    /** Connected, and receiving already. */
    Connection receive(ResourceContainer container, String name, ReceiveBuffers pool) throws IOException {
        final Connection connection = connect(container, name);
        connection.id = connection.socket.receiveInto(pool);
        aio.reapOnly();
        return connection;
    }

    Connection named(Object attachment) {
        return connections.stream()
                .filter(connection -> connection.name.equals(attachment))
                .findFirst()
                .orElseThrow();
    }

    /** Hands out {@code count} events, checks their bytes and gives back their blocks. */
    List<Seen> consume(int count) {
        final List<Seen> events = aio.run(count);
        for (final Seen event : events) {
            if (event.message() != null) {
                named(event.attachment()).checkAndRelease(event);
            }
        }
        return events;
    }

    /** Enters the ring until {@code pool} has as many blocks held, without handing anything out. */
    void reapUntilHeld(ReceiveBuffers pool, int count) {
        final long startNs = System.nanoTime();
        while (pool.heldCount() < count) {
            assertThat(System.nanoTime() - startNs)
                    .as("held: %d", pool.heldCount())
                    .isLessThan(AioFixture.LIMIT_NS);
            aio.events.dequeueNextEvents(1, Priority.MAX, 1_000_000L);
        }
    }

    void reapUntilWaiting(ReceiveBuffers pool, int count) {
        final long startNs = System.nanoTime();
        while (pool.waitingCount() < count) {
            assertThat(System.nanoTime() - startNs)
                    .as("waiting: %d", pool.waitingCount())
                    .isLessThan(AioFixture.LIMIT_NS);
            aio.events.dequeueNextEvents(1, Priority.MAX, 1_000_000L);
        }
    }

    /** Closes everything, gives back what is still handed out, and checks that nothing is left. */
    void finish() throws IOException {
        final int before = aio.seen.size();
        for (final Connection connection : connections) {
            connection.peer.close();
            if (connection.socket.isOpen()) {
                connection.socket.close();
            }
        }
        listener.close();
        aio.runUntil(aio::isIdle);
        for (final Seen event : aio.seen.subList(before, aio.seen.size())) {
            if (event.message() instanceof IoBuffer block) {
                block.release();
            }
        }
        aio.assertNothingLeft();
        for (final ReceiveBuffers pool : pools) {
            assertThat(pool.heldCount()).as("blocks held").isZero();
            assertThat(pool.waitingCount()).as("receives that wait").isZero();
            assertThat(pool.longestHeld(10)).isEmpty();
        }
    }

    @Override
    public void close() throws IOException {
        for (final Connection connection : connections) {
            connection.peer.close();
        }
        aio.close();
    }
}
