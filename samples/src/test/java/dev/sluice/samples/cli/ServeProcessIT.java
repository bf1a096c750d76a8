// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a user runs it: a process of its own, with signals and standard streams. */
class ServeProcessIT {
    private static final Pattern LISTENING =
            Pattern.compile("Serving \\S+ at http://127\\.0\\.0\\.1:(\\d+)/ on io_uring \\(liburing.*");

    /** More than the buffers of both ends of a connection hold. */
    private static final int LARGE_BYTES = 16 << 20;

    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path directory;

    private Process process;
    private BufferedReader out;
    private BufferedWriter in;
    private String announcement;
    private int port;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(directory.resolve("file"), "content");
        Files.write(directory.resolve("large"), new byte[LARGE_BYTES]);
        process = new ProcessBuilder(ServeProcess.command(directory, "--class", "near=127.0.0.0/8:40"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.inputReader(UTF_8);
        in = process.outputWriter(UTF_8);
        announcement = out.readLine();
        final Matcher listening = LISTENING.matcher(announcement);
        assertThat(listening.matches()).as(announcement).isTrue();
        port = Integer.parseInt(listening.group(1));
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void shouldSayWhatItServesWhereAndForWhom() {
        assertThat(announcement)
                .startsWith("Serving " + directory + " at http://127.0.0.1:" + port + "/ on io_uring (")
                .contains("class near=127.0.0.0/8:40")
                .contains("everybody else at priority 32");
    }

    @Test
    void shouldDrainAndExitWith0OnSigterm() throws Exception {
        try (Socket client = connect()) {
            request(client, "/large");
            final InputStream response = client.getInputStream();
            assertThat(response.read()).isEqualTo('H');

            ServeProcess.signal(process, "TERM");

            assertThat(response.readAllBytes().length).isGreaterThan(LARGE_BYTES);
        }
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(out.readLine())
                .startsWith("counters requests=1 responses_2xx=1 ")
                .contains(
                        " connections_open=0 ",
                        " descriptors_open=0 ",
                        " operations=0 ",
                        " buffers_leased=0 ",
                        " held=0 ",
                        " handler_exceptions=0 ");
        assertThat(out.readLine()).isNull();
    }

    @Test
    void shouldExitWith0OnSigintWithAnIdleClient() throws Exception {
        assumeFalse(
                ServeProcess.ignoresSigint(process), "SIGINT is ignored here, as a shell has it for background jobs");
        try (Socket client = connect()) {
            request(client, "/file");
            assertThat(client.getInputStream().read()).isEqualTo('H');
            ServeProcess.signal(process, "INT");
            assertThat(client.getInputStream().readAllBytes()).asString(UTF_8).endsWith("content");
        }
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void shouldExitAtOnceOnASecondSignal() throws Exception {
        try (Socket client = new Socket();
                Socket idle = connect()) {
            client.setReceiveBufferSize(4096);
            client.connect(idle.getRemoteSocketAddress());
            request(client, "/large");
            assertThat(client.getInputStream().read()).isEqualTo('H');
            ServeProcess.signal(process, "TERM");
            assertThat(idle.getInputStream().read()).isEqualTo(-1); // it drains

            ServeProcess.signal(process, "TERM");

            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 15);
        }
    }

    @Test
    void shouldPrintItsCountersWhenAsked() throws IOException {
        try (Socket client = connect()) {
            request(client, "/file");
            assertThat(client.getInputStream().read()).isEqualTo('H');
            for (int i = 0; i < 3; i++) {
                in.write("nonsense\ncounters\n");
                in.flush();
                assertThat(out.readLine()).startsWith("counters requests=1 ").contains(" connections_open=1 ");
            }
            in.close(); // ends the asking, not the server
            request(client, "/file");
            client.getInputStream().skipNBytes(100);
        }
        assertThat(process.isAlive()).isTrue();
    }

    private Socket connect() throws IOException {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return socket;
    }

    private static void request(Socket client, String target) throws IOException {
        client.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(UTF_8));
    }
}
