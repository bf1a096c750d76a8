// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds the end of one reply after another in a connection's bytes, however they are cut: the status and the Content-Length that the
 * request asks for are demanded, the body is counted and not kept. A header that came in one piece is read where it lies. Allocates nothing
 * as long as replies are in order, but for the first header that is cut.
 */
final class ReplyReader {
    private static final int HEADER_LIMIT_BYTES = 2048;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(ISO_8859_1);
    /** What "HTTP/1.1 200" has at the place of the status. */
    private static final int STATUS_OFFSET = 9;

    private static final int BLANK_LINE = 4;
    private static final int NONE = -1;

    private final Request request;
    private final KnownHeader known;

    /** What has come of a header that is cut; null before the first of them. */
    private ByteBuffer cut;

    private int bodyRemaining = NONE; // header not complete

    /** The request is the one that was sent last; the header is shared by the connections of a generator. */
    ReplyReader(Request request, KnownHeader known) {
        this.request = request;
        this.known = known;
    }

    /**
     * Takes what has come in.
     *
     * @return true when this ended a reply; what follows it stays in {@code data}
     * @throws IOException if the reply is not the one expected
     */
    boolean onData(ByteBuffer data) throws IOException {
        if (bodyRemaining == NONE && !readHeader(data)) {
            return false;
        }
        final int taken = Math.min(bodyRemaining, data.remaining());
        data.position(data.position() + taken);
        bodyRemaining -= taken;
        if (bodyRemaining > 0) {
            return false;
        }
        bodyRemaining = NONE;
        return true;
    }

    /** Returns whether the header has ended. */
    private boolean readHeader(ByteBuffer data) throws IOException {
        if (cut != null && cut.position() > 0) {
            return readCutHeader(data);
        }
        final int start = data.position();
        final int knownBody = known.bodyLengthOf(data, request);
        if (knownBody != NONE) {
            bodyRemaining = knownBody;
            return true;
        }
        final int end = headerEnd(data, start, data.limit());
        if (end == NONE) {
            keepCut(data);
            checkAllKept(data);
            return false;
        }
        bodyRemaining = checkedBodyLength(data, start, end);
        known.learn(data, start, end, request, bodyRemaining);
        data.position(end);
        return true;
    }

    private boolean readCutHeader(ByteBuffer data) throws IOException {
        final int before = cut.position();
        final int from = data.position();
        keepCut(data);
        final int end = headerEnd(cut, Math.max(0, before - BLANK_LINE), cut.position());
        if (end == NONE) {
            checkAllKept(data);
            return false;
        }
        bodyRemaining = checkedBodyLength(cut, 0, end);
        data.position(from + end - before);
        cut.clear();
        return true;
    }

    private void keepCut(ByteBuffer data) {
        if (cut == null) {
            cut = ByteBuffer.allocate(HEADER_LIMIT_BYTES);
        }
        final int limit = data.limit();
        data.limit(data.position() + Math.min(data.remaining(), cut.remaining()));
        cut.put(data);
        data.limit(limit);
    }

    private static void checkAllKept(ByteBuffer data) throws IOException {
        if (data.hasRemaining()) {
            throw new IOException("reply header is longer than " + HEADER_LIMIT_BYTES + " bytes");
        }
    }

    /** Behind the blank line, or NONE. */
    private static int headerEnd(ByteBuffer data, int from, int to) {
        for (int i = from + BLANK_LINE - 1; i < to; ) {
            final byte b = data.get(i);
            if (b != '\n' && b != '\r') {
                i += BLANK_LINE; // none of the four ends here or at one of the three places before
            } else if (b == '\n' && data.get(i - 1) == '\r' && data.get(i - 2) == '\n' && data.get(i - 3) == '\r') {
                return i + 1;
            } else {
                i++;
            }
        }
        return NONE;
    }

    private int checkedBodyLength(ByteBuffer header, int from, int to) throws IOException {
        final int status = to - from < STATUS_OFFSET + 3 ? NONE : number(header, from + STATUS_OFFSET);
        final int length = contentLength(header, from, to);
        final boolean lengthIsRight = !request.hasBody()
                || (request.bodyLengthBytes() == Request.ANY_LENGTH
                        ? length != NONE
                        : length == request.bodyLengthBytes());
        if (status != request.status() || !lengthIsRight) {
            final byte[] text = new byte[to - from];
            header.get(from, text);
            throw new IOException("expected status " + request.status() + " and Content-Length "
                    + request.bodyLengthBytes() + ", not " + new String(text, ISO_8859_1).strip());
        }
        return request.hasBody() ? length : 0;
    }

    /** Returns NONE where there is none. */
    private static int contentLength(ByteBuffer header, int from, int to) {
        for (int i = from; i < to; i++) {
            if (header.get(i) == '\n' && startsContentLength(header, i + 1, to)) {
                return number(header, i + 1 + CONTENT_LENGTH.length);
            }
        }
        return NONE;
    }

    private static boolean startsContentLength(ByteBuffer header, int from, int to) {
        if (from + CONTENT_LENGTH.length > to) {
            return false;
        }
        for (int i = 0; i < CONTENT_LENGTH.length; i++) {
            final byte b = header.get(from + i);
            final int lower = b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
            if (lower != CONTENT_LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    /** The line ends behind it, so does not the header. */
    private static int number(ByteBuffer header, int from) {
        int at = from;
        while (header.get(at) == ' ') {
            at++;
        }
        int value = 0;
        for (byte b = header.get(at); b >= '0' && b <= '9'; b = header.get(++at)) {
            value = Math.min(value, Integer.MAX_VALUE / 10 - 1) * 10 + (b - '0');
        }
        return value;
    }
}
