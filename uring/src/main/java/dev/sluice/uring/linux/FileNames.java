// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Names of files as text. To the kernel a name is bytes; nearly all are UTF-8, and are read as that. A byte that is not is read as a single
 * {@code char} that no text has, the half of a surrogate pair, and written as the byte again: every name has its text, and comes back from
 * it byte for byte.
 *
 * <pre>
 *   61 C3 A9   a, U+00E9           UTF-8
 *   61 FF      a, U+DCFF           0xDC00 and the byte, which is 0x80 or above: neither a slash nor NUL can be hidden so
 *   C3         U+DCC3
 * </pre>
 *
 * <p>Python does it so, and calls it {@code surrogateescape}. Such a text is not for people: {@code getBytes} makes a question mark of the
 * half.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/path_resolution.7.html">path_resolution(7)</a>
 */
public final class FileNames {
    private static final int FIRST_BEYOND_ASCII = 0x80;
    private static final char ESCAPE = 0xDC00;
    private static final char FIRST_ESCAPED = ESCAPE + FIRST_BEYOND_ASCII;
    private static final char LAST_ESCAPED = ESCAPE + 0xFF;

    /** What bytes that are not UTF-8 are read as by those that do not escape them. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final int NONE = -1;

    private FileNames() {}

    /**
     * Reads a name, or a path.
     *
     * @param name as the kernel has it, without NUL
     * @return its text
     */
    public static String decode(byte[] name) {
        final String text = new String(name, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeEscaping(name);
    }

    private static String decodeEscaping(byte[] name) {
        final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        final ByteBuffer bytes = ByteBuffer.wrap(name);
        final CharBuffer text = CharBuffer.allocate(name.length);
        CoderResult result = decoder.decode(bytes, text, true);
        while (result.isError()) {
            text.put((char) (ESCAPE + Byte.toUnsignedInt(bytes.get())));
            result = decoder.reset().decode(bytes, text, true);
        }
        return text.flip().toString();
    }

    /**
     * Writes a name, or a path.
     *
     * @param text of it
     * @return as the kernel has it, without NUL at its end
     * @throws IllegalArgumentException if it {@linkplain #isEncodable(String) has no bytes}
     */
    public static byte[] encode(String text) {
        int escape = nextEscape(text, 0);
        if (escape == NONE) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int start = 0;
        while (escape != NONE) {
            bytes.writeBytes(text.substring(start, escape).getBytes(StandardCharsets.UTF_8));
            if (!isEscape(text.charAt(escape))) {
                throw new IllegalArgumentException(
                        "half of a surrogate pair stands for a byte only from U+DC80 to U+DCFF: U+"
                                + Integer.toHexString(text.charAt(escape)) + " at " + escape + " of \"" + text + "\"");
            }
            bytes.write(text.charAt(escape) - ESCAPE);
            start = escape + 1;
            escape = nextEscape(text, start);
        }
        bytes.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /**
     * Tells whether a text can be that of a name.
     *
     * @param text to look at
     * @return false if it has half of a surrogate pair that stands for no byte
     */
    public static boolean isEncodable(String text) {
        int escape = nextEscape(text, 0);
        while (escape != NONE && isEscape(text.charAt(escape))) {
            escape = nextEscape(text, escape + 1);
        }
        return escape == NONE;
    }

    /**
     * Tells whether a name is always read as this text: not if it spells out bytes that together are UTF-8.
     *
     * @param text that can be encoded
     * @return false if {@link #decode} gives another one for the same name
     */
    public static boolean isUsual(String text) {
        return nextEscape(text, 0) == NONE || decode(encode(text)).equals(text);
    }

    private static boolean isEscape(char c) {
        return c >= FIRST_ESCAPED && c <= LAST_ESCAPED;
    }

    /** Returns where half of a surrogate pair stands without the other, at {@code from} or behind it. */
    private static int nextEscape(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                final boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return i;
                }
                i++;
            }
        }
        return NONE;
    }
}
