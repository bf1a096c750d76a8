// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldListTheScenarios() {
        assertThat(execute("list")).isZero();
        assertThat(out.toString()).contains("hot-under-cold", "hot-file");
    }

    @Test
    void shouldNameTheScenariosWhenOneIsNotThere() {
        assertThat(execute("run", "cold-feet")).isEqualTo(1);
        assertThat(err.toString()).contains("no scenario cold-feet", "hot-under-cold, hot-file");
    }

    @Test
    void shouldDemandAScenario() {
        assertThat(execute("run")).isEqualTo(2);
    }

    @Test
    void shouldSayThatThereIsNothingToReport() {
        assertThat(execute("report", directory.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("no result");
    }

    @Test
    void shouldKnowItsVersion() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).matches("\\d+\\.\\d+.*\\R");
    }

    private int execute(String... arguments) {
        final CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
