// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import java.nio.ByteBuffer;

/**
 * The header that was read last: a server says the same again and again, until its clock has moved on by a second, and bytes that are those
 * which were found in order are so too.
 */
final class KnownHeader {
    private static final int NONE = -1;
    private static final int MAX_BYTES = 1024;

    private final ByteBuffer header = ByteBuffer.allocateDirect(MAX_BYTES).limit(0);
    private int status;
    private int askedLengthBytes;
    private int bodyLengthBytes;

    /** Remembers a header that was found in order. */
    void learn(ByteBuffer data, int from, int to, Request request, int bodyBytes) {
        header.clear();
        if (to - from > MAX_BYTES) {
            header.limit(0);
            return;
        }
        header.put(0, data, from, to - from).limit(to - from);
        status = request.status();
        askedLengthBytes = request.bodyLengthBytes();
        bodyLengthBytes = bodyBytes;
    }

    /** The length of the body if that header comes next and is what this request asks for too, and goes behind it; else NONE. */
    int bodyLengthOf(ByteBuffer data, Request request) {
        final int length = header.limit();
        if (length == 0
                || length > data.remaining()
                || status != request.status()
                || askedLengthBytes != request.bodyLengthBytes()) {
            return NONE;
        }
        final int limit = data.limit();
        final int end = data.position() + length;
        data.limit(end);
        final boolean same = header.equals(data);
        data.limit(limit);
        if (!same) {
            return NONE;
        }
        data.position(end);
        return bodyLengthBytes;
    }
}
