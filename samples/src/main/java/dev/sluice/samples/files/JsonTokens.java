// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

/** Walks over JSON that has no escapes in its strings. */
final class JsonTokens {
    private final String text;
    private int at;

    JsonTokens(String text) {
        this.text = text;
    }

    int position() {
        return at;
    }

    void moveTo(int position) {
        at = position;
    }

    /** Takes a character, with white space before it. */
    void expect(char expected) {
        if (!takeIf(expected)) {
            throw malformed("'" + expected + "'");
        }
    }

    /** Takes a character, with white space before it, if it is there. */
    boolean takeIf(char wanted) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /** Takes a string. */
    String string() {
        expect('"');
        final int end = text.indexOf('"', at);
        if (end < 0) {
            throw malformed("the end of a string");
        }
        final String string = text.substring(at, end);
        if (string.indexOf('\\') >= 0) {
            throw malformed("a string without escapes");
        }
        at = end + 1;
        return string;
    }

    /** Passes over a string, an array of such, or a number or a literal. */
    void skipValue() {
        skipSpace();
        if (takeIf('[')) {
            while (!takeIf(']')) {
                skipValue();
                takeIf(',');
            }
        } else if (at < text.length() && text.charAt(at) == '"') {
            string();
        } else {
            final int start = at;
            while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
                at++;
            }
            if (at == start) {
                throw malformed("a value");
            }
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalStateException malformed(String expected) {
        return new IllegalStateException("not the JSON that is known: expected " + expected + " at " + at + " of "
                + text.length() + " characters");
    }
}
