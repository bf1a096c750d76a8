// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who takes in what it is sent may be slow; who does not is reset. */
class SlowHonestClientsIT {
    private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    private final List<SocketChannel> clients = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (final SocketChannel client : clients) {
            client.close();
        }
    }

    @Test
    void shouldServeToTheEndAThousandThatTakeALittleAtATime() throws IOException {
        final int count = 1000;
        final int lengthBytes = 192 * 1024;
        TestFiles.writeRandom(directory, "file", lengthBytes);
        try (RunningServer server = start()) {
            for (int i = 0; i < count; i++) {
                clients.add(request(server.address(), "/file", "Connection: close\r\n", 16 * 1024));
            }
            final ByteBuffer sip = ByteBuffer.allocate(12 * 1024);
            final long startNs = System.nanoTime();
            final long[] taken = new long[count];
            int open = count;
            // Each takes one sip a round, and a round has a fifth of a time-out: many time-outs pass meanwhile.
            for (long round = 1L; open > 0; round++) {
                open = 0;
                for (int i = 0; i < count; i++) {
                    sip.clear();
                    final int read = clients.get(i).read(sip);
                    if (read >= 0) {
                        taken[i] += read;
                        open++;
                    }
                }
                final long dueNs = round * RESPONSE_TIMEOUT.toNanos() / 5L;
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(PATIENCE)
                        .until(() -> System.nanoTime() - startNs >= dueNs);
                assertThat(System.nanoTime() - startNs).isLessThan(PATIENCE.toNanos());
            }
            assertThat(LongStream.of(taken).min().getAsLong()).isGreaterThan(lengthBytes);
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldGoOnWithADownloadThatTakesLessThanABufferInItsTime() throws IOException {
        TestFiles.writeRandom(directory, "large", 32 << 20);
        try (RunningServer server = start()) {
            final SocketChannel client = request(server.address(), "/large", "", 4096);
            clients.add(client);
            final ByteBuffer sip = ByteBuffer.allocate(2048);
            final long startNs = System.nanoTime();
            await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
                sip.clear();
                assertThat(client.read(sip)).isNotEqualTo(-1);
                return System.nanoTime() - startNs > 8L * RESPONSE_TIMEOUT.toNanos();
            });
            assertThat(server.counters()).containsEntry("connections_open", 1L);
        }
    }

    @Test
    void shouldResetWhoTakesNothingWhereverItsResponseStands() throws IOException {
        TestFiles.writeRandom(directory, "large", 32 << 20);
        TestFiles.writeRandom(directory, "small", 48 * 1024);
        try (RunningServer server = start()) {
            for (int i = 0; i < 20; i++) {
                clients.add(request(server.address(), "/large", "", 4096)); // a send is under way
                clients.add(request(server.address(), "/small", "", 4096)); // sent, idle
                clients.add(request(server.address(), "/small", "Connection: close\r\n", 4096)); // sent, lingering
                final SocketChannel ended = request(server.address(), "/small", "", 4096);
                ended.shutdownOutput(); // sent, and it has ended its side
                clients.add(ended);
            }
            server.awaitNothingHeld();
            for (final SocketChannel client : clients) {
                // An orphan would still be sending: what is reset has nothing more than what the client has already.
                assertThat(endsByReset(client)).isTrue();
            }
        }
    }

    private RunningServer start() {
        return RunningServer.of(
                directory,
                o -> o.withResponseTimeout(RESPONSE_TIMEOUT)
                        .withIdleTimeout(Duration.ofMillis(300))
                        .withLingerTimeout(Duration.ofMillis(300)));
    }

    private static SocketChannel request(InetSocketAddress server, String target, String fields, int receiveBufferBytes)
            throws IOException {
        final SocketChannel client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
        client.connect(server);
        client.write(ByteBuffer.wrap(
                ("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        client.configureBlocking(false);
        return client;
    }

    private static boolean endsByReset(SocketChannel client) {
        final ByteBuffer rest = ByteBuffer.allocate(64 * 1024);
        try {
            while (client.read(rest.clear()) > 0) {
                // what had come before
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
