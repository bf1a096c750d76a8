// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line server as its clients see it. */
class LineServerIT {
    private static final int EVERYBODY = 0;
    private static final int URGENT = 1;
    private static final int BIG_BYTES = 20_000_000;

    @TempDir
    Path directory;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(directory.resolve("a"), "first");
        Files.writeString(directory.resolve("b"), "second\n");
        Files.write(directory.resolve("big"), new byte[BIG_BYTES]);
        Files.createDirectory(directory.resolve("d"));
    }

    private Program serve() throws IOException {
        return Program.listen("lines", directory.toString(), "--port", "0", "--urgent-port", "0");
    }

    private static void ask(Socket socket, String requests) throws IOException {
        socket.getOutputStream().write(requests.getBytes(UTF_8));
    }

    private static String hear(Socket socket, int lengthBytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(lengthBytes), UTF_8);
    }

    private static String hearAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws Exception {
        try (Program program = serve();
                Socket socket = program.connect(EVERYBODY)) {
            ask(socket, "GET a\nGET none\nGET d\r\nGET ../a\nGET b\nGET a\n");
            socket.shutdownOutput();

            assertThat(hearAll(socket))
                    .isEqualTo("OK 5\nfirstERR ENOENT\nERR not a file\nERR EXDEV\nOK 7\nsecond\nOK 5\nfirst");
        }
    }

    @Test
    void shouldNotWaitForTheWriterOfAFifo() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        try (Program program = serve();
                Socket socket = program.connect(EVERYBODY)) {
            ask(socket, "GET fifo\nGET a\n");

            assertThat(hear(socket, 25)).isEqualTo("ERR not a file\nOK 5\nfirst");
        }
    }

    @Test
    void shouldSayWhatIsNoRequestAndClose() throws Exception {
        try (Program program = serve();
                Socket socket = program.connect(EVERYBODY);
                Socket other = program.connect(EVERYBODY)) {
            ask(socket, "PUT a\nGET a\n");
            assertThat(hear(socket, 18)).isEqualTo("ERR not a request\n");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);

            ask(other, "GET " + "a".repeat(2000));
            assertThat(hear(other, 32)).isEqualTo("ERR line longer than 1024 bytes\n");
        }
    }

    @Test
    void shouldNotHaveOthersWaitForASlowReader() throws Exception {
        try (Program program = serve();
                Socket slow = program.connect(EVERYBODY);
                Socket quick = program.connect(EVERYBODY)) {
            ask(slow, "GET big\n".repeat(50));
            assertThat(hear(slow, 12)).isEqualTo("OK 20000000\n");

            for (int i = 0; i < 20; i++) {
                ask(quick, "GET a\n");
                assertThat(hear(quick, 10)).isEqualTo("OK 5\nfirst");
            }
            assertThat(slow.getInputStream().readNBytes(BIG_BYTES)).hasSize(BIG_BYTES);
            assertThat(hear(slow, 12)).isEqualTo("OK 20000000\n");
        }
    }

    /** All requests are there before the server goes on, and the answers fit into the buffers of the sockets. */
    @Test
    void shouldAnswerTheUrgentBeforeTheOthers() throws Exception {
        final int requests = 1000;
        final int answerBytes = requests * 10;
        final List<Socket> others = new ArrayList<>();
        try (Program program = serve();
                Socket urgent = program.connect(URGENT)) {
            for (int i = 0; i < 20; i++) {
                others.add(program.connect(EVERYBODY));
                ask(others.get(i), "GET a\n");
                hear(others.get(i), 10);
            }
            ask(urgent, "GET a\n");
            hear(urgent, 10);
            program.signal("STOP");
            for (final Socket other : others) {
                ask(other, "GET a\n".repeat(requests));
            }
            ask(urgent, "GET a\n".repeat(requests));
            program.signal("CONT");

            assertThat(hear(urgent, answerBytes)).hasSize(answerBytes);
            int answered = 0;
            for (final Socket other : others) {
                answered += other.getInputStream().available();
            }
            assertThat(answered)
                    .as("bytes that others were answered before the urgent one had all")
                    .isLessThan(others.size() * answerBytes / 2);
            for (final Socket other : others) {
                assertThat(hear(other, answerBytes)).hasSize(answerBytes);
            }
        } finally {
            for (final Socket other : others) {
                other.close();
            }
        }
    }

    @Test
    void shouldFinishWhatIsBegunWhenItIsTerminated() throws Exception {
        try (Program program = serve();
                Socket busy = program.connect(EVERYBODY);
                Socket idle = program.connect(EVERYBODY)) {
            ask(busy, "GET big\n");
            assertThat(hear(busy, 12)).isEqualTo("OK 20000000\n");
            ask(idle, "GET a\n");
            hear(idle, 10);

            program.signal("TERM");
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            final CompletableFuture<Long> rest = CompletableFuture.supplyAsync(() -> count(busy));
            assertThat(rest.get(30, TimeUnit.SECONDS)).isEqualTo(BIG_BYTES);
            busy.shutdownOutput();
            idle.shutdownOutput();
            assertThat(program.awaitExit()).isZero();
        }
    }

    private static long count(Socket socket) {
        try {
            final InputStream in = socket.getInputStream();
            return in.readAllBytes().length;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
