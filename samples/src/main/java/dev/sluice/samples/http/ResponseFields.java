// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.samples.http.wire.ResponseHeader;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/**
 * The header fields of a response beside those that are the connection's: Date, Connection, and Transfer-Encoding where the length is not told. The
 * status line before them and the empty line behind them are the connection's, too.
 */
public interface ResponseFields {
    /**
     * Returns fields as such a response says them.
     *
     * @param fields of names and values, for good
     * @return writes them in their order. That throws {@link IllegalArgumentException}, which ends the connection, if one has a value that is none
     *     of HTTP
     */
    static ResponseFields of(HttpFields fields) {
        int sumBytes = 0;
        for (final HttpField field : fields) {
            sumBytes += ResponseHeader.lengthOf(field);
        }
        final int allBytes = sumBytes;
        return new ResponseFields() {
            @Override
            public int maxBytes() {
                return allBytes;
            }

            @Override
            public void write(ResponseHeader header, ByteBuffer out) {
                for (final HttpField field : fields) {
                    header.field(out, field);
                }
            }
        };
    }

    /**
     * Returns how much they may be.
     *
     * @return bytes
     */
    int maxBytes();

    /**
     * Writes them, with what tells the length of the content. Called when there is a buffer, once or not at all, and maybe later than the call that
     * this was given to: what it throws ends the connection.
     *
     * @param header knows how
     * @param out has as much room as {@link #maxBytes} says
     */
    void write(ResponseHeader header, ByteBuffer out);
}
