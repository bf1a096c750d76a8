package dev.sluice.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program where JNA cannot make native calls: it says why, and what helps, in one line. */
class DeniedNativeCallsIT {
    private static final int PATIENCE_SECONDS = 60;

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

    /** The only line that the program says before it ends with an error. */
    private String messageOf(String option) throws Exception {
        final List<String> command = new ArrayList<>(ServeProcess.command(directory));
        command.removeIf(word -> word.startsWith("--enable-native-access"));
        command.add(1, option);
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
                .filter(line -> !line.startsWith("WARNING:")) // of the JVM itself
                .toList();
        assertThat(own).hasSize(1);
        return own.get(0);
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }
}
