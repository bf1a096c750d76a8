// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.http.wire.ResponseHeader;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileFieldsTest {
    private static final long SECONDS = 784_111_777L;

    private final FileFields fields = new FileFields(new ResponseHeader());

    @Test
    void shouldTellTypeDateAndLength() {
        assertThat(text("a/page.html", SECONDS, 12_345_678_901L)).isEqualTo("""
                        Content-Type: text/html;charset=utf-8\r
                        Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r
                        Content-Length: 12345678901\r
                        """);
    }

    @Test
    void shouldEncodeOnceWhatDoesNotChange() {
        assertThat(fields.of("a.txt", SECONDS, 1L)).isSameAs(fields.of("a.txt", SECONDS, 1L));
    }

    @Test
    void shouldSayAsAFreshOneDoesWhateverWasAskedBefore() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            // More paths than are remembered, and among them some of the same hash: "Aa" and "BB".
            final String path = (random.nextBoolean() ? "Aa" : "BB") + random.nextInt(2_000) + ".txt";
            final long modified = SECONDS + random.nextInt(2);
            final long size = random.nextInt(2);
            assertThat(fields.of(path, modified, size))
                    .as("seed %d, step %d", seed, i)
                    .isEqualTo(new FileFields(new ResponseHeader()).of(path, modified, size));
        }
    }

    private String text(String path, long modifiedSeconds, long sizeBytes) {
        return new String(fields.of(path, modifiedSeconds, sizeBytes), US_ASCII);
    }
}
