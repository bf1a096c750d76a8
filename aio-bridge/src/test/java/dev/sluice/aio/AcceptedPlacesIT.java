// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
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

/** Accepted sockets are bounded by an allowance: by how much there is of it, and by what a class may have, which can be set at any time. */
class AcceptedPlacesIT {
    private static final long SILENCE_NS = 20_000_000L;
    private static final int MANY = 40;

    private AioFixture aio;
    private AsyncListener listener;
    private ResourceContainer guests;
    private Allowance places;
    private final List<SocketChannel> clients = new ArrayList<>();
    private final List<AsyncSocket> sockets = new ArrayList<>();

    @BeforeEach
    void listen() {
        aio = new AioFixture();
        guests = aio.root.child("guests", Priority.NORMAL);
        places = aio.io.newAllowance(Resource.CONNECTIONS, MANY, 0L);
        listener = aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024, guests, "listener");
    }

    @AfterEach
    void close() throws IOException {
        for (final SocketChannel client : clients) {
            client.close();
        }
        if (listener.isOpen()) {
            listener.close();
        }
        aio.runUntil(aio::isIdle);
        takeSockets();
        sockets.forEach(AsyncSocket::discard);
        aio.runUntil(aio::isIdle);
        assertThat(places.inUse()).isZero();
        assertThat(places.waiting()).isZero();
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
                .forEach(sockets::add);
        aio.seen.clear();
    }

    private void expectAccepted(int connections) {
        assertThat(aio.run(connections)).allMatch(seen -> seen.message() instanceof AsyncSocket);
        aio.expectSilence(SILENCE_NS);
        takeSockets();
    }

    @Test
    void shouldFollowTheLimitOfTheClass() throws IOException {
        guests.setLimit(Resource.CONNECTIONS, 2L);
        connect(MANY + 5);
        final long id = listener.acceptSockets(places);
        expectAccepted(2);
        assertThat(aio.io.isWaiting(id)).isTrue();
        assertThat(places.waiting()).isEqualTo(1);
        assertThat(guests.inUse(Resource.CONNECTIONS)).isEqualTo(2L);

        guests.setLimit(Resource.CONNECTIONS, 7L);
        expectAccepted(5);
        guests.setLimit(Resource.CONNECTIONS, 3L);
        for (int open = 7; open > 3; open--) {
            sockets.remove(0).discard();
        }
        aio.expectSilence(SILENCE_NS);
        sockets.remove(0).discard();
        expectAccepted(1);
        guests.setLimit(Resource.CONNECTIONS, ResourceContainer.NO_LIMIT);
        expectAccepted(MANY - 3);
        assertThat(places.inUse()).isEqualTo(MANY);
    }

    @Test
    void shouldShareTheAllowanceWithOtherListenersAndWithWhoTakesByHand() throws IOException {
        assertThat(places.tryTake(MANY - 3L, aio.normal)).isTrue();
        connect(4);
        listener.acceptSockets(places);
        expectAccepted(3);
        final AsyncListener other =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8, aio.urgent, "other");
        other.acceptSockets(places);
        try (SocketChannel urgent = SocketChannel.open(other.localAddress())) {
            aio.expectSilence(SILENCE_NS);
            sockets.remove(0).discard();
            assertThat(aio.runOne().attachment())
                    .as("the higher band goes first")
                    .isEqualTo("other");
            takeSockets();
            assertThat(urgent.isConnected()).isTrue();
        }
        places.giveBack(MANY - 3L, aio.normal);
        assertThat(aio.runOne().attachment()).isEqualTo("listener");
        other.close();
    }

    @Test
    void shouldCountForWhoseTheSocketIs() throws IOException {
        guests.setLimit(Resource.CONNECTIONS, 1L);
        connect(2);
        listener.acceptSockets(places);
        expectAccepted(1);
        sockets.get(0).declareInterest(aio.bulk, "moved");
        assertThat(aio.bulk.inUse(Resource.CONNECTIONS)).isEqualTo(1L);
        expectAccepted(1);
        sockets.remove(0).discard();
        assertThat(aio.bulk.inUse(Resource.CONNECTIONS)).isZero();
    }

    @Test
    void shouldEndWhileItWaits() throws IOException {
        guests.setLimit(Resource.CONNECTIONS, 1L);
        connect(2);
        final long first = listener.acceptSockets(places);
        expectAccepted(1);
        aio.io.cancelAfter(first, 0L);
        assertThat(aio.runOne()).isEqualTo(new Seen("listener", Opcode.ACCEPT, -Errno.ETIME, 0));
        assertThat(places.waiting()).isZero();
        final long second = listener.acceptSockets(places, guests, "again");
        aio.io.cancel(second);
        assertThat(aio.runOne()).isEqualTo(new Seen("again", Opcode.ACCEPT, -Errno.ECANCELED, 0));
        assertThat(guests.inUse(Resource.CONNECTIONS)).isEqualTo(1L);
        listener.makeRoom(1); // of no effect
    }

    @Test
    void shouldHoldTheBoundWhateverIsOpenedClosedAndSet() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        listener.acceptSockets(places);
        long mostEver = MANY;
        int accepted = 0;
        for (int i = 0; i < 200; i++) {
            connect(random.nextInt(5));
            aio.collect(aio.events.dequeueNextEvents(16, 0, 0L));
            final int before = sockets.size();
            takeSockets();
            accepted += sockets.size() - before;
            assertThat(aio.io.openDescriptors() - 1L)
                    .as("seed %d, step %d", seed, i)
                    .isLessThanOrEqualTo(mostEver);
            assertThat(places.inUse()).isBetween((long) sockets.size(), (long) MANY);
            while (!sockets.isEmpty() && random.nextInt(3) > 0) {
                sockets.remove(random.nextInt(sockets.size())).discard();
            }
            final long limit = 1L + random.nextInt(MANY);
            mostEver = Math.max(limit, guests.inUse(Resource.CONNECTIONS));
            guests.setLimit(Resource.CONNECTIONS, limit);
        }
        final long startNs = System.nanoTime();
        while (accepted < clients.size()) {
            sockets.forEach(AsyncSocket::discard);
            sockets.clear();
            aio.collect(aio.events.dequeueNextEvents(16, 0, SILENCE_NS));
            takeSockets();
            accepted += sockets.size();
            assertThat(System.nanoTime() - startNs)
                    .as("seed %d: %d of %d are accepted", seed, accepted, clients.size())
                    .isLessThan(AioFixture.LIMIT_NS);
        }
        assertThat(accepted).as("seed %d", seed).isEqualTo(clients.size());
    }

    @Test
    void shouldRefuseTheAllowanceOfAnotherQueue() {
        try (AioFixture other = new AioFixture()) {
            final Allowance foreign = other.io.newAllowance(Resource.CONNECTIONS, 1L, 0L);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> listener.acceptSockets(foreign))
                    .withMessageContaining("another queue");
        }
    }
}
