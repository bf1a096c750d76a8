// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * Readers that are not in use. A connection has one only while a request is incomplete, so an idle one costs no
 * reader, and the few that there are keep their caches warm.
 */
public final class RequestReaders {
    private static final byte[] ANY_REQUEST =
            "HEAD /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What a burst needed beside them is not kept: with its cache of fields each has some 60 KB. */
    private static final int MOST_FREE = 64;

    private final ArrayDeque<RequestReader> free = new ArrayDeque<>();
    private final RequestLimits limits;

    /**
     * Reads a request, so that its classes are not loaded from the disk while the first client waits.
     *
     * @param limits of each request
     */
    public RequestReaders(RequestLimits limits) {
        this.limits = limits;
        final RequestReader reader = new RequestReader(limits);
        reader.parse(ByteBuffer.wrap(ANY_REQUEST.clone()));
        giveBack(reader);
    }

    /**
     * Takes a reader, for one request.
     *
     * @return one that has read nothing
     */
    public RequestReader take() {
        final RequestReader reader = free.poll();
        return reader != null ? reader : new RequestReader(limits);
    }

    /**
     * Takes back a reader whose request is complete; one that stopped half-way is left to the collector.
     *
     * @param reader not used any more by the caller
     */
    public void giveBack(RequestReader reader) {
        if (reader.isReusable() && free.size() < MOST_FREE) {
            reader.reset();
            free.push(reader);
        }
    }
}
