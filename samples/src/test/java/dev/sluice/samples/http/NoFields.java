// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;

/** Nothing but what the connection says itself. */
final class NoFields implements ResponseFields {
    @Override
    public int maxBytes() {
        return 0;
    }

    @Override
    public void write(ResponseHeader header, ByteBuffer out) {}
}
