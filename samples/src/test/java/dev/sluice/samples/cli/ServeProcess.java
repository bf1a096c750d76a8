// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program as a user starts and stops it. */
final class ServeProcess {
    private static final int SIGINT = 2;
    private static final Pattern LISTENING = Pattern.compile("Serving .* at http://127\\.0\\.0\\.1:(\\d+)/.*");

    private ServeProcess() {}

    /** The command line that serves a directory on any free port. */
    static List<String> command(Path directory, String... options) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED"); // the jar's manifest says so
        }
        final String binding = System.getProperty("sluice.uring.binding");
        if (binding != null) {
            command.add("-Dsluice.uring.binding=" + binding);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("serve", directory.toString(), "--port", "0"));
        command.addAll(List.of(options));
        return command;
    }

    /** Waits until it says where it serves, or has ended: {@code log} is what it says then. */
    static int port(Process process, Path log) throws IOException {
        final String announcement = process.inputReader(UTF_8).readLine();
        assertThat(announcement).as(Files.readString(log)).isNotNull();
        final Matcher listening = LISTENING.matcher(announcement);
        assertThat(listening.matches()).as(announcement).isTrue();
        return Integer.parseInt(listening.group(1));
    }

    /** Ignored at the start, a signal stays so: HotSpot takes none that was ignored before. */
    static boolean ignoresSigint(Process process) throws IOException {
        final String prefix = "SigIgn:\t";
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            final String mask =
                    lines.filter(line -> line.startsWith(prefix)).findFirst().orElseThrow();
            return (Long.parseUnsignedLong(mask.substring(prefix.length()), 16) & 1L << (SIGINT - 1)) != 0L;
        }
    }

    /** As a shell does it: {@link Process#destroy} would close the streams too. */
    static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
