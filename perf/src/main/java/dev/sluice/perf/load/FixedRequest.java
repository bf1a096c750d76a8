// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** The same request every time: one file, asked for again and again. */
public final class FixedRequest implements RequestSource {
    private final byte[] request;
    private final int bodyLengthBytes;

    /**
     * Asks for one path.
     *
     * @param path absolute path, percent-encoded where it must be
     * @param bodyLengthBytes length of the reply's body in bytes
     */
    public FixedRequest(String path, int bodyLengthBytes) {
        this.request = get(path);
        this.bodyLengthBytes = bodyLengthBytes;
    }

    /**
     * The bytes of a GET request as every generator here sends it.
     *
     * @param path absolute path, percent-encoded where it must be
     * @return request line, Host and the empty line
     */
    public static byte[] get(String path) {
        final byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(US_ASCII);
        if (request.length > REQUEST_BYTES) {
            throw new IllegalArgumentException(
                    "request of " + request.length + " bytes, room for " + REQUEST_BYTES + ": " + path);
        }
        return request;
    }

    @Override
    public boolean next(ByteBuffer buffer) {
        buffer.put(request);
        return true;
    }

    @Override
    public int bodyLengthBytes() {
        return bodyLengthBytes;
    }
}
