// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server where it may have few descriptors, with more clients and more files than it has some for. */
class FewDescriptorsIT {
    private static final int LIMIT = 340;
    private static final int FILES = 200;
    private static final int CLIENTS = 100;
    private static final int REQUESTS = 20;

    @TempDir
    Path directory;

    private Process process;

    @BeforeEach
    void makeFiles() throws IOException {
        for (int i = 0; i < FILES; i++) {
            Files.createDirectories(directory.resolve("d" + i % 10));
            Files.writeString(directory.resolve(name(i)), "content " + i);
        }
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    private static String name(int number) {
        final int file = Math.floorMod(number, FILES);
        return "d" + file % 10 + "/" + file;
    }

    private int serve(int limit, String... options) throws IOException {
        final List<String> command =
                new ArrayList<>(List.of("sh", "-c", "ulimit -n " + limit + " && exec \"$0\" \"$@\""));
        command.addAll(ServeProcess.command(directory, options));
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve("log").toFile())
                .start();
        return ServeProcess.port(process, directory.resolve("log"));
    }

    @Test
    void shouldAnswerEverybodyThoughTheCacheCouldTakeAllDescriptors() throws Exception {
        final int port = serve(LIMIT, "--open-file-cache", "1000");
        answerEverybody(port);
    }

    @Test
    void shouldAnswerEverybodyWithoutACache() throws Exception {
        final int port = serve(LIMIT);
        answerEverybody(port);
    }

    @Test
    void shouldServeSomeTogetherWhereItMayHaveHardlyAnyAndSayHowMany() throws Exception {
        final int port = serve(128);
        final List<Socket> together = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            final Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
            client.setSoTimeout(30_000);
            together.add(client);
            client.getOutputStream().write(("GET /" + name(i) + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(US_ASCII));
            assertThat(client.getInputStream().read()).isEqualTo('H');
        }
        for (final Socket client : together) {
            client.close();
        }
        assertThat(Files.readString(directory.resolve("log")))
                .containsOnlyOnce("connections at a time, since this process may not open more files")
                .doesNotContain("EMFILE");
    }

    @Test
    void shouldLetOthersInThoughABalancerOpensMoreThanThereMayBeAndSaysNothing() throws Exception {
        final int port = serve(LIMIT, "--proxy-protocol", "127.0.0.2");
        final List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 2 * LIMIT; i++) {
            silent.add(new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName("127.0.0.2"), 0));
            silent.get(i).getOutputStream().write('P');
        }
        answerEverybody(port);
        for (final Socket client : silent) {
            client.close();
        }
    }

    /** Many connect at once and stay; each asks for other files, and goes when it has them. */
    private void answerEverybody(int port) throws IOException {
        final List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            final Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
            client.setSoTimeout(30_000);
            clients.add(client);
        }
        final StringBuilder requests = new StringBuilder();
        for (int i = 0; i < CLIENTS; i++) {
            requests.setLength(0);
            for (int k = 0; k < REQUESTS; k++) {
                final String last = k == REQUESTS - 1 ? "Connection: close\r\n" : "";
                requests.append("GET /" + name(i * REQUESTS + k) + " HTTP/1.1\r\nHost: x\r\n" + last + "\r\n");
            }
            clients.get(i).getOutputStream().write(requests.toString().getBytes(US_ASCII));
        }
        for (int i = 0; i < CLIENTS; i++) {
            try (Socket client = clients.get(i);
                    InputStream in = client.getInputStream()) {
                final String answers = new String(in.readAllBytes(), US_ASCII);
                assertThat(answers.split("HTTP/1.1 200", -1))
                        .as("client %d: %s", i, answers)
                        .hasSize(REQUESTS + 1);
                for (int k = 0; k < REQUESTS; k++) {
                    assertThat(answers).contains("content " + (i * REQUESTS + k) % FILES);
                }
            }
        }
        assertThat(process.isAlive()).isTrue();
        assertThat(Files.readString(directory.resolve("log"))).doesNotContain("EMFILE");
    }
}
