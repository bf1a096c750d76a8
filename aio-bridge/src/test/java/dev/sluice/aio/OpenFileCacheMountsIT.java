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
        run(List.of("unshare", "--mount"), MountsProgram.class);
    }

    @Test
    void shouldCompareFilesOfWhichNothingShowsThatNobodyWrites() throws Exception {
        run(List.of("setpriv", "--bounding-set", "-lease"), WithoutLeasesProgram.class);
    }

    private void run(List<String> prefix, Class<?> main) throws Exception {
        final List<String> trialCommand = new ArrayList<>(prefix);
        trialCommand.add("true");
        final Process trial =
                new ProcessBuilder(trialCommand).redirectErrorStream(true).start();
        final String refusal = new String(trial.getInputStream().readAllBytes(), UTF_8);
        assumeTrue(trial.waitFor() == 0, "needs root: " + refusal);

        final List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (System.getProperty("sluice.ring") != null) {
            command.add("-Dsluice.ring=" + System.getProperty("sluice.ring"));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.add(directory.toString());
        final Process program =
                new ProcessBuilder(command).redirectErrorStream(true).start();

        final String output = new String(program.getInputStream().readAllBytes(), UTF_8);
        assertThat(program.waitFor()).as(output).isZero();
        assertThat(output).contains("noticed");
    }
}
