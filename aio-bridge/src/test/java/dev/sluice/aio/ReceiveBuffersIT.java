// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.ReceiveFixture.Connection;
import dev.sluice.containers.Priority;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Receives into blocks that are taken when bytes come, and how they end, on the real kernel in each of the ways there are. */
class ReceiveBuffersIT extends ReceiveTests {
    @Test
    void shouldEndOnceWhenCancelledAndLoseNothing() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        assertThat(aio.io.cancel(connection.id)).isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ECANCELED, 0));
        assertThat(aio.io.cancel(connection.id)).isFalse();

        connection.id = connection.socket.receiveInto(pool);
        final int sent = connection.send(3 * BLOCK_BYTES);
        final IoBuffer block = connection.check(aio.runOne());
        fixture.reapUntilWaiting(pool, 1);
        assertThat(aio.io.cancel(connection.id))
                .as("while it waits for a block")
                .isTrue();
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ECANCELED, 0));
        assertThat(pool.waitingCount()).isZero();

        block.release();
        connection.socket.receiveInto(pool);
        while (connection.received < sent) {
            fixture.consume(1);
        }
        fixture.finish();
    }

    @Test
    void shouldEndByItsDeadline() throws IOException {
        final Connection connection = fixture.receive(aio.normal, "connection", fixture.newBuffers(1));

        aio.io.cancelAfter(connection.id, 1_000_000L);

        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ETIME, 0));
        fixture.finish();
    }

    @Test
    void shouldHandOutWhatWasReceivedBeforeTheClose() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(2);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(5 * BLOCK_BYTES);
        fixture.reapUntilWaiting(pool, 1);

        connection.socket.close();

        final List<Seen> events = fixture.consume(4);
        assertThat(events.subList(0, 2)).allMatch(event -> event.result() == BLOCK_BYTES);
        assertThat(events.subList(2, 4))
                .containsExactly(
                        new Seen("connection", Opcode.RECV, -Errno.ECANCELED, 0),
                        new Seen("connection", Opcode.CLOSE, 0, 0));
        fixture.finish();
    }

    @Test
    void shouldSayThatThePeerHasReset() throws IOException {
        final Connection connection = fixture.receive(aio.normal, "connection", fixture.newBuffers(2));
        connection.peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        connection.peer.close();

        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, -Errno.ECONNRESET, 0));
        fixture.finish();
    }

    @Test
    void shouldSendABlockOnAsItCame() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(1_000);
        final IoBuffer block = connection.check(aio.runOne());

        connection.socket.send(block);
        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.SEND, 1_000, 0));
        block.release();

        connection.peer.configureBlocking(true);
        final ByteBuffer echo = ByteBuffer.allocate(1_000);
        while (echo.hasRemaining()) {
            connection.peer.read(echo);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(echo.get(i)).isEqualTo(ReceiveFixture.byteAt(i));
        }
        fixture.finish();
    }

    @Test
    void shouldCloseTheQueueWithBlocksEverywhere() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(2);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(3 * BLOCK_BYTES);
        fixture.reapUntilWaiting(pool, 1);
        aio.collect(aio.events.dequeueNextEvents(1, Priority.IDLE, 0L));
        final IoBuffer handedOut = connection.check(aio.seen.get(0));
        assertThat(pool.heldCount()).isEqualTo(2);

        aio.close();

        assertThat(pool.heldCount()).as("the application's").isEqualTo(1);
        assertThat(handedOut.bytes().get(1))
                .as("its memory is still there, without its bytes")
                .isZero();
        handedOut.release();
    }

    @Test
    void shouldRefuseMisuse() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(1);
        final Connection connection = fixture.receive(aio.normal, "connection", pool);
        connection.send(1);
        final IoBuffer block = connection.check(aio.runOne());
        block.release();
        assertThatIllegalStateException().isThrownBy(block::release).withMessageContaining("released twice");
        try (AioFixture other = new AioFixture()) {
            final ReceiveBuffers its = other.io.newReceiveBuffers(1, BLOCK_BYTES);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> connection.socket.receiveInto(its))
                    .withMessageContaining("another queue's");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> aio.io.newSocket().receiveInto(pool))
                .withMessageContaining("not open");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.newReceiveBuffers(3, BLOCK_BYTES))
                .withMessageContaining("count=3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.newReceiveBuffers(2, 100))
                .withMessageContaining("blockBytes=100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.newReceiveBuffers(32_768, 65_536))
                .withMessageContaining("at most 1073741824");
        assertThat(pool.count()).isEqualTo(1);
        assertThat(pool.blockBytes()).isEqualTo(BLOCK_BYTES);
        fixture.finish();
    }
}
