// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole programs of the guides do what the text below them says. */
class GuideProgramsIT {
    @TempDir
    Path classes;

    private Given program(String module, String heading) throws Exception {
        final Guide guide = Guide.of(module);
        assertThat(guide.compile(classes)).isEmpty();
        return guide.program(heading, classes);
    }

    @Test
    void shouldHandOutTheMessageOfTheHigherContainerBeforeTheTimer() throws Exception {
        final Given program = program("events", "A first program");

        program.run();

        assertThat(program.log).containsExactly("a visitor says hello", "the timer of the backup");
    }

    @Test
    void shouldReadTheFile(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("data"), "0123456789");
        final Given program = program("aio-bridge", "A first program");
        program.directory = directory;

        program.run();

        assertThat(program.log).containsExactly("10 bytes");
    }

    @Test
    void shouldSayThatThereIsNoFile(@TempDir Path directory) throws Exception {
        final Given program = program("aio-bridge", "A first program");
        program.directory = directory;

        program.run();

        assertThat(program.log).containsExactly("ENOENT");
    }

    @Test
    void shouldSendLinesBackUntilItIsToStop() throws Exception {
        final Given program = program("aio-bridge", "Protocols");
        program.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        final FutureTask<Void> server = new FutureTask<>(() -> {
            program.run();
            return null;
        });
        new Thread(server, "server").start();
        Awaitility.await().until(() -> server.isDone() || !program.log.isEmpty());

        assertThat(server.isDone()).as("it failed").isFalse();
        assertThat(linesOf(Integer.parseInt(program.log.get(0)), "one\nstop\n")).containsExactly("one", "stop");
        server.get();
    }

    @Test
    void shouldShowTheTreeOfContainers() throws Exception {
        final Given program = program("containers", "A small example");

        program.run();

        assertThat(program.log).containsExactly("server/guests/10.0.0.7 16", "0 events");
    }

    @Test
    void shouldSimulateOrder() throws Exception {
        final Given program = program("uring", "A test of order");

        program.run();

        assertThat(program.log).containsExactly("urgent after 5 ms", "bulk after 5 ms");
    }

    @Test
    void shouldSimulateAFault(@TempDir Path directory) throws Exception {
        final Given program = program("uring", "A test of a handler, with faults");
        program.directory = directory;

        program.run();

        assertThat(program.log).containsExactly("EIO after 20 ms");
    }

    /** What comes back until the server ends the connection. */
    private static List<String> linesOf(int port, String sent) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        }
    }
}
