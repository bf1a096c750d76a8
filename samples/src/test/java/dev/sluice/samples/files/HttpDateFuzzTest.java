// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.http.wire.FuzzContract;

class HttpDateFuzzTest extends FuzzContract {
    private static final long NOW = 1_800_000_000L; // 2027
    private static final int LAST_YEAR = 2077;

    HttpDateFuzzTest() {
        super("http-date");
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] data) {
        final String text = new String(data, ISO_8859_1);
        assertThat(HttpDate.parse(text, NOW)).isEqualTo(NaiveHttpDate.parse(text, LAST_YEAR));
    }

    @Override
    protected void check(byte[] data) {
        fuzzerTestOneInput(data);
    }
}
