// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.util.ArrayDeque;

/** Readers that are not in use, and the parsers of all: a connection has one only while a response is awaited, or not complete. */
public final class ResponseReaders {
    /** What a burst needed beside them is not kept. */
    private static final int MOST_FREE = 1024;

    private final ArrayDeque<ResponseReader> free = new ArrayDeque<>();
    private final RequestLimits limits;
    private final HeadParsers parsers;

    /**
     * None yet.
     *
     * @param limits of each response
     */
    public ResponseReaders(RequestLimits limits) {
        this.limits = limits;
        parsers = ResponseReader.newParsers(limits);
    }

    /**
     * Takes a reader, for one response.
     *
     * @param method of the request
     * @return one that has read nothing
     */
    public ResponseReader take(String method) {
        final ResponseReader reader = free.isEmpty() ? new ResponseReader(limits, parsers) : free.pop();
        reader.awaitResponseTo(method);
        return reader;
    }

    /**
     * Takes back a reader whose response is complete.
     *
     * @param reader not used any more by the caller
     */
    public void giveBack(ResponseReader reader) {
        if (free.size() < MOST_FREE) {
            free.push(reader);
        }
    }
}
