// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.CqeFlags;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An accept with a bound takes no connection that there is no room for, however many come at once. */
class AcceptBoundIT {
    private static final int BURST = 1000;
    private static final long SILENCE_NS = 20_000_000L;

    private AioFixture aio;
    private AsyncListener listener;
    private final List<SocketChannel> clients = new ArrayList<>();

    @BeforeEach
    void listen() {
        aio = new AioFixture();
        listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2048, aio.normal, "listener");
    }

    @AfterEach
    void close() throws IOException {
        for (final SocketChannel client : clients) {
            client.close();
        }
        listener.close();
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
        aio.close();
    }

    private void connect(int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            clients.add(SocketChannel.open(listener.localAddress()));
        }
    }

    private void expectAccepted(int connections) {
        assertThat(aio.run(connections))
                .allMatch(s -> s.operation() == Opcode.ACCEPT && s.result() >= 0)
                .allMatch(s -> (s.flags() & CqeFlags.F_MORE) != 0);
        aio.expectSilence(SILENCE_NS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 31, 33, 384, BURST - 1, BURST})
    void shouldTakeOfABurstWhatThereIsRoomFor(int room) throws IOException {
        connect(BURST);
        listener.accept(room);
        expectAccepted(room);
        if (room < BURST) {
            listener.makeRoom(BURST - room);
            expectAccepted(BURST - room);
        }
    }

    @Test
    void shouldTakeNoMoreThanThereIsRoomForOfWhatComesWhileItAccepts() throws IOException {
        listener.accept(10);
        aio.reapOnly();
        connect(BURST);
        expectAccepted(10);
        listener.makeRoom(1);
        expectAccepted(1);
        listener.makeRoom(2);
        listener.makeRoom(3);
        expectAccepted(5);
    }

    @Test
    void shouldHoldWhateverRoomIsMadeWhileConnectionsCome() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        int room = random.nextInt(3);
        listener.accept(room);
        for (int i = 0; i < 300; i++) {
            connect(random.nextInt(5));
            if (random.nextInt(3) == 0) {
                final int more = 1 + random.nextInt(40);
                room += more;
                listener.makeRoom(more);
            }
            aio.collect(aio.events.dequeueNextEvents(1 + random.nextInt(64), 0, 0L));
            assertThat(aio.seen).as("seed %d, step %d", seed, i).hasSizeLessThanOrEqualTo(room);
        }
        final int expected = Math.min(room, clients.size());
        aio.runUntil(() -> aio.seen.size() >= expected);
        aio.expectSilence(SILENCE_NS);
        assertThat(aio.seen).as("seed %d", seed).hasSize(expected);
    }

    @Test
    void shouldGoOnAcrossTheRoomFromWhichOnItAcceptsOneByOne() throws IOException {
        listener.accept(8192 + 100);
        connect(BURST);
        expectAccepted(BURST);
        connect(BURST);
        expectAccepted(BURST);
    }

    @Test
    void shouldBeEndedWithoutRoomAndBegunAnew() throws IOException {
        final long accepting = listener.accept(0);
        connect(3);
        aio.expectSilence(SILENCE_NS);
        assertThat(aio.io.cancel(accepting)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("listener", Opcode.ACCEPT, -Errno.ECANCELED, 0));
        listener.makeRoom(1); // of no effect
        aio.expectSilence(SILENCE_NS);
        listener.accept(2);
        expectAccepted(2);
    }

    @Test
    void shouldRefuseRoomThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listener.accept(-1))
                .withMessageContaining("room=-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> listener.makeRoom(0))
                .withMessageContaining("connections=0");
    }
}
