// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is mounted over a cached path is served, and no more when it is unmounted. */
class OpenFileCacheMountsIT {
    @TempDir
    Path directory;

    @Test
    void shouldNoticeMountsInANamespaceOfItsOwn() throws Exception {
        final Process trial = new ProcessBuilder("unshare", "--mount", "true")
                .redirectErrorStream(true)
                .start();
        final String refusal = new String(trial.getInputStream().readAllBytes(), UTF_8);
        assumeTrue(trial.waitFor() == 0, "needs root: " + refusal);

        final List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MountsProgram.class.getName()));
        command.add(directory.toString());
        final Process program =
                new ProcessBuilder(command).redirectErrorStream(true).start();

        final String output = new String(program.getInputStream().readAllBytes(), UTF_8);
        assertThat(program.waitFor()).as(output).isZero();
        assertThat(output).contains("noticed");
    }
}
