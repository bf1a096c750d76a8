// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program of the samples as a user starts and stops it, with what it prints. */
final class Program implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30L;
    private static final int PATIENCE_MS = 30_000;
    private static final Pattern PORT = Pattern.compile("/127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final BufferedReader out;
    private final List<Integer> ports = new ArrayList<>();

    private Program(Process process) {
        this.process = process;
        out = process.inputReader(UTF_8);
    }

    /** Starts a subcommand; what it says on both streams is to be read here. */
    static Program start(String... arguments) throws IOException {
        return startMain(Main.class.getName(), arguments);
    }

    /** Starts a subcommand, and waits until it says where it listens. */
    static Program listen(String... arguments) throws IOException {
        return start(arguments).listening();
    }

    static Program startMain(String mainClass, String... arguments) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED"); // the jar's manifest says so
        }
        for (final String name : List.of("sluice.ring", "sluice.uring.binding")) {
            final String asked = System.getProperty(name);
            if (asked != null) {
                command.add("-D" + name + "=" + asked);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return new Program(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    Program listening() throws IOException {
        String line = nextLine();
        final StringBuilder before = new StringBuilder();
        while (line != null && !PORT.matcher(line).find()) { // where there is no io_uring it says so first
            before.append(line).append('\n');
            line = nextLine();
        }
        assertThat(line).as("said: %s", before).isNotNull();
        final Matcher port = PORT.matcher(line);
        while (port.find()) {
            ports.add(Integer.valueOf(port.group(1)));
        }
        return this;
    }

    String nextLine() throws IOException {
        return out.readLine();
    }

    List<String> restOfLines() {
        return out.lines().toList();
    }

    /** Connects to one of the places where it listens, in the order in which it names them. */
    Socket connect(int place) throws IOException {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(place));
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    void signal(String name) throws Exception {
        ServeProcess.signal(process, name);
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
