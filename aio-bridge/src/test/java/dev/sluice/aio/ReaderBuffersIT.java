// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.Resource;
import dev.sluice.uring.Opcode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What a reader holds of buffers: while there are none, while they are short, and what comes back unused. */
class ReaderBuffersIT extends SequentialReaderTests {
    @Test
    void shouldWaitForBuffersAndGoOnWhenThereAreSome() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 100_000));
        aio.close();
        aio = new AioFixture(AsyncIoOptions.defaults().withArenaBytes(BufferArena.MAX_BLOCK_BYTES));
        reader = new SequentialReader(aio.io, BufferArena.MAX_BLOCK_BYTES, 2);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final IoBuffer rest = aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES);
        reader.begin(file, 0L, SequentialReader.TO_END, aio.normal, "piece");

        assertThat(reader.readAhead()).isTrue();
        assertThat(reader.isAwaitingBuffer()).isTrue();
        assertThat(reader.isReading()).isTrue();
        assertThat(reader.isAtEnd()).isFalse();
        aio.expectSilence(1_000_000L);
        rest.release();

        assertThat(take()).isNull();
        assertThat(lastOperation).isEqualTo(Opcode.NOP);
        assertThat(reader.isAwaitingBuffer()).isFalse();
        assertThat(readToTheEnd()).isEqualTo(content);
        discard(file);
    }

    @Test
    void shouldGiveUpTheWaitForABufferWhenCancelled() throws Exception {
        writeFile(directory.resolve("file"), 100_000);
        aio.close();
        aio = new AioFixture(AsyncIoOptions.defaults().withArenaBytes(BufferArena.MAX_BLOCK_BYTES));
        reader = new SequentialReader(aio.io, BufferArena.MAX_BLOCK_BYTES, 2);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        for (int granted = 0; granted < 2; granted++) {
            final IoBuffer rest = aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES);
            reader.begin(file, 0L, SequentialReader.TO_END, aio.normal, "piece");
            reader.readAhead();
            if (granted == 1) {
                rest.release(); // the event that brings the buffer is on its way
            }
            reader.cancel();

            assertThat(take()).isNull();
            assertThat(reader.isReading()).isFalse();
            assertThat(reader.isAtEnd()).isTrue();
            if (granted == 0) {
                rest.release();
            }
            assertThat(aio.io.arena().leasedCount()).isZero();
        }
        discard(file);
    }

    @Test
    void shouldReadNothingAheadAndKeepNothingWhileMemoryIsShort() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 5 * PIECE_BYTES));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        aio.normal.setLimit(Resource.BUFFER_BYTES, 3L * PIECE_BYTES);
        final IoBuffer other = aio.io.arena().tryLease(3 * PIECE_BYTES, aio.normal);
        assertThat(aio.io.arena().isShort(aio.normal)).isTrue();
        assertThat(aio.io.arena().isShort(aio.bulk)).isFalse();
        reader.begin(file, 0L, SequentialReader.TO_END, aio.normal, "piece");
        other.release();
        final IoBuffer another = aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES, aio.normal);

        assertThat(reader.readAhead()).isTrue();
        assertThat(reader.isAwaitingBuffer()).isTrue();
        another.release();
        assertThat(take()).isNull();
        final IoBuffer first = take();
        final IoBuffer third = aio.io.arena().tryLease(PIECE_BYTES, aio.normal);
        final IoBuffer fourth = aio.io.arena().tryLease(PIECE_BYTES, aio.normal);

        reader.readAhead();
        assertThat(reader.isReading()).as("one is in use").isFalse();
        final byte[] start = bytesOf(first);
        reader.giveBack(first);
        assertThat(aio.normal.inUse(Resource.BUFFER_BYTES)).isEqualTo(2L * PIECE_BYTES);
        third.release();
        fourth.release();
        final byte[] rest = readToTheEnd();
        assertThat(ByteBuffer.allocate(content.length).put(start).put(rest).array())
                .isEqualTo(content);
        discard(file);
    }

    @Test
    void shouldReadAgainWhatOfAPieceWasNotUsed() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 3 * PIECE_BYTES));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        reader.begin(file, 0L, SequentialReader.TO_END, aio.normal, "piece");
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!reader.isAtEnd()) {
            reader.readAhead();
            final IoBuffer piece = take();
            if (piece != null) {
                final byte[] used = new byte[Math.min(1_234, piece.bytes().remaining())];
                piece.bytes().get(used);
                all.writeBytes(used);
                reader.giveBackUnused(piece);
                assertThat(aio.io.arena().leasedCount()).isZero();
            }
        }
        assertThat(all.toByteArray()).isEqualTo(content);
        discard(file);
    }

    @Test
    void shouldRefuseToGiveBackUnusedWhatAnotherPieceIsReadBehind() throws Exception {
        writeFile(directory.resolve("file"), 3 * PIECE_BYTES);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        reader.begin(file, 0L, SequentialReader.TO_END, aio.normal, "piece");
        reader.readAhead();
        final IoBuffer first = take();
        reader.readAhead();

        assertThatIllegalStateException().isThrownBy(() -> reader.giveBackUnused(first));
        reader.giveBack(take());
        reader.giveBack(first);
        reader.cancel();
        discard(file);
    }
}
