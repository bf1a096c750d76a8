// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A piece of a file, sent behind a header: in one step from the page cache, else as far as the read. */
class FileSendIT extends FileTests {
    private static final int FILE_BYTES = 8_192;
    private static final byte[] HEADER = {'h', 'e', 'a', 'd'};
    private static final int READS_PER_SECOND = 20;

    private byte[] content;
    private AsyncFile file;
    private AsyncSocket socket;
    private AsyncSocket peer;
    private IoBuffer buffer;

    @BeforeEach
    void open() throws Exception {
        content = Files.readAllBytes(AioFixture.writeFile(directory.resolve("file"), FILE_BYTES));
        file = aio.open(root, "file", OpenOptions.READ);
        final int[] pair = Descriptors.socketPair();
        socket = aio.adopt(pair[0], "socket");
        peer = aio.adopt(pair[1], "peer");
        buffer = headed();
    }

    @AfterEach
    void close() {
        buffer.release();
        for (final AsyncDescriptor each : new AsyncDescriptor[] {file, socket, peer}) {
            if (each.isOpen()) {
                each.close();
            }
        }
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
    }

    private IoBuffer headed() {
        final IoBuffer headed = aio.io.arena().tryLease(HEADER.length + FILE_BYTES);
        headed.bytes().put(HEADER).limit(HEADER.length + FILE_BYTES);
        return headed;
    }

    /** Sends until it took one step: on a busy machine a read may look as if it had asked the disk. */
    private Seen sendInOneStep() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            send();
            final Seen seen = aio.runOne();
            if (seen.operation() == Opcode.SEND) {
                return seen;
            }
            assertThat(seen).isEqualTo(new Seen("piece", Opcode.READ, FILE_BYTES, 0));
            buffer.bytes().position(HEADER.length);
        }
        throw new AssertionError("a cached file was never sent in one step");
    }

    private void send() {
        socket.sendFile(file, 0L, buffer, aio.normal, "piece");
    }

    private byte[] receive(int lengthBytes) {
        final IoBuffer received = aio.io.arena().tryLease(lengthBytes);
        received.bytes().limit(lengthBytes);
        while (received.bytes().hasRemaining()) {
            peer.receive(received);
            assertThat(aio.runOne().result()).isPositive();
        }
        final byte[] bytes = new byte[lengthBytes];
        received.bytes().flip().get(bytes);
        received.release();
        return bytes;
    }

    /** The peer's next bytes are these: nothing was sent before. */
    private void assertNothingSent() {
        final IoBuffer mark = aio.io.arena().tryLease(1);
        mark.bytes().put((byte) '!').flip();
        socket.send(mark);
        assertThat(aio.runOne().operation()).isEqualTo(Opcode.SEND);
        mark.release();
        assertThat(receive(1)).containsExactly('!');
    }

    @Test
    void shouldSendHeaderAndCachedFileWithOneEvent() {
        assertThat(sendInOneStep()).isEqualTo(new Seen("piece", Opcode.SEND, HEADER.length + FILE_BYTES, 0));
        assertThat(buffer.bytes().position()).isEqualTo(HEADER.length + FILE_BYTES);
        final byte[] received = receive(HEADER.length + FILE_BYTES);
        assertThat(Arrays.copyOf(received, HEADER.length)).isEqualTo(HEADER);
        assertThat(Arrays.copyOfRange(received, HEADER.length, received.length)).isEqualTo(content);
        assertThat(aio.normal.usage().socketBytes()).isGreaterThanOrEqualTo(2L * (HEADER.length + FILE_BYTES));
    }

    @Test
    void shouldStopAtTheReadIfTheDiskWasAsked() throws Exception {
        SlowDisk.assumePossible();
        final AsyncFile[] cold = new AsyncFile[4];
        final IoBuffer[] buffers = new IoBuffer[cold.length];
        for (int i = 0; i < cold.length; i++) {
            final Path path = AioFixture.writeFile(directory.resolve("cold" + i), FILE_BYTES);
            cold[i] = aio.open(root, "cold" + i, OpenOptions.READ);
            AioFixture.makeCold(cold[i], path);
            buffers[i] = headed();
        }
        SlowDisk.during(directory, READS_PER_SECOND, () -> {
            // All but the last use up what the throttle lets through at once.
            for (int i = 0; i < cold.length - 1; i++) {
                cold[i].read(buffers[i], 0L);
            }
            socket.sendFile(cold[cold.length - 1], 0L, buffers[cold.length - 1], aio.normal, "piece");
            aio.run(cold.length);
        });

        assertThat(aio.seen).contains(new Seen("piece", Opcode.READ, FILE_BYTES, 0));
        assertThat(buffers[cold.length - 1].bytes().position()).isEqualTo(HEADER.length + FILE_BYTES);
        assertNothingSent();
        for (int i = 0; i < cold.length; i++) {
            buffers[i].release();
            cold[i].discard();
        }
    }

    @Test
    void shouldStopAtTheReadIfSomethingMoreUrgentIsPending() {
        final int[] pipe = Descriptors.pipe();
        try (NativeMemory memory = NativeMemory.map(8L)) {
            aio.events.declareInterest(pipe[0], InterestOps.READABLE, aio.urgent, "urgent");
            aio.reapOnly();
            Descriptors.write(pipe[1], memory.address(), 1);
            send();

            assertThat(aio.run(2))
                    .extracting(Seen::attachment, Seen::operation)
                    .containsExactly(tuple("urgent", Opcode.POLL_ADD), tuple("piece", Opcode.READ));
            aio.events.revokeInterest(aio.events.keyOf(pipe[0]));
        }
        Descriptors.close(pipe[0]);
        Descriptors.close(pipe[1]);
        assertNothingSent();
    }

    @Test
    void shouldStopAtTheReadIfTheFileIsShorter() {
        socket.sendFile(file, 1_000L, buffer, aio.normal, "piece");

        assertThat(aio.runOne()).isEqualTo(new Seen("piece", Opcode.READ, FILE_BYTES - 1_000, 0));
        assertThat(buffer.bytes().position()).isEqualTo(HEADER.length + FILE_BYTES - 1_000);
        assertNothingSent();
    }

    @Test
    void shouldEndOnceIfTheSocketIsClosedMeanwhile() {
        send();
        socket.close();

        assertThat(aio.run(2))
                .extracting(Seen::attachment, Seen::operation)
                .containsExactlyInAnyOrder(tuple("piece", Opcode.READ), tuple("socket", Opcode.CLOSE));
    }

    @Test
    void shouldEndOnceIfTheFileIsClosedMeanwhile() {
        send();
        file.close();

        final List<Seen> seen = aio.run(2);
        assertThat(seen).filteredOn(each -> "piece".equals(each.attachment())).hasSize(1);
        assertThat(seen).filteredOn(each -> each.operation() == Opcode.CLOSE).hasSize(1);
    }

    @Test
    void shouldEndWithTheErrorOfTheSend() {
        peer.close();
        aio.runOne();

        final Seen seen = sendInOneStep();
        assertThat(seen.result()).isEqualTo(-Errno.EPIPE);
        assertThat(buffer.bytes().position()).isEqualTo(HEADER.length);
    }

    @Test
    void shouldEndTheSendThatAPeerDoesNotTakeWhenItsSocketIsClosed() {
        int begun = 0;
        do { // until the socket is full: the last one stays in the kernel
            buffer.bytes().clear().position(HEADER.length).limit(HEADER.length + FILE_BYTES);
            send();
            begun++;
            aio.reapOnly(); // read
            aio.reapOnly(); // sent, if there was room
            aio.collect(aio.events.dequeueNextEvents(8, Priority.IDLE, 0L));
        } while (countOf("piece") == begun);
        socket.close();

        aio.runUntil(() -> countOf("socket") == 1);
        assertThat(countOf("piece")).isEqualTo(begun);
    }

    private long countOf(String attachment) {
        return aio.seen.stream()
                .filter(each -> attachment.equals(each.attachment()))
                .count();
    }

    @Test
    void shouldRefuseWhatCannotBeSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.sendFile(file, -1L, buffer, aio.normal, "piece"))
                .withMessageContaining("position=-1");
        final AsyncFile closed = aio.io.newFile();
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.sendFile(closed, 0L, buffer, aio.normal, "piece"))
                .withMessageContaining("not open");
        final AsyncSocket unconnected = aio.io.newSocket();
        assertThatIllegalStateException()
                .isThrownBy(() -> unconnected.sendFile(file, 0L, buffer, aio.normal, "piece"))
                .withMessageContaining("not open");
    }
}
