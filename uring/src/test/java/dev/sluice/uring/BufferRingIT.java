// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.contract.RingTester.Completion;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Multishot receives that pick from a ring of buffers. */
class BufferRingIT {

    private static final int GROUP = 0xfffe; // more than a short
    private static final int COUNT = 4;
    private static final int BUFFER_BYTES = 100;
    private static final long RECV = 7L;

    private final RingTester tester = RingTester.open();
    private BufferRing buffers;
    private int[] sockets;

    @BeforeEach
    void openBuffers() {
        buffers = BufferRing.open(tester.ring, GROUP, COUNT, BUFFER_BYTES);
        sockets = tester.closeLater(Descriptors.socketPair());
    }

    @AfterEach
    void close() {
        buffers.close();
        tester.close();
    }

    private void receive() {
        tester.start(RECV, sqe -> sqe.prepRecvMultishot(sockets[1], GROUP, 0));
    }

    private void send(String text) {
        tester.world.write(sockets[0], text.getBytes(StandardCharsets.US_ASCII));
    }

    private String text(int id, int length) {
        final byte[] copy = new byte[length];
        buffers.buffer(id).get(0, copy);
        return new String(copy, StandardCharsets.US_ASCII);
    }

    @Test
    void shouldReceiveIntoBuffersTheKernelPicksManyTimesRoundTheRing() {
        receive();

        for (int i = 0; i < 70_000; i++) { // the tail has 16 bits
            send("message " + i);
            final Completion completion = tester.await(RECV);
            assertThat(completion.isLast()).isFalse();
            final int id = buffers.take(completion.flags());
            assertThat(text(id, completion.result())).isEqualTo("message " + i);
            buffers.giveBack(id);
        }
        assertThat(buffers.takenCount()).isZero();
    }

    @Test
    void shouldEndWithTheStream() {
        receive();
        tester.run(sqe -> sqe.prepShutdown(sockets[0], SocketFlags.SHUT_WR));

        final Completion last = tester.await(RECV);

        assertThat(last.result()).isZero();
        assertThat(last.isLast()).isTrue();
        assertThat(buffers.takenCount()).isZero();
    }

    @Test
    void shouldEndForWantOfBuffersAndGoOnOnceOneIsGivenBack() {
        receive();
        send("x".repeat(COUNT * BUFFER_BYTES + 10));
        for (int i = 0; i < COUNT; i++) {
            final Completion completion = tester.await(RECV);
            assertThat(completion.result()).isEqualTo(BUFFER_BYTES);
            buffers.take(completion.flags());
        }

        final Completion starved = tester.await(RECV);
        assertThat(starved.result()).isEqualTo(-Errno.ENOBUFS);
        assertThat(starved.isLast()).isTrue();
        assertThat(buffers.takenCount()).isEqualTo(COUNT);

        buffers.giveBack(2);
        receive();
        final Completion rest = tester.await(RECV);
        assertThat(rest.result()).isEqualTo(10);
        assertThat(buffers.take(rest.flags())).isEqualTo(2);
        assertThat(text(2, 10)).isEqualTo("x".repeat(10));
    }

    @Test
    void shouldEndExactlyOnceWhenCancelled() {
        receive();
        tester.start(8L, sqe -> sqe.prepCancel(RECV));

        assertThat(tester.await(8L).result()).isZero();
        final Completion last = tester.await(RECV);
        assertThat(last.result()).isEqualTo(-Errno.ECANCELED);
        assertThat(last.isLast()).isTrue();
        assertThat(tester.completed()).isEmpty();
    }

    @Test
    void shouldRefuseMisuse() {
        final int firstTaken = CqeFlags.F_BUFFER;
        assertThatThrownBy(() -> buffers.giveBack(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("buffer 1 of group 65534 is not taken");
        assertThatThrownBy(() -> buffers.buffer(1)).hasMessage("buffer 1 of group 65534 is not taken");
        assertThatThrownBy(() -> buffers.take(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("flags 0x0 name none of the 4 buffers of group 65534");
        assertThatThrownBy(() -> buffers.take(firstTaken | 4 << CqeFlags.BUFFER_SHIFT))
                .hasMessage("flags 0x40001 name none of the 4 buffers of group 65534");

        assertThat(buffers.take(firstTaken)).isZero();
        assertThatThrownBy(() -> buffers.take(firstTaken))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("buffer 0 of group 65534 is taken already");
    }

    @Test
    void shouldLeaveTheMemoryWithoutItsBytesToWhoStillReadsIt() {
        receive();
        send("late");
        final ByteBuffer view = buffers.buffer(buffers.take(tester.await(RECV).flags()));
        tester.run(sqe -> sqe.prepCancel(RECV));
        tester.await(RECV);

        buffers.close();

        assertThat(view.get(3)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "65536, 4, 1, group must be 0 to 65535: 65536",
        "-1, 4, 1, group must be 0 to 65535: -1",
        "1, 0, 1, count must be a power of two up to 32768: 0",
        "1, 3, 1, count must be a power of two up to 32768: 3",
        "1, 65536, 1, count must be a power of two up to 32768: 65536",
        "1, -2147483648, 1, count must be a power of two up to 32768: -2147483648",
        "1, 4, 0, bufferBytes must be above 0: 0",
        "1, 4, 268435457, all buffers together must have at most 1073741824 bytes: 4 of 268435457",
    })
    void shouldRefuseNumbersOutOfRange(int group, int count, int bufferBytes, String message) {
        assertThatThrownBy(() -> BufferRing.open(tester.ring, group, count, bufferBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldSayThatAGroupIsInUse() {
        assertThatThrownBy(() -> BufferRing.open(tester.ring, GROUP, COUNT, BUFFER_BYTES))
                .isInstanceOf(RingException.class)
                .hasMessage("io_uring_register(PBUF_RING, group 65534, 4) failed: EEXIST (17)");

        buffers.close();
        buffers.close();
        buffers = BufferRing.open(tester.ring, GROUP, COUNT, BUFFER_BYTES);
    }
}
