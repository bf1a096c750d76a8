// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.HungDisk;
import dev.sluice.aio.LoopFileSystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program while the disk that it serves from does not answer. */
class HungDiskIT {
    private static final Pattern LISTENING = Pattern.compile("Serving \\S+ at http://127\\.0\\.0\\.1:(\\d+)/ on .*");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void shouldLetGoOfItsPortAndSayWhatTheKernelHoldsOnSigterm() throws Exception {
        final Path messages = directory.resolve("messages");
        try (LoopFileSystem disk = LoopFileSystem.make(directory, 64L << 20)) {
            Files.write(disk.root().resolve("cold"), new byte[1 << 20]);
            disk.makeCold();
            final Process process = new ProcessBuilder(ServeProcess.command(disk.root(), "--drain-timeout", "1s"))
                    .redirectError(messages.toFile())
                    .start();
            try (HungDisk hung = HungDisk.of(disk, process.toHandle());
                    BufferedReader out = process.inputReader(UTF_8)) {
                final int port = portOf(out.readLine());
                try (Socket client = get(port, "/cold")) {
                    await().atMost(PATIENCE).until(() -> isAsked(process, out));

                    ServeProcess.signal(process, "TERM");

                    assertThat(isCutOff(client)).isTrue();
                }
                final Process second = serveElsewhere(port);
                try (BufferedReader secondOut = second.inputReader(UTF_8)) {
                    assertThat(portOf(secondOut.readLine())).isEqualTo(port);
                } finally {
                    second.destroyForcibly().waitFor();
                }
                assertThat(out.readLine()).startsWith("counters ");
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(Files.readAllLines(messages))
                                .singleElement()
                                .asString()
                                .contains("WARN", "the kernel holds ", " of server/", "127.0.0.1"));

                hung.comesBack();

                assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static boolean isCutOff(Socket client) throws IOException {
        try {
            return client.getInputStream().read() == -1;
        } catch (SocketException e) {
            return true; // reset: nothing of what was sent waits for it in the kernel
        }
    }

    private static boolean isAsked(Process process, BufferedReader out) throws IOException {
        process.outputWriter(UTF_8).append("counters\n").flush();
        return out.readLine().startsWith("counters requests=1 ");
    }

    private Process serveElsewhere(int port) throws IOException {
        final List<String> command = ServeProcess.command(Files.createDirectory(directory.resolve("elsewhere")));
        command.set(command.indexOf("--port") + 1, Integer.toString(port));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int portOf(String announcement) {
        final Matcher listening = LISTENING.matcher(announcement);
        assertThat(listening.matches()).as(announcement).isTrue();
        return Integer.parseInt(listening.group(1));
    }

    private static Socket get(int port, String target) throws IOException {
        final Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout((int) PATIENCE.toMillis());
        client.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(UTF_8));
        return client;
    }
}
