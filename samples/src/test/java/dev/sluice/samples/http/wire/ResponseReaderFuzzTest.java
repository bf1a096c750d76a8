// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

class ResponseReaderFuzzTest extends FuzzContract {
    private static final List<String> METHODS = List.of("GET", "HEAD", "CONNECT");

    ResponseReaderFuzzTest() {
        super("response-reader");
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] data) {
        final Random random = new Random(data.length);
        for (final String method : METHODS) {
            final List<String> whole = ResponseRun.of(method, Cuts.whole(data));
            assertThat(ResponseRun.of(method, Cuts.byByte(data))).isEqualTo(whole);
            assertThat(ResponseRun.of(method, Cuts.atRandom(data, random), new TestSink(random)))
                    .isEqualTo(whole);
        }
    }

    @Override
    protected void check(byte[] data) {
        fuzzerTestOneInput(data);
    }
}
