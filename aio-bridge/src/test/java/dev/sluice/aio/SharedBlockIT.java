// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Resource;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One filled block, sent to several peers at once. */
class SharedBlockIT {
    private static final int BLOCK_BYTES = BufferArena.MAX_BLOCK_BYTES;

    private final byte[] content = new byte[BLOCK_BYTES];
    private final List<AsyncSocket> sockets = new ArrayList<>();
    private AioFixture aio;

    @BeforeEach
    void open() {
        new SplittableRandom(1L).nextBytes(content);
        aio = new AioFixture();
    }

    @AfterEach
    void close() {
        sockets.forEach(AsyncSocket::close);
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
        assertThat(aio.bulk.inUse(Resource.BUFFER_BYTES)).isZero();
        aio.close();
    }

    private AsyncSocket adopt(int fd, Object attachment) {
        final AsyncSocket socket = aio.adopt(fd, attachment);
        sockets.add(socket);
        return socket;
    }

    private SharedBlock fill() {
        final IoBuffer buffer = aio.io.arena().tryLease(BLOCK_BYTES, aio.bulk);
        buffer.bytes().put(content).flip();
        return buffer.toShared();
    }

    /** Receives until {@code count} bytes are there, while sends go on. */
    private byte[] receive(AsyncSocket socket, int count) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        final IoBuffer buffer = aio.io.arena().tryLease(64 * 1024, aio.normal);
        while (all.size() < count) {
            buffer.bytes().clear();
            final int before = aio.seen.size();
            socket.receive(buffer);
            aio.runUntil(() -> aio.seen.subList(before, aio.seen.size()).stream()
                    .anyMatch(seen -> seen.operation() == Opcode.RECV));
            final ByteBuffer received = buffer.bytes().flip();
            final byte[] bytes = new byte[received.remaining()];
            received.get(bytes);
            assertThat(bytes).isNotEmpty();
            all.writeBytes(bytes);
        }
        buffer.release();
        return all.toByteArray();
    }

    private int sends() {
        return (int) aio.seen.stream()
                .filter(seen -> seen.operation() == Opcode.SEND)
                .count();
    }

    @Test
    void shouldFreeTheBlockOnceTheLastSendHasEnded() {
        final int[] first = Descriptors.socketPair();
        final int[] second = Descriptors.socketPair();
        final SharedBlock block = fill();
        assertThat(block.lengthBytes()).isEqualTo(BLOCK_BYTES);
        final IoBuffer whole = block.view();
        final IoBuffer part = block.view(1_000, 2_000);
        adopt(first[0], "first").send(whole);
        adopt(second[0], "second").send(part);
        block.release();

        assertThat(receive(adopt(second[1], "peer"), 2_000)).isEqualTo(Arrays.copyOfRange(content, 1_000, 3_000));
        aio.runUntil(() -> sends() == 1);
        part.release();
        assertThat(block.views()).isEqualTo(1);
        assertThat(aio.bulk.inUse(Resource.BUFFER_BYTES))
                .as("charged to who filled it, until the other send has ended, too")
                .isEqualTo(BLOCK_BYTES);

        assertThat(receive(adopt(first[1], "peer"), BLOCK_BYTES)).isEqualTo(content);
        aio.runUntil(() -> sends() == 2);
        assertThat(whole.bytes().hasRemaining()).isFalse();
        whole.release();
        assertThat(aio.io.arena().leasedCount()).isZero();
        assertThat(aio.root.inUse(Resource.BUFFER_BYTES)).isZero();
    }

    @Test
    void shouldKeepTheBlockUntilACancelledSendHasEnded() {
        final int[] pair = Descriptors.socketPair();
        final IoBuffer earlier = aio.io.arena().tryLease(BLOCK_BYTES);
        final AsyncSocket socket = adopt(pair[0], "socket");
        final AsyncSocket peer = adopt(pair[1], "peer");
        assertThat(peer.isOpen()).isTrue();
        while (socket.sendSome(earlier, aio.normal, "fills") >= 0
                && aio.runOne().result() > 0) {
            earlier.bytes().clear();
        }
        earlier.release();
        final SharedBlock block = fill();
        final IoBuffer view = block.view();
        final long send = socket.send(view);
        block.release();
        aio.expectSilence(1_000_000L);

        assertThatIllegalStateException().as("in flight").isThrownBy(view::release);
        assertThat(aio.io.cancel(send)).isTrue();
        final Seen ended = aio.runOne();
        assertThat(ended.result()).isEqualTo(-Errno.ECANCELED);
        assertThat(aio.io.arena().leasedCount()).isEqualTo(1);
        view.release();
        assertThat(aio.io.arena().leasedCount()).isZero();
    }

    @Test
    void shouldRefuseStaleReleasesAndViews() {
        final SharedBlock block = fill();
        final IoBuffer view = block.view();
        final IoBuffer other = block.view();
        view.release();
        assertThatIllegalStateException().isThrownBy(view::release).withMessageContaining("released twice");
        assertThatIllegalStateException().isThrownBy(view::bytes);
        assertThat(block.views()).as("the other's is not given back by that").isEqualTo(1);

        block.release();
        assertThatIllegalStateException().isThrownBy(block::release).withMessageContaining("released twice");
        assertThatIllegalStateException().isThrownBy(block::view).withMessageContaining("was released");
        assertThat(aio.io.arena().leasedCount()).isEqualTo(1);
        other.release();
        assertThat(aio.io.arena().leasedCount()).isZero();
        assertThatIllegalStateException().isThrownBy(other::release);
    }

    @Test
    void shouldRefuseToChangeWhatIsShared() {
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = adopt(pair[0], "socket");
        adopt(pair[1], "peer");
        final IoBuffer buffer = aio.io.arena().tryLease(4096, aio.bulk);
        final SharedBlock block = buffer.toShared();
        assertThatIllegalStateException().isThrownBy(buffer::bytes);
        assertThatIllegalStateException().isThrownBy(buffer::release);
        assertThatIllegalStateException().isThrownBy(buffer::toShared);

        final IoBuffer view = block.view();
        assertThatThrownBy(() -> view.bytes().put((byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.receive(view))
                .withMessageContaining("receive: the buffer is a view of a shared block");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.receiveMessage(new IoBuffer[] {view}, 1, 0, aio.normal, "message"));
        assertThatThrownBy(() -> block.view(4000, 97)).isInstanceOf(IndexOutOfBoundsException.class);
        view.release();
        block.release();
    }
}
