// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are accepted as sockets are never more than the bound, and nobody counts them but the listener. */
class AcceptSocketsIT {
    private static final long SILENCE_NS = 20_000_000L;

    private AioFixture aio;
    private AsyncListener listener;
    private boolean queueClosed;
    private final List<SocketChannel> clients = new ArrayList<>();
    private final List<AsyncSocket> sockets = new ArrayList<>();

    @BeforeEach
    void listen() {
        open(AsyncIoOptions.defaults());
    }

    private void open(AsyncIoOptions options) {
        aio = new AioFixture(options);
        listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2048, aio.normal, "listener");
    }

    @AfterEach
    void close() throws IOException {
        for (final SocketChannel client : clients) {
            client.close();
        }
        if (!queueClosed) {
            closeAll();
        }
    }

    private void closeAll() {
        if (listener.isOpen()) {
            listener.close();
        }
        aio.runUntil(aio::isIdle);
        takeSockets();
        for (final AsyncSocket socket : sockets) {
            if (socket.isOpen()) {
                socket.close();
            }
        }
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
        aio.close();
    }

    private void connect(int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            clients.add(SocketChannel.open(listener.localAddress()));
        }
    }

    private void takeSockets() {
        aio.seen.stream()
                .filter(seen -> seen.message() instanceof AsyncSocket)
                .map(seen -> (AsyncSocket) seen.message())
                .filter(socket -> !sockets.contains(socket))
                .forEach(sockets::add);
    }

    private void expectAccepted(int connections) {
        assertThat(aio.run(connections))
                .allMatch(s -> s.operation() == Opcode.ACCEPT && s.message() instanceof AsyncSocket)
                .allMatch(s -> (s.flags() & CqeFlags.F_MORE) != 0);
        aio.expectSilence(SILENCE_NS);
        takeSockets();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 33, 100})
    void shouldTakeAnotherWheneverOneIsClosed(int bound) throws IOException {
        connect(bound + 3);
        listener.acceptSockets(bound, aio.bulk);
        expectAccepted(bound);
        assertThat(aio.io.openDescriptors()).isEqualTo(bound + 1);
        assertThat(sockets).allMatch(AsyncSocket::isOpen);
        assertThat(aio.bulk.usage().descriptors()).isEqualTo(bound);

        sockets.get(0).discard();
        expectAccepted(1);
        final AsyncSocket second = sockets.get(sockets.size() - 1);
        second.declareInterest(aio.bulk, "second");
        second.close();
        aio.run(2); // of the close, and the accept that it lets
        aio.expectSilence(SILENCE_NS);
        takeSockets();
        sockets.get(sockets.size() - 1).closeGracefully(0L);
        aio.runUntil(() -> aio.seen.stream()
                        .filter(s -> s.message() instanceof AsyncSocket)
                        .count()
                == bound + 3);
        aio.expectSilence(SILENCE_NS);
        assertThat(aio.io.openDescriptors()).isEqualTo(bound + 1);
    }

    @Test
    void shouldTakeAnotherWhenAHandlerHasClosedItsOwn() throws IOException {
        final List<Integer> closed = new ArrayList<>();
        connect(20);
        final EventHandler handler = event -> {
            if (event.message() instanceof AsyncSocket socket) {
                assertThat(aio.io.openDescriptors()).isLessThanOrEqualTo(4);
                socket.declareInterest(aio.urgent, end -> closed.add(end.result()));
                socket.close();
            }
        };
        listener.handledBy(handler).acceptSockets(3, aio.normal);

        aio.dispatchUntil(() -> closed.size() == 20);

        assertThat(closed).containsOnly(0);
    }

    @Test
    void shouldHoldTheBoundWhateverIsOpenedAndClosed() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final int bound = 1 + random.nextInt(40);
        listener.acceptSockets(bound, aio.normal);
        int accepted = 0;
        for (int i = 0; i < 200; i++) {
            connect(random.nextInt(5));
            accepted += takeNew(0L);
            assertThat(aio.io.openDescriptors() - 1)
                    .as("seed %d, step %d", seed, i)
                    .isLessThanOrEqualTo(bound);
            while (!sockets.isEmpty() && random.nextInt(3) > 0) {
                final AsyncSocket socket = sockets.remove(random.nextInt(sockets.size()));
                if (random.nextBoolean()) {
                    socket.discard();
                } else {
                    socket.close();
                }
            }
        }
        final long startNs = System.nanoTime();
        while (accepted < clients.size()) {
            sockets.forEach(AsyncSocket::discard);
            sockets.clear();
            accepted += takeNew(SILENCE_NS);
            assertThat(System.nanoTime() - startNs)
                    .as("seed %d: %d of %d are accepted", seed, accepted, clients.size())
                    .isLessThan(AioFixture.LIMIT_NS);
        }
        assertThat(accepted).as("seed %d", seed).isEqualTo(clients.size());
    }

    private int takeNew(long timeoutNs) {
        aio.seen.clear();
        aio.collect(aio.events.dequeueNextEvents(16, 0, timeoutNs));
        final int before = sockets.size();
        takeSockets();
        return sockets.size() - before;
    }

    @Test
    void shouldCountThoseOfACallBefore() throws IOException {
        connect(10);
        final long accepting = listener.acceptSockets(3, aio.normal);
        expectAccepted(3);
        aio.io.cancel(accepting);
        assertThat(aio.runOne()).isEqualTo(new Seen("listener", Opcode.ACCEPT, -Errno.ECANCELED, 0));
        assertThat(sockets).allMatch(AsyncSocket::isOpen);

        listener.acceptSockets(1, aio.normal);
        aio.expectSilence(SILENCE_NS);
        sockets.get(0).discard();
        listener.makeRoom(1);
        aio.expectSilence(SILENCE_NS);
        sockets.get(1).discard();
        expectAccepted(1);
        listener.makeRoom(2);
        expectAccepted(2);
    }

    @Test
    void shouldLetDescriptorsBeTakenAgainAfterThat() throws IOException {
        connect(2);
        final long accepting = listener.acceptSockets(1, aio.normal);
        expectAccepted(1);
        aio.io.cancel(accepting);
        aio.runOne();
        listener.accept(0);
        sockets.get(0).discard(); // makes no room for an accept of the other kind
        aio.expectSilence(SILENCE_NS);
    }

    @Test
    void shouldLeaveTheSocketsOpenWhenTheListenerIsClosed() throws IOException {
        connect(2);
        listener.acceptSockets(2, aio.normal);
        expectAccepted(2);
        listener.close();
        aio.run(2);
        assertThat(sockets).hasSize(2).allMatch(AsyncSocket::isOpen);
        sockets.get(0).discard();
        aio.expectSilence(SILENCE_NS);
    }

    @Test
    void shouldWaitForDescriptorsWithinTheBound() throws IOException {
        closeAll();
        open(AsyncIoOptions.defaults().withDescriptors(3, 0));
        connect(5);
        listener.acceptSockets(4, aio.normal);
        expectAccepted(2); // the listener has one of the three
        assertThat(aio.io.descriptors().waiting()).isEqualTo(1);
        sockets.get(0).discard();
        expectAccepted(1);
    }

    @Test
    void shouldNotGiveTheDescriptorOfASocketAway() throws IOException {
        connect(1);
        listener.acceptSockets(1, aio.normal);
        final Event event =
                aio.events.dequeueNextEvents(1, 0, AioFixture.LIMIT_NS).next();
        sockets.add((AsyncSocket) event.message());
        assertThat(event.result()).isEqualTo(sockets.get(0).fd());
        assertThatIllegalStateException().isThrownBy(event::takeDescriptor).withMessageContaining("message");
    }

    @Test
    void shouldCloseWithTheQueueWhatWasNotHandedOut() throws IOException {
        connect(4);
        listener.acceptSockets(3, aio.normal);
        expectAccepted(3);
        final List<String> before = OpenDescriptors.now();
        sockets.get(0).discard();
        aio.reapOnly();
        aio.reapOnly();
        aio.close();
        queueClosed = true;
        assertThat(OpenDescriptors.since(before)).isEmpty();
        assertThat(sockets).noneMatch(AsyncSocket::isOpen);
    }

    @Test
    void shouldRefuseABoundThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listener.acceptSockets(0, aio.normal))
                .withMessageContaining("mostOpen=0");
        listener.acceptSockets(1, aio.normal);
        assertThatIllegalStateException().isThrownBy(() -> listener.acceptSockets(1, aio.normal));
    }
}
