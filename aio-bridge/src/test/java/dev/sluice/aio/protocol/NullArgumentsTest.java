// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SharedBlock;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: what must not be null is refused when it comes, by name, and not when it is used. Method: each constructor and each public method of the
 * layer that takes an object, with null for each such argument; not those that only the layer calls.
 */
class NullArgumentsTest {
    private final ProtocolFixture fixture = new ProtocolFixture();
    private final Transport peer = new MemoryTransport(fixture, MemoryTransport.NEVER);
    private final EventQueue events = fixture.aio.events;
    private final AsyncIo io = fixture.aio.io;
    private final ResourceContainer container = fixture.aio.normal;
    private final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> {});
    private final OutboundQueue out = connection.out();
    private final InFlight inFlight = connection.operations();
    private final AsyncFile file = io.newFile();
    private final AsyncSocket socket = io.newSocket();
    private final EventHandler handler = event -> {};

    @AfterEach
    void close() {
        fixture.close();
    }

    private void refused(Class<?> type, String method, String name, ThrowingCallable call) {
        assertThatNullPointerException()
                .as("%s.%s, %s", type.getSimpleName(), method, name)
                .isThrownBy(call)
                .withMessageContaining(name);
    }

    @Test
    void shouldBeRefusedByName() {
        final Class<?> link = Link.class;
        refused(link, "new", "events", () -> new Link(null, io, container, peer));
        refused(link, "new", "io", () -> new Link(events, null, container, peer));
        refused(link, "new", "container", () -> new Link(events, io, null, peer));
        refused(link, "new", "transport", () -> new Link(events, io, container, null));
        final Class<?> transport = SocketTransport.class;
        refused(transport, "new", "io", () -> new SocketTransport(null, socket, container));
        refused(transport, "new", "socket", () -> new SocketTransport(io, null, container));
        refused(transport, "new", "container", () -> new SocketTransport(io, socket, null));
        refused(Connection.class, "new", "link", () -> new TestConnection(null, (c, line) -> {}));
        refused(Connection.class, "start", "newWhenEnded", () -> connection.start(null));
        refused(FramedConnection.class, "new", "frames", () -> framed(null));
        refusedByInFlight(InFlight.class);
        refusedByOut(OutboundQueue.class);
        refusedByServer(Server.class);
    }

    private Connection connectionOf(Link link) {
        return new TestConnection(link, (c, line) -> {});
    }

    private FramedConnection framed(Frames frames) {
        return new FramedConnection(fixture.link(peer), frames) {
            @Override
            protected void frame(ByteBuffer frame) {}
        };
    }

    private void refusedByServer(Class<?> type) {
        refused(type, "open", "ioOptions", () -> Server.open(null));
        try (Server server = Server.open()) {
            final InetSocketAddress any = RunningServer.ANY_PORT;
            final ResourceContainer clients = server.container();
            refused(type, "listen", "address", () -> server.listen(null, clients, this::connectionOf));
            refused(type, "listen", "clients", () -> server.listen(any, null, this::connectionOf));
            refused(type, "listen", "protocol", () -> server.listen(any, clients, null));
            refused(type, "listen", "protocol", () -> server.listen(0, clients, null));
            refused(type, "forEach", "kind", () -> server.forEach(null, c -> {}));
            refused(type, "forEach", "action", () -> server.forEach(Connection.class, null));
            assertThat(server.io().openDescriptors()).isZero();
        }
    }

    private void refusedByInFlight(Class<?> type) {
        refused(type, "new", "events", () -> new InFlight(null, io, container, () -> {}));
        refused(type, "new", "io", () -> new InFlight(events, null, container, () -> {}));
        refused(type, "new", "container", () -> new InFlight(events, io, null, () -> {}));
        refused(type, "new", "settled", () -> new InFlight(events, io, container, null));
        refused(type, "start", "start", () -> inFlight.start(null, handler));
        refused(type, "start", "handler", () -> inFlight.start(a -> 1L, null));
        refused(type, "start", "start", () -> inFlight.start(null, handler, 1L));
        refused(type, "start", "handler", () -> inFlight.start(a -> 1L, null, 1L));
        refused(type, "attempt", "attempt", () -> inFlight.attempt(null));
        refused(type, "around", "handler", () -> inFlight.around(null));
    }

    private void refusedByOut(Class<?> type) {
        refused(type, "send", "buffer", () -> out.send((IoBuffer) null));
        refused(type, "send", "block", () -> out.send((SharedBlock) null));
        refused(type, "send", "block", () -> out.send(null, 0, 1));
        refused(type, "send", "bytes", () -> out.send((byte[]) null));
        refused(type, "send", "file", () -> out.send(null, 0L, 1L, () -> {}));
        refused(type, "send", "whenLetGo", () -> out.send(file, 0L, 1L, null));
        refused(type, "send", "charged", () -> out.send(file, 0L, 1L, null, () -> {}));
        refused(type, "sendToEnd", "file", () -> out.sendToEnd(null, () -> {}));
        refused(type, "sendToEnd", "whenLetGo", () -> out.sendToEnd(file, null));
    }
}
