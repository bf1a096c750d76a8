// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server below a shell with job control, at a terminal of their own. */
class TerminalIT {
    private static final Path SCRIPT = Path.of("/usr/bin/script");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PROCESS = Pattern.compile("pid=(\\d+)\\s*");

    @TempDir
    Path directory;

    private Process terminal;
    private BufferedReader screen;
    private BufferedWriter keys;
    private ProcessHandle server;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Files.isExecutable(SCRIPT), "needs " + SCRIPT + " to make a terminal");
        terminal = new ProcessBuilder(SCRIPT.toString(), "-qfec", "/bin/bash --norc --noediting -i", "/dev/null")
                .redirectErrorStream(true)
                .start();
        screen = terminal.inputReader(UTF_8);
        keys = terminal.outputWriter(UTF_8);
        // What is typed comes before its echo: quotes keep the one from being taken for the other.
        type("PS1=; stty -echo; echo re\"ady\"");
        line(Pattern.compile(".*ready\\s*"));
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.destroyForcibly();
        }
        if (terminal != null) {
            terminal.destroyForcibly();
        }
    }

    @Test
    void shouldGoOnInTheBackgroundOfItsShell() throws IOException {
        startInBackground();
        typeForTheShell();
        assertStaysUnstopped();
    }

    @Test
    void shouldAnswerInTheForegroundAndGoOnWhenItIsSentToTheBackground() throws IOException {
        startInBackground();
        type("fg");
        await().atMost(PATIENCE).until(() -> Terminal.isOurs(status()));
        type("counters");
        line(Pattern.compile("counters requests=0 .*"));

        keys.write('\032'); // Ctrl-Z
        keys.flush();
        await().atMost(PATIENCE).until(() -> state() == 'T');
        type("bg");
        await().atMost(PATIENCE).until(() -> state() != 'T');
        typeForTheShell();
        assertStaysUnstopped();
    }

    @ParameterizedTest
    @CsvSource({
        "'7 (java) S 1 7 7 34816 7 4194304 1',         true",
        "'7 (java) S 1 7 7 34816 8 4194304 1',         false",
        "'7 (a) S 1 8 8 0 8) S 1 7 7 34816 8 4194304', false",
        "'7 (java) S 1 7 7 0 -1 4194304 1',            true"
    })
    void shouldTellTheForegroundByWhatTheKernelSays(String status, boolean ours) {
        assertThat(Terminal.isOurs(status)).isEqualTo(ours);
    }

    private void startInBackground() throws IOException {
        type(ServeProcess.command(directory).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" ", "", " & echo pid=$!")));
        server = ProcessHandle.of(Long.parseLong(line(PROCESS).group(1))).orElseThrow();
        line(Pattern.compile("Serving .*"));
    }

    /** What the terminal has now is the shell's, also where it would concern the server. */
    private void typeForTheShell() throws IOException {
        type("counters; echo \"shell\" answers");
        line(Pattern.compile("shell answers\\s*"));
    }

    /** The server has had the time to look at its input. */
    private void assertStaysUnstopped() {
        await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> state() != 'T');
    }

    private void type(String text) throws IOException {
        keys.write(text + "\n");
        keys.flush();
    }

    /** Reads the screen up to a line that matches. */
    private Matcher line(Pattern wanted) throws IOException {
        final StringBuilder seen = new StringBuilder();
        for (String line = screen.readLine(); line != null; line = screen.readLine()) {
            final Matcher matcher = wanted.matcher(line);
            if (matcher.matches()) {
                return matcher;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("no " + wanted + " in:\n" + seen);
    }

    private String status() throws IOException {
        return Files.readString(Path.of("/proc/" + server.pid() + "/stat"));
    }

    /** The letter of the process's state: T if it is stopped. */
    private char state() throws IOException {
        final String status = status();
        return status.charAt(status.lastIndexOf(')') + 2);
    }
}
