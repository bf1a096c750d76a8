// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.http.wire.FuzzContract;
import java.nio.ByteBuffer;

class ProxyHeaderFuzzTest extends FuzzContract {
    ProxyHeaderFuzzTest() {
        super("proxy-header");
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] data) {
        assertThat(read(data, 1)).isEqualTo(read(data, Math.max(1, data.length)));
    }

    @Override
    protected void check(byte[] data) {
        fuzzerTestOneInput(data);
    }

    private static String read(byte[] data, int pieceBytes) {
        final ProxyHeader header = new ProxyHeader(ProxyHeader.USUAL_MAX_BYTES);
        final ByteBuffer received = ByteBuffer.wrap(data).limit(0);
        boolean over = false;
        while (!over && received.limit() < data.length) {
            received.limit(Math.min(data.length, received.limit() + pieceBytes));
            over = header.read(received);
        }
        final boolean taken = over && header.fault() == null;
        return over + " " + received.position() + " " + header.fault()
                + (taken ? " " + header.source() + " " + header.destination() : "");
    }
}
