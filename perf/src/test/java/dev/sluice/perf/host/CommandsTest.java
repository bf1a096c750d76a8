// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CommandsTest {
    @Test
    void shouldReturnWhatTheCommandPrinted() throws IOException {
        assertThat(Commands.run("sh", "-c", "echo out; echo err >&2")).isEqualTo("out\nerr");
    }

    @Test
    void shouldFailWithCommandStatusAndOutput() {
        assertThatThrownBy(() -> Commands.run("sh", "-c", "echo broken; exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exited with 3")
                .hasMessageContaining("broken");
    }

    @Test
    void shouldNameAProgramThatIsNotInstalled() throws IOException {
        assertThat(Commands.require("sh")).endsWith("/sh");
        assertThatThrownBy(() -> Commands.require("no-such-program"))
                .isInstanceOf(IOException.class)
                .hasMessage("no-such-program is not installed");
    }

    @Test
    void shouldDescribeThisMachine() throws IOException {
        final Machine machine = Machine.current();

        assertThat(machine.kernel()).startsWith("Linux version");
        assertThat(machine.cpus()).isPositive();
        assertThat(machine.memoryMiB()).isPositive();
        assertThat(machine.jdk()).contains(Runtime.version().toString());
    }
}
