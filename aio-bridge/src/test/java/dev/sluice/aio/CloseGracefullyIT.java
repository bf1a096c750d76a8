// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: who is told something last has it whole, also if it is still sending, and nobody waits for it longer than was said. */
class CloseGracefullyIT {
    private static final int ANSWER_BYTES = BufferArena.MAX_BLOCK_BYTES;
    private static final int REQUEST_BYTES = 16 << 20;
    private static final long LONG_NS = 60_000_000_000L;
    private static final long SHORT_NS = 20_000_000L;

    private AioFixture aio;
    private AsyncListener listener;
    private boolean queueClosed;
    private SocketChannel client;
    private AsyncSocket socket;
    private IoBuffer request;
    private IoBuffer answer;

    @BeforeEach
    void connect() throws IOException {
        aio = new AioFixture();
        listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, aio.normal, "listener");
        listener.acceptSockets(10, aio.normal);
        client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
        client.connect(listener.localAddress());
        socket = (AsyncSocket) aio.runOne().message();
        socket.declareInterest(aio.normal, "socket");
        request = aio.io.arena().tryLease(4_096);
        answer = aio.io.arena().tryLease(ANSWER_BYTES);
        for (int i = 0; i < ANSWER_BYTES; i++) {
            answer.bytes().put(i, ReceiveFixture.byteAt(i));
        }
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        if (!queueClosed) {
            if (socket.isOpen()) {
                socket.close();
            }
            listener.close();
            aio.runUntil(aio::isIdle);
            request.release();
            answer.release();
            aio.assertNothingLeft();
            aio.close();
        }
    }

    /** Sends all of a long request before it reads the answer; returns how much of that it has, or how it failed. */
    private CompletableFuture<Long> talk() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                final ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
                for (int sent = 0; sent < REQUEST_BYTES; sent += bytes.capacity()) {
                    bytes.clear();
                    while (bytes.hasRemaining()) {
                        client.write(bytes);
                    }
                }
                client.shutdownOutput();
                long received = 0L;
                for (bytes.clear(); client.read(bytes) >= 0; bytes.clear()) {
                    bytes.flip();
                    while (bytes.hasRemaining()) {
                        assertThat(bytes.get()).isEqualTo(ReceiveFixture.byteAt(received++));
                    }
                }
                return received;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private void receiveTheBeginningAndAnswer() {
        socket.receive(request);
        assertThat(aio.runOne().result()).isEqualTo(4_096);
        answer.bytes().clear();
        socket.send(answer);
    }

    @Test
    void shouldGiveTheWholeAnswerToAClientThatIsStillSending() throws Exception {
        final CompletableFuture<Long> talk = talk();
        receiveTheBeginningAndAnswer();

        socket.closeGracefully(LONG_NS);

        assertThat(aio.run(2))
                .containsExactly(
                        new Seen("socket", Opcode.SEND, ANSWER_BYTES, 0), new Seen("socket", Opcode.CLOSE, 0, 0));
        assertThat(talk.get(20, TimeUnit.SECONDS)).isEqualTo(ANSWER_BYTES);
    }

    /** What it is for: the same client, and a close without grace. */
    @Test
    void shouldBeNeededSinceACloseTakesTheAnswerAway() {
        final CompletableFuture<Long> talk = talk();
        receiveTheBeginningAndAnswer();
        aio.reapOnly();

        socket.close();

        aio.runUntil(talk::isDone);
        assertThat(talk).isCompletedExceptionally();
    }

    @Test
    void shouldCloseWhenThePeerHasEndedItsSideAndReportOnce() throws IOException {
        client.write(ByteBuffer.allocate(10_000));
        client.shutdownOutput();

        socket.closeGracefully(LONG_NS);

        assertThat(aio.runOne()).isEqualTo(new Seen("socket", Opcode.CLOSE, 0, 0));
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(aio.normal.usage().socketBytes()).isEqualTo(10_000L);
        aio.expectSilence(SHORT_NS);
    }

    @Test
    void shouldCloseAtTheDeadlineWhatThePeerDoesNotEnd() throws IOException {
        final long startNs = System.nanoTime();
        socket.closeGracefully(SHORT_NS);

        assertThat(aio.runOne()).isEqualTo(new Seen("socket", Opcode.CLOSE, -Errno.ETIME, 0));

        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(SHORT_NS);
        assertThat(socket.isOpen()).isFalse();
        assertThat(aio.io.openDescriptors()).isEqualTo(1);
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void shouldCloseAtOnceWithoutTime() {
        socket.closeGracefully(0L);
        assertThat(aio.runOne()).isEqualTo(new Seen("socket", Opcode.CLOSE, -Errno.ETIME, 0));
    }

    @Test
    void shouldCancelASendThatThePeerDoesNotTakeWhenTheTimeIsOver() {
        IoBuffer more = null;
        for (int i = 0; more == null; i++) { // until the peer's and the kernel's buffers are full
            answer.bytes().clear();
            final long id = socket.send(answer);
            aio.collect(aio.events.dequeueNextEvents(1, 0, SHORT_NS));
            more = aio.io.cancelAfter(id, LONG_NS) ? answer : null;
            assertThat(i).isLessThan(1_000);
        }
        aio.seen.clear();

        socket.closeGracefully(SHORT_NS);

        assertThat(aio.run(2)).extracting(Seen::operation).containsExactly(Opcode.SEND, Opcode.CLOSE);
        assertThat(aio.seen.get(1).result()).isEqualTo(-Errno.ETIME);
    }

    @Test
    void shouldCancelAReceiveUnderWayAndTakeNothingMoreFromTheApplication() throws IOException {
        socket.receive(request);
        aio.reapOnly();

        socket.closeGracefully(LONG_NS);

        assertThat(socket.isOpen()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> socket.send(answer)).withMessageContaining("being closed");
        assertThatIllegalStateException().isThrownBy(socket::close).withMessageContaining("being closed");
        assertThat(aio.runOne()).isEqualTo(new Seen("socket", Opcode.RECV, -Errno.ECANCELED, 0));
        client.shutdownOutput();
        assertThat(aio.runOne()).isEqualTo(new Seen("socket", Opcode.CLOSE, 0, 0));
    }

    @Test
    void shouldTellThatThePeerHasResetTheConnection() throws IOException {
        socket.closeGracefully(LONG_NS);
        aio.reapOnly();
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();

        final Seen end = aio.runOne();

        assertThat(end.operation()).isEqualTo(Opcode.CLOSE);
        assertThat(-end.result()).isIn(Errno.ECONNRESET, Errno.ENOTCONN);
        assertThat(aio.io.openDescriptors()).isEqualTo(1);
    }

    @Test
    void shouldNotBeEndedByACancellationOfItsContainersOperations() throws IOException {
        final long id = socket.closeGracefully(LONG_NS);
        aio.reapOnly();
        assertThat(aio.io.cancel(id)).isFalse();
        assertThat(aio.io.cancelAfter(id, 0L)).isFalse();
        listener.declareInterest(aio.bulk, "listener");
        aio.io.cancelAll(aio.normal);
        aio.runOne(); // of the accept, which is charged to the same
        aio.expectSilence(SHORT_NS);
        client.shutdownOutput();
        assertThat(aio.runOne()).isEqualTo(new Seen("socket", Opcode.CLOSE, 0, 0));
    }

    @Test
    void shouldBePossibleWithinAHandlerAndWithTheEventOfALambda() throws IOException {
        final int[] result = {1};
        client.shutdownOutput();
        socket.handledBy(event ->
                        socket.handledBy(end -> result[0] = end.result()).closeGracefully(LONG_NS))
                .receive(request);
        aio.dispatchUntil(() -> result[0] != 1);
        assertThat(result[0]).isZero();
    }

    @Test
    void shouldNotKeepTheEndOfTheQueueWaiting() throws IOException {
        answer.bytes().clear();
        socket.send(answer);
        socket.closeGracefully(LONG_NS);
        aio.reapOnly();

        aio.close();
        queueClosed = true;

        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void shouldRefuseATimeBelowZeroAndASocketThatIsNotOpen() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.closeGracefully(-1L))
                .withMessageContaining("timeoutNs=-1");
        assertThatIllegalStateException().isThrownBy(() -> aio.io.newSocket().closeGracefully(1L));
        assertThat(aio.events.counters().operationsUnderWay()).isEqualTo(1L);
    }
}
