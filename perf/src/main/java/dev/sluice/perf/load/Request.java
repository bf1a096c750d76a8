// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** A connection's request and the reply that it must have; filled anew for each. */
public final class Request {
    /** Room for one request. */
    public static final int MAX_BYTES = 512;

    /** The status of a file that is sent. */
    public static final int OK = 200;

    /** For {@link #expect}: a Content-Length there must be, whichever. */
    public static final int ANY_LENGTH = -1;

    private static final int NOT_MODIFIED = 304;

    private final ByteBuffer memory;
    private int status;
    private int bodyLengthBytes;
    private boolean last;

    /** The memory is that of this request alone. */
    Request(ByteBuffer memory) {
        this.memory = memory;
    }

    /**
     * The bytes of a GET request as every generator here sends it.
     *
     * @param path absolute path, percent-encoded where it must be
     * @param fields further lines of the header, each without its end
     * @return request line, Host, the fields and the empty line
     */
    public static byte[] get(String path, String... fields) {
        final StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        final byte[] request = text.append("\r\n").toString().getBytes(US_ASCII);
        if (request.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "request of " + request.length + " bytes, room for " + MAX_BYTES + ": " + path);
        }
        return request;
    }

    void begin() {
        memory.clear();
        last = false;
    }

    /**
     * What is sent.
     *
     * @param request its bytes, at most {@link #MAX_BYTES}
     * @return this
     */
    public Request put(byte[] request) {
        memory.put(request);
        return this;
    }

    /**
     * What must come back; anything else ends the load.
     *
     * @param expectedStatus of the reply
     * @param expectedLengthBytes its Content-Length, or {@link #ANY_LENGTH}; not looked at where there is no body, with 304
     * @return this
     */
    public Request expect(int expectedStatus, int expectedLengthBytes) {
        status = expectedStatus;
        bodyLengthBytes = expectedLengthBytes;
        return this;
    }

    /**
     * The request says {@code Connection: close}: the server is to close the connection behind its reply, and the next request there opens a
     * new one.
     *
     * @return this
     */
    public Request last() {
        last = true;
        return this;
    }

    int lengthBytes() {
        return memory.position();
    }

    int status() {
        return status;
    }

    boolean hasBody() {
        return status != NOT_MODIFIED;
    }

    int bodyLengthBytes() {
        return bodyLengthBytes;
    }

    boolean isLast() {
        return last;
    }
}
