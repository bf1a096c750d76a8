// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Resource;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: a send whose success nobody wants to hear of has no event, and gives back what it had; what else comes of it is told. */
class QuietSendIT {
    private static final int LARGE_BYTES = BufferArena.MAX_BLOCK_BYTES;

    private AioFixture aio = new AioFixture();
    private AsyncSocket socket;
    private int peerFd;
    private final NativeMemory into = NativeMemory.map(4096L);

    private void connect() {
        final int[] pair = Descriptors.socketPair();
        socket = aio.adopt(pair[0], "socket");
        peerFd = pair[1];
    }

    @AfterEach
    void close() {
        if (socket.isOpen()) {
            socket.close();
        }
        if (peerFd >= 0) {
            Descriptors.close(peerFd);
        }
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
        assertThat(aio.normal.inUse(Resource.BUFFER_BYTES)).isZero();
        aio.close();
        into.close();
    }

    private IoBuffer filled(int lengthBytes) {
        final IoBuffer buffer = aio.io.arena().tryLease(lengthBytes, aio.normal);
        buffer.bytes().limit(lengthBytes);
        return buffer;
    }

    private boolean isNothingLeased() {
        return aio.normal.inUse(Resource.BUFFER_BYTES) == 0L;
    }

    /** Sends more than the kernel takes for a peer that reads nothing; returns the send that waits. */
    private long fill(boolean asMessage) {
        long id;
        do {
            final IoBuffer buffer = filled(LARGE_BYTES);
            id = asMessage
                    ? socket.sendMessageQuietly(new IoBuffer[] {buffer}, 1, aio.normal, "sent")
                    : socket.sendQuietly(buffer, aio.normal, "sent");
            assertThat(id).isNotNegative();
            aio.reapOnly();
        } while (aio.port().find(id) == null);
        return id;
    }

    private void read(long lengthBytes) {
        final AsyncSocket peer = aio.adopt(peerFd, "peer");
        peerFd = -1;
        final IoBuffer into = aio.io.arena().tryLease(LARGE_BYTES);
        for (long left = lengthBytes; left > 0L; ) {
            into.bytes().clear();
            final int before = aio.seen.size();
            peer.receive(into, aio.bulk, "peer");
            aio.runUntil(() -> aio.seen.subList(before, aio.seen.size()).stream()
                    .anyMatch(seen -> seen.operation() == Opcode.RECV));
            left -= into.bytes().position();
        }
        into.release();
        peer.close();
    }

    private boolean isSeen(int operation, int result) {
        return aio.seen.contains(new Seen("sent", operation, result, 0));
    }

    @Test
    void shouldTellNothingOfItsSuccessAndGiveTheBufferBack() {
        connect();
        assertThat(socket.sendQuietly(filled(100), aio.normal, "sent")).isNotNegative();

        aio.runUntil(this::isNothingLeased);

        assertThat(aio.seen).isEmpty();
        assertThat(aio.normal.usage().socketBytes()).isEqualTo(100L);
    }

    @Test
    void shouldGiveBackTheBuffersAndViewsOfAMessage() {
        connect();
        assumeTrue(aio.io.port().features().supports(Opcode.SENDMSG), "the ring has no messages");
        final SharedBlock shared = filled(100).toShared();
        socket.sendMessageQuietly(new IoBuffer[] {filled(50), shared.view()}, 2, aio.normal, "sent");

        aio.runUntil(() -> shared.views() == 0);

        assertThat(aio.seen).isEmpty();
        assertThat(aio.normal.usage().socketBytes()).isEqualTo(150L);
        shared.release();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellItsSuccessToWhoAsksForItMeanwhile(boolean asMessage) {
        connect();
        assumeTrue(!asMessage || aio.io.port().features().supports(Opcode.SENDMSG), "the ring has no messages");
        final long id = fill(asMessage);
        assertThat(socket.tellSent(id)).isTrue();
        assertThat(socket.tellSent(id)).isTrue();

        final long sentBytes = aio.normal.usage().socketBytes();
        read(sentBytes + LARGE_BYTES);

        aio.runUntil(this::isNothingLeased);
        assertThat(isSeen(asMessage ? Opcode.SENDMSG : Opcode.SEND, LARGE_BYTES))
                .isTrue();
        assertThat(socket.tellSent(id)).isFalse();
    }

    @Test
    void shouldHaveNothingToTellOfWhatHasEndedOrIsNotQuiet() {
        connect();
        final long quiet = socket.sendQuietly(filled(100), aio.normal, "sent");
        aio.runUntil(this::isNothingLeased);
        assertThat(socket.tellSent(quiet)).isFalse();

        final IoBuffer buffer = filled(100);
        final long loud = socket.send(buffer, aio.normal, "loud");
        assertThat(socket.tellSent(loud)).isFalse();
        assertThat(aio.runOne()).isEqualTo(new Seen("loud", Opcode.SEND, 100, 0));
        buffer.release();
    }

    @Test
    void shouldTellThatThePeerHasGone() {
        connect();
        fill(false);
        Descriptors.close(peerFd);
        peerFd = -1;

        aio.runUntil(() -> isSeen(Opcode.SEND, -Errno.EPIPE) || isSeen(Opcode.SEND, -Errno.ECONNRESET));

        aio.runUntil(this::isNothingLeased);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellThatItWasCancelled(boolean asMessage) {
        connect();
        assumeTrue(!asMessage || aio.io.port().features().supports(Opcode.SENDMSG), "the ring has no messages");
        assertThat(aio.io.cancel(fill(asMessage))).isTrue();

        aio.runUntil(() -> isSeen(asMessage ? Opcode.SENDMSG : Opcode.SEND, -Errno.ECANCELED));

        aio.runUntil(this::isNothingLeased);
    }

    /** A peer that sends before it reads is heard all the same. */
    @Test
    void shouldReceiveBesideOneThatIsNotTaken() {
        connect();
        final long id = fill(false);
        Descriptors.write(peerFd, into.address(), 1);
        final IoBuffer request = filled(100);
        socket.receive(request, aio.normal, "received");

        aio.runUntil(() -> aio.seen.contains(new Seen("received", Opcode.RECV, 1, 0)));

        assertThat(aio.port().find(id)).isNotNull();
        request.release();
    }

    @Test
    void shouldReceiveWhenTheRingIsEnteredOnceMore() {
        connect();
        final IoBuffer request = filled(100);
        assertThat(socket.sendQuietly(filled(100), aio.normal, "sent")).isNotNegative();
        socket.receive(request, aio.normal, "received");
        Descriptors.write(peerFd, into.address(), 1);

        assertThat(aio.runOneAtOnce()).isEqualTo(new Seen("received", Opcode.RECV, 1, 0));

        request.release();
    }

    @Test
    void shouldCancelAReceiveThatWaitsBehindIt() {
        connect();
        fill(false);
        final IoBuffer request = filled(100);
        final long receive = socket.receive(request, aio.normal, "received");

        assertThat(aio.io.cancel(receive)).isTrue();

        aio.runUntil(() -> aio.seen.contains(new Seen("received", Opcode.RECV, -Errno.ECANCELED, 0)));
        request.release();
    }

    @Test
    void shouldGiveTheBufferBackWhenItsSocketIsClosed() {
        connect();
        fill(false);
        socket.close();

        aio.runUntil(() -> !socket.isOpen() && isNothingLeased());
    }

    @Test
    void shouldGiveTheBufferBackWhenTheQueueIsClosed() {
        connect();
        fill(false);
        // close() asserts it
    }

    @Test
    void shouldLeaveTheBufferToItsCallerWhereThereIsNoRoomForTheSend() {
        aio.close();
        aio = new AioFixture(
                EventQueue.open(EventQueueOptions.defaults().withMaxOperations(1)), AsyncIoOptions.defaults());
        connect();
        final IoBuffer awaited = filled(100);
        socket.receive(awaited, aio.normal, "received");
        final IoBuffer buffer = filled(100);

        assertThat(socket.sendQuietly(buffer, aio.normal, "sent")).isEqualTo(AsyncIo.BACK_PRESSURED);

        buffer.release();
        aio.io.cancelAll(aio.normal);
        aio.runOne();
        awaited.release();
    }
}
