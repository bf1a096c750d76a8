// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AioFixture;
import dev.sluice.uring.call.Descriptors;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server of the layer in another process: ten thousand clients at once, and fewer descriptors than clients. */
@Tag("soak")
@Timeout(120)
class ManyConnectionsSoakIT {
    private static final int MANY = 10_000;
    private static final int FILE_BYTES = 1_000;
    private static final int ANSWER_BYTES = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".length() + FILE_BYTES;
    private static final byte[] REQUEST = "GET /file HTTP/1.1\r\n\r\n".getBytes(US_ASCII);

    @TempDir
    Path directory;

    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
    }

    @AfterEach
    void close() throws IOException {
        for (final Socket client : clients) {
            client.close();
        }
    }

    private void connect(HttpProgram program, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            clients.add(program.connect());
        }
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write(REQUEST);
    }

    private static void assertAnswered(Socket client) throws IOException {
        assertThat(client.getInputStream().readNBytes(ANSWER_BYTES)).hasSize(ANSWER_BYTES);
    }

    @Test
    void shouldServeTenThousandAtOnceAndEndWithThem() throws Exception {
        assumeTrue(Descriptors.raiseOpenFilesLimit() > MANY + 1000, "needs a higher limit of open files");
        try (HttpProgram program = new HttpProgram(directory, 0, true)) {
            connect(program, MANY);
            for (int round = 0; round < 2; round++) {
                for (final Socket client : clients) {
                    ask(client);
                }
                for (final Socket client : clients) {
                    assertAnswered(client);
                }
            }
            for (final Socket client : clients) {
                client.shutdownOutput();
            }
            assertThat(program.terminate()).isEqualTo("descriptors 0, buffers 0");
        }
    }

    @Test
    void shouldServeEverybodyWithFewDescriptors() throws Exception {
        try (HttpProgram program = new HttpProgram(directory, 150, true)) {
            connect(program, 400);
            for (final Socket client : clients) {
                ask(client);
            }
            for (final Socket client : clients) {
                assertAnswered(client);
                client.close();
            }
            assertThat(program.terminate()).isEqualTo("descriptors 0, buffers 0");
        }
    }

    /** Accepting fails, as opening does; it goes on as soon as somebody has gone. */
    @Test
    void shouldGoOnWhenTheSystemHasDescriptorsAgain() throws Exception {
        try (HttpProgram program = new HttpProgram(directory, 150, false)) {
            try (Socket first = program.connect()) { // the JVM needs descriptors for its classes, too
                first.getOutputStream().write("GET /none HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
                assertThat(first.getInputStream().readNBytes(12)).endsWith("404".getBytes(US_ASCII));
            }
            try (Socket first = program.connect()) {
                ask(first);
                assertAnswered(first);
            }
            connect(program, 400);
            for (final Socket client : clients) {
                ask(client);
            }
            for (final Socket client : clients) {
                assertThat(new String(client.getInputStream().readNBytes(9), US_ASCII))
                        .isEqualTo("HTTP/1.1 ");
                client.close();
            }
            try (Socket last = program.connect()) {
                ask(last);
                assertAnswered(last);
            }
            assertThat(program.terminate()).isEqualTo("descriptors 0, buffers 0");
        }
    }
}
