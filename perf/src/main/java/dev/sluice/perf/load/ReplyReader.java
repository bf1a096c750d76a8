// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds the end of one reply after another in a connection's bytes, however they are cut: status 200 and a
 * Content-Length are demanded, the body is counted and not kept. Allocates nothing as long as replies are in order.
 */
final class ReplyReader {
    private static final int HEADER_LIMIT_BYTES = 2048;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(ISO_8859_1);
    /** What "HTTP/1.1 200" has at the place of the status. */
    private static final int STATUS_OFFSET = 9;

    private final byte[] header = new byte[HEADER_LIMIT_BYTES];
    private final int bodyLengthBytes;
    private int headerLength;
    private int bodyRemaining = -1; // header not complete

    ReplyReader(int bodyLengthBytes) {
        this.bodyLengthBytes = bodyLengthBytes;
    }

    /**
     * Takes what has come in.
     *
     * @return true when this ended a reply; what follows it stays in {@code data}
     * @throws IOException if the reply is not the one expected
     */
    boolean onData(ByteBuffer data) throws IOException {
        if (bodyRemaining < 0) {
            readHeader(data);
        }
        if (bodyRemaining < 0) {
            return false;
        }
        final int taken = Math.min(bodyRemaining, data.remaining());
        data.position(data.position() + taken);
        bodyRemaining -= taken;
        if (bodyRemaining > 0) {
            return false;
        }
        bodyRemaining = -1;
        headerLength = 0;
        return true;
    }

    private void readHeader(ByteBuffer data) throws IOException {
        final byte[] bytes = header;
        int length = headerLength;
        while (data.hasRemaining()) {
            if (length == HEADER_LIMIT_BYTES) {
                throw new IOException("reply header is longer than " + HEADER_LIMIT_BYTES + " bytes");
            }
            final byte b = data.get();
            bytes[length++] = b;
            if (b == '\n' && length >= 4 && bytes[length - 2] == '\r' && bytes[length - 3] == '\n') {
                headerLength = length;
                bodyRemaining = checkedBodyLength();
                return;
            }
        }
        headerLength = length;
    }

    private int checkedBodyLength() throws IOException {
        final boolean ok = headerLength > STATUS_OFFSET + 2
                && header[STATUS_OFFSET] == '2'
                && header[STATUS_OFFSET + 1] == '0'
                && header[STATUS_OFFSET + 2] == '0';
        final int length = contentLength();
        if (!ok || length != bodyLengthBytes) {
            throw new IOException("expected status 200 and Content-Length " + bodyLengthBytes + ", not "
                    + new String(header, 0, headerLength, ISO_8859_1).strip());
        }
        return length;
    }

    /** Returns -1 where there is none. */
    private int contentLength() {
        for (int line = 0; line < headerLength; line++) {
            if (header[line] == '\n' && startsContentLength(line + 1)) {
                return number(line + 1 + CONTENT_LENGTH.length);
            }
        }
        return -1;
    }

    private boolean startsContentLength(int from) {
        if (from + CONTENT_LENGTH.length > headerLength) {
            return false;
        }
        for (int i = 0; i < CONTENT_LENGTH.length; i++) {
            final byte b = header[from + i];
            final int lower = b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
            if (lower != CONTENT_LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    private int number(int from) {
        int at = from;
        while (header[at] == ' ') {
            at++;
        }
        int value = 0;
        while (header[at] >= '0' && header[at] <= '9') {
            value = Math.min(value, Integer.MAX_VALUE / 10 - 1) * 10 + (header[at++] - '0');
        }
        return value;
    }
}
