// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Which fields have no business behind the content: who reads them there has already decided without them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-6.5.1">RFC 9110, 6.5.1: limitations on use of trailers</a>
 */
final class Trailers {
    private static final Set<HttpHeader> FORBIDDEN = EnumSet.of(
            // Framing, routing, and what is for the next hop only.
            HttpHeader.CONNECTION,
            HttpHeader.CONTENT_LENGTH,
            HttpHeader.HOST,
            HttpHeader.KEEP_ALIVE,
            HttpHeader.PROXY_CONNECTION,
            HttpHeader.TE,
            HttpHeader.TRAILER,
            HttpHeader.TRANSFER_ENCODING,
            HttpHeader.UPGRADE,
            // What the request asks for.
            HttpHeader.CACHE_CONTROL,
            HttpHeader.EXPECT,
            HttpHeader.IF_MATCH,
            HttpHeader.IF_MODIFIED_SINCE,
            HttpHeader.IF_NONE_MATCH,
            HttpHeader.IF_RANGE,
            HttpHeader.IF_UNMODIFIED_SINCE,
            HttpHeader.MAX_FORWARDS,
            HttpHeader.PRAGMA,
            HttpHeader.RANGE,
            // Who asks.
            HttpHeader.AUTHORIZATION,
            HttpHeader.COOKIE,
            HttpHeader.PROXY_AUTHENTICATE,
            HttpHeader.PROXY_AUTHORIZATION,
            HttpHeader.SET_COOKIE,
            HttpHeader.WWW_AUTHENTICATE,
            // What is to be done with the response.
            HttpHeader.AGE,
            HttpHeader.EXPIRES,
            HttpHeader.LOCATION,
            HttpHeader.RETRY_AFTER,
            HttpHeader.VARY,
            // How the content is to be read.
            HttpHeader.CONTENT_ENCODING,
            HttpHeader.CONTENT_RANGE,
            HttpHeader.CONTENT_TYPE);

    private Trailers() {}

    /** Tells whether a field may be there; {@code name} is null for one that is not known. */
    static boolean isAllowed(HttpHeader name) {
        return name == null || !FORBIDDEN.contains(name);
    }
}
