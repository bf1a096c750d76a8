// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: what has come on a socket is received within the call, and nothing is waited for. */
class TryReceiveIT {
    private final AioFixture aio = new AioFixture();
    private final ByteBuffer said = ByteBuffer.allocateDirect(5).put(0, "hello".getBytes(US_ASCII));
    private AsyncSocket socket;
    private IoBuffer buffer;
    private int peerFd;

    @BeforeEach
    void connect() {
        final int[] pair = Descriptors.socketPair();
        socket = aio.adopt(pair[0], "socket");
        peerFd = pair[1];
        buffer = aio.io.arena().tryLease(4096, aio.normal);
    }

    private void speak() {
        assertThat(Descriptors.write(peerFd, NativeMemory.addressOf(said), 5)).isEqualTo(5);
    }

    @AfterEach
    void close() {
        if (socket.isOpen()) {
            socket.close();
        }
        if (peerFd >= 0) {
            Descriptors.close(peerFd);
        }
        if (buffer != null) {
            buffer.release();
        }
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
        aio.close();
    }

    @Test
    void shouldReceiveWithinTheCallWhatHasBeenAwaited() {
        socket.awaitReadiness(PollMask.POLLIN);
        speak();
        assertThat(aio.runOne().result() & PollMask.POLLIN).isNotZero();
        final long socketBytes = aio.normal.usage().socketBytes();
        buffer.bytes().position(10);

        assertThat(socket.tryReceive(buffer, aio.normal)).isEqualTo(5);

        final byte[] received = new byte[5];
        buffer.bytes().get(10, received);
        assertThat(received).asString(US_ASCII).isEqualTo("hello");
        assertThat(buffer.bytes().position()).isEqualTo(15);
        assertThat(aio.normal.usage().socketBytes()).isEqualTo(socketBytes + 5L);
        assertThat(aio.isIdle()).as("no operation, and no event").isTrue();
    }

    @Test
    void shouldReceiveNoMoreThanThereIsRoomFor() {
        speak();
        buffer.bytes().limit(3);

        assertThat(socket.tryReceive(buffer, aio.normal)).isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.tryReceive(buffer, aio.normal))
                .withMessage("tryReceive: the buffer has nothing remaining");
        buffer.bytes().clear();
        assertThat(socket.tryReceive(buffer, aio.normal)).isEqualTo(2);
    }

    /** The end of the stream, too, is told by a receive. */
    @Test
    void shouldReceiveNothingWhereThereAreNoBytes() {
        assertThat(socket.tryReceive(buffer, aio.normal)).as("nothing has come").isZero();

        Descriptors.close(peerFd);
        peerFd = -1;

        assertThat(socket.tryReceive(buffer, aio.normal))
                .as("the peer has ended")
                .isZero();
        assertThat(buffer.bytes().position()).isZero();
    }

    @Test
    void shouldRefuseASocketThatIsClosed() {
        socket.close();
        aio.runUntil(aio::isIdle);

        assertThatIllegalStateException().isThrownBy(() -> socket.tryReceive(buffer, aio.normal));
    }
}
