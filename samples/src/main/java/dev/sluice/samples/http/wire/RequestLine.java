// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Looks at a request line before the parser takes it, which takes more than the grammar has: {@code http/1.1}, two spaces, bytes above
 * ASCII. What is no request line is a client's mistake, {@code 400}; {@code 505} is for who speaks another major version.
 *
 * <pre>
 *   request-line = method SP request-target SP "HTTP/" DIGIT "." DIGIT CRLF
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-3">RFC 9112, 3: request line</a>
 */
final class RequestLine {
    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '0', '.', '0', '\r', '\n'};
    private static final byte[] HEAD = {'H', 'E', 'A', 'D'};
    private static final int MAJOR = 5;
    private static final int MINOR = 7;

    /** A client sends one, by mistake, behind a body. */
    private static final int MAX_EMPTY_LINES = 256;

    private enum Part {
        BEFORE,
        AFTER_CR,
        METHOD,
        TARGET,
        VERSION,
        OVER
    }

    private final int maxBytes;

    private Part part = Part.BEFORE;
    private int lengthBytes;
    private int emptyLines;

    /** How much of the target, or of the version, there was. */
    private int partBytes;

    private byte major;
    private boolean head;

    RequestLine(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void reset() {
        part = Part.BEFORE;
        lengthBytes = 0;
        emptyLines = 0;
        head = false;
    }

    boolean hasBegun() {
        return part != Part.BEFORE && part != Part.AFTER_CR;
    }

    /** Tells whether the method is HEAD, as soon as it is known. */
    boolean isHead() {
        return head;
    }

    /**
     * Looks at what {@code received} has of the request line, and leaves it there. A minor version of this major one that is not known
     * is replaced by the highest that is: RFC 9110, 2.5.
     *
     * @return a status if it is refused, 0 if it is not
     */
    int look(ByteBuffer received) {
        int status = 0;
        for (int i = received.position(); i < received.limit() && part != Part.OVER && status == 0; i++) {
            final byte b = received.get(i);
            status = take(b);
            if (status == 0 && part == Part.VERSION && partBytes == MINOR + 1 && b > '1') {
                received.put(i, (byte) '1');
            }
        }
        return status;
    }

    private int take(byte b) {
        if (part != Part.BEFORE && part != Part.AFTER_CR && ++lengthBytes > maxBytes) {
            return HttpStatus.URI_TOO_LONG_414;
        }
        return switch (part) {
            case BEFORE -> begin(b);
            case AFTER_CR -> {
                part = Part.BEFORE;
                yield b == '\n' && ++emptyLines <= MAX_EMPTY_LINES ? 0 : HttpStatus.BAD_REQUEST_400;
            }
            case METHOD -> {
                if (b == ' ') {
                    head &= partBytes == HEAD.length;
                    next(Part.TARGET);
                    yield 0;
                }
                yield methodByte(b);
            }
            case TARGET -> {
                if (b == ' ' && partBytes > 0) {
                    next(Part.VERSION);
                    yield 0;
                }
                partBytes++;
                yield b > ' ' && b < 0x7F ? 0 : HttpStatus.BAD_REQUEST_400;
            }
            case VERSION -> version(b);
            case OVER -> 0;
        };
    }

    /** Empty lines before a request are skipped: RFC 9112, 2.2. */
    private int begin(byte b) {
        if (b == '\r') {
            part = Part.AFTER_CR;
            return 0;
        }
        lengthBytes = 1;
        head = true;
        next(Part.METHOD);
        return methodByte(b);
    }

    private int methodByte(byte b) {
        head &= partBytes < HEAD.length && b == HEAD[partBytes];
        partBytes++;
        return Ascii.isTokenByte(b) ? 0 : HttpStatus.BAD_REQUEST_400;
    }

    private int version(byte b) {
        final int index = partBytes++;
        if (index == MAJOR || index == MINOR) {
            if (b < '0' || b > '9') {
                return HttpStatus.BAD_REQUEST_400;
            }
            major = index == MAJOR ? b : major;
            return 0;
        }
        if (b != VERSION[index]) {
            return HttpStatus.BAD_REQUEST_400;
        }
        if (partBytes < VERSION.length) {
            return 0;
        }
        next(Part.OVER);
        return major == '1' ? 0 : HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505;
    }

    private void next(Part newPart) {
        part = newPart;
        partBytes = 0;
    }
}
