// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.uring.call.Descriptors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The event of a close is the descriptor's last, whoever its operations were charged to. */
class CloseComesLastIT extends FileTests {
    private AsyncSocket socket;
    private int peer;

    /** A socket of the high class, with a receive that is charged to the low one. */
    private IoBuffer openWithAReceiveOf(String attachment) {
        final int[] pair = Descriptors.socketPair();
        peer = pair[1];
        socket = aio.io.newSocket();
        socket.adopt(pair[0], aio.urgent, "close");
        final IoBuffer buffer = aio.io.arena().tryLease(10);
        socket.receive(buffer, aio.bulk, attachment);
        return buffer;
    }

    private List<Object> handOutDownTo(int band) {
        final List<Object> attachments = new ArrayList<>();
        final EventBatch batch = aio.events.dequeueNextEvents(64, band, 0L);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            attachments.add(event.attachment());
        }
        return attachments;
    }

    @Test
    void shouldReportTheCloseAfterAnOperationOfALowerClass() {
        final IoBuffer buffer = openWithAReceiveOf("receive");
        socket.close();
        for (int turn = 0; turn < 10; turn++) { // the close is done, and its class is served
            assertThat(handOutDownTo(Priority.HIGH)).isEmpty();
        }
        assertThat(socket.isOpen()).isFalse();
        assertThat(aio.io.openDescriptors())
                .as("it does not stay open for that")
                .isZero();
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.adopt(peer, aio.urgent, null))
                .withMessageContaining("close has not ended");

        aio.runUntil(() -> aio.seen.size() == 2);

        assertThat(aio.seen).extracting(AioFixture.Seen::attachment).containsExactly("receive", "close");
        buffer.release();
        socket.adopt(peer, aio.urgent, "close");
        socket.close();
        aio.runUntil(() -> aio.seen.size() == 3);
        aio.assertNothingLeft();
    }

    @Test
    void shouldCloseTheQueueAtOnceWhileACloseWaitsForOthersToBeHandled() {
        try (AioFixture mine = new AioFixture()) {
            final int[] pair = Descriptors.socketPair();
            final AsyncSocket closing = mine.io.newSocket();
            closing.adopt(pair[0], mine.urgent, "close");
            closing.receive(mine.io.arena().tryLease(10), mine.bulk, "receive");
            closing.close();
            final long startNs = System.nanoTime();
            mine.events.close();
            assertThat(System.nanoTime() - startNs).isLessThan(10_000_000_000L);
            Descriptors.close(pair[1]);
        }
    }
}
