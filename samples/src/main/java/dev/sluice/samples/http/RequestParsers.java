// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * Parsers that are not in use. A connection has one only while a request is incomplete, so an idle one costs no
 * parser, and the few that there are keep their caches warm.
 */
final class RequestParsers {
    private static final byte[] ANY_REQUEST =
            "HEAD /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ArrayDeque<RequestParser> free = new ArrayDeque<>();

    /** Parses a request, so that its classes are not loaded from the disk while the first client waits. */
    RequestParsers() {
        final RequestParser parser = new RequestParser();
        parser.parse(ByteBuffer.wrap(ANY_REQUEST));
        giveBack(parser);
    }

    RequestParser take() {
        final RequestParser parser = free.poll();
        return parser != null ? parser : new RequestParser();
    }

    /** Takes back a parser whose request is complete; one that stopped half-way is left to the collector. */
    void giveBack(RequestParser parser) {
        if (parser.isReusable()) {
            parser.reset();
            free.push(parser);
        }
    }
}
