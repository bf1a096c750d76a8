// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** Readers that are not in use, and the parsers of all: a connection has one only while a request is incomplete, or not answered. */
public final class RequestReaders {
    private static final byte[] ANY_REQUEST =
            "HEAD /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What a burst needed beside them is not kept. */
    private static final int MOST_FREE = 1024;

    private final ArrayDeque<RequestReader> free = new ArrayDeque<>();
    private final RequestLimits limits;
    private final HeadParsers parsers;

    /**
     * Reads a request, so that its classes are not loaded from the disk while the first client waits.
     *
     * @param limits of each request
     */
    public RequestReaders(RequestLimits limits) {
        this.limits = limits;
        parsers = RequestReader.newParsers(limits);
        final RequestReader reader = take();
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
        return reader != null ? reader : new RequestReader(limits, parsers);
    }

    /**
     * Takes back a reader.
     *
     * @param reader not used any more by the caller
     */
    public void giveBack(RequestReader reader) {
        reader.reset();
        if (free.size() < MOST_FREE) {
            free.push(reader);
        }
    }
}
