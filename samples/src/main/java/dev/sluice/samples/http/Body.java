// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.IoBuffer;
import org.eclipse.jetty.http.HttpFields;

/**
 * Content that is pulled, piece by piece, by whom it is for: what a client or a server sends, what comes out of a pipe, or a file that is still
 * being written. Nothing of it is had before it is asked for, but for what has come with something else. Belongs to the thread of its server.
 *
 * <pre>
 *   pull ----&gt; piece    pull ----&gt; piece    ...    pull ----&gt; end, or failed
 * </pre>
 */
public interface Body {
    /** A length that nobody knows before the end. */
    long UNKNOWN_BYTES = -1L;

    /** Who pulls: told once for each pull, within that call or later. It may pull again within that. */
    interface Taker {
        /**
         * There is more.
         *
         * @param piece filled from its position to its limit, with at least one byte; the taker's to send or to release
         */
        void piece(IoBuffer piece);

        /**
         * That was all. Nothing may be pulled any more.
         *
         * @param trailers what was said behind it; mostly nothing. Valid during the call
         */
        void end(HttpFields trailers);

        /**
         * The rest cannot be had. Nothing may be pulled any more.
         *
         * @param why in words
         */
        void failed(String why);
    }

    /**
     * Tells how much there is, all in all.
     *
     * @return bytes, or {@link #UNKNOWN_BYTES}
     */
    long lengthBytes();

    /**
     * Asks for the next piece.
     *
     * @param taker told what comes
     * @throws IllegalStateException if the last pull is not answered
     */
    void pull(Taker taker);

    /** The rest is not wanted, and what is held for it is given back: no taker is told anything any more. Again it does nothing. */
    void abort();
}
