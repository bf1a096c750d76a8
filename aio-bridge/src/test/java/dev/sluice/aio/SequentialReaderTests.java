// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.kernel.KernelRing;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;

/** A reader of pieces on the real kernel, whose reads can be made to fail. */
abstract class SequentialReaderTests extends FileTests {
    static final int PIECE_BYTES = 16 * 1024;

    FaultingRing ring;
    SequentialReader reader;
    int lastResult;
    int lastOperation;

    @Override
    AioFixture newFixture() {
        ring = new FaultingRing(KernelRing.open(RingOptions.defaults()));
        return new AioFixture(ring.asRing());
    }

    @BeforeEach
    final void open() {
        reader = new SequentialReader(aio.io, PIECE_BYTES, 2);
    }

    /** Hands out the next event and has the reader take it. */
    final IoBuffer take() {
        final EventBatch batch = aio.events.dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS);
        final Event event = batch.next();
        assertThat(event).isNotNull();
        assertThat(event.attachment()).isEqualTo("piece");
        lastResult = event.result();
        lastOperation = event.operation();
        final IoBuffer piece = reader.take(event);
        assertThat(batch.next()).isNull();
        return piece;
    }

    static byte[] bytesOf(IoBuffer piece) {
        final ByteBuffer view = piece.bytes().duplicate();
        final byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    final byte[] readToTheEnd() {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        assertThat(reader.readAhead()).isTrue();
        while (reader.isReading()) {
            final IoBuffer piece = take();
            reader.readAhead(); // if there is a buffer
            if (piece != null) {
                all.writeBytes(bytesOf(piece));
                reader.giveBack(piece);
            }
            assertThat(reader.readAhead()).isTrue();
        }
        assertThat(reader.isAtEnd()).isTrue();
        return all.toByteArray();
    }

    final void discard(AsyncFile file) {
        file.discard();
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
        aio.runUntil(() -> aio.io.pendingCloses() == 0);
        aio.assertNothingLeft();
    }
}
