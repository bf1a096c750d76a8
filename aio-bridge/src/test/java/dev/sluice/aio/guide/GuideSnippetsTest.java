// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guides of the modules show is Java that this version of the library takes. */
class GuideSnippetsTest {
    @ParameterizedTest
    @ValueSource(strings = {"events", "aio-bridge", "containers", "uring"})
    void shouldCompileWhatTheGuideShows(String module, @TempDir Path classes) throws Exception {
        final Guide guide = Guide.of(module);

        assertThat(guide.count()).isPositive();
        assertThat(guide.compile(classes)).isEmpty();
    }
}
