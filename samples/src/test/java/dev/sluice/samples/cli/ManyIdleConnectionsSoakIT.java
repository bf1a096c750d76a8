// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.call.Descriptors;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: at the bound of connections, all of them idle, whoever is of the highest class gets in at once, one after another or many together;
 * the lowest class makes room, of it those that have been idle longest, and nobody else. Method: the ends of ten thousand connections, or as
 * many as the limit of open files allows, are in two processes.
 */
@Tag("soak")
class ManyIdleConnectionsSoakIT {
    private static final int MOST_CONNECTIONS = 10_000;

    /** What the server and the JVM need beside connections. */
    private static final int DESCRIPTORS_BESIDE = 400;

    /** The server has a file for each connection, too. */
    private static final int DESCRIPTORS_PER_CONNECTION = 2;

    private static final int FEWEST_CONNECTIONS = 1_000;
    private static final int NEWCOMERS = 200;
    private static final String HIGH = "127.0.2.1";
    private static final String LOW = "127.0.1.1";
    private static final String OTHERS = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Less than the second after which connections make room for their own class. */
    private static final Duration AT_ONCE = Duration.ofMillis(900);

    private static final ByteBuffer REQUEST = US_ASCII.encode("GET /file HTTP/1.1\r\nHost: h\r\n\r\n");

    @TempDir
    Path directory;

    private final List<SocketChannel> low = new ArrayList<>();
    private final List<SocketChannel> others = new ArrayList<>();
    private final List<SocketChannel> high = new ArrayList<>();
    private final ByteBuffer input = ByteBuffer.allocate(4096);
    private Process process;
    private BufferedReader out;
    private BufferedWriter in;
    private int port;
    private int bound;

    @BeforeEach
    void start() throws IOException {
        final long limit = Descriptors.raiseOpenFilesLimit();
        bound = (int) Math.min(MOST_CONNECTIONS, (limit - DESCRIPTORS_BESIDE) / DESCRIPTORS_PER_CONNECTION);
        assumeTrue(bound >= FEWEST_CONNECTIONS, "needs a higher limit of open files than " + limit);
        Files.writeString(directory.resolve("file"), "content");
        final Path log = directory.resolve("log");
        process = new ProcessBuilder(ServeProcess.command(
                        directory,
                        "--max-connections",
                        Integer.toString(bound),
                        "--idle-timeout",
                        "10m",
                        "--class",
                        "high=" + HIGH + ":60",
                        "--class",
                        "low=" + LOW + ":8"))
                .redirectError(log.toFile())
                .start();
        port = ServeProcess.port(process, log);
        out = process.inputReader(UTF_8);
        in = process.outputWriter(UTF_8);
        assertThat(log).as("whether it may have so many").isEmptyFile();
    }

    @AfterEach
    void end() throws IOException {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
        for (final List<SocketChannel> clients : List.of(low, others, high)) {
            for (final SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldLetTheHighestClassInAtOnceWhenAllPlacesAreWithTheIdle() throws IOException {
        final int reserved = bound / 8;
        final int notHigh = bound - reserved;
        addServed(low, LOW, notHigh / 2);
        addServed(others, OTHERS, notHigh - notHigh / 2);
        addServed(high, HIGH, reserved);
        assertThat(counter("connections_open")).isEqualTo(bound);

        for (int i = 0; i < NEWCOMERS; i++) {
            final long startNs = System.nanoTime();
            addServed(high, HIGH, 1);
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .as("newcomer %d", i)
                    .isLessThan(AT_ONCE);
        }
        expectGone(NEWCOMERS);

        final long startNs = System.nanoTime();
        final int before = high.size();
        for (int i = 0; i < NEWCOMERS; i++) {
            high.add(connect(HIGH));
        }
        for (final SocketChannel client : high.subList(before, high.size())) {
            request(client);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                .as("many together")
                .isLessThan(AT_ONCE);
        expectGone(2 * NEWCOMERS);

        request(low.get(low.size() - 1));
        request(others.get(0));
        request(high.get(0));
    }

    private void addServed(List<SocketChannel> clients, String from, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            clients.add(connect(from));
            request(clients.get(clients.size() - 1));
        }
    }

    private SocketChannel connect(String from) throws IOException {
        final SocketChannel client = SocketChannel.open();
        client.bind(new InetSocketAddress(from, 0));
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return client;
    }

    /** Waits for the answer, which comes in one piece. */
    private void request(SocketChannel client) throws IOException {
        client.configureBlocking(true);
        client.socket().setSoTimeout((int) PATIENCE.toMillis());
        client.write(REQUEST.duplicate());
        final byte[] bytes = new byte[input.capacity()];
        final int length = client.socket().getInputStream().read(bytes);
        assertThat(length).isPositive();
        assertThat(new String(bytes, 0, length, US_ASCII))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("content");
    }

    /** So many have gone: those of the lowest class that have been idle longest. */
    private void expectGone(int count) throws IOException {
        await().atMost(PATIENCE).until(() -> counter("connections_open") == bound && goneOf(low) == count);
        assertThat(goneOf(low.subList(0, count))).isEqualTo(count);
        assertThat(goneOf(others)).isZero();
        assertThat(goneOf(high)).isZero();
    }

    private int goneOf(List<SocketChannel> clients) throws IOException {
        int gone = 0;
        for (final SocketChannel client : clients) {
            client.configureBlocking(false);
            if (client.read(input.clear()) < 0) {
                gone++;
            }
        }
        return gone;
    }

    private long counter(String name) throws IOException {
        in.append("counters\n").flush();
        for (final String word : out.readLine().split(" ", -1)) {
            if (word.startsWith(name + "=")) {
                return Long.parseLong(word.substring(name.length() + 1));
            }
        }
        throw new AssertionError("no counter " + name);
    }
}
