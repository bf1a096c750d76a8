// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.ReceiveFixture.Connection;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A receive that is paused takes no memory and loses nothing, however much the sender goes on to send. */
@Tag("kernel-ring")
class PauseReceiveIT extends ReceiveTests {
    /** More than sysctl net.ipv4.tcp_rmem and tcp_wmem give a connection. */
    private static final long MOST_IN_THE_KERNEL_BYTES = 64L << 20;

    private static final long SILENCE_NS = 20_000_000L;
    private static final int BLOCKS = 8;

    private ReceiveBuffers pool;
    private Connection connection;

    @BeforeEach
    void connect() throws IOException {
        pool = fixture.newBuffers(BLOCKS);
        connection = fixture.receive(aio.normal, "connection", pool);
    }

    /** Until the kernel takes nothing more of it. */
    private void sendAllThatGoes() throws IOException {
        for (int idle = 0; idle < 100; idle++) {
            if (connection.send(64 * 1024) > 0) {
                idle = 0;
            } else {
                aio.reapOnly();
            }
        }
    }

    private void consumeAll() {
        while (connection.received < connection.sent) {
            fixture.consume(1);
        }
    }

    @Test
    void shouldLeaveWhatComesToTheKernelUntilItGoesOn() throws IOException {
        connection.send(100);
        fixture.consume(1);
        assertThat(connection.socket.pauseReceiving()).isTrue();
        sendUntilHeldUp();
        assertThat(pool.heldCount()).isZero();
        assertThat(connection.sent).isBetween(BLOCKS * BLOCK_BYTES + 1L, MOST_IN_THE_KERNEL_BYTES);
        final long whilePaused = connection.sent;

        assertThat(connection.socket.resumeReceiving()).isTrue();

        consumeAll();
        assertThat(connection.received).isEqualTo(whilePaused);
        fixture.finish();
    }

    /** The kernel makes room for a while yet, as it moves bytes from one side to the other. */
    private void sendUntilHeldUp() throws IOException {
        long before;
        do {
            before = connection.sent;
            sendAllThatGoes();
            aio.expectSilence(SILENCE_NS);
        } while (connection.sent > before && connection.sent <= MOST_IN_THE_KERNEL_BYTES);
    }

    @Test
    void shouldHandOutWhatWasReceivedBefore() throws IOException {
        connection.send(3 * BLOCK_BYTES);
        fixture.reapUntilHeld(pool, 3);
        connection.socket.pauseReceiving();
        connection.send(BLOCK_BYTES);
        while (connection.received < 3 * BLOCK_BYTES) {
            fixture.consume(1);
        }
        final long handedOut = connection.received; // the kernel may have taken more before it heard of it
        aio.expectSilence(SILENCE_NS);
        assertThat(pool.heldCount()).isZero();
        connection.socket.resumeReceiving();
        consumeAll();
        assertThat(connection.received).isEqualTo(4 * BLOCK_BYTES).isGreaterThanOrEqualTo(handedOut);
        fixture.finish();
    }

    /** Goal: order and completeness. Method: any sequence of sends, pauses, resumptions, and blocks given back late. Replay: -Dseed=N. */
    @Test
    void shouldKeepOrderAndLoseNothingWhateverIsPausedWhen() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        final Deque<IoBuffer> held = new ArrayDeque<>();
        boolean paused = false;
        for (int i = 0; i < 2_000; i++) {
            switch (random.nextInt(5)) {
                case 0 -> connection.send(1 + random.nextInt(3 * BLOCK_BYTES));
                case 1 -> {
                    paused = true;
                    assertThat(connection.socket.pauseReceiving()).isTrue();
                }
                case 2 -> {
                    paused = false;
                    assertThat(connection.socket.resumeReceiving()).isTrue();
                }
                case 3 -> {
                    if (!held.isEmpty()) {
                        held.remove().release();
                    }
                }
                default -> {
                    aio.seen.clear();
                    aio.collect(aio.events.dequeueNextEvents(1 + random.nextInt(8), 0, 0L));
                    aio.seen.forEach(seen -> held.add(connection.check(seen)));
                }
            }
            assertThat(pool.heldCount()).as("seed %d, step %d", seed, i).isLessThanOrEqualTo(BLOCKS);
        }
        held.forEach(IoBuffer::release);
        if (paused) {
            connection.socket.resumeReceiving();
        }
        consumeAll();
        assertThat(connection.received).as("seed %d", seed).isEqualTo(connection.sent);
        fixture.finish();
    }

    @Test
    void shouldGoOnAsIfNothingWereWhenResumedAtOnce() throws IOException {
        for (int i = 0; i < 50; i++) {
            connection.socket.pauseReceiving();
            connection.socket.resumeReceiving();
            if (i % 2 == 0) {
                aio.reapOnly();
            }
            connection.send(100);
        }
        consumeAll();
        assertThat(connection.received).isEqualTo(5_000L);
        fixture.finish();
    }

    @Test
    void shouldSeeTheEndOfTheStreamWhenItGoesOn() throws IOException {
        connection.socket.pauseReceiving();
        aio.expectSilence(SILENCE_NS);
        connection.send(100);
        connection.peer.shutdownOutput();
        aio.expectSilence(SILENCE_NS);
        connection.socket.resumeReceiving();
        aio.seen.clear();
        fixture.consume(2);
        assertThat(aio.seen.get(1)).isEqualTo(new Seen("connection", Opcode.RECV, 0, 0));
        assertThat(connection.socket.pauseReceiving()).isFalse();
        assertThat(connection.socket.resumeReceiving()).isFalse();
        fixture.finish();
    }

    @Test
    void shouldBeCancelledWhilePausedAndLeaveTheBytesToTheNextReceive() throws IOException {
        connection.socket.pauseReceiving();
        aio.expectSilence(SILENCE_NS);
        connection.send(100);
        aio.expectSilence(SILENCE_NS);
        assertThat(aio.io.cancel(connection.id)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ECANCELED, 0));

        connection.socket.receiveInto(pool);
        consumeAll();
        fixture.finish();
    }

    @Test
    void shouldBeEndedWhilePausedByItsDeadlineAndByTheClose() throws IOException {
        connection.socket.pauseReceiving();
        aio.expectSilence(SILENCE_NS);
        aio.io.cancelAfter(connection.id, 1_000_000L);
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ETIME, 0));
        connection.socket.receiveInto(pool);
        connection.socket.pauseReceiving();
        connection.socket.close();
        final List<Seen> ends = aio.run(2);
        assertThat(ends).extracting(Seen::operation).containsExactly(Opcode.RECV, Opcode.CLOSE);
        assertThat(ends.get(0).result()).isEqualTo(-Errno.ECANCELED);
        fixture.finish();
    }

    @Test
    void shouldMakeWayInTheLineForABlock() throws IOException {
        final ReceiveBuffers one = fixture.newBuffers(1);
        final Connection holder = fixture.receive(aio.normal, "holder", one);
        holder.send(100);
        final IoBuffer block = holder.check(aio.runOne());
        final Connection first = fixture.receive(aio.normal, "first", one);
        first.send(100);
        fixture.reapUntilWaiting(one, 1);
        final Connection second = fixture.receive(aio.normal, "second", one);
        second.send(200);
        fixture.reapUntilWaiting(one, 2);

        first.socket.pauseReceiving();
        assertThat(one.waitingCount()).isEqualTo(1);
        block.release();
        assertThat(fixture.consume(1)).extracting(Seen::attachment).containsExactly("second");
        aio.expectSilence(SILENCE_NS);

        first.socket.resumeReceiving();
        assertThat(fixture.consume(1)).extracting(Seen::attachment).containsExactly("first");
        fixture.finish();
    }

    @Test
    void shouldGiveBackTheTurnThatHasComeWhenItIsPaused() throws IOException {
        final ReceiveBuffers one = fixture.newBuffers(1);
        final Connection holder = fixture.receive(aio.normal, "holder", one);
        holder.send(100);
        final IoBuffer block = holder.check(aio.runOne());
        final Connection first = fixture.receive(aio.normal, "first", one);
        first.send(100);
        fixture.reapUntilWaiting(one, 1);
        block.release(); // its turn has come, and the kernel has not heard of it

        first.socket.pauseReceiving();
        aio.seen.clear();
        aio.events.dequeueNextEvents(1, 63, SILENCE_NS);
        aio.collect(aio.events.dequeueNextEvents(8, 0, SILENCE_NS));
        aio.seen.forEach(first::checkAndRelease);
        assertThat(one.heldCount()).isZero();

        first.socket.resumeReceiving();
        while (first.received < 100) {
            fixture.consume(1);
        }
        fixture.finish();
    }

    @Test
    void shouldLeaveNothingWhenTheQueueIsClosedMeanwhile() throws IOException {
        connection.socket.pauseReceiving();
        sendAllThatGoes();
        aio.close();
        assertThat(connection.socket.isOpen()).isFalse();
        assertThat(pool.heldCount()).isZero();
    }
}
