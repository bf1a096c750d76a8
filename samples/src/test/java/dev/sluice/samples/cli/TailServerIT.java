// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tailer as its subscribers see it. */
class TailServerIT {
    @TempDir
    Path directory;

    private Path log;

    @BeforeEach
    void writeLog() throws IOException {
        log = Files.writeString(directory.resolve("log"), "old\n");
    }

    private Program serve(String heartbeat) throws IOException {
        return Program.listen("tail", log.toString(), "--port", "0", "--heartbeat-ms", heartbeat);
    }

    private void add(String text) throws IOException {
        Files.writeString(log, text, CREATE, WRITE, APPEND);
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    /** Both are known to the server once they have heard something. */
    private static void awaitHeartbeat(BufferedReader... all) throws IOException {
        for (final BufferedReader lines : all) {
            assertThat(lines.readLine()).isEqualTo("# nothing new");
        }
    }

    private static String nextLine(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && line.equals("# nothing new")) {
            line = lines.readLine();
        }
        return line;
    }

    @Test
    void shouldSendEachNewLineToEverybody() throws Exception {
        try (Program program = serve("100");
                Socket one = program.connect(0);
                Socket two = program.connect(0)) {
            final BufferedReader first = lines(one);
            final BufferedReader second = lines(two);
            awaitHeartbeat(first, second);

            add("new\nhalf a");
            add(" line\n");
            for (final BufferedReader lines : new BufferedReader[] {first, second}) {
                assertThat(nextLine(lines)).isEqualTo("new");
                assertThat(nextLine(lines)).isEqualTo("half a line");
            }
            one.shutdownOutput();
            two.shutdownOutput();
            program.signal("TERM");
            assertThat(program.awaitExit()).isZero();
        }
    }

    @Test
    void shouldFollowTheNameWhenAnotherFileTakesItsPlace() throws Exception {
        try (Program program = serve("100");
                Socket socket = program.connect(0)) {
            final BufferedReader lines = lines(socket);
            awaitHeartbeat(lines);
            add("last of the first\n");
            Files.move(log, directory.resolve("log.1"));
            add("first of the second\n");
            assertThat(nextLine(lines)).isEqualTo("last of the first");
            assertThat(nextLine(lines)).isEqualTo("first of the second");

            Files.writeString(log, "cut\n", WRITE, TRUNCATE_EXISTING);
            assertThat(nextLine(lines)).isEqualTo("cut");
            Files.move(log, directory.resolve("log.2"));
            Files.writeString(directory.resolve("new"), "third\n");
            Files.move(directory.resolve("new"), log);
            assertThat(nextLine(lines)).isEqualTo("third");
        }
    }

    @Test
    void shouldHaveNobodyWaitForOneThatDoesNotReadAndTellThatOneWhatItMissed() throws Exception {
        try (Program program = serve("100");
                Socket slow = program.connect(0);
                Socket quick = program.connect(0)) {
            final BufferedReader slowLines = lines(slow);
            final BufferedReader quickLines = lines(quick);
            awaitHeartbeat(slowLines, quickLines);

            final String many = ("x".repeat(999) + "\n").repeat(1000);
            for (int i = 0; i < 40; i++) {
                add(many);
                for (int j = 0; j < 1000; j++) {
                    assertThat(nextLine(quickLines)).hasSize(999);
                }
            }
            String line = nextLine(slowLines);
            long got = 0L;
            while (!line.startsWith("# skipped")) {
                assertThat(line).hasSize(999);
                got += line.length() + 1;
                line = nextLine(slowLines);
            }
            assertThat(line).isEqualTo("# skipped " + (40_000_000L - got) + " bytes");
            add("after that\n");
            assertThat(nextLine(slowLines)).isEqualTo("after that");
        }
    }
}
