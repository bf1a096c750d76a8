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
        try (HttpProgram program = new HttpProgram(directory, 0)) {
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
    void shouldServeWhoGotInAndTheOthersWhenThereAreDescriptorsAgain() throws Exception {
        try (HttpProgram program = new HttpProgram(directory, 150)) {
            connect(program, 400);
            for (final Socket client : clients) {
                ask(client);
            }
            // Who holds a descriptor goes when he has had his answer, with a file or without one.
            for (final Socket client : clients) {
                assertThat(client.getInputStream().readNBytes(20)).hasSize(20);
                client.close();
            }
            try (Socket last = program.connect()) {
                ask(last);
                assertAnswered(last);
            }
            assertThat(program.isAlive()).isTrue();
            assertThat(program.terminate()).isEqualTo("descriptors 0, buffers 0");
        }
    }
}
