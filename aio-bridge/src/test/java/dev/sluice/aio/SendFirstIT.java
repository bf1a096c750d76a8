// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static dev.sluice.aio.AioFixture.writeFile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A file behind a header: sent at once if it is small, its first piece read if it is not. */
class SendFirstIT extends SequentialReaderTests {
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
}
