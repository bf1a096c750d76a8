// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.IoBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that are silent hold no memory that others need, and lose nothing by that. */
@Timeout(60)
class SilentClientsIT {
    private static final int SILENT = 240;
    private static final long ARENA_BYTES = 1L << 20;
    private static final int BLOCK_BYTES = 256 * 1024;

    /** More than there is memory for at a time. */
    private static final int BUSY = 6;

    private final List<Socket> clients = new ArrayList<>();
    private InetSocketAddress address;
    private RunningServer running;

    static LongStream seeds() {
        return ProtocolFixture.seeds();
    }

    /** Sends back what it receives; for a 'B' a large block that needs memory, and begins with 'S' if that is short then, else with 'E'. */
    private static final class Echo extends Connection {
        Echo(Link link) {
            super(link);
        }

        @Override
        protected void received(IoBuffer block) {
            final ByteBuffer bytes = block.bytes();
            if (bytes.get(bytes.position()) != 'B') {
                out().send(block);
                return;
            }
            block.release();
            operations().start(a -> io().arena().lease(BLOCK_BYTES, container(), a), event -> {
                if (event.message() instanceof IoBuffer large) {
                    large.bytes().put(0, (byte) (io().arena().isShort(container()) ? 'S' : 'E'));
                    out().send(large);
                }
            });
        }
    }

    @BeforeEach
    void serve() {
        running = new RunningServer(
                AsyncIoOptions.defaults().withArenaBytes(ARENA_BYTES),
                server -> address = RunningServer.listen(server, 1000, Echo::new));
    }

    @AfterEach
    void end() throws IOException {
        for (final Socket client : clients) {
            client.close();
        }
        running.close();
    }

    private int leased() {
        return running.server.io().arena().leasedCount();
    }

    /** Each has spoken once. */
    private void connectSilent() throws IOException {
        for (int i = 0; i < SILENT; i++) {
            clients.add(RunningServer.connect(address));
        }
        hearFromAll();
    }

    private void hearFromAll() throws IOException {
        for (final Socket client : clients) {
            client.getOutputStream().write('x');
        }
        for (final Socket client : clients) {
            assertThat(client.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void shouldGiveBackTheFewBlocksOfSilentClientsWhenSomebodyNeedsMemory() throws Exception {
        connectSilent();
        Awaitility.await().until(() -> leased() == SocketTransport.MOST_AT_HAND);
        try (Socket busy = RunningServer.connect(address)) {
            final StringBuilder told = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                busy.getOutputStream().write('B');
                final byte[] answer = busy.getInputStream().readNBytes(BLOCK_BYTES);
                assertThat(answer).hasSize(BLOCK_BYTES);
                told.append((char) answer[0]);
            }
            assertThat(told.toString()).as("is memory short?").startsWith("S").endsWith("EEE");
            assertThat(leased()).isLessThan(SocketTransport.MOST_AT_HAND);
            busy.getOutputStream().write("abc".getBytes(US_ASCII));
            assertThat(busy.getInputStream().readNBytes(3)).asString().isEqualTo("abc");
        }
        hearFromAll();
    }

    /**
     * Goal: what comes while all memory is taken is received all the same. Method: silent clients that speak at random while others ask for all the
     * memory there is, again and again; each hears what it has said. Replay: -Dseed=N.
     */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldLoseNoByteWhileAllMemoryIsTaken(long seed) throws Exception {
        final Random random = new Random(seed);
        connectSilent();
        final CompletableFuture<Void> asking = new CompletableFuture<>();
        final List<CompletableFuture<Void>> busy = new ArrayList<>();
        try {
            for (int i = 0; i < BUSY; i++) {
                busy.add(CompletableFuture.runAsync(() -> askUntil(asking), task -> new Thread(task, "busy").start()));
            }
            for (int i = 0; i < 4000; i++) {
                final Socket client = clients.get(random.nextInt(SILENT));
                final byte[] said = new byte[1 + random.nextInt(100)];
                random.nextBytes(said);
                said[0] = 'x';
                speak(client.getOutputStream(), said, 1 + random.nextInt(said.length));
                final InputStream in = client.getInputStream();
                assertThat(in.readNBytes(said.length)).as("seed=%d", seed).isEqualTo(said);
            }
        } finally {
            asking.complete(null);
            busy.forEach(CompletableFuture::join);
        }
    }

    private void askUntil(CompletableFuture<Void> asked) {
        try (Socket socket = RunningServer.connect(address)) {
            while (!asked.isDone()) {
                socket.getOutputStream().write('B');
                assertThat(socket.getInputStream().readNBytes(BLOCK_BYTES)).hasSize(BLOCK_BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In two parts. */
    private static void speak(OutputStream out, byte[] said, int first) throws IOException {
        out.write(said, 0, first);
        out.flush();
        if (first < said.length && said[first] != 'B') {
            out.write(said, first, said.length - first);
        } else if (first < said.length) {
            said[first] = 'x';
            out.write(said, first, said.length - first);
        }
    }
}
