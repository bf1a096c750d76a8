// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

/**
 * Optional white space around the members of a field's value.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6">RFC 9110, 5.6: common rules</a>
 */
final class Lists {
    private Lists() {}

    /** Returns where something other than white space begins, at most {@code to}. */
    static int skipSpace(String field, int from, int to) {
        int start = from;
        while (start < to && isSpace(field.charAt(start))) {
            start++;
        }
        return start;
    }

    /** Returns where white space at the end begins, at least {@code from}. */
    static int dropSpace(String field, int from, int to) {
        int end = to;
        while (end > from && isSpace(field.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
