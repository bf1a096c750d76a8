// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForkTest {
    private final Teardown teardown = Teardown.atExit();

    @BeforeEach
    void needTaskset() {
        final List<String> missing = Requirements.missingPrograms("taskset");
        assumeTrue(missing.isEmpty(), missing::toString);
    }

    @AfterEach
    void tearDown() throws IOException {
        teardown.close();
    }

    @Test
    void shouldReadFigures() throws IOException {
        assertThat(Fork.run(teardown, List.of("printf", "event 12.5\nsix-lines 40\n")))
                .containsExactly(entry("event", 12.5), entry("six-lines", 40.0));
    }

    @Test
    void shouldTellHowCallsAreMadeInAJvmAsItIsGiven() throws IOException {
        final String java =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();

        assertThat(Fork.binding(teardown, List.of(java, "-Dsluice.uring.binding=jna")))
                .endsWith(", calls by JNA");
    }

    @Test
    void shouldTellWhatIsNoFigure() {
        assertThatThrownBy(() -> Fork.run(teardown, List.of("echo", "out of luck")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("out of luck");
    }

    @Test
    void shouldTellTheStatusOfAProgramThatFails() {
        assertThatThrownBy(() -> Fork.run(teardown, List.of("sh", "-c", "echo too many files; exit 3")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exited with 3: too many files");
    }
}
