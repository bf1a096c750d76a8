// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeardownTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void shouldCloseTheLastFirstAndEachOnce() throws IOException {
        final Teardown teardown = Teardown.atExit();
        teardown.add(named("disk"));
        final Teardown life = teardown.nested();
        life.add(named("group"));
        life.add(named("server"));

        life.close();
        teardown.close();
        teardown.close();

        assertThat(closed).containsExactly("server", "group", "disk");
    }

    @Test
    void shouldCloseTheRestWhenOneFails() throws IOException {
        final Teardown teardown = Teardown.atExit();
        teardown.add(named("disk"));
        teardown.add(failing("first failure"));
        teardown.add(failing("failed before"));

        assertThatThrownBy(teardown::close)
                .isInstanceOf(IOException.class)
                .hasMessage("failed before")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(closed).containsExactly("disk");
    }

    @Test
    void shouldCloseAtOnceWhatComesTooLate() throws IOException {
        final Teardown teardown = Teardown.atExit();
        teardown.close();

        assertThatThrownBy(() -> teardown.add(named("server"))).isInstanceOf(IOException.class);
        assertThat(closed).containsExactly("server");
    }

    private AutoCloseable named(String name) {
        return () -> closed.add(name);
    }

    private static AutoCloseable failing(String message) {
        return () -> {
            throw new IOException(message);
        };
    }
}
