// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;

/**
 * Writes fields that come from outside, after a look at them: one with a line end would be two, or the end of the head.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-11.1">RFC 9112, 11.1: response splitting</a>
 */
final class FieldWriter {
    private FieldWriter() {}

    /** Refuses a name that is no token, and a value with CR, LF, NUL or another control, or beyond a byte a character. */
    static void check(String name, String value) {
        if (!Ascii.isToken(name)) {
            throw new IllegalArgumentException("a field's name must be a token: " + Ascii.printable(name));
        }
        if (value != null && !Ascii.isFieldValue(value)) {
            throw new IllegalArgumentException("the value of " + name
                    + " must have no CR, LF, NUL or other control, and nothing beyond ISO 8859-1: "
                    + Ascii.printable(value));
        }
    }

    /** Writes what was checked; no value is an empty one. */
    static void put(ByteBuffer out, String name, String value) {
        putText(out, name);
        out.put((byte) ':').put((byte) ' ');
        if (value != null) {
            putText(out, value);
        }
        out.put((byte) '\r').put((byte) '\n');
    }

    static void putText(ByteBuffer out, String text) {
        for (int i = 0; i < text.length(); i++) {
            out.put((byte) text.charAt(i));
        }
    }
}
