// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Takes in the first line of a response, in place of the parser, which takes more than the grammar has. Without a reason the space
 * behind the status may be absent: servers leave it out.
 *
 * <pre>
 *   status-line = "HTTP/" DIGIT "." DIGIT SP 3DIGIT SP [ reason-phrase ] CRLF
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-4">RFC 9112, 4: status line</a>
 */
final class StatusLine {
    /** What of it has one place: digits stand for themselves. */
    private static final byte[] FORM = "HTTP/0.0 000".getBytes(StandardCharsets.US_ASCII);

    private static final int MAJOR = 5;
    private static final int MINOR = 7;
    private static final int STATUS = 9;
    private static final int SPACE = 12;

    /** A longer one is kept up to here. */
    private static final int MAX_REASON_BYTES = 128;

    private final int maxBytes;
    private final byte[] reason = new byte[MAX_REASON_BYTES];

    private int lengthBytes;
    private int reasonBytes;
    private boolean http11;
    private int status;
    private boolean afterCr;
    private boolean over;
    private String fault;

    StatusLine(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void reset() {
        lengthBytes = 0;
        reasonBytes = 0;
        http11 = false;
        status = 0;
        afterCr = false;
        over = false;
        fault = null;
    }

    boolean hasBegun() {
        return lengthBytes > 0;
    }

    boolean isOver() {
        return over;
    }

    /** Tells whether it is HTTP/1.1, or a later minor version: RFC 9110, 2.5. */
    boolean isHttp11() {
        return http11;
    }

    int status() {
        return status;
    }

    String reason() {
        return new String(reason, 0, reasonBytes, StandardCharsets.ISO_8859_1);
    }

    /** Takes the line's bytes and none behind it; returns what is wrong, or null. */
    String take(ByteBuffer received) {
        while (received.hasRemaining() && !over && fault == null) {
            fault = take(received.get());
        }
        return fault;
    }

    private String take(byte b) {
        final int index = lengthBytes++;
        if (lengthBytes > maxBytes) {
            return "its status line is longer than " + maxBytes + " bytes";
        }
        if (index < FORM.length) {
            return fixed(index, b);
        }
        if (afterCr) {
            over = b == '\n';
            return over ? null : "a CR does not end its status line";
        }
        if (b == '\r') {
            afterCr = true;
            return null;
        }
        if (index == SPACE) {
            return b == ' ' ? null : "its status does not have three digits";
        }
        if (!Ascii.isFieldByte(b)) {
            return "its reason phrase has a byte that is none of a text: " + (b & 0xFF);
        }
        if (reasonBytes < MAX_REASON_BYTES) {
            reason[reasonBytes++] = b;
        }
        return null;
    }

    private String fixed(int index, byte b) {
        if (FORM[index] != '0') {
            return b == FORM[index] ? null : "it does not begin with a status line";
        }
        if (b < '0' || b > '9') {
            return "it does not begin with a status line";
        }
        switch (index) {
            case MAJOR -> {
                return b == '1' ? null : "its version is not known: HTTP/" + (char) b;
            }
            case MINOR -> http11 = b != '0';
            default -> status = status * 10 + b - '0';
        }
        return index == STATUS && b == '0' ? "its status is less than 100" : null;
    }
}
