// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * How the content of a file may be coded: a sibling of that extension has it ready. In the order in which the server prefers them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1">RFC 9110, 8.4.1: content codings</a>
 */
public enum ContentCoding {
    /** RFC 8878. */
    ZSTD("zstd", ".zst"),

    /** RFC 7932. */
    BROTLI("br", ".br"),

    /** RFC 1952. */
    GZIP("gzip", ".gz"),

    /** As the file is. */
    IDENTITY("identity", "");

    private final String token;
    private final String extension;

    @SuppressWarnings("ImmutableEnumChecker") // no field of jetty's changes once it is made
    private final HttpField field;

    ContentCoding(String token, String extension) {
        this.token = token;
        this.extension = extension;
        field = new PreEncodedHttpField(HttpHeader.CONTENT_ENCODING, token);
    }

    /**
     * Returns what the coding is called.
     *
     * @return in Accept-Encoding and Content-Encoding
     */
    public String token() {
        return token;
    }

    /**
     * Returns what is put behind the name of the file.
     *
     * @return with its dot; empty for {@link #IDENTITY}
     */
    public String extension() {
        return extension;
    }

    /**
     * Returns the field that tells the coding.
     *
     * @return Content-Encoding, not to be sent for {@link #IDENTITY}
     */
    public HttpField field() {
        return field;
    }
}
