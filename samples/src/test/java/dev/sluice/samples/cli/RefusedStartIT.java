// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program where it cannot do what it is there for: it says why, and what helps, in one line, and ends. */
class RefusedStartIT {
    private static final int PATIENCE_SECONDS = 60;
    private static final int NOBODY = 65534;
    private static final int LOW_PORT = 79;

    /** Root without what lets it into every directory. */
    private static final List<String> AS_OTHERS = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");

    /** From here on a JVM can be told to deny native access. */
    private static final int DENIES_FROM = 24;

    @TempDir
    Path directory;

    @Test
    void shouldNameTheFolderOfJnaThatIsMountedNoexec() throws Exception {
        final Path folder = Files.createDirectory(directory.resolve("jna"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "noexec,size=16m", "none", folder.toString()) == 0, "needs root");
        try {
            assertThat(messageOf("-Djna.tmpdir=" + folder))
                    .contains("JNA could not load its native library from the temporary folder " + folder)
                    .contains("noexec")
                    .contains("-Djna.tmpdir");
        } finally {
            assertThat(run("umount", folder.toString())).isZero();
        }
    }

    @Test
    void shouldNameTheOptionWhereTheJvmDeniesNativeAccess() throws Exception {
        assumeTrue(Runtime.version().feature() >= DENIES_FROM, "needs JDK " + DENIES_FROM);
        assertThat(messageOf("--illegal-native-access=deny"))
                .contains("this JVM denies native access to JNA")
                .contains("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void shouldNameTheDirectoryThatItMayNotEnter() throws Exception {
        final List<String> command = new ArrayList<>(AS_OTHERS);
        command.add("true");
        assumeTrue(run(command.toArray(String[]::new)) == 0, "needs root, and setpriv to do without its privileges");
        final Path served = Files.createDirectory(directory.resolve("served"));
        Files.setAttribute(served, "unix:uid", NOBODY);
        Files.setPosixFilePermissions(served, PosixFilePermissions.fromString("rwx------"));
        command.remove("true");
        command.addAll(ServeProcess.command(served));
        assertThat(messageOf(command)).contains("nothing can be looked up in " + served + ": EACCES (13)");
    }

    @Test
    void shouldSayWhoMayHaveALowPort() throws Exception {
        final Path firstForAll = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        assumeTrue(Integer.parseInt(Files.readAllLines(firstForAll).get(0)) > LOW_PORT, "low ports are for all here");
        final List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=-net_bind_service", "true"));
        assumeTrue(run(command.toArray(String[]::new)) == 0, "needs root, and setpriv to do without its privileges");
        command.remove("true");
        final List<String> serve = ServeProcess.command(directory);
        serve.set(serve.indexOf("--port") + 1, String.valueOf(LOW_PORT));
        command.addAll(serve);
        assertThat(messageOf(command))
                .contains("bind(/127.0.0.1:" + LOW_PORT + ") failed: EACCES (13); ")
                .contains("CAP_NET_BIND_SERVICE")
                .contains("--port");
    }

    private String messageOf(String option) throws Exception {
        final List<String> command = new ArrayList<>(ServeProcess.command(directory));
        command.removeIf(word -> word.startsWith("--enable-native-access"));
        command.add(1, option);
        return messageOf(command);
    }

    /** The only line that the program says before it ends with an error. */
    private String messageOf(List<String> command) throws Exception {
        final Path messages = directory.resolve("stderr");
        final Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(messages.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
        } finally {
            process.destroyForcibly();
        }
        final List<String> own = Files.readAllLines(messages, UTF_8).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING:")) // of the JVM itself
                .toList();
        assertThat(own).hasSize(1);
        return own.get(0);
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }
}
