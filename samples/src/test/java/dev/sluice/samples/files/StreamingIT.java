// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AsyncIoOptions;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files larger than the memory for them, and clients slower than the disk. */
class StreamingIT {
    private static final long GIB = 1L << 30;

    @TempDir
    Path directory;

    @Test
    void shouldServeAFileBeyondTwoGigabytes() throws IOException {
        final long lengthBytes = 2L * GIB + 12_345L;
        final long[] marks = {0L, GIB - 3L, 2L * GIB - 4L, lengthBytes - 8L};
        try (FileChannel file = FileChannel.open(
                directory.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (final long mark : marks) {
                file.write(markAt(mark), mark);
            }
        }
        try (RunningServer server = RunningServer.of(directory);
                Client client = new Client(server.address())) {
            final InputStream in = client.get("/sparse").in();
            assertThat(Response.readHeader(in).contentLength()).isEqualTo(lengthBytes);
            long position = 0L;
            for (final long mark : marks) {
                skipZeros(in, mark - position);
                assertThat(ByteBuffer.wrap(in.readNBytes(8))).isEqualTo(markAt(mark));
                position = mark + 8L;
            }
            assertThat(client.get("/missing").response().status()).isEqualTo(404);
        }
    }

    private static ByteBuffer markAt(long position) {
        return ByteBuffer.allocate(8).putLong(0, ~position);
    }

    private static void skipZeros(InputStream in, long count) throws IOException {
        final byte[] buffer = new byte[1 << 20];
        final byte[] zeros = new byte[1 << 20];
        long remaining = count;
        while (remaining > 0L) {
            final int read = in.read(buffer, 0, (int) Math.min(buffer.length, remaining));
            assertThat(read).isPositive();
            assertThat(Arrays.equals(buffer, 0, read, zeros, 0, read)).isTrue();
            remaining -= read;
        }
    }

    @Test
    void shouldHoldTwoBuffersAtMostForASlowClient() throws IOException {
        final byte[] content = TestFiles.writeRandom(directory, "large", 32 << 20);
        try (RunningServer server = RunningServer.of(directory);
                Client client = new Client(server.address(), 4096)) {
            final InputStream in = client.get("/large").in();
            assertThat(Response.readHeader(in).contentLength()).isEqualTo(content.length);
            int position = 0;
            while (position < content.length) {
                final byte[] piece = in.readNBytes(Math.min(1 << 20, content.length - position));
                assertThat(Arrays.equals(piece, 0, piece.length, content, position, position + piece.length))
                        .isTrue();
                position += piece.length;
                // Two of the response and one for the next request.
                assertThat(server.counters().get("buffers_leased")).isLessThanOrEqualTo(3L);
            }
        }
    }

    @Test
    void shouldServeOthersWhileAClientDoesNotRead() throws IOException {
        TestFiles.writeRandom(directory, "large", 32 << 20);
        final byte[] small = TestFiles.writeRandom(directory, "small", 8192);
        try (RunningServer server = RunningServer.of(directory);
                Client slow = new Client(server.address(), 4096);
                Client quick = new Client(server.address())) {
            slow.get("/large");
            assertThat(Response.readHeader(slow.in()).status()).isEqualTo(200);
            for (int i = 0; i < 1000; i++) {
                assertThat(quick.get("/small").response().body()).isEqualTo(small);
            }
            assertThat(server.counters()).containsEntry("connections_open", 2L);
        }
    }

    @Test
    void shouldServeMoreClientsThanThereAreBuffersFor() throws IOException {
        final byte[] content = TestFiles.writeRandom(directory, "file", 3 << 20);
        // One mebibyte: requests and opens take blocks of 4 KiB, four responses at a time the rest.
        final AsyncIoOptions tight = AsyncIoOptions.defaults().withArenaBytes(1 << 20);
        try (RunningServer server = RunningServer.of(directory, o -> o, tight)) {
            final List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                clients.add(new Client(server.address()).get("/file"));
            }
            for (final Client client : clients) {
                assertThat(client.response().body()).isEqualTo(content);
                client.close();
            }
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldLetGoOfClientsThatDisappearWhileTheyWaitForABuffer() throws IOException {
        TestFiles.writeRandom(directory, "large", 32 << 20);
        final AsyncIoOptions tight = AsyncIoOptions.defaults().withArenaBytes(1 << 20);
        try (RunningServer server = RunningServer.of(directory, o -> o, tight)) {
            final List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                clients.add(new Client(server.address(), 4096).get("/large"));
            }
            await().untilAsserted(() ->
                    assertThat(server.counters().get("responses_2xx")).isPositive());
            for (final Client client : clients) {
                client.disappear();
            }
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldEndTheConnectionWhenTheFileIsCutOff() throws IOException {
        TestFiles.writeRandom(directory, "large", 64 << 20);
        try (RunningServer server = RunningServer.of(directory);
                Client client = new Client(server.address(), 4096)) {
            client.get("/large");
            final Response header = Response.readHeader(client.in());
            assertThat(header.contentLength()).isEqualTo(64L << 20);
            try (FileChannel file = FileChannel.open(directory.resolve("large"), StandardOpenOption.WRITE)) {
                file.truncate(1 << 20);
            }
            final long received = drain(client.in());
            assertThat(received).isLessThan(64L << 20);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldSendNoMoreThanAnnouncedOfAFileThatGrows() throws IOException {
        TestFiles.writeRandom(directory, "growing", 16 << 20);
        try (RunningServer server = RunningServer.of(directory);
                Client client = new Client(server.address(), 4096)) {
            client.get("/growing");
            final Response header = Response.readHeader(client.in());
            try (FileChannel file = FileChannel.open(directory.resolve("growing"), StandardOpenOption.APPEND)) {
                file.write(ByteBuffer.allocate(1 << 20));
            }
            client.in().skipNBytes(header.contentLength());
            assertThat(client.get("/missing").response().status()).isEqualTo(404);
        }
    }

    @Test
    void shouldLetGoOfAClientThatDisappearsInTheMiddle() throws IOException {
        TestFiles.writeRandom(directory, "large", 32 << 20);
        try (RunningServer server = RunningServer.of(directory)) {
            for (int i = 0; i < 20; i++) {
                final Client client = new Client(server.address(), 4096).get("/large");
                assertThat(Response.readHeader(client.in()).status()).isEqualTo(200);
                client.disappear();
            }
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldNotPadWhatTheClientIsToldIsComplete() throws IOException {
        TestFiles.writeRandom(directory, "large", 64 << 20);
        try (RunningServer server = RunningServer.of(directory);
                Client client = new Client(server.address(), 4096)) {
            client.get("/large");
            assertThat(client.in().read()).isEqualTo('H');
            try (FileChannel file = FileChannel.open(directory.resolve("large"), StandardOpenOption.WRITE)) {
                file.truncate(0L);
            }
            assertThatThrownBy(() -> client.in().skipNBytes(64L << 20)).isInstanceOf(EOFException.class);
        }
    }

    private static long drain(InputStream in) throws IOException {
        final byte[] buffer = new byte[1 << 16];
        long received = 0L;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            received += read;
        }
        return received;
    }
}
