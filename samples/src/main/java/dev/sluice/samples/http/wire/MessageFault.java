// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import org.eclipse.jetty.http.HttpStatus;

/** What can be wrong behind the head of a message: the status that a client is told, and the reason that a server's fault is given. */
enum MessageFault {
    NONE(0, ""),
    MALFORMED_CHUNK(HttpStatus.BAD_REQUEST_400, "a chunk is malformed"),
    LONG_CHUNK_EXTENSIONS(HttpStatus.BAD_REQUEST_400, "the chunk extensions are too long"),
    MALFORMED_TRAILERS(HttpStatus.BAD_REQUEST_400, "the trailer section is malformed"),
    LONG_TRAILERS(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431, "the trailer section is too long"),
    TRUNCATED(HttpStatus.BAD_REQUEST_400, "the connection ended before the message");

    private final int status;
    private final String reason;

    MessageFault(int status, String reason) {
        this.status = status;
        this.reason = reason;
    }

    /** Returns what a client is told, 0 if nothing is wrong. */
    int status() {
        return status;
    }

    /** Returns what is wrong, in words; empty if nothing is. */
    String reason() {
        return reason;
    }
}
