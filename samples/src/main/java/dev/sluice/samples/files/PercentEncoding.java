// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.uring.linux.FileNames;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * Names of files in references, byte for byte. Whatever is not unreserved is encoded, so that no name is taken for a scheme, a query or
 * another directory.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-2.1">RFC 3986, 2.1: percent-encoding</a>
 */
public final class PercentEncoding {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final BitSet UNRESERVED = new BitSet();

    static {
        UNRESERVED.set('a', 'z' + 1);
        UNRESERVED.set('A', 'Z' + 1);
        UNRESERVED.set('0', '9' + 1);
        "-._~".chars().forEach(UNRESERVED::set);
    }

    private PercentEncoding() {}

    /**
     * Encodes one name.
     *
     * @param name without a slash, as {@link FileNames} reads it
     * @return in ASCII
     * @throws IllegalArgumentException if no name of a file is read so
     */
    public static String ofName(String name) {
        return encode(name, false);
    }

    /**
     * Encodes a path, whose slashes stay.
     *
     * @param path as {@link FileNames} reads it
     * @return in ASCII
     * @throws IllegalArgumentException if no path of a file is read so
     */
    public static String ofPath(String path) {
        return encode(path, true);
    }

    private static String encode(String text, boolean slashStays) {
        final byte[] bytes = FileNames.encode(text);
        final StringBuilder encoded = new StringBuilder(bytes.length + 16);
        for (final byte b : bytes) {
            final int value = Byte.toUnsignedInt(b);
            if (UNRESERVED.get(value) || (slashStays && value == '/')) {
                encoded.append((char) value);
            } else {
                encoded.append('%').append((char) HEX[value >> 4]).append((char) HEX[value & 0xF]);
            }
        }
        return encoded.toString();
    }
}
