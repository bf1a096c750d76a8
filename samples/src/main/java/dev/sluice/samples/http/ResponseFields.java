// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;

/** The header fields of a response beside those that are the connection's: Date and Connection. */
public interface ResponseFields {
    /**
     * Returns how much they may be.
     *
     * @return bytes
     */
    int maxBytes();

    /**
     * Writes them, with what tells the length of the content. Called when there is a buffer, once or not at all.
     *
     * @param header knows how
     * @param out has as much room as {@link #maxBytes} says
     */
    void write(ResponseHeader header, ByteBuffer out);
}
