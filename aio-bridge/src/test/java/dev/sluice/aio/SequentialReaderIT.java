// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Files read in order, in pieces, ahead of their use. */
class SequentialReaderIT extends SequentialReaderTests {
    @Test
    void shouldReadAFileWithTwoBuffersWhateverItsSize() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 1_000_000));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        reader.begin(file, 0L, content.length, aio.normal, "piece");

        assertThat(readToTheEnd()).isEqualTo(content);

        assertThat(reader.missingBytes()).isZero();
        assertThat(aio.io.arena().allocatedBytes()).isEqualTo(BufferArena.MAX_BLOCK_BYTES);
        discard(file);
    }

    @Test
    void shouldReadAheadWhileAPieceIsUsedAndNoFurther() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 5 * PIECE_BYTES));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        reader.begin(file, 0L, SequentialReader.TO_END, aio.normal, "piece");
        reader.readAhead();
        final IoBuffer first = take();

        assertThat(reader.readAhead()).isTrue();
        assertThat(reader.isReading()).isTrue();
        final IoBuffer second = take();
        assertThat(reader.readAhead()).as("nothing to wait for").isTrue();
        assertThat(reader.isReading()).as("both buffers are with the caller").isFalse();
        assertThat(bytesOf(first)).isEqualTo(Arrays.copyOf(content, PIECE_BYTES));
        reader.giveBack(first);
        reader.readAhead();
        assertThat(reader.isReading()).isTrue();
        assertThat(bytesOf(second)).isEqualTo(Arrays.copyOfRange(content, PIECE_BYTES, 2 * PIECE_BYTES));

        reader.cancel();
        assertThat(take()).isNull();
        reader.giveBack(second);
        discard(file);
    }

    @Test
    void shouldReadARangeFromAnyPositionWithPiecesThatEndOnPages() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 100_000));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        reader.begin(file, 10_001L, 70_000L, aio.normal, "piece");
        reader.readAhead();
        final IoBuffer first = take();
        assertThat((10_001L + first.bytes().remaining()) % 4_096L).isZero();
        final byte[] start = bytesOf(first);
        reader.giveBack(first);

        final byte[] rest = readToTheEnd();

        assertThat(start).isEqualTo(Arrays.copyOfRange(content, 10_001, 10_001 + start.length));
        assertThat(rest).isEqualTo(Arrays.copyOfRange(content, 10_001 + start.length, 80_001));
        discard(file);
    }

    @Test
    void shouldReadBeyondFourGibibytes() throws Exception {
        final long position = (5L << 30) + 7L;
        try (RandomAccessFile sparse =
                new RandomAccessFile(directory.resolve("sparse").toFile(), "rw")) {
            sparse.seek(position);
            sparse.write(new byte[] {1, 2, 3});
        }
        final AsyncFile file = aio.open(root, "sparse", OpenOptions.READ);
        reader.begin(file, position - 2L, SequentialReader.TO_END, aio.normal, "piece");

        assertThat(readToTheEnd()).containsExactly(0, 0, 1, 2, 3);
        discard(file);
    }

    @Test
    void shouldHaveNothingToReadOfAnEmptyRangeAndOneEventForAnEmptyFile() throws Exception {
        writeFile(directory.resolve("empty"), 0);
        final AsyncFile file = aio.open(root, "empty", OpenOptions.READ);
        reader.begin(file, 0L, 0L, aio.normal, "piece");
        assertThat(reader.isAtEnd()).isTrue();
        assertThat(reader.readAhead()).isTrue();
        assertThat(reader.isReading()).isFalse();

        reader.begin(file, 0L, SequentialReader.TO_END, aio.normal, "piece");
        assertThat(reader.isAtEnd()).isFalse();
        reader.readAhead();
        assertThat(take()).isNull();
        assertThat(lastResult).isZero();
        assertThat(reader.missingBytes()).isZero();
        discard(file);
    }

    @Test
    void shouldTellHowMuchIsMissingOfAFileThatBecameShorter() throws Exception {
        final Path path = writeFile(directory.resolve("file"), 4 * PIECE_BYTES);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        reader.begin(file, 0L, 4L * PIECE_BYTES, aio.normal, "piece");
        reader.readAhead();
        reader.giveBack(take());
        try (RandomAccessFile shortened = new RandomAccessFile(path.toFile(), "rw")) {
            shortened.setLength(PIECE_BYTES + 100L);
        }

        assertThat(readToTheEnd()).hasSize(100);

        assertThat(lastResult).as("the end of the file").isZero();
        assertThat(reader.missingBytes()).isEqualTo(3L * PIECE_BYTES - 100L);
        discard(file);
    }

    @Test
    void shouldReadWhatAFileGainsUnlessOnlyARangeWasAskedFor() throws Exception {
        for (final boolean toTheEnd : new boolean[] {true, false}) {
            final Path path = writeFile(directory.resolve("file"), PIECE_BYTES + 10);
            final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
            reader.begin(file, 0L, toTheEnd ? SequentialReader.TO_END : PIECE_BYTES + 10, aio.normal, "piece");
            reader.readAhead();
            reader.giveBack(take());
            Files.write(path, new byte[2 * PIECE_BYTES], StandardOpenOption.APPEND);

            assertThat(readToTheEnd()).hasSize(toTheEnd ? 2 * PIECE_BYTES + 10 : 10);

            assertThat(reader.missingBytes()).isZero();
            discard(file);
        }
    }

    @Test
    void shouldReadPastThePageCacheUpToAnEndWithinABlock() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 3 * PIECE_BYTES + 700));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ.withFlags(OpenFlags.O_DIRECT));
        for (final long lengthBytes : new long[] {content.length, 2L * PIECE_BYTES + 5L, SequentialReader.TO_END}) {
            reader.begin(file, 0L, lengthBytes, aio.normal, "piece");

            assertThat(readToTheEnd()).isEqualTo(Arrays.copyOf(content, (int) Math.min(lengthBytes, content.length)));

            assertThat(reader.missingBytes()).isZero();
        }
        reader.begin(file, 100L, 10L, aio.normal, "piece");
        assertThatIllegalArgumentException().isThrownBy(reader::readAhead).withMessageContaining("position=100");
        reader.cancel();
        discard(file);
    }

    @Test
    void shouldEndWithAnErrorAndLoseNothing() throws Exception {
        writeFile(directory.resolve("file"), 5 * PIECE_BYTES);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        for (int failing = 0; failing < 4; failing++) {
            reader.begin(file, 0L, 5L * PIECE_BYTES, aio.normal, "piece");
            for (int i = 0; i < failing; i++) {
                reader.readAhead();
                reader.giveBack(take());
            }
            reader.readAhead();
            ring.arm(reader.readId(), 1, result -> -Errno.EIO, false);

            assertThat(take()).isNull();

            assertThat(lastResult).isEqualTo(-Errno.EIO);
            assertThat(reader.isAtEnd()).isTrue();
            assertThat(reader.missingBytes()).isEqualTo((5L - failing) * PIECE_BYTES);
            assertThat(reader.readAhead()).isTrue();
            assertThat(reader.isReading()).isFalse();
            assertThat(aio.io.arena().leasedCount()).isZero();
        }
        discard(file);
    }

    @Test
    void shouldHaveItsLastEventBeforeThatOfTheCloseOfItsFile() throws Exception {
        writeFile(directory.resolve("file"), 5 * PIECE_BYTES);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        reader.begin(file, 0L, 5L * PIECE_BYTES, aio.normal, "piece");
        reader.readAhead();

        file.close();

        final IoBuffer piece = take(); // what could not be stopped any more
        if (piece != null) {
            reader.giveBack(piece);
        }
        reader.cancel();
        assertThat(aio.runOne().operation()).isEqualTo(Opcode.CLOSE);
        aio.assertNothingLeft();
    }

    @Test
    void shouldRefuseMisuse() throws Exception {
        writeFile(directory.resolve("file"), 100);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SequentialReader(aio.io, 5_000, 2))
                .withMessageContaining("pieceBytes=5000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SequentialReader(aio.io, PIECE_BYTES, 0))
                .withMessageContaining("maxBuffers=0");
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader.begin(file, -1L, 1L, aio.normal, null))
                .withMessageContaining("position=-1");
        final AsyncFile closed = aio.io.newFile();
        assertThatIllegalStateException()
                .isThrownBy(() -> reader.begin(closed, 0L, 1L, aio.normal, null))
                .withMessageContaining("not open");
        reader.begin(file, 0L, 100L, aio.normal, "piece");
        reader.readAhead();
        assertThatIllegalStateException()
                .isThrownBy(() -> reader.begin(file, 0L, 1L, aio.normal, null))
                .withMessageContaining("await");
        final IoBuffer piece = take();
        assertThatIllegalStateException()
                .isThrownBy(() -> reader.begin(file, 0L, 1L, aio.normal, null))
                .withMessageContaining("give them back");
        assertThatIllegalStateException().isThrownBy(() -> reader.take(null)).withMessageContaining("no piece");
        reader.giveBack(piece);
        assertThatIllegalStateException()
                .isThrownBy(() -> reader.giveBack(piece))
                .withMessageContaining("already");
        discard(file);
    }
}
