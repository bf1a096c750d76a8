// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

/**
 * How much a client would like something, in thousandths.
 *
 * <pre>
 *   qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2">RFC 9110, 12.4.2: quality values</a>
 */
final class Weight {
    /** What is not given. */
    static final int MOST = 1000;

    private static final int MALFORMED = -1;
    private static final int MOST_LENGTH = "0.000".length();
    private static final int DECIMAL = 10;

    private Weight() {}

    /** Returns the thousandths, or -1. */
    static int parse(String text, int from, int to) {
        final int length = to - from;
        if (length < 1 || length > MOST_LENGTH || (length > 1 && text.charAt(from + 1) != '.')) {
            return MALFORMED;
        }
        int thousandths = 0;
        int unit = MOST;
        for (int i = from; i < to; i += i == from ? 2 : 1) {
            final int digit = text.charAt(i) - '0';
            if (digit < 0 || digit >= DECIMAL) {
                return MALFORMED;
            }
            thousandths += digit * unit;
            unit /= DECIMAL;
        }
        return thousandths <= MOST ? thousandths : MALFORMED;
    }
}
