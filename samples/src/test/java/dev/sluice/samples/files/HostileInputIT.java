// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Ten thousand requests with random bytes, truncations and pipelining: whatever comes, the answers are well-formed or
 * the connection is closed, nothing is logged, and in the end nothing is held. {@code -Dseed=N} replays a run.
 */
class HostileInputIT {
    private static final int REQUESTS = 10_000;
    private static final int MOST_PIPELINED = 8;
    private static final Set<Integer> STATUSES =
            Set.of(200, 204, 301, 304, 400, 404, 405, 414, 417, 421, 431, 501, 505);

    private static final String[] TEMPLATES = {
        "GET /file HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /large HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nUser-Agent: x/1\r\n\r\n",
        "GET /sub HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /sub/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /missing?a=b HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n",
        "GET /%66ile HTTP/1.1\r\nHost: h\r\nIf-Modified-Since: Sun, 06 Nov 2044 08:49:37 GMT\r\n\r\n",
        "GET /file HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde",
        "GET /file HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "GET /../%2e%2e/x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http://h/file HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /file HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /file HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    };

    @TempDir
    Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        TestFiles.write(directory, "file", "content");
        TestFiles.writeRandom(directory, "large", 200_000);
        TestFiles.write(directory, "sub/index.html", "index");
        server = RunningServer.of(directory);
        log.start();
        rootLogger().addAppender(log);
    }

    @AfterEach
    void stop() {
        rootLogger().detachAppender(log);
        server.close();
    }

    @Test
    void shouldAnswerWellOrCloseWhateverComes() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("HostileInputIT: -Dseed=" + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> descriptorsBefore = OpenDescriptors.now();

        int requests = 0;
        int answers = 0;
        while (requests < REQUESTS) {
            final int count = 1 + random.nextInt(MOST_PIPELINED);
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                bytes.writeBytes(request(random));
            }
            answers += exchange(random, bytes.toByteArray(), seed);
            requests += count;
        }

        assertThat(answers).as("most are answered, seed %d", seed).isGreaterThan(REQUESTS / 4);
        server.awaitNothingHeld();
        final List<String> opened = OpenDescriptors.since(descriptorsBefore);
        if (RunningServer.OPEN_FILE_CACHE > 0) {
            opened.removeIf(descriptor -> descriptor.contains(directory + "/")); // what is cached
        }
        assertThat(opened).as("descriptors, seed %d", seed).isEmpty();
        assertThat(log.list).as("log, seed %d", seed).isEmpty();
        final Map<String, Long> counters = server.counters();
        assertThat(counters.get("requests")).isGreaterThanOrEqualTo(answers);
        try (Client client = new Client(server.address())) {
            assertThat(client.get("/file").response().text()).isEqualTo("content");
        }
    }

    /** Sends the bytes in pieces and reads what comes until the end; returns how many answers that was. */
    private int exchange(SplittableRandom random, byte[] bytes, long seed) throws IOException {
        int answers = 0;
        try (Client client = new Client(server.address())) {
            try {
                int sent = 0;
                while (sent < bytes.length) {
                    final int length = Math.min(bytes.length - sent, 1 + random.nextInt(1 + bytes.length));
                    final byte[] piece = new byte[length];
                    System.arraycopy(bytes, sent, piece, 0, length);
                    client.send(piece);
                    sent += length;
                }
                if (random.nextInt(20) == 0) {
                    client.disappear();
                    return answers;
                }
                client.endSending();
            } catch (SocketException e) {
                return answers; // closed by the server while sending
            }
            while (true) {
                client.in().mark(1);
                if (client.read() < 0) {
                    return answers;
                }
                client.in().reset();
                final Response response = client.response();
                assertThat(response.status()).as("seed %d", seed).isIn(STATUSES);
                answers++;
            }
        } catch (SocketException e) {
            return answers; // reset: a close, too
        } catch (EOFException e) {
            throw new AssertionError("a response is not complete, seed " + seed, e);
        }
    }

    private static byte[] request(SplittableRandom random) {
        final byte[] template = TEMPLATES[random.nextInt(TEMPLATES.length)].getBytes(ISO_8859_1);
        return switch (random.nextInt(8)) {
            case 0 -> noise(random, 1 + random.nextInt(300));
            case 1 -> Arrays.copyOf(template, random.nextInt(template.length));
            case 2 -> withNoise(random, template, 1);
            case 3 -> withNoise(random, template, 1 + random.nextInt(10));
            case 4 -> overlong(random);
            default -> template;
        };
    }

    private static byte[] withNoise(SplittableRandom random, byte[] template, int count) {
        final byte[] changed = template.clone();
        for (int i = 0; i < count; i++) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    private static byte[] overlong(SplittableRandom random) {
        final String filler = "x".repeat(random.nextInt(60_000));
        final String request = random.nextBoolean()
                ? "GET /" + filler + " HTTP/1.1\r\nHost: h\r\n\r\n"
                : "GET /file HTTP/1.1\r\nHost: h\r\nX: " + filler + "\r\n\r\n";
        return request.getBytes(ISO_8859_1);
    }

    private static byte[] noise(SplittableRandom random, int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Logger rootLogger() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
