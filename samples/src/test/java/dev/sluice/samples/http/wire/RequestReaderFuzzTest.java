// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

class RequestReaderFuzzTest extends FuzzContract {
    RequestReaderFuzzTest() {
        super("request-reader");
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] data) {
        final List<String> whole = RequestRun.of(Cuts.whole(data));
        final Random random = new Random(data.length);
        assertThat(RequestRun.of(Cuts.byByte(data))).isEqualTo(whole);
        assertThat(RequestRun.of(Cuts.atRandom(data, random), new TestSink(random)))
                .isEqualTo(whole);
    }

    @Override
    protected void check(byte[] data) {
        fuzzerTestOneInput(data);
    }
}
