// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeExampleIT {
    @Test
    void shouldReportTheSocketAndTheDisk(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("data"), "0123456789");
        final int[] pair = Descriptors.socketPair();
        try (NativeMemory memory = NativeMemory.map(1L)) {
            assertThat(Descriptors.write(pair[1], memory.address(), 1)).isEqualTo(1);

            final List<String> log = ReadmeExample.run(directory, pair[0]);

            assertThat(log).contains("socket POLL_ADD 0", "disk READ 10");
            assertThat(log.get(0))
                    .as("both are ready at once: the visitors' container goes first")
                    .isEqualTo("socket POLL_ADD 0");
        } finally {
            Descriptors.close(pair[0]);
            Descriptors.close(pair[1]);
        }
    }

    @Test
    void shouldBeTheProgramThatTheReadmeShows() throws Exception {
        final String source = Files.readString(Path.of("src/test/java/dev/sluice/aio/ReadmeExample.java"));
        final String program = source.substring(
                        source.indexOf("// README begins\n") + "// README begins\n".length(),
                        source.indexOf("        // README ends"))
                .stripTrailing()
                .stripIndent();

        assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + program + "\n```");
    }
}
