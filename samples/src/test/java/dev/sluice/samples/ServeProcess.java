package dev.sluice.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program as a user starts and stops it. */
final class ServeProcess {
    private ServeProcess() {}

    /** The command line that serves a directory on any free port. */
    static List<String> command(Path directory, String... options) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED"); // the jar's manifest says so
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("serve", directory.toString(), "--port", "0"));
        command.addAll(List.of(options));
        return command;
    }

    /** As a shell does it: {@link Process#destroy} would close the streams too. */
    static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
