// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import java.io.ByteArrayOutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files read in order, in pieces, ahead of their use. */
class SequentialReaderIT extends FileTests {
    private static final int PIECE_BYTES = 16 * 1024;

    private FaultingRing ring;
    private SequentialReader reader;
    private int lastResult;
    private int lastOperation;

    @Override
    AioFixture newFixture() {
        ring = new FaultingRing(KernelRing.open(RingOptions.defaults()));
        return new AioFixture(ring.asRing());
    }

    @BeforeEach
    void open() {
        reader = new SequentialReader(aio.io, PIECE_BYTES, 2);
    }

    /** Hands out the next event and has the reader take it. */
    private IoBuffer take() {
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

    private static byte[] bytesOf(IoBuffer piece) {
        final ByteBuffer view = piece.bytes().duplicate();
        final byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    private byte[] readToTheEnd() {
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

    private void discard(AsyncFile file) {
        file.discard();
        aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
        aio.runUntil(() -> aio.io.pendingCloses() == 0);
        aio.assertNothingLeft();
    }

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
    void shouldSendASmallFileBehindAHeaderWithOneEvent() throws Exception {
        writeFile(directory.resolve("file"), 5_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        boolean sent = false;
        // On a busy machine a read may look as if it had asked the disk.
        for (int attempt = 0; !sent && attempt < 1_000; attempt++) {
            reader.begin(file, 0L, 5_000L, aio.normal, "piece");
            final IoBuffer headed = aio.io.arena().tryLease(PIECE_BYTES);
            headed.bytes().put(new byte[] {'h', 'i'});

            assertThat(reader.sendFirst(socket, headed)).isTrue();

            final IoBuffer piece = take();
            sent = lastOperation == Opcode.SEND;
            assertThat(reader.isAtEnd()).isTrue();
            if (sent) {
                assertThat(lastResult).isEqualTo(5_002);
                assertThat(piece).isNull();
            } else {
                assertThat(piece.bytes().remaining()).isEqualTo(5_002);
                reader.giveBack(piece);
            }
        }
        assertThat(sent).isTrue();
        socket.close();
        aio.runOne();
        Descriptors.close(pair[1]);
        discard(file);
    }

    @Test
    void shouldEndASendThatStandsStillAtItsDeadline() throws Exception {
        writeFile(directory.resolve("file"), 5_000);
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final int[] pair = Descriptors.socketPair();
        fill(pair[0]);
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        boolean sending = false;
        // On a busy machine a read may look as if it had asked the disk, and then comes back as a piece.
        for (int attempt = 0; !sending && attempt < 1_000; attempt++) {
            reader.begin(file, 0L, 5_000L, aio.normal, "piece");
            assertThat(reader.cancelAfter(1L)).as("nothing is being read").isFalse();
            final IoBuffer headed = aio.io.arena().tryLease(PIECE_BYTES);
            headed.bytes().put((byte) 'h');
            assertThat(reader.sendFirst(socket, headed)).isTrue();

            assertThat(reader.cancelAfter(20_000_000L)).isTrue();

            final IoBuffer piece = take();
            sending = lastOperation == Opcode.SEND;
            if (piece != null) {
                reader.giveBack(piece);
            }
        }
        assertThat(lastResult).isEqualTo(-Errno.ETIME);
        assertThat(reader.isAtEnd()).isTrue();
        assertThat(reader.missingBytes()).isEqualTo(5_000L);
        socket.close();
        aio.runOne();
        Descriptors.close(pair[1]);
        discard(file);
    }

    /** Until a send would wait for the other end. */
    private static void fill(int fd) {
        Descriptors.setStatusFlags(fd, OpenFlags.O_NONBLOCK);
        final ByteBuffer bytes = ByteBuffer.allocateDirect(4_096);
        int result;
        do {
            result = Descriptors.write(fd, NativeMemory.addressOf(bytes), bytes.capacity());
        } while (result > 0);
        assertThat(result).isEqualTo(-Errno.EAGAIN);
        Descriptors.setStatusFlags(fd, 0);
    }

    @Test
    void shouldReadTheFirstPieceOfALargeFileBehindAHeader() throws Exception {
        final byte[] content = Files.readAllBytes(writeFile(directory.resolve("file"), 3 * PIECE_BYTES));
        final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
        final int[] pair = Descriptors.socketPair();
        final AsyncSocket socket = aio.adopt(pair[0], "socket");
        reader.begin(file, 0L, content.length, aio.normal, "piece");
        final IoBuffer headed = aio.io.arena().tryLease(PIECE_BYTES);
        headed.bytes().put(new byte[] {'h', 'i'});

        reader.sendFirst(socket, headed);

        final IoBuffer first = take();
        assertThat(lastOperation).isEqualTo(Opcode.READ);
        assertThat(lastResult % 4_096).isZero();
        assertThat(first.bytes().get(0)).isEqualTo((byte) 'h');
        final byte[] start = Arrays.copyOfRange(bytesOf(first), 2, 2 + lastResult);
        assertThat(start).isEqualTo(Arrays.copyOf(content, start.length));
        reader.giveBack(first);
        assertThat(readToTheEnd()).isEqualTo(Arrays.copyOfRange(content, start.length, content.length));
        socket.close();
        aio.runOne();
        Descriptors.close(pair[1]);
        discard(file);
    }

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
