// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

/**
 * Follows what lies around the chunks of a body, up to the end of the last chunk's line; the trailer section is behind it. Extensions
 * are skipped, and bounded: those of one chunk, and all together by what content there was, so that they cannot be all that comes.
 *
 * <pre>
 *   chunk      = 1*HEXDIG [ chunk-ext ] CRLF chunk-data CRLF
 *   last-chunk = 1*"0" [ chunk-ext ] CRLF
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112, 7.1: chunked transfer coding</a>
 */
final class ChunkFraming {
    /** Of one chunk; and of all chunks beyond one byte for each byte of content. */
    static final int MAX_EXTENSION_BYTES = 4096;

    /** What a positive long has room for: 2^60 bytes are enough. */
    private static final int MAX_SIZE_DIGITS = 15;

    private enum Part {
        SIZE,
        EXTENSION,
        SIZE_LF,
        CONTENT,
        CONTENT_CR,
        CONTENT_LF,
        OVER
    }

    private Part part = Part.SIZE;
    private int sizeDigits;
    private long leftBytes;
    private int extensionBytes;
    private long contentBytes;
    private long allExtensionBytes;

    void reset() {
        part = Part.SIZE;
        sizeDigits = 0;
        leftBytes = 0L;
        extensionBytes = 0;
        contentBytes = 0L;
        allExtensionBytes = 0L;
    }

    /** Tells whether the last chunk's line has come. */
    boolean isOver() {
        return part == Part.OVER;
    }

    /** Returns how many bytes of content come next, 0 if the next byte is for {@link #take}. */
    long contentBytes() {
        return part == Part.CONTENT ? leftBytes : 0L;
    }

    /** Some of {@link #contentBytes} are done. */
    void passed(int bytes) {
        leftBytes -= bytes;
        contentBytes += bytes;
        if (leftBytes == 0L) {
            part = Part.CONTENT_CR;
        }
    }

    /** Takes a byte that is no content. */
    MessageFault take(byte b) {
        return switch (part) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_LF -> b == '\n' ? sizeOver() : MessageFault.MALFORMED_CHUNK;
            case CONTENT_CR -> go(b == '\r', Part.CONTENT_LF);
            case CONTENT_LF -> go(b == '\n', Part.SIZE);
            case CONTENT, OVER -> throw new IllegalStateException("a byte of framing was given in " + part);
        };
    }

    private MessageFault go(boolean wellFormed, Part next) {
        part = next;
        return wellFormed ? MessageFault.NONE : MessageFault.MALFORMED_CHUNK;
    }

    private MessageFault size(byte b) {
        final int digit = Ascii.hexDigit(b);
        if (digit >= 0) {
            leftBytes = (leftBytes << 4) | digit;
            return go(++sizeDigits <= MAX_SIZE_DIGITS, Part.SIZE);
        }
        return go(sizeDigits > 0 && (b == '\r' || b == ';'), b == '\r' ? Part.SIZE_LF : Part.EXTENSION);
    }

    private MessageFault extension(byte b) {
        if (b == '\r') {
            part = Part.SIZE_LF;
            return MessageFault.NONE;
        }
        allExtensionBytes++;
        if (++extensionBytes > MAX_EXTENSION_BYTES || allExtensionBytes > contentBytes + MAX_EXTENSION_BYTES) {
            return MessageFault.LONG_CHUNK_EXTENSIONS;
        }
        return Ascii.isFieldByte(b) ? MessageFault.NONE : MessageFault.MALFORMED_CHUNK;
    }

    private MessageFault sizeOver() {
        part = leftBytes > 0L ? Part.CONTENT : Part.OVER;
        sizeDigits = 0;
        extensionBytes = 0;
        return MessageFault.NONE;
    }
}
