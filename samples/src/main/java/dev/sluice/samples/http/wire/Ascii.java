// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import org.eclipse.jetty.http.HttpTokens;

/**
 * The classes of bytes of HTTP's grammar.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.5">RFC 9110, 5.5: field values</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2">RFC 9110, 5.6.2: tokens</a>
 */
final class Ascii {
    private static final int MAX_LATIN_1 = 0xFF;

    private Ascii() {}

    /** Tells whether it is {@code tchar}. */
    static boolean isTokenByte(byte b) {
        final HttpTokens.Token token = HttpTokens.getToken(b);
        return token != null && token.isRfc2616Token();
    }

    /** Tells whether it may be in a field's value: visible, a space, a tab, or above ASCII. */
    static boolean isFieldByte(byte b) {
        return b < 0 || (b >= ' ' && b != 0x7F) || b == '\t';
    }

    /** Returns the value of a digit, or -1 if it is none. */
    static int hexDigit(byte b) {
        return b >= 0 ? Character.digit(b, 16) : -1;
    }

    /** Tells whether it is a token of at least one character. */
    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > MAX_LATIN_1 || !isTokenByte((byte) text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Tells whether it can be a field's value: nothing in it ends the line, and a byte each is enough. */
    static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > MAX_LATIN_1 || !isFieldByte((byte) text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns the text with what could hurt a log or a terminal replaced, shortened. */
    static String printable(String text) {
        final StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 64); i++) {
            final char c = text.charAt(i);
            printable.append(c >= ' ' && c < 0x7F ? c : '?');
        }
        return text.length() > 64 ? printable.append("...").toString() : printable.toString();
    }
}
