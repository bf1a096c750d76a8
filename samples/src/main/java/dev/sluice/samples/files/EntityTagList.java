// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

/**
 * The value of If-Match or If-None-Match. A value that is malformed anywhere lists nothing.
 *
 * <pre>
 *   If-Match   = "*" / #entity-tag
 *   entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
 *   etagc      = 0x21 / 0x23-0x7E / 0x80-0xFF
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3">RFC 9110, 8.8.3: ETag</a>
 */
final class EntityTagList {
    private static final String ANY = "*";
    private static final int MALFORMED = -1;

    private EntityTagList() {}

    /** Tells whether the value stands for whatever there is. */
    static boolean isAny(String value) {
        return value.equals(ANY);
    }

    /** Tells whether a tag that is equal by the strong comparison is listed: RFC 9110, 8.8.3.2. */
    static boolean hasStrong(String value, EntityTag tag) {
        return !tag.isWeak() && has(value, tag.opaque(), true);
    }

    /** Tells whether a tag that is equal by the weak comparison is listed. */
    static boolean hasWeak(String value, EntityTag tag) {
        return has(value, tag.opaque(), false);
    }

    /** Tells whether the value is one tag, strong, and equal. */
    static boolean isStrong(String value, EntityTag tag) {
        return !tag.isWeak() && value.equals(tag.opaque());
    }

    private static boolean has(String value, String opaque, boolean strongly) {
        boolean found = false;
        boolean afterTag = false;
        int at = 0;
        while (at < value.length()) {
            final char c = value.charAt(at);
            if (c == ',') {
                afterTag = false;
                at++;
            } else if (c == ' ' || c == '\t') {
                at++;
            } else {
                final boolean weak = value.startsWith("W/", at);
                final int quote = weak ? at + 2 : at;
                final int end = afterTag ? MALFORMED : endOfOpaque(value, quote);
                if (end == MALFORMED) {
                    return false;
                }
                found |= !(weak && strongly) && end - quote == opaque.length() && value.startsWith(opaque, quote);
                afterTag = true;
                at = end;
            }
        }
        return found;
    }

    /** Returns the index behind the closing quote of what begins with one at {@code quote}. */
    private static int endOfOpaque(String value, int quote) {
        if (quote >= value.length() || value.charAt(quote) != '"') {
            return MALFORMED;
        }
        for (int i = quote + 1; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c <= ' ' || c == 0x7F) {
                return MALFORMED;
            }
        }
        return MALFORMED;
    }
}
